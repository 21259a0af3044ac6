//! Lines 18 to 22: scores, which are added and change nothing.

use std::fs;

use serde_json::{Value, json};

use crate::server::{asking, number, rows, says, stub};
use crate::shell::sh;

/// Gives as many points as the answer says, and the row in other words beside them.
fn points(body: &Value) -> Option<String> {
    let sum = number(body, "priced at ")?;
    let part = |most: usize, before: usize| sum.saturating_sub(before).min(most);
    let point = |score: usize| json!({ "score": score, "reason": "as it says" });
    let said = json!({
        "accuracy": point(part(3, 0)), "relevance": point(part(2, 3)), "clarity": point(part(2, 5)),
        "usefulness": point(part(3, 7)), "question": "An echo?", "answer": "Not what stood there.", "rating": 9,
    });
    Some(said.to_string())
}

/// Rows of so many points.
fn worth(points: &[u32]) -> Vec<String> {
    let row = |points: &u32| {
        json!({ "question": "Which?", "answer": format!("One priced at {points}.") }).to_string()
    };
    points.iter().map(row).collect()
}

#[test]
fn line_18_scores_from_one_to_ten_and_a_threshold_that_is_inclusive() {
    let (folder, stub) = (rows(&worth(&[0, 6, 7, 10])), says(points));
    let judged =
        sh(&format!("sdk-judge {} in.jsonl -o judged.jsonl; cat judged.jsonl", asking(&stub)), folder.path());
    let scores: Vec<_> = judged.ended(0).rows().iter().map(|row| row["score"].as_f64().unwrap()).collect();
    assert_eq!(scores, [1.0, 6.0, 7.0, 10.0]);
    for body in stub.stats().bodies {
        assert_eq!(body["temperature"].to_string(), "0.1");
    }
    let near = r#"{"question":"Q","answer":"A","score":6.9}"#;
    let line = format!("{{ cat judged.jsonl; echo '{near}'; }} | sdk-filter --min 7");
    let kept: Vec<_> =
        sh(&line, folder.path()).ended(0).rows().iter().map(|row| row["score"].to_string()).collect();
    assert_eq!(kept, ["7", "10"]);
}

/// A row with all that a careless tool would write anew.
const ODD: [&str; 3] = [
    r#"{ "question" :"Is it\tpriced at 8?","answer":"one\ntwo\n\n  print(\"a\\nb\")","reasoning":"R", "n":1.50}"#,
    r#"{"question":"\u00e9 priced at 3 \/","answer":"₹ “5” €","big":12345678901234567890123,"tags":[1, 2,{}]}"#,
    r#"{"messages":[{"role":"user","content":"priced at 5?"},{"role":"assistant","content":"Yes.","name":"x"}]}"#,
];

#[test]
fn line_19_the_judge_never_rewrites() {
    let (folder, stub) = (rows(&ODD), says(points));
    let ran = sh(&format!("sdk-judge {} in.jsonl", asking(&stub)), folder.path()).ended(0);
    let text = ran.text();
    for (before, after) in ODD.iter().zip(text.lines()) {
        let added =
            after.strip_prefix(before.trim_end_matches('}')).unwrap_or_else(|| panic!("{before}\n{after}"));
        let added: Value = serde_json::from_str(&format!("{{{}", added.trim_start_matches(','))).unwrap();
        assert_eq!(added.as_object().unwrap().keys().collect::<Vec<_>>(), ["score", "judge"], "{after}");
    }
    assert_eq!(
        ran.rows().iter().map(|row| row["score"].as_f64().unwrap()).collect::<Vec<_>>(),
        [8.0, 3.0, 5.0]
    );
    assert!(!text.contains("An echo?"));
}

#[test]
fn line_21_another_threshold_asks_nobody() {
    let (folder, stub) = (rows(&worth(&[3, 6, 8, 9])), says(points));
    sh(&format!("sdk-judge {} in.jsonl -o judged.jsonl", asking(&stub)), folder.path()).ended(0);
    for (least, kept) in [(4, 3), (7, 2), (9, 1)] {
        let line = format!("sdk-filter --min {least} judged.jsonl --dropped low.jsonl --why");
        let ran = sh(&line, folder.path()).ended(0);
        assert_eq!(ran.rows().len(), kept);
        let low = fs::read_to_string(folder.path().join("low.jsonl")).unwrap();
        let low: Vec<Value> = low.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(low.len(), 4 - kept);
        for row in low {
            assert!(row["dropped"]["message"].as_str().unwrap().contains(&least.to_string()), "{row}");
            assert!(row["row"]["judge"]["criteria"]["accuracy"]["reason"].is_string(), "{row}");
        }
    }
    assert_eq!(stub.stats().requests, 4);
    // Nor does judging once more.
    sh(&format!("sdk-judge {} in.jsonl", asking(&stub)), folder.path()).ended(0);
    assert_eq!(stub.stats().requests, 4);
}

#[test]
fn line_20_what_is_no_score_is_asked_for_again_and_never_zero() {
    // Too many points, no score at all, and words: each time.
    let stub = says(|body| {
        let point = |score: u32| json!({ "score": score, "reason": "r" });
        let accuracy = match number(body, "priced at ")? {
            95 => point(95),
            1 => json!({ "reason": "r" }),
            2 => return Some("A good answer, 8 of 10.".to_owned()),
            _ => return points(body),
        };
        let said = json!({ "accuracy": accuracy, "relevance": point(2), "clarity": point(2), "usefulness": point(3) });
        Some(said.to_string())
    });
    let folder = rows(&worth(&[95, 1, 2, 8]));
    let ran = sh(&format!("sdk-judge {} in.jsonl", asking(&stub)), folder.path()).ended(0);
    let rows = ran.rows();
    assert_eq!(rows.len(), 4, "a row has vanished");
    for row in &rows[..3] {
        assert!(row["score"].is_null() && row["judge"]["error"]["message"].is_string(), "{row}");
    }
    assert_eq!((&rows[3]["score"], ran.count("sdk-judge", "unrated")), (&8.into(), 3));
    assert_eq!(stub.stats().requests, 3 * 3 + 1, "each is asked about again, twice");
}

#[test]
fn line_19_an_echo_of_rows_that_were_made_here() {
    let (folder, stub) = (crate::passages::folder(5), stub());
    let line = format!("sdk-gen --task qa {0} in.jsonl | tee rows.jsonl | sdk-judge {0}", asking(&stub));
    let judged = sh(&line, folder.path()).ended(0).text();
    let made = fs::read_to_string(folder.path().join("rows.jsonl")).unwrap();
    assert_eq!(made.lines().count(), judged.lines().count());
    assert!(made.lines().count() >= 5, "a row or more of each passage: {made}");
    assert!(
        made.lines().zip(judged.lines()).all(|(made, judged)| judged.starts_with(made.trim_end_matches('}')))
    );
}
