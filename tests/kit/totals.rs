//! Line 22: the sums of what was judged.

use std::fs;

use serde_json::{Value, json};

use crate::server::{asking, number, rows, says};
use crate::shell::sh;

const RUBRIC: &str =
    "---\ncriteria:\n  rating: {scale: [1, 10]}\nscore: mean\n---\n# user\nRate: {{ .answer }}\n";

#[test]
fn line_22_the_sums_of_a_run() {
    let row = |points: &u32| {
        json!({ "question": "Which?", "answer": format!("One priced at {points}.") }).to_string()
    };
    let folder = rows(&[9, 0, 7, 95, 10, 5, 6, 8].iter().map(row).collect::<Vec<_>>());
    fs::write(folder.path().join("r.md"), RUBRIC).unwrap();
    let stub = says(|body| {
        Some(json!({ "rating": { "score": number(body, "priced at ")?, "reason": "r" } }).to_string())
    });
    let line = format!("sdk-judge --rubric r.md --stats stats.json {} in.jsonl", asking(&stub));
    let ran = sh(&line, folder.path()).ended(0);
    let stats: Value = serde_json::from_slice(&fs::read(folder.path().join("stats.json")).unwrap()).unwrap();
    assert_eq!((&stats["read"], &stats["written"], &stats["unrated"]), (&8.into(), &8.into(), &2.into()));
    // Of those that have a score.
    assert_eq!(stats["score"]["mean"].as_f64(), Some(7.5), "{stats}");
    let bars = stats["score"]["histogram"].as_array().unwrap().iter();
    assert_eq!(bars.map(|bar| bar["rows"].as_u64().unwrap()).sum::<u64>(), 6, "{stats}");
    assert_eq!((ran.count("sdk-judge", "written"), ran.count("sdk-judge", "unrated")), (8, 2));
}
