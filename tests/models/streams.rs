//! Replies in pieces give the rows of whole ones.

use std::fs;
use std::time::Duration;

use sdk_stub::{Fault, Options, Stub};

use crate::passages::folder;
use crate::shell::sh;

const STREAM: &str = "SDK_TEST_STREAM=1";

fn line(stub: &Stub, model: &str, path: &str) -> String {
    let host = stub.base_url().trim_end_matches("/v1").to_owned();
    format!(
        "AWS_BEARER_TOKEN_BEDROCK=k AZURE_OPENAI_API_KEY=k sdk-gen --task qa -m {model}:stub --base-url {host}{path} in.jsonl"
    )
}

fn options(kinds: &[Fault]) -> Options {
    let jitter = Duration::from_millis(10);
    Options { share: 0.4, kinds: kinds.to_vec(), jitter, ..Options::default() }
}

#[test]
fn rows_are_the_same_in_pieces() {
    let folder = folder(40);
    let wrapped = [Fault::Reasoning, Fault::Think, Fault::Fenced];
    let broken = [Fault::HalfStream, Fault::StreamError, Fault::Truncated, Fault::Reset, Fault::ServerError];
    for (model, path, streams) in
        [("openai", "/v1", true), ("azure", "", true), ("anthropic", "", true), ("bedrock", "", false)]
    {
        for kinds in [&wrapped[..], &broken[..]] {
            let whole = if kinds == broken { &[][..] } else { kinds };
            let stub = Stub::start(options(whole)).unwrap();
            let good =
                sh(&format!("{} --no-journal", line(&stub, model, path)), folder.path()).ended(0).text();
            let stub = Stub::start(options(kinds)).unwrap();
            let ran = sh(&format!("{STREAM} {} -j 8", line(&stub, model, path)), folder.path()).ended(0);
            assert!(ran.text() == good, "{model} gives other rows in pieces:\n{}", ran.stderr);
            let seen = stub.stats();
            assert!(seen.bodies.iter().all(|body| (body["stream"] == true) == streams), "{model}");
            assert!(kinds != broken || seen.requests > 40, "no fault was met");
            assert_eq!(seen.duplicates, 0, "an answer was paid for twice");
            // What is kept is the same too: nobody is asked again.
            let again = sh(&format!("{} --replay", line(&stub, model, path)), folder.path()).ended(0);
            assert!(again.text() == good, "{model}: the journal holds other answers:\n{}", again.stderr);
            fs::remove_dir_all(folder.path().join(".cache")).unwrap();
        }
    }
}

/// Not a word of a reply that broke off is in a row, among the rejects or in the journal.
#[test]
fn half_a_reply_leaves_no_trace() {
    let folder = folder(3);
    for fault in [Fault::HalfStream, Fault::StreamError] {
        for (model, path) in [("openai", "/v1"), ("anthropic", "")] {
            let stub = Stub::start(Options { always: Some(fault), ..Options::default() }).unwrap();
            let line = line(&stub, model, path);
            let ran = sh(&format!("{STREAM} {line} --retries 1 --rejects bad.jsonl"), folder.path()).ended(1);
            assert!(ran.stdout.is_empty(), "{}", ran.text());
            let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
            assert_eq!(bad.matches("\"attempts\":2").count(), 3, "{bad}");
            assert!(!bad.contains("question\\\""), "{bad}");
            let replay = sh(&format!("{line} --replay"), folder.path()).ended(1);
            assert!(
                replay.stdout.is_empty() && replay.stderr.contains("holds no answer"),
                "{}",
                replay.stderr
            );
        }
    }
}
