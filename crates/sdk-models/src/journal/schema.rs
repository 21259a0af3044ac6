//! What a journal file holds. docs/journal.md says it to users, who read it with `sqlite3`.

use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, TransactionBehavior};

use sdk_prompt::Key;

/// `SDKJ`: how a file says that it is a journal.
pub(super) const APPLICATION: i64 = 0x5344_4b4a;

/// The form below. A file of a newer one is left alone.
pub(super) const VERSION: i64 = 1;

/// Must stand before the first table. With 4096 a row of 2 KB wastes half a page; with 16384 every page of the index
/// that an insert touches costs twice as much.
pub(super) const PAGE: &str = "PRAGMA page_size = 8192;";

/// `h` is the first 48 bits of the key: an index on whole keys makes inserts dearer by half, and a table in the order of
/// the keys four times as dear. `n` is age.
const TABLES: &str = "
CREATE TABLE answers (
  n INTEGER PRIMARY KEY,
  h INTEGER NOT NULL,
  key BLOB NOT NULL,
  model TEXT NOT NULL,
  at INTEGER NOT NULL,
  aside INTEGER NOT NULL DEFAULT 0,
  reply TEXT NOT NULL
);
CREATE INDEX answers_h ON answers (h);
CREATE TABLE places (
  address TEXT NOT NULL,
  asked TEXT NOT NULL,
  model TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (address, asked)
) WITHOUT ROWID;";

/// Makes the tables. All or nothing: a file whose maker was killed is empty and is made by the next one.
pub(super) fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(TABLES)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}

/// The part of a key that is indexed.
pub(super) fn head(key: Key) -> i64 {
    key.0[..6].iter().fold(0, |head, byte| head << 8 | i64::from(*byte))
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
