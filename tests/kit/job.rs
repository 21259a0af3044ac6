//! Line 33: the job that `TransformerLab`'s plugin runs, as one command line: documents, task type, pairs per document,
//! threshold, format, prompt, address, name of the data set.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::server::{asking, stub, words};
use crate::shell::{folder, sh};

/// Two documents of several passages each.
fn documents() -> TempDir {
    let folder = folder();
    for (name, about) in [("locks.txt", "lock"), ("tides.md", "tide")] {
        let text: String =
            (0..120).map(|n| format!("Fact {n} about the {about} is that it has {n} steps.\n\n")).collect();
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

const EXTRACT: &str = "sdk-extract locks.txt tides.md --chunk-size 3000 --overlap 300 | tee passages.jsonl";

fn read(folder: &TempDir, name: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.path().join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The documents that rows are of, or were made of.
fn sources(folder: &TempDir, rows: &[Value]) -> BTreeSet<String> {
    let passages = read(folder, "passages.jsonl");
    let source = |row: &Value| {
        let of = |passage: &&Value| passage["id"] == row["sdk"]["parent"] || passage["id"] == row["id"];
        passages.iter().find(of).and_then(|passage| passage["source"].as_str()).unwrap_or("none").to_owned()
    };
    rows.iter().map(source).collect()
}

/// What is judged, for each task type.
const TASKS: [(&str, &str); 3] = [
    ("qa", "sdk-gen --task qa -n 5 --per .document ASK | sdk-judge --rubric qa ASK"),
    ("cot", "sdk-gen --task cot -n 5 --per .document ASK | sdk-judge --rubric cot ASK"),
    ("summary", "sdk-gen --task summary ASK | sdk-judge --rubric summary ASK"),
];

#[test]
fn line_33_each_task_type_in_each_format_is_judged_and_holds_both_documents() {
    for (task, stages) in TASKS {
        for shape in ["jsonl", "alpaca", "chatml"] {
            let (folder, stub) = (documents(), stub());
            let stages = stages.replace("ASK", &asking(&stub));
            // A summary is no exchange by its keys.
            let parts =
                if task == "summary" && shape != "jsonl" { "--user .text --assistant .summary" } else { "" };
            let line = format!(
                "{EXTRACT} | {stages} | tee judged.jsonl | sdk-filter --min 4 | tee kept.jsonl \
                 | sdk-format {shape} {parts} -o my-set.jsonl"
            );
            sh(&line, folder.path()).ended(0);
            let (judged, kept, set) =
                (read(&folder, "judged.jsonl"), read(&folder, "kept.jsonl"), read(&folder, "my-set.jsonl"));
            assert!(!judged.is_empty() && !kept.is_empty(), "{task} as {shape}: nothing is kept");
            if task != "summary" {
                assert_eq!(judged.len(), 10, "{task}: five of each document");
            }
            assert!(judged.iter().all(|row| row["score"].is_number()), "{task} as {shape} is not judged");
            assert!(kept.iter().all(|row| row["score"].as_f64() >= Some(4.0)), "{task} as {shape}");
            assert_eq!(set.len(), kept.len(), "{task} as {shape}");
            let text = |stub: &sdk_stub::Stub| stub.stats().bodies.iter().map(words).collect::<String>();
            assert!(text(&stub).contains("the lock is") && text(&stub).contains("the tide is"), "{task}");
            assert_eq!(
                sources(&folder, &judged),
                BTreeSet::from(["locks.txt", "tides.md"].map(str::to_owned))
            );
        }
    }
}

#[test]
fn line_33_alpaca_of_two_documents_holds_both() {
    let (folder, stub) = (documents(), stub());
    let line = format!(
        "{EXTRACT} | sdk-gen --task qa -n 5 --per .document --keep '{{source}}' {} \
         | sdk-format alpaca --keep '{{source}}' -o my-set.json",
        asking(&stub)
    );
    sh(&line, folder.path()).ended(0);
    let set: Vec<Value> =
        serde_json::from_slice(&fs::read(folder.path().join("my-set.json")).unwrap()).unwrap();
    for source in ["locks.txt", "tides.md"] {
        assert_eq!(set.iter().filter(|row| row["source"] == source).count(), 5, "{source}");
    }
}

/// A file of the kit's, of two pairs.
fn pairs(folder: &Path) {
    let pairs =
        r#"{"summary":"s","qa_pairs":[{"question":"Q1","answer":"A1"},{"question":"Q2","answer":"A2"}]}"#;
    fs::write(folder.join("book_qa_pairs.json"), pairs).unwrap();
}

#[test]
fn line_33_pairs_that_are_there_are_rated() {
    let (folder, stub) = (folder(), stub());
    pairs(folder.path());
    let line = format!("sdk-format jsonl book_qa_pairs.json | sdk-judge {}", asking(&stub));
    let rated = sh(&line, folder.path()).ended(0).rows();
    assert_eq!(rated.iter().map(|row| &row["answer"]).collect::<Vec<_>>(), ["A1", "A2"]);
    assert!(rated.iter().all(|row| row["score"].is_number()), "{rated:?}");
}

#[test]
fn line_33_reasoning_is_added_to_pairs_that_are_there() {
    let (folder, stub) = (folder(), stub());
    pairs(folder.path());
    let ask = asking(&stub);
    let line = format!(
        "sdk-format chatml book_qa_pairs.json | sdk-gen --task cot-enhance {ask} | sdk-format alpaca"
    );
    let thought = sh(&line, folder.path()).ended(0).rows();
    assert_eq!(thought.len(), 2);
    for (row, answer) in thought.iter().zip(["A1", "A2"]) {
        let output = row["output"].as_str().unwrap();
        assert!(output.ends_with(answer) && output.len() > 20, "{row}");
    }
}
