//! `--stats FILE`: the run in numbers, CLI.md §12.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use serde_json::{Map, Value};

use sdk_record::Kind;

use crate::Tally;
use crate::place::create;

/// The flag, for the tools that have it.
#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct StatsFlag {
    /// Write the run in numbers here, one JSON object
    #[arg(long, value_name = "FILE")]
    pub stats: Option<PathBuf>,
}

/// What is counted for the file.
pub(crate) struct Stats {
    to: File,
    begun: Instant,
    /// Rejects by their kind.
    kinds: BTreeMap<&'static str, u64>,
    /// What the tool itself has to say, after the counts of every tool: keys and raw values.
    pub(crate) more: Vec<(&'static str, String)>,
}

impl Stats {
    /// Opens the file now, so that a run does not end in surprise.
    pub(crate) fn open(file: &Path) -> anyhow::Result<Stats> {
        let to = create(file)?;
        Ok(Stats { to, begun: Instant::now(), kinds: BTreeMap::new(), more: Vec::new() })
    }

    pub(crate) fn reject(&mut self, kind: Kind) {
        *self.kinds.entry(kind.name()).or_default() += 1;
    }

    pub(crate) fn write(mut self, tool: &str, tally: &Tally) -> io::Result<()> {
        let mut all = Map::new();
        all.insert("tool".into(), tool.into());
        let seconds = (self.begun.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        all.insert("seconds".into(), seconds.into());
        for (name, count) in [
            ("read", tally.read),
            ("written", tally.written),
            ("dropped", tally.dropped),
            ("rejected", tally.rejected),
        ] {
            all.insert(name.into(), count.into());
        }
        let kinds: Map<_, _> =
            self.kinds.into_iter().map(|(kind, count)| (kind.to_owned(), count.into())).collect();
        all.insert("rejects".into(), kinds.into());
        for (name, raw) in self.more {
            all.insert(name.into(), serde_json::from_str(&raw)?);
        }
        writeln!(self.to, "{}", Value::Object(all))
            .map_err(|error| io::Error::other(format!("--stats: {error}")))
    }
}
