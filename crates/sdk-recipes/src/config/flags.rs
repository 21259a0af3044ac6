//! `-c`: CLI.md §1. `--set` is no flag yet.

use std::path::PathBuf;

use clap::Args;

/// The file that says how to run.
#[derive(Debug, Clone, Default, Args)]
pub struct ConfigFlag {
    /// A config of synthetic-data-kit (YAML): endpoint, sampling, numbers, prompts; flags and variables win over it
    #[arg(short = 'c', long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}
