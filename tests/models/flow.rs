//! How rows flow: who waits for whom, and what happens when nobody reads.

use std::fs;
use std::time::{Duration, Instant};

use sdk_stub::{Fault, Options, Stub};

use crate::passages::{ask, folder};
use crate::shell::sh;

#[test]
fn head_takes_one_row() {
    let folder = folder(400);
    let latency = Duration::from_millis(100);
    let stub = Stub::start(Options { latency, jitter: latency, ..Options::default() }).unwrap();
    let begun = Instant::now();
    let line = format!("{{ {} -j 8; echo $? > status; }} | head -n 1", ask(&stub));
    let ran = sh(&line, folder.path()).ended(0);
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    assert_eq!((ran.rows().len(), ran.count("sdk-gen", "requests")), (1, stub.stats().requests));
    assert_eq!(fs::read_to_string(folder.path().join("status")).unwrap().trim(), "0", "{}", ran.stderr);
    let stats = stub.stats();
    assert!(stats.requests <= 40, "{}", ran.stderr);
    assert_eq!(stats.answered, stats.requests, "what was asked is awaited");
}

/// No row is ready for seconds, so no write can tell.
#[test]
fn a_reader_who_leaves_while_nothing_is_written_ends_the_run() {
    let folder = folder(2000);
    let on = vec![("Passage number 0.".to_owned(), Fault::ServerError)];
    let latency = Duration::from_millis(20);
    let stub = Stub::start(Options { on, latency, ..Options::default() }).unwrap();
    let begun = Instant::now();
    sh(&format!("{} -j 4 --retries 9 | sleep 0.5", ask(&stub)), folder.path()).ended(0);
    assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
    assert!(stub.stats().requests < 400, "{}", stub.stats().requests);
}

/// A row that is tried again and again keeps no place from the others.
#[test]
fn a_waiting_retry_holds_no_place() {
    let folder = folder(60);
    let seven = "Passage number 7.";
    let on = vec![(seven.to_owned(), Fault::ServerError)];
    let stub = Stub::start(Options { on, ..Options::default() }).unwrap();
    let ran = sh(&format!("{} -j 1 --retries 2", ask(&stub)), folder.path()).ended(1);
    assert_eq!((ran.count("sdk-gen", "rejected"), ran.count("sdk-gen", "read")), (1, 60));
    let bodies = stub.stats().bodies;
    let tries: Vec<usize> = (0..bodies.len()).filter(|at| bodies[*at].to_string().contains(seven)).collect();
    assert_eq!(tries.len(), 3);
    assert!(tries.windows(2).any(|two| two[1] > two[0] + 1), "nothing was asked meanwhile: {tries:?}");
}
