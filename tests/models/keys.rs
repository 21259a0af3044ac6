//! Doors that stay shut: keys, quotas, dead servers.

use std::fs;
use std::net::TcpListener;
use std::time::Instant;

use sdk_stub::{Fault, Options, Stub};

use crate::passages::{ask, folder};
use crate::shell::sh;

const SECRET: &str = "sk-stub-4f9a2c77e1";

/// The server says the key back in its message, as some do.
#[test]
fn a_refused_key_ends_the_run_and_is_never_shown() {
    let folder = folder(20);
    let stub = Stub::start(Options { require_key: Some("another".into()), ..Options::default() }).unwrap();
    let line = format!("OPENAI_API_KEY={SECRET} {} -vv -j 4 --rejects bad.jsonl", ask(&stub));
    let ran = sh(&line, folder.path()).ended(3);
    assert!(stub.stats().requests <= 4, "{} requests were sent", stub.stats().requests);
    assert!(ran.stdout.is_empty(), "{}", ran.text());
    assert!(ran.stderr.contains("401") || ran.stderr.contains("key"), "{}", ran.stderr);
    assert!(!ran.stderr.contains(SECRET), "the key is on stderr:\n{}", ran.stderr);
    for name in ["bad.jsonl", "bad.jsonl.part"] {
        let text = fs::read_to_string(folder.path().join(name)).unwrap_or_default();
        assert!(!text.contains(SECRET), "the key is in {name}:\n{text}");
    }
    let listed = sh(&format!("OPENAI_API_KEY={SECRET} {} --dry-run", ask(&stub)), folder.path()).ended(0);
    assert!(!listed.text().contains(SECRET) && !listed.stderr.contains(SECRET), "--dry-run shows the key");
}

#[test]
fn the_right_key_is_let_in() {
    let folder = folder(2);
    let stub = Stub::start(Options { require_key: Some(SECRET.into()), ..Options::default() }).unwrap();
    let ran = sh(&format!("OPENAI_API_KEY={SECRET} {}", ask(&stub)), folder.path()).ended(0);
    assert!(!ran.text().contains(SECRET) && !ran.stderr.contains(SECRET));
}

#[test]
fn an_exhausted_quota_stops_the_run() {
    let folder = folder(40);
    let stub = Stub::start(Options { quota: Some(5), ..Options::default() }).unwrap();
    let ran = sh(&format!("{} -j 2", ask(&stub)), folder.path()).ended(3);
    assert!(ran.stderr.contains("quota"), "{}", ran.stderr);
    assert!(!ran.rows().is_empty());
    assert!(
        stub.stats().requests <= 5 + 2 * 2,
        "a quota is no rate limit: {} requests",
        stub.stats().requests
    );
}

#[test]
fn a_dead_server_is_no_hang() {
    let folder = folder(5);
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let begun = Instant::now();
    let line =
        format!("sdk-gen --task qa -m openai:stub --base-url http://{address}/v1 --retries 1 in.jsonl");
    let ran = sh(&line, folder.path()).ended(3);
    assert!(ran.stdout.is_empty() && ran.stderr.contains(&address.to_string()), "{}", ran.stderr);
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

#[test]
fn one_refused_row_does_not_stop_the_others() {
    let folder = folder(12);
    let on = vec![("Passage number 7.".to_owned(), Fault::BadRequest)];
    let stub = Stub::start(Options { on, ..Options::default() }).unwrap();
    let ran = sh(&format!("{} --rejects bad.jsonl", ask(&stub)), folder.path()).ended(1);
    assert_eq!(stub.stats().requests, 12, "a 400 is not asked again");
    let parents: std::collections::BTreeSet<_> =
        ran.rows().iter().map(|row| row["sdk"]["parent"].to_string()).collect();
    assert_eq!(parents.len(), 11, "{}", ran.stderr);
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    let bad: serde_json::Value = serde_json::from_str(bad.trim()).unwrap();
    assert_eq!((&bad["error"]["kind"], &bad["error"]["status"]), (&"http".into(), &400.into()));
    assert_eq!(bad["row"]["id"], "p7");
    assert!(bad["error"]["message"].as_str().unwrap().contains("does not take such a request"), "{bad}");
    assert_eq!(ran.count("sdk-gen", "rejected"), 1);
}

/// A key by any door: the right one is let in, and the server that says a wrong one back is not repeated.
#[test]
fn keys_of_files_commands_and_headers_are_never_shown() {
    let folder = folder(2);
    fs::write(folder.path().join("key"), format!("\n{SECRET}\n")).unwrap();
    fs::write(folder.path().join("empty"), " \n").unwrap();
    for flag in [
        "--key-file key".to_owned(),
        "--key-command 'cat key'".to_owned(),
        format!("--header 'Authorization: Bearer {SECRET}'"),
    ] {
        for key in [SECRET, "another"] {
            let stub = Stub::start(Options { require_key: Some(key.into()), ..Options::default() }).unwrap();
            let line =
                format!("OPENAI_API_KEY=wrong {} {flag} -vv --no-journal --rejects bad.jsonl", ask(&stub));
            let ran = sh(&line, folder.path()).ended(if key == SECRET { 0 } else { 3 });
            let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap_or_default();
            for text in [ran.text(), ran.stderr, bad] {
                assert!(!text.contains(SECRET), "{flag} is shown:\n{text}");
            }
            let shown = sh(&format!("{} {flag} --dry-run", ask(&stub)), folder.path()).ended(0);
            assert!(!shown.text().contains(SECRET) && !shown.stderr.contains(SECRET), "{flag}");
        }
    }
    let stub = Stub::start(Options::default()).unwrap();
    for flag in
        ["--key-file empty", "--key-command true", "--key-command 'exit 1'", "--header secret-x", "--ca key"]
    {
        let ran = sh(&format!("{} {flag}", ask(&stub)), folder.path()).ended(2);
        let name = flag.split(' ').next().unwrap();
        assert!(ran.stderr.contains(name) && !ran.stderr.contains("secret-x"), "{}", ran.stderr);
        assert!(!ran.stderr.contains(SECRET), "{}", ran.stderr);
    }
    assert_eq!(stub.stats().requests, 0);
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    let folder = folder(1);
    let stub = Stub::start(Options { always: Some(Fault::Stall), ..Options::default() }).unwrap();
    let line = format!("{} --timeout 1 --retries 1 --rejects bad.jsonl", ask(&stub));
    sh(&line, folder.path()).ended(1);
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    assert!(bad.contains("\"kind\":\"timeout\"") && bad.contains("within 1 s"), "{bad}");
    assert_eq!(stub.stats().requests, 2);
}
