//! How an answer is found: a connection of its own, many look-ups in one read transaction.
//!
//! A read transaction sees the file as it was when it began. A twin that is looked up in an old one would be asked, and
//! paid for, again: so a new one begins whenever this process has committed something.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use sdk_prompt::Key;

use super::evict::Used;
use super::open::READING;
use super::write::Pulse;
use super::{Broken, Current, Kept, kept, schema};

/// Look-ups in one read transaction; every beginning costs about as much as one.
const MANY: u32 = 32;

/// Answers known one after the other from which on this is a run that mostly reads; its pages of the index are then kept,
/// as many as 100,000 answers have. Where answers are still asked for, each commit would empty the larger cache as well.
const READS: u32 = 256;
const ONLY_READING: i64 = -2048;

pub(super) const FIND: &str =
    "SELECT n, aside, reply FROM answers WHERE h = ?1 AND key = ?2 ORDER BY n DESC LIMIT 1";

/// Finds answers.
pub(crate) struct Look {
    connection: Connection,
    path: PathBuf,
    model: Arc<str>,
    current: Current,
    pulse: Arc<Pulse>,
    /// How many commits the open transaction knows of.
    seen: u64,
    /// Look-ups that the open transaction is still good for; 0: none is open.
    left: u32,
    used: Option<Arc<Used>>,
    /// Answers that were known since one was not.
    known: u32,
}

impl Look {
    pub(super) fn new(
        connection: Connection,
        path: &Path,
        model: &Arc<str>,
        current: Current,
        pulse: Arc<Pulse>,
        used: Option<Arc<Used>>,
    ) -> Look {
        let (path, model) = (path.to_owned(), Arc::clone(model));
        Look { connection, path, model, current, pulse, seen: 0, left: 0, used, known: 0 }
    }

    /// The answer to this request, if it is known.
    pub(crate) fn get(&mut self, key: Key) -> Result<Option<Kept>, Broken> {
        self.find(key).map_err(|error| Broken::new(&self.path, "read", &error))
    }

    /// To be called before a wait: an open read transaction would keep the log from being emptied.
    pub(crate) fn idle(&mut self) {
        if std::mem::take(&mut self.left) > 0 {
            // Nothing was written in it: nothing is lost if it fails.
            let _ = self.run("COMMIT");
        }
    }

    fn run(&self, statement: &str) -> rusqlite::Result<()> {
        self.connection.prepare_cached(statement)?.execute(()).map(drop)
    }

    fn find(&mut self, key: Key) -> rusqlite::Result<Option<Kept>> {
        while self.pulse.hold.load(Ordering::Acquire) {
            self.idle();
            sleep(Duration::from_micros(200));
        }
        let commits = self.pulse.commits.load(Ordering::Acquire);
        if commits != self.seen {
            self.idle();
        }
        if self.left == 0 {
            self.run("BEGIN")?;
            (self.left, self.seen) = (MANY + 1, commits);
        }
        let found = self.connection.prepare_cached(FIND)?.query_row((schema::head(key), &key.0), |row| {
            let (n, aside) = (row.get(0)?, row.get(1)?);
            let counts = self.current.counts(n, aside);
            let kept = if counts { kept::read(row.get_ref(2)?.as_str()?, key, &self.model) } else { None };
            Ok(kept.map(|kept| (n, kept)))
        });
        let found = found.optional();
        self.left -= 1;
        if self.left == 1 || found.is_err() {
            self.idle();
        }
        let found = found?.flatten();
        self.room(found.is_some())?;
        let Some((n, kept)) = found else { return Ok(None) };
        if let Some(used) = &self.used {
            used.mark(n);
        }
        Ok(Some(kept))
    }

    /// Fits the cache to what is looked up. `known`: the last was there.
    fn room(&mut self, known: bool) -> rusqlite::Result<()> {
        let before = self.known;
        self.known = if known { before.saturating_add(1) } else { 0 };
        match (before, self.known) {
            (_, READS) => self.connection.pragma_update(None, "cache_size", ONLY_READING),
            (READS.., 0) => self.connection.pragma_update(None, "cache_size", READING),
            _ => Ok(()),
        }
    }
}
