//! The flags of sdk-judge that say what is judged: CLI.md §6.

use clap::Args;
use sdk_select::PartsFlags;

/// What is judged, and by what.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Rubric")]
pub struct JudgeFlags {
    /// Criteria to judge by: a built-in name (--list) or a rubric file [default: general]
    #[arg(long, value_name = "NAME|FILE")]
    pub rubric: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub parts: PartsFlags,
    /// A value for `$KEY` in prompts and expressions
    #[arg(long = "var", value_name = "KEY=VALUE", value_parser = sdk_prompt::parse_var)]
    pub vars: Vec<(String, String)>,
}
