//! A run with faults gives the rows of a run without.

use std::time::Duration;

use sdk_stub::Fault::{
    Close, EmptyBody, Fenced, Garbage, Html, InvalidItem, InvalidJson, Overloaded, ProseAround, RateLimit,
    Reasoning, Reset, ServerError, Think, Truncated,
};
use sdk_stub::{Fault, Options, Stub};
use serde_json::Value;

use crate::passages::{ask, folder};
use crate::shell::{Ran, command, sh, watched};

const PASSAGES: usize = 40;

/// What happens to an answer on its way, and what stands around it where it arrives.
const TRANSPORT: [Fault; 9] =
    [ServerError, RateLimit, Overloaded, Reset, Close, Truncated, InvalidJson, EmptyBody, Html];
const WRAPPED: [Fault; 4] = [Fenced, ProseAround, Think, Reasoning];

fn run(options: Options, more: &str) -> (Ran, sdk_stub::Stats) {
    let folder = folder(PASSAGES);
    let stub = Stub::start(options).unwrap();
    let ran = sh(&format!("{} {more}", ask(&stub)), folder.path());
    (ran.ended(0), stub.stats())
}

fn faulty(share: f64, kinds: &[Fault]) -> Options {
    Options { share, kinds: kinds.to_vec(), jitter: Duration::from_millis(20), ..Options::default() }
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let (one, alone) = run(faulty(0.0, &[]), "-j 1");
    let (eight, together) = run(faulty(0.0, &[]), "-j 8");
    assert!(one.rows().len() >= PASSAGES);
    assert_eq!(one.text(), eight.text());
    assert_eq!(alone.max_in_flight, 1);
    assert!((2..=8).contains(&together.max_in_flight), "{} at once", together.max_in_flight);
    assert_eq!((together.requests, together.duplicates), (PASSAGES as u64, 0));
}

#[test]
fn faults_of_transport_leave_no_trace() {
    let (good, _) = run(faulty(0.0, &[]), "");
    let (ran, seen) = run(faulty(0.3, &TRANSPORT), "-j 8");
    assert!(seen.requests > seen.answered, "no fault was met");
    assert_eq!(ran.text(), good.text());
    assert_eq!(seen.duplicates, 0, "an answer was paid for twice");
}

#[test]
fn a_retry_waits_as_long_as_it_is_told() {
    let (good, _) = run(faulty(0.0, &[]), "");
    let options = faulty(0.05, &[Fault::RateLimitSecond]);
    assert_eq!(run(options, "-j 8").0.text(), good.text());
}

#[test]
fn wrapped_replies_are_read() {
    let (good, _) = run(faulty(0.0, &[]), "");
    let (ran, seen) = run(faulty(0.5, &WRAPPED), "-j 8");
    assert_eq!(seen.requests, PASSAGES as u64, "nothing had to be asked again");
    assert_eq!(bare(&ran), bare(&good));
}

#[test]
fn spoilt_replies_are_repaired_once() {
    let (good, _) = run(faulty(0.0, &[]), "");
    let (ran, seen) = run(faulty(0.3, &[Garbage]), "-j 8");
    assert!(seen.requests > seen.distinct, "no fault was met");
    assert_eq!(bare(&ran), bare(&good));
}

/// Everything at once, at full width: each row comes out as without faults, in its order, once; and the memory does not
/// grow with the rows.
#[test]
fn thousands_of_rows_come_through_a_third_of_faults() {
    const ROWS: usize = 5000;
    let kinds = [&TRANSPORT[..], &WRAPPED, &[Garbage]].concat();
    let made = |rows: usize, share: f64| {
        let folder = folder(rows);
        let stub = Stub::start(faulty(share, &kinds)).unwrap();
        let mut tool = command("sh", folder.path());
        tool.arg("-c").arg(format!("exec {} -j 64", ask(&stub)));
        let (ran, peak) = watched(tool);
        (ran.ended(0), peak, stub.stats())
    };
    let (good, ..) = made(ROWS, 0.0);
    let (_, few, _) = made(ROWS / 10, 0.3);
    let (ran, many, seen) = made(ROWS, 0.3);
    assert!(seen.requests > seen.distinct + 500, "no fault was met: {} of {}", seen.requests, seen.distinct);
    assert_eq!(seen.duplicates, 0, "an answer was paid for twice");
    assert_eq!(bare(&ran), bare(&good));
    let mut passages: Vec<String> = ran.rows().iter().map(|row| row["sdk"]["parent"].to_string()).collect();
    passages.dedup();
    assert_eq!(passages, (0..ROWS).map(|n| format!("\"p{n}\"")).collect::<Vec<_>>());
    eprintln!("{few} KiB for {} rows, {many} KiB for {ROWS}", ROWS / 10);
    assert!(many < few + few / 4, "{few} KiB for {} rows, {many} KiB for {ROWS}", ROWS / 10);
}

#[test]
fn repairs_are_as_many_as_allowed() {
    for (flag, requests) in [("--repairs 0", 1), ("", 3), ("--repairs 4", 5)] {
        let folder = folder(1);
        let stub = Stub::start(Options { always: Some(Fault::Garbage), ..Options::default() }).unwrap();
        sh(&format!("{} {flag}", ask(&stub)), folder.path()).ended(1);
        assert_eq!(stub.stats().requests, requests, "sdk-gen {flag}");
        let stub = Stub::start(Options { always: Some(Fault::Garbage), ..Options::default() }).unwrap();
        let judge = format!("sdk-judge -m openai:stub --base-url {} {flag} in.jsonl", stub.base_url());
        let rows = sh(&judge, folder.path()).rows();
        assert!(rows.iter().all(|row| row["score"].is_null()));
        assert_eq!(stub.stats().requests, requests, "sdk-judge {flag}");
    }
}

#[test]
fn a_bad_item_costs_only_itself() {
    let (good, _) = run(faulty(0.0, &[]), "");
    let (ran, _) = run(faulty(0.3, &[InvalidItem]), "-j 8");
    let questions = |ran: &Ran| ran.rows().iter().map(|row| row["question"].to_string()).collect::<Vec<_>>();
    let (good, ran) = (questions(&good), questions(&ran));
    assert!(ran.len() < good.len() && !ran.is_empty(), "no fault was met");
    assert!(ran.iter().all(|question| good.contains(question)));
}

/// The rows without what a longer way to them honestly changes: what it cost and what was thought.
fn bare(ran: &Ran) -> Vec<Value> {
    let mut rows = ran.rows();
    for row in &mut rows {
        if let Some(sdk) = row["sdk"].as_object_mut() {
            sdk.retain(|key, _| !matches!(key.as_str(), "usage" | "reasoning"));
        }
    }
    rows
}

#[test]
fn a_reply_cut_at_the_token_limit_is_never_a_silent_success() {
    let folder = folder(3);
    let stub = Stub::start(Options { always: Some(Fault::Length), ..Options::default() }).unwrap();
    let ran = sh(&format!("{} --rejects bad.jsonl", ask(&stub)), folder.path());
    let whole = ran.rows().iter().all(|row| row["sdk"]["finish"] == "length");
    assert!(whole && (ran.status == 1 || !ran.rows().is_empty()), "exit {}\n{}", ran.status, ran.stderr);
}
