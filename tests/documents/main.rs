//! Documents through the real binary: where they come from, many at once, and what hostile ones do to a run: a record or
//! one reject, within the time, and the next one is read.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::print_stderr,
    missing_docs
)]

#[path = "../shell/mod.rs"]
mod shell;

mod archive;
mod children;
mod hostile;
mod many;
mod office;
mod portable;
mod site;
mod sources;
mod web;

use std::collections::BTreeMap;
use std::path::Path;

use shell::Ran;

/// What became of a run's documents, by name.
pub struct Fates {
    /// Rows of each document.
    pub rows: BTreeMap<String, Vec<serde_json::Value>>,
    /// Kind and message of each reject.
    pub rejects: Vec<(String, String, String)>,
}

impl Fates {
    /// Of a run that wrote its rejects to `bad.jsonl` in this folder.
    pub fn of(ran: &Ran, folder: &Path) -> Fates {
        let mut rows: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for row in ran.rows() {
            let source = row["source"].as_str().unwrap_or("a row").to_owned();
            rows.entry(source).or_default().push(row);
        }
        let bad = std::fs::read_to_string(folder.join("bad.jsonl")).unwrap_or_default();
        let reject = |line: &str| {
            let reject: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| reject["error"][key].as_str().unwrap_or_default().to_owned();
            let at = text("at");
            (
                at.rsplit_once(':').map_or(at.clone(), |(name, _)| name.to_owned()),
                text("kind"),
                text("message"),
            )
        };
        Fates { rows, rejects: bad.lines().map(reject).collect() }
    }

    /// Kinds and messages of this document's rejects.
    pub fn refused(&self, name: &str) -> Vec<(&str, &str)> {
        let mine = self.rejects.iter().filter(|(of, ..)| of == name);
        mine.map(|(_, kind, message)| (kind.as_str(), message.as_str())).collect()
    }
}
