//! The flags of sdk-judge that say what is judged: CLI.md §6.

use clap::Args;
use clap::builder::RangedU64ValueParser;
use sdk_select::PartsFlags;

/// What is judged, and by what.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Rubric")]
pub struct JudgeFlags {
    /// Criteria to judge by: a built-in name (--list) or a rubric file [default: general]
    #[arg(long, value_name = "NAME|FILE")]
    pub rubric: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub parts: PartsFlags,
    /// The right answer or the source to judge against, as jq on the row: `$reference` in the rubric
    #[arg(long, value_name = "EXPR")]
    pub reference: Option<String>,
    /// Judge K rows in one request; what it lacks is asked again alone [default: 1]
    #[arg(long, value_name = "K", value_parser = RangedU64ValueParser::<usize>::new().range(1..=1000))]
    pub pack: Option<usize>,
    /// Ask K times for each row: the score is the median
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub votes: u32,
    /// Two answers, as jq on the row, such as '.chosen, .rejected': which is better by the criteria, asked in both orders
    #[arg(long, value_name = "EXPR", conflicts_with = "pack")]
    pub pairwise: Option<String>,
    /// Sum the scores up by group as well, as jq on the row
    #[arg(long, value_name = "EXPR")]
    pub group: Option<String>,
    /// Count the rows with this score or a higher one; none is dropped
    #[arg(long, value_name = "X", allow_negative_numbers = true, value_parser = score)]
    pub threshold: Option<f64>,
    /// A value for `$KEY` in prompts and expressions
    #[arg(long = "var", value_name = "KEY=VALUE", value_parser = sdk_prompt::parse_var)]
    pub vars: Vec<(String, String)>,
}

impl JudgeFlags {
    /// The same, with what is said elsewhere where no flag says it. Pairs are judged one by one.
    #[must_use]
    pub fn with(mut self, pack: Option<usize>, threshold: Option<f64>) -> JudgeFlags {
        self.pack = self.pack.or(pack.filter(|_| self.pairwise.is_none()));
        self.threshold = self.threshold.or(threshold);
        self
    }

    /// Rows in one request.
    pub(crate) fn pack(&self) -> usize {
        self.pack.unwrap_or(1).max(1)
    }
}

fn score(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        _ => Err("expected a score, such as 7 or 7.5".into()),
    }
}
