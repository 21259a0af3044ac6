//! The flags of every tool: CLI.md §1.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ColorChoice};

use crate::progress::When;
use crate::{MaxRejects, voice};

/// Flags that mean the same everywhere.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Common {
    /// Write rows here instead of stdout
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// At once: requests (gen, judge), threads (others, at most the cores); `auto`: as many as pay [default: auto]
    #[arg(short, long, value_name = "N|auto", env = "SDK_JOBS", hide_env = true, value_parser = jobs)]
    pub jobs: Option<Jobs>,
    /// Source of every random choice; never sent to a model
    #[arg(long, value_name = "N", env = "SDK_SEED", hide_env = true, default_value_t = 0)]
    pub seed: u64,
    /// Write bad rows here, each with its error
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Stop (exit 3) when more rows are bad: a number, or a share from the 20th row on [default: none]
    #[arg(long, value_name = "N|N%", env = "SDK_MAX_REJECTS", hide_env = true)]
    pub max_rejects: Option<MaxRejects>,
    /// Rows leave when they are done, not in input order
    #[arg(long, env = "SDK_UNORDERED", hide_env = true, value_parser = clap::builder::FalseyValueParser::new())]
    pub unordered: bool,
    /// Longer input lines are rejects
    #[arg(long, value_name = "SIZE", env = "SDK_MAX_LINE", hide_env = true, default_value = "128MiB",
          value_parser = crate::size::line)]
    pub max_line: usize,
    /// Check everything, print the first request (or row), stop
    #[arg(long)]
    pub dry_run: bool,
    /// Colour messages: auto, always, never
    #[arg(long, value_name = "WHEN", env = "SDK_COLOR", hide_env = true, default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
    /// Show on stderr how far the run is: auto, always, never
    #[arg(
        long,
        value_name = "WHEN",
        env = "SDK_PROGRESS",
        hide_env = true,
        default_value = "auto",
        hide_possible_values = true
    )]
    pub progress: When,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub remarks: Remarks,
    /// Another run of the same command follows, whose word counts: this one writes no file and says only what stops it.
    #[arg(skip)]
    pub mute: bool,
    /// Print `man`, `complete-bash`, `complete-zsh` or `complete-fish` and stop
    #[arg(long, value_name = "WHAT", value_parser = crate::generate::WHAT)]
    pub generate: Option<String>,
}

/// How much is said on stderr.
#[derive(Debug, Clone, Copy, Args)]
pub struct Remarks {
    /// Say errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say each decision; -vv each request, without keys
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

/// How much is done at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Jobs {
    /// As much as pays.
    Auto,
    /// So much.
    Fixed(usize),
}

impl Common {
    /// The number of [`Common::jobs`], where one is set.
    pub fn jobs(&self) -> Option<usize> {
        match self.jobs {
            None | Some(Jobs::Auto) => None,
            Some(Jobs::Fixed(number)) => Some(number),
        }
    }
}

fn jobs(text: &str) -> Result<Jobs, String> {
    match text.parse::<usize>() {
        Ok(count) if (1..=100_000).contains(&count) => Ok(Jobs::Fixed(count)),
        _ if text == "auto" => Ok(Jobs::Auto),
        _ => Err("expected a number from 1 up, or auto".to_owned()),
    }
}

/// Says something on stderr, from any thread.
pub type Sayer = Arc<dyn Fn(&str) + Send + Sync>;

impl Remarks {
    /// A voice for other threads of the tool `name`; silent under `-q`.
    pub fn sayer(self, name: &'static str) -> Sayer {
        Arc::new(move |what: &str| {
            if !self.quiet {
                voice::line(&format!("{name}: {what}"));
            }
        })
    }
}
