//! Batches that were bought and whose results are not in the journal yet. One stands here before the service hears of
//! it, so that a run that was killed in between does not buy it again.

use std::collections::HashSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use sdk_prompt::Key;

use super::{open, schema};

/// Made when it is first wanted: few journals ever hold a batch.
const TABLE: &str = "
CREATE TABLE IF NOT EXISTS batches (
  name TEXT PRIMARY KEY,
  address TEXT NOT NULL,
  id TEXT,
  keys BLOB NOT NULL,
  at INTEGER NOT NULL
);";

/// Services forget a batch after thirty days.
const FORGOTTEN: i64 = 31 * 24 * 60 * 60;

/// The table.
pub(crate) struct Batches {
    connection: Connection,
    path: PathBuf,
}

/// One that was bought, or that may have been.
#[derive(Debug, Clone)]
pub(crate) struct Bought {
    /// What the service was told of it.
    pub(crate) name: String,
    /// What the service calls it, once that is known.
    pub(crate) id: Option<String>,
    /// What it asks.
    pub(crate) keys: HashSet<Half>,
}

/// Half of a request's key, which tells any number of requests apart.
pub(crate) type Half = u128;

/// The first half of a key.
pub(crate) fn half(key: Key) -> Half {
    key.0[..16].iter().fold(0, |half, byte| half << 8 | u128::from(*byte))
}

impl Batches {
    /// Opens the journal for them.
    ///
    /// # Errors
    /// As for the journal itself.
    pub(crate) fn open(path: &Path) -> Result<Batches, String> {
        let connection = open::open(path)?.writer;
        let batches = Batches { connection, path: path.to_owned() };
        batches.said(batches.connection.execute_batch(TABLE))?;
        let old = schema::now() - FORGOTTEN;
        batches.said(batches.connection.execute("DELETE FROM batches WHERE at < ?1", [old]))?;
        Ok(batches)
    }

    /// The turn to buy, which one process has at a time, for as long as the file is held; `None` while another has it.
    ///
    /// # Errors
    /// The file beside the journal cannot be made.
    pub(crate) fn turn(&self) -> Result<Option<File>, String> {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".batch");
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&name);
        let file =
            file.map_err(|error| format!("{}: cannot be written: {error}", Path::new(&name).display()))?;
        match file.try_lock() {
            // A file system without locks: to go on is as good as it gets there.
            Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
        }
    }

    /// All that were bought at this address.
    ///
    /// # Errors
    /// The journal cannot be read.
    pub(crate) fn all(&self, address: &str) -> Result<Vec<Bought>, String> {
        let find = || {
            let sql = "SELECT name, id, keys FROM batches WHERE address = ?1 ORDER BY at, rowid";
            let mut find = self.connection.prepare(sql)?;
            let found = find.query_map([address], |row| {
                let keys: Vec<u8> = row.get(2)?;
                let halves = keys
                    .chunks_exact(16)
                    .map(|half| half.iter().fold(0, |all, byte| all << 8 | u128::from(*byte)));
                Ok(Bought { name: row.get(0)?, id: row.get(1)?, keys: halves.collect() })
            })?;
            found.collect()
        };
        self.said(find())
    }

    /// One is about to be bought.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub(crate) fn begin(&self, address: &str, name: &str, keys: &HashSet<Half>) -> Result<(), String> {
        let keys: Vec<u8> = keys.iter().flat_map(|half| half.to_be_bytes()).collect();
        let sql = "INSERT INTO batches (name, address, keys, at) VALUES (?1, ?2, ?3, ?4)";
        self.said(self.connection.execute(sql, (name, address, keys, schema::now()))).map(drop)
    }

    /// It was bought.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub(crate) fn bought(&self, name: &str, id: &str) -> Result<(), String> {
        let sql = "UPDATE batches SET id = ?2 WHERE name = ?1";
        self.said(self.connection.execute(sql, (name, id))).map(drop)
    }

    /// It was never bought, or all that it brings is in the journal.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub(crate) fn done(&self, name: &str) -> Result<(), String> {
        self.said(self.connection.execute("DELETE FROM batches WHERE name = ?1", [name])).map(drop)
    }

    fn said<T>(&self, result: rusqlite::Result<T>) -> Result<T, String> {
        result.map_err(|error| open::unusable(&self.path, &error))
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn what_was_bought_is_known_until_it_is_done() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("j.sqlite");
        let keys = HashSet::from([half(Key([7; 32])), half(Key([255; 32]))]);
        Batches::open(&path).unwrap().begin("https://a/v1", "one", &keys).unwrap();
        // Another process, or another day.
        let batches = Batches::open(&path).unwrap();
        let found = batches.all("https://a/v1").unwrap();
        assert_eq!((found.len(), &*found[0].name, &found[0].id, &found[0].keys), (1, "one", &None, &keys));
        batches.bought("one", "batch_1").unwrap();
        assert_eq!(batches.all("https://a/v1").unwrap()[0].id.as_deref(), Some("batch_1"));
        assert!(batches.all("https://b/v1").unwrap().is_empty());
        assert!(batches.begin("https://a/v1", "one", &keys).is_err(), "a name is given once");
        batches.done("one").unwrap();
        assert!(batches.all("https://a/v1").unwrap().is_empty());
        batches.begin("https://a/v1", "old", &keys).unwrap();
        batches.connection.execute("UPDATE batches SET at = at - ?1", [FORGOTTEN + 10]).unwrap();
        assert!(Batches::open(&path).unwrap().all("https://a/v1").unwrap().is_empty());
    }

    #[test]
    fn one_buys_at_a_time() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("j.sqlite");
        let [one, two] = [(); 2].map(|()| Batches::open(&path).unwrap());
        let turn = one.turn().unwrap();
        assert!(turn.is_some() && two.turn().unwrap().is_none());
        drop(turn);
        assert!(two.turn().unwrap().is_some());
    }
}
