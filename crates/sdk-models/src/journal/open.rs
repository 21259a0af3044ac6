//! How a journal file is had: made if need be, locked meanwhile, and refused if it is not one.

use std::fs::{DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::schema;

/// Pages that a connection keeps, in KiB, as SQLite counts them: of who writes, and of who reads, whose pages each commit
/// makes old.
const WRITING: i64 = -512;
pub(super) const READING: i64 = -256;

/// How long another process may hold what this one needs.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

pub(super) struct Opened {
    pub(super) writer: Connection,
    pub(super) looker: Connection,
    pub(super) remarks: Vec<String>,
}

/// Opens both connections. Not every lock of SQLite's opening and of its switch to WAL waits, so that of many who
/// start at once some would die: they take turns.
pub(super) fn open(path: &Path) -> Result<Opened, String> {
    // SQLite would take a relative `file:…` for an address.
    let path = &std::path::absolute(path).map_err(|error| unwritable(path, &error))?;
    let folder = path.parent().unwrap_or(path);
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| unwritable(path, &error))?;
    let turn = turn(path)?;
    // Before SQLite does: what it makes beside the file gets the file's mode.
    let file = kept(path).map_err(|error| unwritable(path, &error))?;
    begins_well(&file, path)?;
    let mut writer = connect(path, WRITING).map_err(|error| unusable(path, &error))?;
    let mode = ready(&mut writer, path)?;
    let looker = connect(path, READING).map_err(|error| unusable(path, &error))?;
    drop(turn);
    Ok(Opened { writer, looker, remarks: remarks(path, &mode) })
}

fn mine(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// The file, open for as long as the process lives: to close it would free the locks that SQLite holds on it by another
/// connection of this process.
fn kept(path: &Path) -> io::Result<Arc<File>> {
    static ALL: Mutex<Vec<(Inode, Arc<File>)>> = Mutex::new(Vec::new());
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let known = std::fs::metadata(path).ok().map(|found| inode(&found));
    if let Some((_, file)) = all.iter().find(|(inode, _)| Some(*inode) == known) {
        return Ok(Arc::clone(file));
    }
    let file = Arc::new(mine(path)?);
    all.push((inode(&file.metadata()?), Arc::clone(&file)));
    Ok(file)
}

/// Device and number of a file.
type Inode = (u64, u64);

fn inode(found: &Metadata) -> Inode {
    (found.dev(), found.ino())
}

/// One process at a time, for as long as the file is held.
fn turn(path: &Path) -> Result<File, String> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let lock = mine(&name).map_err(|error| unwritable(path, &error))?;
    let begun = Instant::now();
    loop {
        match lock.try_lock() {
            // A file system without locks: to go on is as good as it gets there.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(lock),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => sleep(Duration::from_millis(1)),
            Err(TryLockError::WouldBlock) => {
                let name = name.display();
                return Err(advice(path, &format!("another process has held {name} for 30 s")));
            }
        }
    }
}

/// SQLite itself says this only of what it reads.
fn begins_well(file: &File, path: &Path) -> Result<(), String> {
    const FIRST: [u8; 16] = *b"SQLite format 3\0";
    let mut first = [0; FIRST.len()];
    let read = file.read_at(&mut first, 0).map_err(|error| unwritable(path, &error))?;
    if read == 0 || first == FIRST {
        return Ok(());
    }
    Err(advice(path, "it is no journal, or a damaged one: it does not begin as an SQLite file does"))
}

/// A connection to a file that is there already; the path is absolute.
pub(super) fn connect(path: &Path, cache: i64) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    // To leave quickly: who comes next reads what is left in the log.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // One plan for a statement, whatever values it meets: else each use of a kept statement plans it anew, which costs
    // ten times its run.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", cache)?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // The writer empties the log when it is long. SQLite itself would do it for every thousand pages, which copies the
    // pages of the index again each time, and every time the answers wait for the disk.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    Ok(connection)
}

/// Makes what is not there, refuses what is not ours. Gives the journal mode of the file.
fn ready(connection: &mut Connection, path: &Path) -> Result<String, String> {
    let broken = |error: rusqlite::Error| unusable(path, &error);
    let number =
        |connection: &Connection, sql: &str| connection.query_row(sql, (), |row| row.get::<_, i64>(0));
    let tables = number(connection, "SELECT count(*) FROM sqlite_schema").map_err(broken)?;
    if tables == 0 {
        // Nothing can be lost yet, and to wait for the disk would cost 20 ms.
        connection.execute_batch(&format!("PRAGMA synchronous = OFF; {}", schema::PAGE)).map_err(broken)?;
    } else if number(connection, "PRAGMA application_id").map_err(broken)? != schema::APPLICATION {
        return Err(advice(path, "it is the database of another program"));
    }
    let version = number(connection, "PRAGMA user_version").map_err(broken)?;
    if version > schema::VERSION {
        return Err(advice(
            path,
            &format!("it was written by a newer version of these tools (form {version})"),
        ));
    }
    let mode = connection.query_row("PRAGMA journal_mode = WAL", (), |row| row.get(0)).map_err(broken)?;
    if tables == 0 {
        schema::create(connection).map_err(broken)?;
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(broken)?;
    }
    Ok(mode)
}

fn remarks(path: &Path, mode: &str) -> Vec<String> {
    let mut remarks = Vec::new();
    let path = path.display();
    if mode != "wal" {
        remarks.push(format!(
            "the journal {path} is kept without a write-ahead log ({mode}): slower, and one process at a time"
        ));
    }
    #[cfg(target_os = "linux")]
    if let Some(name) = afar(path.to_string().as_ref()) {
        remarks.push(format!("the journal {path} is on {name}, where locks are not to be trusted; --journal FILE names another place"));
    }
    remarks
}

/// The kind of a file system that is shared over a network.
#[cfg(target_os = "linux")]
fn afar(path: &Path) -> Option<&'static str> {
    let known = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "SMB"),
        (0xfe53_4d42, "SMB"),
        (0x6573_5546, "a FUSE mount"),
        (0x0102_1997, "a 9P mount"),
    ];
    let kind = rustix::fs::statfs(path).ok()?.f_type;
    known.into_iter().find_map(|(number, name)| (kind & 0xffff_ffff == number).then_some(name))
}

/// An error of the file system, for the user.
fn unwritable(path: &Path, error: &io::Error) -> String {
    advice(path, &format!("it cannot be written: {error}"))
}

/// An error of SQLite, for the user.
pub(super) fn unusable(path: &Path, error: &rusqlite::Error) -> String {
    let what = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => "it is no journal, or a damaged one",
        Some(ErrorCode::DatabaseBusy) => "another process has held it for 30 s",
        _ => "it cannot be used",
    };
    advice(path, &format!("{what}: {}", said(error)))
}

/// What SQLite says, in one line.
pub(super) fn said(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(code, None) => code.to_string(),
        other => other.to_string().replace('\n', " "),
    }
}

fn advice(path: &Path, what: &str) -> String {
    let path = path.display();
    format!(
        "the journal {path}: {what}; move it away, name another (--journal FILE) or keep none (--no-journal)"
    )
}
