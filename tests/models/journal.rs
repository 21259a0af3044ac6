//! The journal: what was answered once is not asked again, and rows are the same for it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use sdk_stub::{Fault, Options, Stub};
use serde_json::json;

use crate::passages::{ask, folder};
use crate::shell::{command, entries, sh};

fn stub() -> Stub {
    Stub::start(Options::default()).unwrap()
}

#[test]
fn a_second_run_asks_nothing() {
    let (folder, first, second) = (folder(20), stub(), stub());
    let whole = sh(&ask(&first), folder.path()).ended(0);
    assert_eq!((whole.count("sdk-gen", "requests"), whole.count("sdk-gen", "cached")), (20, 0));
    let again = sh(&ask(&first), folder.path()).ended(0);
    assert_eq!((again.count("sdk-gen", "requests"), again.count("sdk-gen", "cached")), (0, 20));
    // On another port the same model is the same model.
    let moved = sh(&ask(&second), folder.path()).ended(0);
    assert_eq!((first.stats().requests, second.stats().requests), (20, 0));
    assert_eq!((again.text(), moved.text()), (whole.text(), whole.text()));
    assert!(!whole.text().contains("cached"));
    let other = ask(&second).replace("openai:stub", "openai:other");
    sh(&other, folder.path()).ended(0);
    assert_eq!(second.stats().requests, 20, "another model has other answers");
}

#[test]
fn flags_that_change_no_request_change_no_key() {
    let (folder, stub) = (folder(10), stub());
    let line = format!("{} --param top_k=4 --param min_p=0.5", ask(&stub));
    sh(&line, folder.path()).ended(0);
    let line = format!("{} --param min_p=0.5 --param top_k=4 -j 3 --retries 2", ask(&stub));
    sh(&line, folder.path()).ended(0);
    assert_eq!(stub.stats().requests, 10);
}

#[test]
fn a_journal_of_ones_own_and_none() {
    let (folder, stub) = (folder(5), stub());
    for _ in 0..2 {
        sh(&format!("{} --no-journal", ask(&stub)), folder.path()).ended(0);
    }
    assert_eq!(stub.stats().requests, 10);
    assert!(!folder.path().join(".cache").exists());
    sh(&format!("{} --journal my.sqlite", ask(&stub)), folder.path()).ended(0);
    sh(&format!("SDK_JOURNAL=my.sqlite {}", ask(&stub)), folder.path()).ended(0);
    assert_eq!(stub.stats().requests, 15);
    sh(&format!("{} --dry-run --journal other.sqlite", ask(&stub)), folder.path()).ended(0);
    assert!(folder.path().join("my.sqlite").exists() && !folder.path().join("other.sqlite").exists());
}

#[test]
fn refresh_asks_each_once() {
    let folder = folder(0);
    let row = |n: u32| json!({ "id": n.to_string(), "text": format!("Gate {}.", n % 10) }).to_string() + "\n";
    fs::write(folder.path().join("in.jsonl"), (0..30).map(row).collect::<String>()).unwrap();
    let stub = stub();
    let whole = sh(&ask(&stub), folder.path()).ended(0);
    let again = sh(&format!("{} --refresh -j 2", ask(&stub)), folder.path()).ended(0);
    assert_eq!((stub.stats().requests, again.text()), (20, whole.text()));
    sh(&ask(&stub), folder.path()).ended(0);
    assert_eq!(stub.stats().requests, 20);
}

#[test]
fn a_replay_sends_nothing() {
    let (folder, stub) = (folder(20), stub());
    let (line, replay) = (ask(&stub), format!("{} --replay", ask(&stub)));
    let ran = sh(&format!("head -n 12 in.jsonl > some.jsonl; {line} some.jsonl"), folder.path());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let whole = sh(&line, folder.path()).ended(0);
    drop(stub);
    assert_eq!(sh(&replay, folder.path()).ended(0).text(), whole.text());
    let row = json!({ "id": "new", "text": "Nobody was ever asked about this." }).to_string();
    fs::write(folder.path().join("in.jsonl"), row + "\n").unwrap();
    let ran = sh(&format!("{replay} --rejects bad.jsonl"), folder.path()).ended(1);
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    assert!(bad.contains("\"kind\":\"no_answer\"") && bad.contains("--replay"), "{bad}");
    assert_eq!((ran.count("sdk-gen", "requests"), ran.count("sdk-gen", "rejected")), (0, 1));
    sh(&format!("{replay} --refresh"), folder.path()).ended(2);
}

#[test]
fn a_repaired_row_is_replayed_whole() {
    let folder = folder(30);
    let options = Options { share: 0.4, kinds: vec![Fault::Garbage], ..Options::default() };
    let stub = Stub::start(options).unwrap();
    let whole = sh(&ask(&stub), folder.path()).ended(0);
    assert!(stub.stats().requests > 30, "no fault was met");
    let replay = sh(&format!("{} --replay", ask(&stub)), folder.path()).ended(0);
    assert_eq!(replay.text(), whole.text());
}

#[test]
fn rejects_are_asked_again_and_their_rows_replay() {
    let folder = folder(10);
    let on = vec![("Passage number 7.".to_owned(), Fault::Garbage)];
    let bad = Stub::start(Options { on, ..Options::default() }).unwrap();
    let whole = sh(&ask(&bad), folder.path()).ended(1);
    let (good, other) = (stub(), stub());
    let again = sh(&ask(&good), folder.path()).ended(0);
    assert_eq!(good.stats().requests, 1, "only the reject is asked again");
    assert!(again.rows().len() > whole.rows().len());
    sh(&ask(&other), folder.path()).ended(0);
    assert_eq!(other.stats().requests, 0);
}

#[test]
fn a_refused_key_leaves_no_trace() {
    let folder = folder(5);
    let options = Options { require_key: Some("sk-right".into()), ..Options::default() };
    let stub = Stub::start(options).unwrap();
    sh(&format!("OPENAI_API_KEY=sk-wrong {}", ask(&stub)), folder.path()).ended(3);
    let ran = sh(&format!("OPENAI_API_KEY=sk-right {}", ask(&stub)), folder.path()).ended(0);
    assert_eq!(ran.count("sdk-gen", "requests"), 5);
    for file in entries(&folder.path().join(".cache/sdk")) {
        let bytes = fs::read(&file).unwrap();
        for key in ["sk-wrong", "sk-right"] {
            assert!(!bytes.windows(8).any(|window| window == key.as_bytes()), "{key} in {}", file.display());
        }
    }
}

#[test]
fn nobody_else_can_read_it() {
    let (folder, stub) = (folder(3), stub());
    sh(&format!("umask 000; {}", ask(&stub)), folder.path()).ended(0);
    let home = folder.path().join(".cache/sdk");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home), 0o700);
    let files = entries(&home);
    assert!(files.len() >= 2 && files.iter().all(|file| mode(file) == 0o600), "{files:?}");
}

#[test]
fn a_journal_keeps_its_size() {
    let (folder, stub) = (folder(400), stub());
    let whole = sh(&ask(&stub), folder.path()).ended(0).text();
    let rows = |table: &str| {
        let line = format!("sqlite3 .cache/sdk/journal.sqlite 'select count(*) from {table}'");
        sh(&line, folder.path()).text().trim().parse::<u64>().unwrap_or(0)
    };
    assert_eq!(rows("answers"), 400);
    let line = format!("{} --journal-max 100KB --refresh", ask(&stub));
    assert_eq!(sh(&line, folder.path()).ended(0).text(), whole);
    assert_eq!(rows("answers"), 400, "none of this run has left");
    fs::write(folder.path().join("in.jsonl"), "{\"id\":\"1\",\"text\":\"One gate more.\"}\n").unwrap();
    sh(&format!("{} --journal-max 100KB", ask(&stub)), folder.path()).ended(0);
    let left = rows("answers");
    assert!((2..200).contains(&left), "{left} answers");
}

#[test]
fn many_start_at_once_on_no_file() {
    let (folder, stub) = (folder(8), stub());
    let spawn = |_| {
        let mut shell = command("sh", folder.path());
        shell.arg("-c").arg(ask(&stub)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        shell.spawn().unwrap()
    };
    let children: Vec<_> = (0..10).map(spawn).collect();
    let outputs: Vec<_> = children.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    for output in &outputs {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stdout, outputs[0].stdout);
    }
}

#[test]
fn what_is_no_journal_is_refused_before_anything_is_sent() {
    let (folder, stub) = (folder(3), stub());
    fs::write(folder.path().join("j"), "not a journal").unwrap();
    for (place, why) in [("j", "no journal, or a damaged one"), ("in.jsonl/j", "cannot be written")] {
        let ran = sh(&format!("{} --journal {place}", ask(&stub)), folder.path()).ended(2);
        assert!(ran.stderr.contains(why) && ran.stderr.contains("--no-journal"), "{}", ran.stderr);
    }
    assert_eq!(stub.stats().requests, 0);
    assert_eq!(fs::read(folder.path().join("j")).unwrap(), b"not a journal");
}

#[test]
fn a_full_disk_loses_no_row_that_was_paid_for() {
    let folder = folder(2000);
    let latency = Duration::from_millis(5);
    let stub = Stub::start(Options { latency, ..Options::default() }).unwrap();
    // No file may grow beyond 200 KB: what a full disk looks like from inside.
    let line =
        format!("trap '' XFSZ; ulimit -f 400; {} | cat", ask(&stub).replace("sdk-gen", "exec sdk-gen"));
    let ran = sh(&format!("({line}); echo done"), folder.path());
    assert!(ran.stderr.contains("cannot be written"), "{}", ran.stderr);
    let rows: Vec<serde_json::Value> =
        ran.text().lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let parents: BTreeSet<String> = rows.iter().map(|row| row["sdk"]["parent"].to_string()).collect();
    assert_eq!(parents.len() as u64, stub.stats().answered, "{}", ran.stderr);
    assert!(parents.len() < 2000 && ran.stderr.contains("run the same command again"), "{}", ran.stderr);
    let again = sh(&ask(&stub), folder.path()).ended(0);
    assert!(again.count("sdk-gen", "cached") > 0);
}
