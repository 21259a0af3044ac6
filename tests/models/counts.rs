//! How many: what `-n` means, what the model is asked for, what is asked twice.

use std::collections::BTreeSet;
use std::fs;

use sdk_stub::{Fault, Options, Stub};
use serde_json::{Value, json};

use crate::passages::{ask, folder};
use crate::shell::sh;

/// The number of items that a request asks for.
fn asked(body: &Value) -> u64 {
    let schema = &body["response_format"]["json_schema"]["schema"];
    assert!(schema.is_object(), "no schema was sent: {body}");
    match &schema["properties"]["items"] {
        Value::Null => 1,
        items => {
            assert_eq!(items["minItems"], items["maxItems"], "{items}");
            items["maxItems"].as_u64().unwrap()
        }
    }
}

#[test]
fn the_number_asked_for_reaches_the_model() {
    let folder = folder(4);
    let stub = Stub::start(Options::default()).unwrap();
    let rows = sh(&format!("{} -n 20", ask(&stub)), folder.path()).ended(0).rows();
    assert_eq!(rows.len(), 20);
    let numbers: Vec<u64> = stub.stats().bodies.iter().map(asked).collect();
    assert!(numbers.iter().sum::<u64>() >= 20, "{numbers:?}");
    for body in stub.stats().bodies {
        let (words, number) = (body["messages"].to_string(), asked(&body).to_string());
        assert!(number == "1" || words.contains(&number), "{number} does not stand in the words: {words}");
    }
}

#[test]
fn n_rows_are_spread_over_the_input() {
    let folder = folder(30);
    let stub = Stub::start(Options::default()).unwrap();
    let ran = sh(&format!("{} -n 10", ask(&stub)), folder.path()).ended(0);
    let rows = ran.rows();
    assert_eq!((rows.len(), ran.count("sdk-gen", "written")), (10, 10));
    let parents = rows.iter().map(|row| row["sdk"]["parent"].as_str().unwrap()[1..].parse::<u32>().unwrap());
    let parents: Vec<u32> = parents.collect();
    let different: BTreeSet<u32> = parents.iter().copied().collect();
    assert!(different.len() >= 8, "{parents:?}");
    assert!(parents.iter().min() < Some(&8) && parents.iter().max() > Some(&20), "{parents:?}");
    assert!(parents.is_sorted(), "{parents:?}");
}

#[test]
fn a_run_that_is_stopped_says_what_is_not_finished() {
    let folder = folder(10);
    let seeds = r#"{"instruction":"Name a river.","output":"The Elbe."}"#;
    fs::write(folder.path().join("seeds.jsonl"), seeds).unwrap();
    let stub = Stub::start(Options { always: Some(Fault::Quota), ..Options::default() }).unwrap();
    let asked = format!("-m openai:stub --base-url {} -j 1", stub.base_url());
    for (line, said) in [
        // The row that was asked about is named, those behind it are counted.
        ("--task qa -n 4 in.jsonl", "rows not finished (run the same command again): 3"),
        ("--task qa in.jsonl", "rows not finished (run the same command again): 9"),
        ("--task summary --per '.id | length' in.jsonl", "rows not finished (run the same command again): 9"),
        ("--task instruct -n 6 seeds.jsonl", "rows lacking of -n (run the same command again): 6"),
    ] {
        let ran = sh(&format!("sdk-gen {line} {asked}"), folder.path()).ended(3);
        assert!(ran.stderr.contains(said), "{line}: {}", ran.stderr);
        assert!(!ran.stderr.contains("add rows"), "{line}: {}", ran.stderr);
    }
}

#[test]
fn a_short_reply_is_topped_up() {
    let folder = folder(10);
    let options = Options { share: 0.3, kinds: vec![Fault::Short], ..Options::default() };
    let stub = Stub::start(options.clone()).unwrap();
    let rows = sh(&format!("{} -n 30", ask(&stub)), folder.path()).ended(0).rows();
    assert_eq!(rows.len(), 30);
    let seeds = r#"{"instruction":"Name a river.","output":"The Elbe."}"#;
    let stub = Stub::start(options).unwrap();
    let line = format!(
        "echo '{seeds}' | sdk-gen --task instruct -n 25 -m openai:stub --base-url {}",
        stub.base_url()
    );
    let rows = sh(&line, folder.path()).ended(0).rows();
    assert_eq!(rows.len(), 25);
    assert!(rows.iter().all(|row| row["instruction"].is_string() && row["output"].is_string()));
    let ids: BTreeSet<String> = rows.iter().map(|row| row["id"].to_string()).collect();
    assert_eq!(ids.len(), 25, "ids are repeated");
}

#[test]
fn fewer_rows_than_asked_for_is_exit_1() {
    let folder = folder(2);
    let stub = Stub::start(Options { always: Some(Fault::Garbage), ..Options::default() }).unwrap();
    let ran = sh(&format!("{} -n 6 --rejects bad.jsonl", ask(&stub)), folder.path()).ended(1);
    assert!(ran.stdout.is_empty());
}

#[test]
fn equal_requests_are_asked_once() {
    let folder = folder(0);
    let row =
        |n: u32| json!({ "id": n.to_string(), "text": "The same words again and again." }).to_string() + "\n";
    fs::write(folder.path().join("in.jsonl"), (0..6).map(row).collect::<String>()).unwrap();
    let stub =
        Stub::start(Options { latency: std::time::Duration::from_millis(50), ..Options::default() }).unwrap();
    let ran = sh(&format!("{} -j 6", ask(&stub)), folder.path()).ended(0);
    assert_eq!(stub.stats().requests, 1, "{}", ran.stderr);
    assert!(!ran.rows().is_empty());
}

#[test]
fn stats_are_the_server_s_own_numbers() {
    let folder = folder(30);
    let stub = Stub::start(Options { fail_first: 1, ..Options::default() }).unwrap();
    let line = format!("{} -j 4 --stats stats.json", ask(&stub));
    let stats = |ran: crate::shell::Ran| -> Value {
        let told = serde_json::from_slice(&fs::read(folder.path().join("stats.json")).unwrap()).unwrap();
        for (key, word) in [("requests", "requests"), ("cached", "cached"), ("written", "written")] {
            let told: &Value = &told;
            assert_eq!(told[key], ran.count("sdk-gen", word), "{told}");
        }
        told
    };
    let ran = sh(&line, folder.path()).ended(0);
    let sum =
        |key: &str| -> u64 { ran.rows().iter().map(|row| row["sdk"]["usage"][key].as_u64().unwrap()).sum() };
    let (input, output) = (sum("input_tokens"), sum("output_tokens"));
    let first = stats(ran);
    assert_eq!(
        (&first["requests"], &first["retries"], &first["cached"]),
        (&30.into(), &30.into(), &0.into())
    );
    assert_eq!(
        (first["input_tokens"].as_u64(), first["output_tokens"].as_u64()),
        (Some(input), Some(output))
    );
    assert_eq!(first["cached_tokens"], 0);
    // What the journal answers is asked of nobody.
    let again = stats(sh(&line, folder.path()).ended(0));
    assert_eq!((&again["requests"], &again["cached"]), (&0.into(), &30.into()));
    assert_eq!((&again["input_tokens"], &again["retries"]), (&0.into(), &0.into()));
}

#[test]
fn the_judge_adds_a_score_and_changes_nothing_else() {
    let folder = folder(20);
    let stub = Stub::start(Options::default()).unwrap();
    sh(&format!("{} > rows.jsonl", ask(&stub)), folder.path()).ended(0);
    let line = format!("sdk-judge -m openai:stub --base-url {} rows.jsonl", stub.base_url());
    let ran = sh(&line, folder.path()).ended(0);
    let rows = fs::read_to_string(folder.path().join("rows.jsonl")).unwrap();
    assert_eq!(rows.lines().count(), ran.text().lines().count());
    for (before, after) in rows.lines().zip(ran.text().lines()) {
        assert!(after.starts_with(before.trim_end_matches('}')), "{before}\n{after}");
    }
    let rated = |row: &Value| row["score"].as_f64().is_some_and(|score| (1.0..=10.0).contains(&score));
    assert!(ran.rows().iter().all(rated), "{}", ran.text());
}
