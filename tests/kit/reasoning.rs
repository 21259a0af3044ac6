//! Line 23: reasoning is made, kept by every stage and every format, and added to what has none.

use std::fs;
use std::time::Duration;

use sdk_stub::{Options, Stub};
use serde_json::{Value, json};

use crate::passages;
use crate::server::{asking, rows, says, stub};
use crate::shell::sh;

const SHAPES: [&str; 9] = [
    "jsonl",
    "alpaca",
    "chatml",
    "openai",
    "sharegpt",
    "prompt-completion",
    "conversation",
    "harmony",
    "text",
];

#[test]
fn line_23_every_stage_and_every_format_keeps_the_reasoning() {
    let thought = |n: u32| {
        let (question, reasoning) = (format!("What is {n} and {n}?"), format!("First {n}, then {n} more."));
        json!({ "question": question, "reasoning": reasoning, "answer": format!("It is {}.", n * 2) })
    };
    let thoughts: Vec<Value> = (1..9).map(thought).collect();
    let (folder, stub) = (rows(&thoughts.iter().map(Value::to_string).collect::<Vec<_>>()), stub());
    let line = format!("sdk-judge {} in.jsonl | sdk-filter --min 1 > kept.jsonl", asking(&stub));
    sh(&line, folder.path()).ended(0);
    // As the kit's own file of it, too.
    let wrapped = json!({ "summary": "s", "cot_examples": thoughts, "conversations": [] });
    fs::write(folder.path().join("book_cot_examples.json"), wrapped.to_string()).unwrap();
    for shape in SHAPES {
        for file in ["kept.jsonl", "book_cot_examples.json"] {
            let lines = sh(&format!("sdk-format {shape} {file}"), folder.path()).ended(0).text();
            assert_eq!(lines.lines().count(), 8, "{file} as {shape}");
            for (row, line) in thoughts.iter().zip(lines.lines()) {
                for key in ["question", "reasoning", "answer"] {
                    assert!(
                        line.contains(row[key].as_str().unwrap()),
                        "{file} as {shape} has lost the {key}: {line}"
                    );
                }
            }
        }
    }
}

#[test]
fn line_23_reasoning_is_made() {
    let (folder, stub) = (passages::folder(4), stub());
    let ask = asking(&stub);
    let line = format!("sdk-gen --task cot -n 8 {ask} in.jsonl | sdk-judge --rubric cot {ask}");
    let rows = sh(&line, folder.path()).ended(0).rows();
    assert_eq!(rows.len(), 8);
    for row in rows {
        assert!(["question", "reasoning", "answer"].iter().all(|key| row[*key].is_string()), "{row}");
        assert!(row["score"].is_number(), "{row}");
    }
}

/// What was said, in turns.
fn conversation(number: usize) -> Value {
    json!({ "id": format!("c{number}"), "messages": [
        { "role": "system", "content": "Be brief." },
        { "role": "user", "content": format!("What is {number} and {number}?") },
        { "role": "assistant", "content": format!("It is {}.", number * 2) },
        { "role": "user", "content": "And\tonce more?\n" },
        { "role": "assistant", "content": format!("It is {}: “voilà”\n", number * 3) },
    ] })
}

#[test]
fn line_23_reasoning_is_added_and_nothing_else_changes() {
    let before: Vec<Value> = (1..=24).map(conversation).collect();
    let folder = rows(&before.iter().map(Value::to_string).collect::<Vec<_>>());
    let options = Options {
        script: Some(|_| Some(json!({ "reasoning": ["First I add.", "Then I add again."] }).to_string())),
        latency: Duration::from_millis(200),
        ..Options::default()
    };
    let stub = Stub::start(options).unwrap();
    let line = format!("sdk-gen --task cot-enhance -j 8 {} in.jsonl", asking(&stub));
    let after = sh(&line, folder.path()).ended(0).rows();
    assert_eq!((after.len(), stub.stats().max_in_flight), (24, 8));
    for (before, after) in before.iter().zip(&after) {
        let (before, after) = (before["messages"].as_array().unwrap(), after["messages"].as_array().unwrap());
        assert_eq!(before.len(), after.len());
        for (before, after) in before.iter().zip(after) {
            assert_eq!(before["role"], after["role"]);
            let (old, new) = (before["content"].as_str().unwrap(), after["content"].as_str().unwrap());
            assert!(new.ends_with(old), "the text has not survived: {new}");
        }
        let said = Value::Array(after.clone()).to_string();
        assert!(said.contains("First I add.") && said.contains("Then I add again."), "{said}");
    }
}

#[test]
fn line_23_reasoning_that_cannot_be_had_is_a_reject() {
    let folder = rows(&[conversation(1).to_string()]);
    // One text for two answers, again and again.
    let stub = says(|_| Some(json!({ "reasoning": ["Only one."] }).to_string()));
    let line = format!("sdk-gen --task cot-enhance {} in.jsonl --rejects bad.jsonl", asking(&stub));
    let ran = sh(&line, folder.path()).ended(1);
    assert!(ran.stdout.is_empty(), "the row passes as if it had been enhanced: {}", ran.text());
    let bad: Value = serde_json::from_slice(&fs::read(folder.path().join("bad.jsonl")).unwrap()).unwrap();
    assert_eq!(bad["row"], conversation(1));
}
