//! `--batch`: a batch service is asked, nothing is bought twice, and the rows are those of a run that asks directly.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use sdk_stub::{Fault, Options, Silence, Stub};

use crate::passages::{ask, folder};
use crate::shell::{command, entries, sh, signal, wait};

fn stub() -> Stub {
    Stub::start(Options::default()).unwrap()
}

/// The rows of a run that asks directly, with a journal of its own.
fn direct(folder: &Path, options: &Options) -> String {
    let stub = Stub::start(options.clone()).unwrap();
    sh(&format!("{} --journal direct.sqlite", ask(&stub)), folder).ended(0).text()
}

fn batch(stub: &Stub) -> String {
    format!("{} --batch", ask(stub))
}

/// Starts a line in a group of its own.
fn start(line: &str, folder: &Path) -> Child {
    let mut shell = command("sh", folder);
    shell.arg("-c").arg(line).stdin(Stdio::null()).process_group(0);
    shell.stdout(File::create(folder.join("out")).unwrap());
    shell.stderr(File::create(folder.join("err")).unwrap()).spawn().unwrap()
}

#[track_caller]
fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_mins(1), "not {what} within a minute");
        sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_batch_gives_the_rows_of_a_direct_run() {
    let folder = folder(30);
    let kinds = vec![Fault::Garbage, Fault::ServerError, Fault::Reasoning];
    let options = Options { share: 0.4, kinds, ..Options::default() };
    let rows = direct(folder.path(), &options);
    let stub = Stub::start(options).unwrap();
    let ran = sh(&format!("{} --rejects bad.jsonl", batch(&stub)), folder.path()).ended(0);
    assert_eq!(ran.text(), rows);
    assert!(stub.stats().batches > 1, "no repair and nothing asked again: {}", ran.stderr);
    assert_eq!(stub.stats().duplicates, 0, "{}", ran.stderr);
    assert_eq!(ran.stderr.matches("sdk-gen: read ").count(), 1, "{}", ran.stderr);
    let bought = stub.stats().batches;
    // From a pipe, and from the journal.
    let piped = batch(&stub).replace("in.jsonl", "-");
    assert_eq!(sh(&format!("cat in.jsonl | {piped} -o rows.jsonl"), folder.path()).ended(0).text(), "");
    assert_eq!(std::fs::read_to_string(folder.path().join("rows.jsonl")).unwrap(), rows);
    assert_eq!(sh(&ask(&stub), folder.path()).ended(0).text(), rows);
    assert_eq!(stub.stats().batches, bought);
}

#[test]
fn a_judge_behind_it_is_asked_by_batch_too() {
    let (folder, stub) = (folder(8), stub());
    let judge = |stub: &Stub| format!("sdk-judge -m openai:stub --base-url {}", stub.base_url());
    let whole = sh(&format!("{} --no-journal | {} --no-journal", ask(&stub), judge(&stub)), folder.path());
    let other = self::stub();
    let ran = sh(&format!("{} | {} --batch", batch(&other), judge(&other)), folder.path()).ended(0);
    assert_eq!(ran.text(), whole.text());
    assert_eq!((other.stats().batches, other.stats().duplicates), (2, 0));
}

#[test]
fn killed_at_any_point_it_is_bought_once() {
    let folder = folder(12);
    let rows = direct(folder.path(), &Options::default());
    for at in [Silence::Upload, Silence::Create, Silence::Created, Silence::Look, Silence::Content] {
        let _ = std::fs::remove_dir_all(folder.path().join(".cache"));
        let stub = Stub::start(Options { silent: Some(at), ..Options::default() }).unwrap();
        let mut child = start(&batch(&stub), folder.path());
        until("silent", || stub.stats().silent);
        signal("KILL", &format!("-{}", child.id()));
        child.wait().unwrap();
        let bought = u64::from(!matches!(at, Silence::Upload | Silence::Create));
        assert_eq!(stub.stats().batches, bought, "{at:?}");
        let ran = sh(&batch(&stub), folder.path()).ended(0);
        assert_eq!((ran.text(), stub.stats().batches), (rows.clone(), 1), "{at:?}: {}", ran.stderr);
        assert_eq!((stub.stats().requests, stub.stats().duplicates), (12, 0), "{at:?}");
    }
}

#[test]
fn one_that_was_made_unheard_is_found_among_many() {
    let folder = folder(5);
    let rows = direct(folder.path(), &Options::default());
    let stub = Stub::start(Options { silent: Some(Silence::Created), ..Options::default() }).unwrap();
    let mut child = start(&batch(&stub), folder.path());
    until("silent", || stub.stats().silent);
    signal("KILL", &format!("-{}", child.id()));
    child.wait().unwrap();
    // Others buy meanwhile, so that it is on no first page.
    for number in 0..4 {
        sh(&format!("{} --journal other{number}.sqlite", batch(&stub)), folder.path()).ended(0);
    }
    assert_eq!(sh(&batch(&stub), folder.path()).ended(0).text(), rows);
    assert_eq!(stub.stats().batches, 5);
}

#[test]
fn only_what_expired_is_bought_again() {
    let folder = folder(20);
    let rows = direct(folder.path(), &Options::default());
    let stub = Stub::start(Options { batches_expire: 1, ..Options::default() }).unwrap();
    let ran = sh(&batch(&stub), folder.path()).ended(0);
    assert_eq!((ran.text(), stub.stats().batches), (rows, 2));
    assert_eq!((stub.stats().requests, stub.stats().duplicates), (20, 0), "{}", ran.stderr);
}

#[test]
fn what_fails_for_good_is_a_reject() {
    let folder = folder(6);
    let on = vec![("number 2.".to_owned(), Fault::BadRequest), ("number 4.".to_owned(), Fault::ServerError)];
    let stub = Stub::start(Options { on, ..Options::default() }).unwrap();
    let ran = sh(&format!("{} --retries 2 --rejects bad.jsonl", batch(&stub)), folder.path()).ended(1);
    assert_eq!((ran.count("sdk-gen", "rejected"), stub.stats().batches), (2, 3), "{}", ran.stderr);
    // Six at first, then the one that might still succeed, as often as it is sent again.
    assert_eq!(stub.stats().requests, 6 + 2);
    let bad = std::fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    assert!(bad.contains("\"status\":400") && bad.contains("\"status\":500"), "{bad}");
}

#[test]
fn a_batch_that_fails_as_a_whole_stops_the_run() {
    let folder = folder(3);
    let rows = direct(folder.path(), &Options::default());
    let stub = Stub::start(Options { batches_fail: 1, ..Options::default() }).unwrap();
    let ran = sh(&batch(&stub), folder.path()).ended(3);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("Too much is enqueued"), "{}", ran.stderr);
    assert_eq!(sh(&batch(&stub), folder.path()).ended(0).text(), rows);
}

#[test]
fn ctrl_c_leaves_it_to_the_next_run() {
    let folder = folder(4);
    let rows = direct(folder.path(), &Options::default());
    let stub = stub();
    let mut child = start(&format!("exec {}", batch(&stub)), folder.path());
    until("bought", || stub.stats().batches == 1);
    signal("INT", &child.id().to_string());
    assert_eq!(wait(&mut child, Duration::from_secs(20)), Some(130));
    let said = std::fs::read_to_string(folder.path().join("err")).unwrap();
    assert!(said.contains("go on at the service"), "{said}");
    let ran = sh(&batch(&stub), folder.path()).ended(0);
    assert_eq!((ran.text(), stub.stats().batches), (rows, 1), "{}", ran.stderr);
}

#[test]
fn two_of_the_same_buy_once() {
    let folder = folder(40);
    let rows = direct(folder.path(), &Options::default());
    let stub = stub();
    let line = batch(&stub);
    let ran = sh(&format!("{line} > one & {line} > two; wait"), folder.path()).ended(0);
    for name in ["one", "two"] {
        let found = std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(found == rows, "{name}: {}\n{found}", ran.stderr);
    }
    assert_eq!((stub.stats().batches, stub.stats().duplicates), (1, 0), "{}", ran.stderr);
}

#[test]
fn what_cannot_be_asked_by_batch_is_told() {
    let (folder, secret) = (folder(2), "sk-batch-90d1f2");
    let none = Stub::start(Options { no_batches: true, ..Options::default() }).unwrap();
    let ran = sh(&batch(&none), folder.path()).ended(3);
    assert!(ran.stderr.contains("no batch service") && ran.stderr.contains("--emit-batch"), "{}", ran.stderr);
    let shut = Stub::start(Options { require_key: Some("another".into()), ..Options::default() }).unwrap();
    let ran = sh(&format!("OPENAI_API_KEY={secret} {} -vv", batch(&shut)), folder.path()).ended(3);
    assert!(ran.stderr.contains("OPENAI_API_KEY") && !ran.stderr.contains(secret), "{}", ran.stderr);
    for file in entries(&folder.path().join(".cache/sdk")) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{}", file.display());
    }
    let dead = batch(&none).replace(&none.base_url(), "http://127.0.0.1:9/v1");
    let ran = sh(&format!("{dead} --retries 1"), folder.path()).ended(3);
    assert!(ran.stderr.contains("no connection"), "{}", ran.stderr);
    for (model, end, words) in [
        ("offline", "", "by itself"),
        ("anthropic:a", "--base-url http://127.0.0.1:9", "anthropic takes others"),
        ("openai:a", "--budget 1usd", "cannot be used with"),
        ("openai:a", "--no-journal", "cannot be used with"),
        ("openai:a", "--emit-batch ask.jsonl", "cannot be used with"),
        ("openai:a", "", "needs a key"),
    ] {
        let ran = sh(&format!("sdk-gen --task qa -m {model} --batch {end} in.jsonl"), folder.path()).ended(2);
        assert!(ran.stderr.contains(words), "no {words:?} in\n{}", ran.stderr);
    }
    let dry = sh(&format!("{} --dry-run", batch(&none)), folder.path()).ended(0);
    assert!(dry.text().contains("messages"), "{}", dry.text());
    assert_eq!((none.stats().requests, shut.stats().requests), (0, 0));
}
