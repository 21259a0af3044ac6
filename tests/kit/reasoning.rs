//! Line 23: reasoning is kept by every stage and every format.

use std::fs;

use serde_json::{Value, json};

use crate::server::{asking, rows, stub};
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
