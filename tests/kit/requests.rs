//! Lines 13, 14 and 17: many requests at once, some that fail, and a run that is killed.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use sdk_stub::{Fault, Options, Stub};
use serde_json::Value;

use crate::passages::{ask, folder};
use crate::shell::{command, sh, signal};

#[test]
fn line_13_as_many_at_once_as_asked_for_of_any_server() {
    for provider in ["openai", "vllm", "ollama", "anthropic"] {
        let folder = folder(200);
        let latency = Duration::from_millis(200);
        let stub = Stub::start(Options { latency, ..Options::default() }).unwrap();
        let line = ask(&stub).replace("openai:", &format!("{provider}:"));
        let rows = sh(&format!("ANTHROPIC_API_KEY=k {line} -j 32"), folder.path()).ended(0).rows();
        let stats = stub.stats();
        assert!(rows.len() >= 200, "{} rows", rows.len());
        assert_eq!((stats.requests, stats.max_in_flight), (200, 32), "{provider}");
    }
}

/// All others are asked, and answered, while one takes its time.
#[test]
fn line_13_a_slow_request_blocks_no_other() {
    let folder = folder(200);
    let slow = "Passage number 3.";
    let on = vec![(slow.to_owned(), Fault::Stall)];
    let stub = Stub::start(Options { on, latency: Duration::from_millis(20), ..Options::default() }).unwrap();
    let line = format!("{} -j 8 --timeout 8 --retries 0 --rejects bad.jsonl", ask(&stub));
    let ran = sh(&line, folder.path()).ended(1);
    assert_eq!((ran.count("sdk-gen", "read"), ran.count("sdk-gen", "rejected")), (200, 1));
    let last = stub.stats().times.last().copied().unwrap();
    assert!(stub.stats().requests == 200 && last < Duration::from_secs(8), "the others waited: {last:?}");
}

#[test]
fn line_14_only_what_failed_is_asked_again() {
    let folder = folder(40);
    let good = sh(&ask(&Stub::start(Options::default()).unwrap()), folder.path()).ended(0);
    for kind in [Fault::ServerError, Fault::RateLimitSecond] {
        // Every second one fails, once.
        let options = Options { share: 0.5, kinds: vec![kind], in_a_row: 1, ..Options::default() };
        let stub = Stub::start(options).unwrap();
        let ran = sh(&format!("{} -j 32 --no-journal", ask(&stub)), folder.path()).ended(0);
        let stats = stub.stats();
        assert_eq!(ran.text(), good.text());
        assert!((45..=75).contains(&stats.requests) && stats.duplicates == 0, "{} requests", stats.requests);
        if kind == Fault::RateLimitSecond {
            assert!(*stats.times.last().unwrap() > Duration::from_millis(950), "Retry-After was not kept");
        }
    }
}

#[test]
fn line_14_what_cannot_be_had_is_a_reject_with_its_reason() {
    let folder = folder(40);
    let on = vec![
        ("Passage number 7.".to_owned(), Fault::ServerError),
        ("Passage number 9.".to_owned(), Fault::BadRequest),
    ];
    let stub = Stub::start(Options { on, ..Options::default() }).unwrap();
    let ran = sh(&format!("{} --retries 1 --rejects bad.jsonl", ask(&stub)), folder.path()).ended(1);
    assert!(ran.rows().len() >= 38, "{}", ran.stderr);
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    let bad: Vec<Value> = bad.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found: Vec<_> = bad.iter().map(|bad| (&bad["row"]["id"], &bad["error"]["status"])).collect();
    assert_eq!(found, [(&"p7".into(), &500.into()), (&"p9".into(), &400.into())]);
    assert!(bad.iter().all(|bad| !bad["error"]["message"].as_str().unwrap().is_empty()));
}

#[test]
fn line_17_a_killed_run_goes_on() {
    let folder = folder(120);
    let options = || Options { latency: Duration::from_millis(30), ..Options::default() };
    let whole = sh(&ask(&Stub::start(options()).unwrap()), folder.path()).ended(0).text();
    fs::remove_dir_all(folder.path().join(".cache")).unwrap();
    let stub = Stub::start(options()).unwrap();
    let mut shell = command("sh", folder.path());
    shell.arg("-c").arg(format!("exec {} -j 8", ask(&stub))).process_group(0).stdin(Stdio::null());
    let out = folder.path().join("out");
    shell.stdout(File::create(&out).unwrap()).stderr(Stdio::null());
    let mut child = shell.spawn().unwrap();
    while stub.stats().answered < 40 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
        sleep(Duration::from_millis(5));
    }
    signal("KILL", &format!("-{}", child.id()));
    child.wait().unwrap();
    let part = fs::read_to_string(&out).unwrap();
    assert!(whole.starts_with(&part) && part.len() < whole.len(), "{part}");
    let before = stub.stats().requests;
    let again = sh(&format!("{} -j 8", ask(&stub)), folder.path()).ended(0);
    assert_eq!(again.text(), whole, "a gap or a row twice");
    // What was on its way, or answered and not yet kept, may be asked again.
    let (stats, cached) = (stub.stats(), again.count("sdk-gen", "cached"));
    assert!(
        stats.requests - before <= 120 - 40 + 16 && stats.duplicates <= 16,
        "{} more",
        stats.requests - before
    );
    assert_eq!(cached + (stats.requests - before), 120);
}
