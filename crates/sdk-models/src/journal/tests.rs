//! The journal as storage: what is kept, what counts, what leaves.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;

use rusqlite::Connection;
use sdk_prompt::{Finish, Key, Reply, Usage};
use sdk_record::{Fault, Kind};
use tempfile::TempDir;

use super::{Journal, Kept, Use, is_answer};

mod file;

fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("sdk/journal.sqlite");
    (folder, path)
}

fn model() -> Arc<str> {
    "stub:tiny".into()
}

fn open(path: &Path, way: Use) -> Journal {
    Journal::open(path, &model(), way).unwrap()
}

/// Any key; their heads lie far apart and out of order.
fn key(number: u64) -> Key {
    Key(blake3::hash(&number.to_le_bytes()).into())
}

#[allow(clippy::unnecessary_wraps)] // what is kept may be a fault
fn said(text: &str, key: Key) -> Kept {
    let usage = Some(Usage { input: 7, output: 3, cached: 2, written: 0 });
    let reasoning = Some("hm \u{0}\"".to_owned());
    Ok(Reply {
        text: text.into(),
        reasoning,
        finish: Finish::Length,
        usage,
        key,
        model: model(),
        attempts: 1,
    })
}

fn text(kept: Kept) -> String {
    kept.unwrap().text
}

/// Keeps one answer and gives what stands after the commit.
fn put(journal: &Journal, number: u64, text: &str) -> Result<String, String> {
    let (send, receive) = channel();
    let then = Box::new(move |kept: Kept, broken: Option<&super::Broken>| {
        send.send(broken.map_or(Ok(kept.unwrap().text), |broken| Err(broken.to_string()))).unwrap();
    });
    journal.write.put(key(number), said(text, key(number)), then);
    receive.recv().unwrap()
}

fn get(journal: &mut Journal, number: u64) -> Option<String> {
    journal.look.get(key(number)).unwrap().map(text)
}

fn refused(path: &Path) -> String {
    let Err(why) = Journal::open(path, &model(), Use::default()) else { panic!("it was opened") };
    assert!(!why.contains('\n') && why.contains("--journal FILE") && why.contains("--no-journal"), "{why}");
    why
}

#[test]
fn what_is_kept_is_found_whole() {
    let (_folder, path) = place();
    let journal = open(&path, Use::default());
    assert_eq!(put(&journal, 1, "one\n\u{1F980}"), Ok("one\n\u{1F980}".into()));
    drop(journal);
    let mut journal = open(&path, Use::default());
    let reply = journal.look.get(key(1)).unwrap().unwrap().unwrap();
    let wanted = said("one\n\u{1F980}", key(1)).unwrap();
    assert_eq!(format!("{reply:?}"), format!("{:?}", Reply { attempts: 0, ..wanted }));
    assert!(get(&mut journal, 2).is_none());
}

#[test]
fn what_a_model_said_instead_is_an_answer_and_a_lost_one_is_not() {
    let (_folder, path) = place();
    let mut journal = open(&path, Use::default());
    let usage = Some(Usage { input: 9, output: 2, cached: 3, written: 0 });
    let refusal = Fault { status: Some(200), usage, ..Fault::new(Kind::Refused, "no").after("I cannot") };
    let kept: Kept = Err(refusal);
    assert!(is_answer(&kept));
    let (send, receive) = channel();
    journal.write.put(key(1), kept, Box::new(move |_, _| send.send(()).unwrap()));
    receive.recv().unwrap();
    let fault = journal.look.get(key(1)).unwrap().unwrap().unwrap_err();
    assert_eq!((fault.kind, fault.reply.as_deref()), (Kind::Refused, Some("I cannot")));
    assert_eq!((fault.status, &*fault.message, fault.usage), (Some(200), "no", usage));
    for (kind, status) in [(Kind::Http, Some(500)), (Kind::NoAnswer, None), (Kind::Filtered, Some(400))] {
        assert!(!is_answer(&Err(Fault { status, ..Fault::new(kind, "") })), "{kind:?}");
    }
}

#[test]
fn the_first_answer_stands() {
    let (_folder, path) = place();
    let (first, second) = (open(&path, Use::default()), open(&path, Use::default()));
    assert_eq!(put(&first, 1, "mine"), Ok("mine".into()));
    assert_eq!(put(&second, 1, "yours"), Ok("mine".into()));
}

#[test]
fn a_twin_is_found_as_soon_as_its_elder_is_kept() {
    let (_folder, path) = place();
    let mut journal = open(&path, Use::default());
    for number in 0..200 {
        assert_eq!(get(&mut journal, number), None);
        put(&journal, number, "x").unwrap();
        assert_eq!(get(&mut journal, number).as_deref(), Some("x"), "{number}");
    }
}

#[test]
fn refresh_knows_only_what_is_younger() {
    let (_folder, path) = place();
    let journal = open(&path, Use::default());
    for number in 0..3 {
        put(&journal, number, "old").unwrap();
    }
    drop(journal);
    let mut journal = open(&path, Use { refresh: true, ..Use::default() });
    for number in [2, 0, 1] {
        assert_eq!(get(&mut journal, number), None);
        assert_eq!(put(&journal, number, "new"), Ok("new".into()));
        assert_eq!(put(&journal, number, "twin"), Ok("new".into()));
        assert_eq!(get(&mut journal, number).as_deref(), Some("new"));
    }
    drop(journal);
    assert_eq!(get(&mut open(&path, Use::default()), 1).as_deref(), Some("new"));
    assert_eq!(rows(&path), 3);
}

#[test]
fn what_was_put_aside_counts_only_for_a_replay() {
    let (_folder, path) = place();
    let journal = open(&path, Use::default());
    put(&journal, 1, "bad").unwrap();
    journal.write.aside(vec![key(1), key(9)]);
    drop(journal);
    let mut journal = open(&path, Use::default());
    assert_eq!(get(&mut journal, 1), None);
    let mut replay = open(&path, Use { replay: true, ..Use::default() });
    assert_eq!(get(&mut replay, 1).as_deref(), Some("bad"));
    assert_eq!(put(&journal, 1, "good"), Ok("good".into()));
    assert_eq!(get(&mut journal, 1).as_deref(), Some("good"));
    assert_eq!(rows(&path), 1);
}

#[test]
fn the_oldest_leave_and_none_that_was_used() {
    let (_folder, path) = place();
    let long = "x".repeat(3000);
    let journal = open(&path, Use::default());
    let (send, receive) = channel();
    for number in 0..500 {
        let send = send.clone();
        journal.write.put(
            key(number),
            said(&long, key(number)),
            Box::new(move |_, _| send.send(()).unwrap()),
        );
    }
    drop(send);
    assert_eq!(receive.iter().count(), 500);
    drop(journal);
    let mut journal = open(&path, Use { max: Some(400_000), ..Use::default() });
    assert!(get(&mut journal, 3).is_some());
    for number in 1000..1020 {
        put(&journal, number, &long).unwrap();
    }
    drop(journal);
    let mut journal = open(&path, Use::default());
    assert!(get(&mut journal, 0).is_none() && get(&mut journal, 3).is_some());
    assert!((1000..1020).all(|number| get(&mut journal, number).is_some()));
    let kept = rows(&path);
    assert!((60..140).contains(&kept), "{kept} rows");
}

/// Several models of one run use one file: what one of them has used does not leave for another.
#[test]
fn none_leaves_that_another_model_of_the_run_has_used() {
    let (_folder, path) = place();
    let long = "x".repeat(3000);
    let journal = open(&path, Use::default());
    (0..100).for_each(|number| drop(put(&journal, number, &long).unwrap()));
    drop(journal);
    let way = Use { max: Some(100_000), ..Use::default() };
    let (one, mut other) = (open(&path, way), open(&path, way));
    assert!((3..6).all(|number| get(&mut other, number).is_some()));
    (1000..1010).for_each(|number| drop(put(&one, number, &long).unwrap()));
    drop((one, other));
    let mut journal = open(&path, Use::default());
    assert!(get(&mut journal, 0).is_none() && (3..6).all(|number| get(&mut journal, number).is_some()));
}

#[test]
fn places_are_remembered() {
    let (_folder, path) = place();
    let journal = open(&path, Use::default());
    journal.write.place("127.0.0.1:1".into(), "default".into(), "qwen".into());
    drop(journal);
    let journal = open(&path, Use::default());
    assert_eq!(journal.places.known("127.0.0.1:1", "default"), Some("qwen"));
    assert_eq!(journal.places.known("127.0.0.1:2", "default"), Some("qwen"));
    assert_eq!(journal.places.known("127.0.0.1:1", "other"), None);
}

fn rows(path: &Path) -> u64 {
    let connection = Connection::open(path).unwrap();
    let rows: i64 = connection.query_row("SELECT count(*) FROM answers", (), |row| row.get(0)).unwrap();
    u64::try_from(rows).unwrap()
}
