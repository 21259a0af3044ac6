//! The log beside the file, into which SQLite writes first: emptied when it is long. SQLite by itself does so only when
//! nobody reads, which in a busy run is never; and who opens the journal next has to read the log.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

use super::open::{PATIENCE, READING, connect};
use super::write::Pulse;

/// Bytes of the log from which on it is emptied.
const LONG: u64 = 16 * 1024 * 1024;

/// How long readers may hold that up.
const SHORT: Duration = Duration::from_millis(100);

pub(super) struct Log {
    journal: PathBuf,
    path: PathBuf,
    /// Bytes from which on it is tried to empty it.
    most: u64,
    /// Copies what it holds into the file.
    copying: Option<JoinHandle<()>>,
    pulse: Arc<Pulse>,
}

impl Log {
    /// The log of this journal.
    pub(super) fn of(journal: &Path, pulse: Arc<Pulse>) -> Log {
        let mut path = journal.as_os_str().to_owned();
        path.push("-wal");
        let journal = std::path::absolute(journal).unwrap_or_else(|_| journal.to_owned());
        Log { journal, path: path.into(), most: LONG, copying: None, pulse }
    }

    /// Empties it if it is long: nearly all of it is copied while answers go on being kept, and only then do they and
    /// the look-ups wait for the little that came meanwhile. All at once would hold them up for as long as the disk
    /// takes for sixteen megabytes.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn tend(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(thread) = &self.copying {
            if !thread.is_finished() {
                return Ok(());
            }
        } else {
            if self.length() < self.most {
                return Ok(());
            }
            let journal = self.journal.clone();
            let copy = move || {
                // What fails here is tried again by who empties the log, who says so if it fails there too.
                let _ = connect(&journal, READING).and_then(|own| checkpoint(&own, "PASSIVE"));
            };
            self.copying = thread::Builder::new().name("log".into()).spawn(copy).ok();
            if self.copying.is_some() {
                return Ok(());
            }
        }
        self.copying = None;
        self.empty(connection)
    }

    /// Other processes may read on and prevent it: then it is tried again when the log is twice as long.
    fn empty(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.pulse.hold.store(true, Ordering::Release);
        connection.busy_timeout(SHORT)?;
        let done = checkpoint(connection, "TRUNCATE");
        self.pulse.hold.store(false, Ordering::Release);
        self.most = LONG.max(self.length() * 2);
        connection.busy_timeout(PATIENCE)?;
        done
    }

    fn length(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |log| log.len())
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        if let Some(thread) = self.copying.take() {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

fn checkpoint(connection: &Connection, how: &str) -> rusqlite::Result<()> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({how})"), (), |_| Ok(()))
}
