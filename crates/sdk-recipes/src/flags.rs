//! The flags of sdk-gen that say what is made: CLI.md §5.

use clap::Args;

use crate::config::Settings;

/// What to make of the rows.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Task")]
pub struct GenFlags {
    /// Task to ask with: a built-in name (--list) or a prompt file [default: told by the first row]
    #[arg(long, value_name = "NAME|FILE")]
    pub task: Option<String>,
    /// Rows of the whole run, spread over the input; with --per, of each group
    #[arg(short = 'n', value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub number: Option<u64>,
    /// A group is a run of rows with equal values: -n 3 --per .id; --task summary --per .document
    #[arg(long, value_name = "EXPR")]
    pub per: Option<String>,
    /// Fields of the parent that ride along: '{text}', '.' for all
    #[arg(long, value_name = "EXPR")]
    pub keep: Option<String>,
    /// A value for `$KEY` in prompts and expressions
    #[arg(long = "var", value_name = "KEY=VALUE", value_parser = sdk_prompt::parse_var)]
    pub vars: Vec<(String, String)>,
}

impl GenFlags {
    /// The same, with a number where no flag says one.
    #[must_use]
    pub fn with(mut self, settings: &Settings) -> GenFlags {
        if self.number.is_none() {
            self.number = settings.number;
            self.per = self.per.or(settings.per.clone());
        }
        self
    }
}
