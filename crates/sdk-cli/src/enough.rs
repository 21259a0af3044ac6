//! `--max-rejects`: how many bad rows are too many.

use std::str::FromStr;

/// The share of bad rows is looked at from so many rows on.
const FIRST: u64 = 20;

/// The most bad rows that a run may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxRejects {
    /// So many.
    Count(u64),
    /// So many of a hundred.
    PerCent(f64),
}

impl MaxRejects {
    /// Whether there are more.
    #[allow(clippy::cast_precision_loss)] // counts of rows are far below what a float holds exactly
    pub(crate) fn exceeded(self, rejected: u64, read: u64) -> bool {
        match self {
            MaxRejects::Count(most) => rejected > most,
            MaxRejects::PerCent(most) => read >= FIRST && rejected as f64 * 100.0 > read as f64 * most,
        }
    }
}

impl FromStr for MaxRejects {
    type Err = String;

    fn from_str(text: &str) -> Result<MaxRejects, String> {
        let found = match text.trim().strip_suffix('%') {
            None => text.trim().parse().ok().map(MaxRejects::Count),
            Some(share) => {
                let share = share.trim().parse().ok().filter(|share| (0.0..=100.0).contains(share));
                share.map(MaxRejects::PerCent)
            }
        };
        found.ok_or_else(|| "expected a number of rows, or a share of them such as 5%".to_owned())
    }
}

impl std::fmt::Display for MaxRejects {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MaxRejects::Count(most) => write!(to, "{most}"),
            MaxRejects::PerCent(most) => write!(to, "{most}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_shares() {
        for (text, rejected, read, wanted) in [
            ("0", 0, 5, false),
            ("0", 1, 1, true),
            ("3", 3, 3, false),
            ("3", 4, 1000, true),
            ("10%", 19, 19, false),
            ("10%", 2, 20, false),
            ("10%", 3, 20, true),
            ("0.5%", 5, 1000, false),
            ("0.5%", 6, 1000, true),
            ("0%", 1, 20, true),
        ] {
            let most: MaxRejects = text.parse().unwrap();
            assert_eq!(most.exceeded(rejected, read), wanted, "{text}: {rejected} of {read}");
            assert_eq!(most.to_string(), text);
        }
        for text in ["", "-1", "1.5", "101%", "-1%", "NaN%", "%", "many"] {
            assert!(text.parse::<MaxRejects>().is_err(), "{text}");
        }
    }
}
