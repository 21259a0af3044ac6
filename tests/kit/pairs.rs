//! Lines 10 to 12: how many pairs are made, of what, and what the model hears of it.

use std::collections::BTreeSet;

use sdk_stub::{Fault, Options, Stub};
use serde_json::{Value, json};

use crate::passages::{ask, folder};
use crate::server::{number, says, stub, words};
use crate::shell::sh;

/// The same three pairs each time that a passage is asked about.
fn three(body: &Value) -> Option<String> {
    let gate = number(body, "The lock of gate ")?;
    let pair = |n: u32| {
        let question = format!("What is point {n} of gate {gate}?");
        json!({ "question": question, "answer": format!("It is {n}.") })
    };
    Some(json!({ "items": [pair(1), pair(2), pair(3)] }).to_string())
}

/// The passages that rows were made of, by number.
fn parents(rows: &[Value]) -> BTreeSet<u32> {
    rows.iter().map(|row| row["sdk"]["parent"].as_str().unwrap()[1..].parse().unwrap()).collect()
}

#[test]
fn line_10_as_many_pairs_as_asked_for_or_as_there_are() {
    for (passages, wanted, status) in [(20, 25, 0), (4, 12, 1)] {
        let (folder, stub) = (folder(passages), says(three));
        let ran = sh(&format!("{} -n 25", ask(&stub)), folder.path()).ended(status);
        let rows = ran.rows();
        assert_eq!(rows.len(), wanted, "{}", ran.stderr);
        let questions: BTreeSet<_> = rows.iter().map(|row| row["question"].to_string()).collect();
        assert_eq!(questions.len(), wanted, "a pair came twice");
        for row in &rows {
            let gate = &row["sdk"]["parent"].as_str().unwrap()[1..];
            assert!(row["question"].as_str().unwrap().ends_with(&format!(" of gate {gate}?")), "{row}");
            assert!(row["answer"].as_str().unwrap().starts_with("It is "), "{row}");
        }
    }
}

#[test]
fn line_11_the_count_reaches_the_model() {
    let (folder, stub) = (folder(3), stub());
    sh(&format!("{} -n 21", ask(&stub)), folder.path()).ended(0);
    let bodies = stub.stats().bodies;
    for body in &bodies {
        let items = &body["response_format"]["json_schema"]["schema"]["properties"]["items"];
        let count = items["minItems"].as_u64().unwrap_or(1);
        assert!(words(body).contains(&format!("exactly {count} ")), "{count} is not said: {}", words(body));
    }
    let one = words(&bodies[0]);
    assert!(!one.contains("num_pairs") && !one.contains("{{"), "a hole was left: {one}");
}

#[test]
fn line_11_so_many_of_each_passage() {
    let (folder, stub) = (folder(6), stub());
    let rows = sh(&format!("{} -n 5 --per .id", ask(&stub)), folder.path()).ended(0).rows();
    for passage in 0..6 {
        let of = |row: &&Value| row["sdk"]["parent"] == format!("p{passage}");
        assert_eq!(rows.iter().filter(of).count(), 5, "of p{passage}");
    }
    assert_eq!(rows.len(), 30);
}

#[test]
fn line_12_the_whole_document_is_covered_at_no_extra_cost() {
    let (folder, stub) = (folder(100), says(three));
    let rows = sh(&format!("{} -n 25 -j 32", ask(&stub)), folder.path()).ended(0).rows();
    assert_eq!(rows.len(), 25);
    let parents = parents(&rows);
    for quarter in [0..25_u32, 25..50, 50..75, 75..100] {
        let of = parents.iter().filter(|passage| quarter.contains(*passage)).count();
        assert!(of >= 4, "{of} passages of {quarter:?}: {parents:?}");
    }
    // Nine requests would give 25 pairs; a wave is 32.
    let requests = stub.stats().requests;
    assert!(requests <= 9 + 32, "{requests} requests");
}

#[test]
fn line_12_a_shortfall_is_refilled_or_reported() {
    let folder = folder(100);
    let short = Options { share: 0.4, kinds: vec![Fault::Short, Fault::InvalidItem], ..Options::default() };
    let stub = Stub::start(short).unwrap();
    let ran = sh(&format!("{} -n 250", ask(&stub)), folder.path()).ended(0);
    assert_eq!(ran.rows().len(), 250, "{}", ran.stderr);
    let none = Stub::start(Options { always: Some(Fault::Garbage), ..Options::default() }).unwrap();
    let ran =
        sh(&format!("head -n 5 in.jsonl | {} -n 25", ask(&none).replace("in.jsonl", "-")), folder.path());
    let lacking = 25 - ran.rows().len();
    let told = format!("lacking of -n (add rows, or try another --seed): {lacking}");
    assert!(
        ran.status == 1 && lacking > 0 && ran.stderr.contains(&told),
        "exit {}\n{}",
        ran.status,
        ran.stderr
    );
}
