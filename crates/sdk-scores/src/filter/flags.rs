//! The flags of sdk-filter that say what is kept: CLI.md §7, in its order.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use crate::filter::number::{Number, share};

/// What is kept, and where the rest goes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Conditions")]
pub struct FilterFlags {
    /// Keep rows for which EXPR (jq) gives something other than null and false; may be repeated
    #[arg(short = 'w', long = "where", value_name = "EXPR", allow_hyphen_values = true, value_parser = expression)]
    pub wheres: Vec<String>,
    /// Keep rows whose `.score` is at least X; null or missing is dropped as unrated
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub min: Option<Number>,
    /// Keep rows whose `.score` is at most X
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub max: Option<Number>,
    /// Keep rows that this JSON Schema accepts; `format` counts up to draft 7, as the drafts have it
    #[arg(long, value_name = "FILE")]
    pub schema: Option<PathBuf>,
    /// Keep this share (0 to 1) by hash of --by, else of `id`, else of the row; null counts as missing
    #[arg(long, value_name = "T", value_parser = share)]
    pub sample: Option<Number>,
    /// Keep the first row of each value of EXPR (jq), null among them; `.` compares whole rows
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true, value_parser = expression)]
    pub unique: Option<String>,
    /// With --unique: remember values, not their 128-bit hashes
    #[arg(long, requires = "unique")]
    pub exact: bool,
    /// Keep the N rows with the highest --by; null or missing is dropped as unrated; holds N rows
    #[arg(long, value_name = "N")]
    pub top: Option<NonZeroUsize>,
    /// The number of --top [default: .score], or the group of --sample (jq)
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true, value_parser = expression)]
    pub by: Option<String>,
    /// Write dropped rows here, unchanged
    #[arg(long, value_name = "FILE")]
    pub dropped: Option<PathBuf>,
    /// With --dropped: write the reason around each row
    #[arg(long, requires = "dropped")]
    pub why: bool,
}

impl FilterFlags {
    /// Whether any of them is a condition; then every argument is a file.
    pub fn any(&self) -> bool {
        !self.wheres.is_empty()
            || self.min.is_some()
            || self.max.is_some()
            || self.schema.is_some()
            || self.sample.is_some()
            || self.unique.is_some()
            || self.top.is_some()
    }
}

/// An expression may begin with one minus (`-.score`); what begins with two is a flag after one without its value.
fn expression(text: &str) -> Result<String, String> {
    match text.starts_with("--") {
        false => Ok(text.to_owned()),
        true => Err("expected a jq expression, found a flag".to_owned()),
    }
}
