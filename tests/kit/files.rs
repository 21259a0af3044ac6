//! The files that synthetic-data-kit and its fork leave behind, with the keys that theirs have.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::shell;

/// The kit's files by their names, and the questions in each.
pub fn kit() -> (TempDir, Vec<(&'static str, usize)>) {
    let folder = shell::folder();
    let turns = |from: &str, value: &str, roles: [&str; 3]| {
        let texts = ["Be brief.", "Q1", "A1", "Q2", "A2"];
        let roles = [roles[0], roles[1], roles[2], roles[1], roles[2]];
        let turns = roles.iter().zip(texts).map(|(role, text)| json!({ from: role, value: text }));
        turns.collect::<Value>()
    };
    let chat = || turns("role", "content", ["system", "user", "assistant"]);
    let share = turns("from", "value", ["system", "human", "gpt"]);
    let pair = |n: u32| json!({ "question": format!("Q{n}"), "answer": format!("A{n}") });
    let thought = json!({ "question": "Q1", "reasoning": "R1", "answer": "A1" });
    let made = |n: u32| json!({ "instruction": format!("Q{n}"), "input": "", "output": format!("A{n}") });
    let rated = json!({ "question": "Q1", "answer": "A1", "rating": 8 });
    let files = [
        ("book_qa_pairs.json", json!({ "summary": "s", "qa_pairs": [pair(1), pair(2)] }), 2),
        (
            "book_cot_examples.json",
            json!({ "summary": "s", "cot_examples": [thought], "conversations": [chat()] }),
            1,
        ),
        (
            "book_cleaned.json",
            json!({ "summary": "s", "qa_pairs": [rated], "conversations": [chat()], "metrics": {} }),
            1,
        ),
        ("book_enhanced.json", json!([{ "conversations": chat() }]), 2),
        (
            "book_taxonomy_generated.json",
            json!({ "metadata": { "num": 2 }, "examples": [made(1), made(2)] }),
            2,
        ),
        ("book_generated_only.json", json!([made(1), made(2)]), 2),
        ("sharegpt.json", json!([{ "conversations": share }]), 2),
    ];
    for (name, value, _) in &files {
        // As Python's json module writes it.
        let text = serde_json::to_string_pretty(value).unwrap();
        fs::write(folder.path().join(name), text).unwrap();
    }
    fs::write(folder.path().join("rows.jsonl"), format!("{}\n{}\n", pair(1), pair(2))).unwrap();
    let mut found: Vec<_> = files.iter().map(|(name, _, count)| (*name, *count)).collect();
    found.push(("rows.jsonl", 2));
    (folder, found)
}
