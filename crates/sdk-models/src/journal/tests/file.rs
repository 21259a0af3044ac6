//! The journal as a file: who may read it, what is refused, many at once, and what another program sees.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Barrier};
use std::thread;

use rusqlite::Connection;
use tempfile::TempDir;

use super::super::Use;
use super::{get, open, place, put, refused, rows};

#[test]
fn nobody_else_can_read_it() {
    let (_folder, path) = place();
    let journal = open(&path, Use::default());
    put(&journal, 1, "one").unwrap();
    let folder = path.parent().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder), 0o700);
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600), "{files:?}");
}

#[test]
fn what_is_no_journal_is_refused_and_left_alone() {
    let (_folder, path) = place();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for bytes in [b"hello".to_vec(), vec![0; 8192], b"SQLite format 3\0 and then nonsense".repeat(500)] {
        fs::write(&path, &bytes).unwrap();
        assert!(refused(&path).contains("no journal, or a damaged one"));
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    assert!(refused(&path).contains("another program"));
}

#[test]
fn a_cut_journal_is_refused() {
    let (_folder, path) = place();
    let journal = open(&path, Use::default());
    for number in 0..50 {
        put(&journal, number, &"x".repeat(5000)).unwrap();
    }
    drop(journal);
    Connection::open(&path).unwrap().query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(refused(&path).contains("no journal, or a damaged one"));
}

#[test]
fn a_newer_journal_is_refused() {
    let (_folder, path) = place();
    drop(open(&path, Use::default()));
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 2).unwrap();
    assert!(refused(&path).contains("newer version"));
}

#[test]
fn a_place_that_cannot_be_written_is_refused() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(refused(&folder.path().join("file/journal.sqlite")).contains("cannot be written"));
    assert!(refused(folder.path()).contains("cannot be written"));
    // Root may write everywhere.
    fs::set_permissions(folder.path(), Permissions::from_mode(0o500)).unwrap();
    if fs::write(folder.path().join("other"), "").is_err() {
        assert!(refused(&folder.path().join("journal.sqlite")).contains("cannot be written"));
    }
}

#[test]
fn a_full_disk_lets_what_was_paid_go_on() {
    let (_folder, path) = place();
    let journal = open(&path, Use::default());
    put(&journal, 0, "x").unwrap();
    // Stands for the full disk: whatever is wrong, no insert succeeds.
    let trigger =
        "CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT raise(ABORT, 'disk is full'); END";
    Connection::open(&path).unwrap().execute_batch(trigger).unwrap();
    for number in 1..4 {
        let why = put(&journal, number, "paid").unwrap_err();
        assert!(why.contains("cannot be written") && why.contains("disk is full"), "{why}");
    }
}

#[test]
fn many_may_start_at_once() {
    for _ in 0..6 {
        let (_folder, path) = place();
        let barrier = Arc::new(Barrier::new(10));
        let one = |number: u64| {
            let (barrier, path) = (Arc::clone(&barrier), path.clone());
            thread::spawn(move || {
                barrier.wait();
                let mut journal = open(&path, Use::default());
                assert_eq!(get(&mut journal, 100 + number), None);
                put(&journal, 100 + number, "x").unwrap();
                put(&journal, 1, &format!("of {number}")).unwrap()
            })
        };
        let threads: Vec<_> = (0..10).map(one).collect();
        let same: Vec<String> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(same.iter().all(|text| *text == same[0]), "{same:?}");
        assert_eq!(rows(&path), 11);
    }
}

#[test]
fn the_sqlite_shell_reads_it() {
    let (_folder, path) = place();
    let journal = open(&path, Use::default());
    put(&journal, 1, "one").unwrap();
    let mut shell = Command::new("sqlite3");
    shell.arg(&path).arg("SELECT model, reply->>'text', reply->>'finish' FROM answers").stdin(Stdio::null());
    // Not every machine has it; docs/journal.md is run where it is.
    let Ok(output) = shell.output() else { return };
    assert_eq!(String::from_utf8_lossy(&output.stdout), "stub:tiny|one|length\n");
}

/// The system frees all locks that a process has on a file as soon as it closes the file once: also those of SQLite, by
/// another connection that lives.
#[cfg(target_os = "linux")]
#[test]
fn an_open_journal_keeps_its_locks_when_another_is_opened() {
    use std::os::unix::fs::MetadataExt;
    let (_folder, path) = place();
    let journal = open(&path, Use::default());
    put(&journal, 1, "one").unwrap();
    let own = format!(" {} ", std::process::id());
    let file = format!(":{} ", fs::metadata(&path).unwrap().ino());
    let locks = || {
        let all = fs::read_to_string("/proc/locks").unwrap();
        all.lines()
            .filter(|line| line.contains("POSIX") && line.contains(&own) && line.contains(&file))
            .count()
    };
    let before = locks();
    assert!(before > 0, "no lock to lose");
    drop(open(&path, Use::default()));
    assert_eq!(locks(), before);
    put(&journal, 2, "two").unwrap();
}

#[test]
fn the_log_stays_short_though_others_read() {
    let (_folder, path) = place();
    let mut journal = open(&path, Use::default());
    let log = PathBuf::from(format!("{}-wal", path.display()));
    let length = || fs::metadata(&log).unwrap().len();
    let (text, megabytes) = ("x".repeat(1 << 20), |count: u64| count << 20);
    let mut put_and_get = |number: u64| {
        put(&journal, number, &text).unwrap();
        assert_eq!(get(&mut journal, number), Some(text.clone()));
        journal.look.idle();
    };
    (0..60).for_each(&mut put_and_get);
    assert!(length() < megabytes(40), "{}", length());
    let reader = Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM answers").unwrap();
    (60..100).for_each(&mut put_and_get);
    assert!(length() > megabytes(32), "somebody reads what was: {}", length());
    reader.execute_batch("COMMIT").unwrap();
    let mut number = 100;
    while length() > megabytes(20) {
        assert!(number < 400, "{}", length());
        put_and_get(number);
        number += 1;
    }
    assert_eq!(rows(&path), number);
}
