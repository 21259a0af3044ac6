//! What sdk-filter tests of a row: its score, or a jq condition.

use clap::Args;

use sdk_record::{Fault, Kind, Record};
use sdk_select::{Select, SelectError, input};

/// The flags of sdk-filter that are conditions: CLI.md §7.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Conditions")]
pub struct FilterFlags {
    /// Keep rows whose `.score` is at least X; null or missing is dropped as unrated
    #[arg(long, value_name = "X", allow_negative_numbers = true, value_parser = number)]
    pub min: Option<f64>,
    /// Keep rows whose `.score` is at most X
    #[arg(long, value_name = "X", allow_negative_numbers = true, value_parser = number)]
    pub max: Option<f64>,
}

fn number(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|number: &f64| number.is_finite()).ok_or_else(|| "expected a number".to_owned())
}

impl FilterFlags {
    /// Whether any of them was given; then every argument is a file.
    pub fn any(&self) -> bool {
        self.min.is_some() || self.max.is_some()
    }
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tested {
    /// It meets every condition.
    Kept,
    /// It does not.
    Dropped,
    /// It has no score to test.
    Unrated,
}

/// Conditions, compiled.
#[derive(Debug)]
pub struct Conditions {
    flags: FilterFlags,
    condition: Option<Select>,
}

impl Conditions {
    /// Compiles the condition, if there is one.
    ///
    /// # Errors
    /// It is no jq.
    pub fn new(flags: FilterFlags, condition: Option<&str>) -> Result<Conditions, SelectError> {
        Ok(Conditions { flags, condition: condition.map(|text| Select::new(text, &[])).transpose()? })
    }

    /// Tests one row.
    ///
    /// # Errors
    /// `type` for a score that is no number, `expression` where jq fails.
    pub fn test(&self, row: &Record) -> Result<Tested, Fault> {
        if self.flags.any() {
            match score(row)? {
                None => return Ok(Tested::Unrated),
                Some(score) => {
                    let low = self.flags.min.is_some_and(|min| score < min);
                    let high = self.flags.max.is_some_and(|max| score > max);
                    if low || high {
                        return Ok(Tested::Dropped);
                    }
                }
            }
        }
        match &self.condition {
            Some(select) if !select.holds(input(row)?, &[])? => Ok(Tested::Dropped),
            _ => Ok(Tested::Kept),
        }
    }
}

fn score(row: &Record) -> Result<Option<f64>, Fault> {
    match row.get("score") {
        None | Some("null") => Ok(None),
        Some(raw) => match raw.parse::<f64>() {
            Ok(score) => Ok(Some(score)),
            Err(_) => {
                let found: String = raw.chars().take(40).collect();
                let message =
                    format!("`score`: expected a number or null, found {found}; use a jq condition instead");
                Err(Fault::new(Kind::Type, message))
            }
        },
    }
}
