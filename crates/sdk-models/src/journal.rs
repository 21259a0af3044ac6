//! The journal: every answer that was paid for, in one SQLite file, kept before its row is written.
//!
//! `schema.rs` says what the file holds, `open.rs` how it is had, `look.rs` how an answer is found, `write.rs` and `writer.rs`
//! how answers are kept, `log.rs` how SQLite's log is emptied, `evict.rs` which leave. Several processes use one file at
//! once. Nothing here asks a model; who does when an answer is missing is in `journalled.rs`.

mod batches;
mod evict;
mod flags;
mod kept;
mod log;
mod look;
mod open;
mod places;
mod schema;
#[cfg(test)]
mod tests;
mod write;
mod writer;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

pub(crate) use batches::{Batches, Bought, Half, half};
pub use flags::JournalFlags;
pub(crate) use kept::{Kept, is_answer};
pub(crate) use look::Look;
pub(crate) use places::Places;
pub(crate) use write::Write;

use evict::{Evict, Used};

/// How a run uses its journal.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Use {
    /// What was known before the run counts as unknown.
    pub(crate) refresh: bool,
    /// Nobody will be asked: answers that were put aside count too.
    pub(crate) replay: bool,
    /// Bytes that the file may hold.
    pub(crate) max: Option<u64>,
}

/// An open journal: one connection to look, one to write.
pub(crate) struct Journal {
    pub(crate) look: Look,
    pub(crate) write: Write,
    pub(crate) places: Places,
    /// What the user should know of the file.
    pub(crate) remarks: Vec<String>,
}

impl Journal {
    /// Opens the file, or makes it. `model` is whom all answers are of.
    ///
    /// # Errors
    /// The text for the user (exit 2): no journal, one of a newer version, not to be written.
    pub(crate) fn open(path: &Path, model: &Arc<str>, way: Use) -> Result<Journal, String> {
        let open::Opened { writer, looker, remarks } = open::open(path)?;
        let places = Places::read(&looker).map_err(|error| open::unusable(path, &error))?;
        let last = last(&writer).map_err(|error| open::unusable(path, &error))?;
        let current = Current { after: if way.refresh { last } else { -1 }, aside: way.replay };
        let used = way.max.map(|_| Used::of(path));
        let evict = way.max.zip(used.clone()).map(|(max, used)| Evict::new(max, last, used));
        let write = Write::start(writer, path, model, current, evict)?;
        let look = Look::new(looker, path, model, current, write.pulse(), used);
        Ok(Journal { look, write, places, remarks })
    }
}

/// The age of the youngest answer: ages only grow, as the youngest never leaves.
fn last(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT coalesce(max(n), 0) FROM answers", (), |row| row.get(0))
}

/// Which of the kept answers count.
#[derive(Debug, Clone, Copy)]
struct Current {
    /// Only those that are younger than this.
    after: i64,
    /// Those that were put aside too.
    aside: bool,
}

impl Current {
    fn counts(self, n: i64, aside: bool) -> bool {
        n > self.after && (self.aside || !aside)
    }
}

/// Why the journal cannot be used any more.
#[derive(Debug, Clone)]
pub(crate) struct Broken(Arc<str>);

impl Broken {
    fn new(path: &Path, doing: &str, error: &rusqlite::Error) -> Broken {
        let (path, error) = (path.display(), open::said(error));
        Broken(format!("the journal {path} cannot be {doing}: {error}").into())
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
