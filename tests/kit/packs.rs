//! Lines 20 and 22: several rows in one request, careless judgments of them, and the sums.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::{asking, rows, says, words};
use crate::shell::{Ran, sh};

/// A rubric of one criterion, from 1 to 10.
const RUBRIC: &str =
    "---\ncriteria:\n  rating: {scale: [1, 10]}\nscore: mean\n---\n# user\nRate: {{ .answer }}\n";

/// Rows of so many points, whose answers hold what breaks a careless reader.
fn folder(points: &[u32]) -> TempDir {
    let row = |points: &u32| {
        let answer = format!("\tpriced at {points}:\n```\nprint(\"a\\nb\")\n```\n[x] {{\"rating\": 1}}");
        let topic = if *points > 5 { "high" } else { "low" };
        json!({ "question": "Which?", "answer": answer, "topic": topic, "more": [1.5, null] }).to_string()
    };
    let folder = rows(&points.iter().map(row).collect::<Vec<_>>());
    fs::write(folder.path().join("r.md"), RUBRIC).unwrap();
    folder
}

/// The points of the rows of a request, in its order.
fn priced(body: &Value) -> Vec<u32> {
    let words = words(body);
    let number = |rest: &str| rest.split(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok();
    words.split("priced at ").skip(1).filter_map(number).collect()
}

/// A careless judge: last row first, numbers as texts in three spellings, an echo in other words; the row of 4 points is
/// left out, that of 2 points gets 95, and neither is better when it is asked about alone.
#[allow(clippy::unnecessary_wraps)] // a script may have nothing to say
fn careless(body: &Value) -> Option<String> {
    let one = |(points, id): (u32, usize)| match points {
        4 => None,
        2 => Some(json!({ "id": id, "rating": 95 })),
        points if points % 3 == 0 => {
            Some(json!({ "id": id.to_string(), "rating": format!("{points}/10"), "answer": "an echo" }))
        }
        points if points % 3 == 1 => {
            Some(json!({ "rating": { "reason": "r", "score": points.to_string() }, "id": id }))
        }
        points => {
            Some(json!({ "id": id, "rating": { "score": points, "reason": "r" }, "question": "Another?" }))
        }
    };
    let said: Vec<Value> =
        priced(body).into_iter().zip(1..).filter_map(one).collect::<Vec<_>>().into_iter().rev().collect();
    Some(
        if priced(body).len() > 1 {
            json!({ "items": said })
        } else {
            said.first().cloned().unwrap_or(Value::Null)
        }
        .to_string(),
    )
}

fn judge(folder: &TempDir, more: &str) -> (Ran, u64) {
    let stub = says(careless);
    let line = format!("sdk-judge --rubric r.md {more} {} in.jsonl", asking(&stub));
    (sh(&line, folder.path()).ended(0), stub.stats().requests)
}

#[test]
fn line_20_each_good_judgment_counts_and_the_others_are_unrated() {
    let points = [9, 4, 7, 2, 10, 5, 6, 8];
    let folder = folder(&points);
    let (ran, requests) = judge(&folder, "--pack 8");
    let before = fs::read_to_string(folder.path().join("in.jsonl")).unwrap();
    for ((before, after), points) in before.lines().zip(ran.text().lines()).zip(points) {
        assert!(after.starts_with(before.trim_end_matches('}')), "{before}\n{after}");
        let row: Value = serde_json::from_str(after).unwrap();
        if [2, 4].contains(&points) {
            assert!(row["score"].is_null() && row["judge"]["error"]["kind"].is_string(), "{row}");
        } else {
            assert_eq!(row["score"].as_f64(), Some(f64::from(points)), "{row}");
        }
    }
    assert_eq!((ran.rows().len(), ran.count("sdk-judge", "unrated")), (8, 2));
    // One request for all, and those that lacked a score again, alone and a bounded number of times.
    assert!((3..=1 + 2 * 4).contains(&requests), "{requests} requests");
}

#[test]
fn line_22_the_sums_of_a_run() {
    let folder = folder(&[9, 4, 7, 2, 10, 5, 6, 8]);
    let (ran, _) = judge(&folder, "--threshold 7 --group .topic --stats stats.json");
    let stats: Value = serde_json::from_slice(&fs::read(folder.path().join("stats.json")).unwrap()).unwrap();
    assert_eq!((&stats["read"], &stats["written"], &stats["unrated"]), (&8.into(), &8.into(), &2.into()));
    // Four of 9, 7, 10, 5, 6 and 8.
    assert_eq!(stats["score"]["mean"].as_f64(), Some(7.5), "{stats}");
    assert_eq!(
        (&stats["threshold"]["value"], &stats["threshold"]["rows"]),
        (&7.into(), &4.into()),
        "{stats}"
    );
    let counted: u64 =
        stats["score"]["histogram"].as_array().unwrap().iter().map(|bar| bar["rows"].as_u64().unwrap()).sum();
    assert_eq!(counted, 6);
    let groups = &stats["groups"];
    assert_eq!((&groups["high"]["rows"], &groups["low"]["unrated"]), (&5.into(), &2.into()), "{stats}");
    assert!(ran.stderr.contains("retention 0.50, average 7.5, unrated 2"), "{}", ran.stderr);
}
