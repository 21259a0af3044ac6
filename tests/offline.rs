//! What `offline` promises, on real pages through the real tools.
#![allow(clippy::unwrap_used, missing_docs)]

mod shell;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The shared pages, where they are.
fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/documents");
    let Ok(found) = std::fs::read_dir(folder) else { return Vec::new() };
    let html = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "html");
    found.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(html).collect()
}

fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn pairs_of_real_pages_stand_in_their_passages() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/quickstart/docs");
    let mut documents: Vec<PathBuf> =
        std::fs::read_dir(own).unwrap().map(|entry| entry.unwrap().path()).collect();
    documents.extend(pages());
    for document in documents {
        for size in [1000, 2000, 4000] {
            let folder = tempfile::tempdir().unwrap();
            let line = format!(
                "sdk-extract -q '{}' --chunk-size {size} | tee passages.jsonl | sdk-gen -q --task qa -m offline",
                document.display()
            );
            let made = shell::sh(&line, folder.path()).stdout;
            assert_eq!(made, shell::sh(&line, folder.path()).stdout, "the same command gives the same bytes");
            let passages = rows(&std::fs::read_to_string(folder.path().join("passages.jsonl")).unwrap());
            check(&document, size, &passages, &rows(&String::from_utf8(made).unwrap()));
        }
    }
}

fn check(document: &Path, size: usize, passages: &[Value], pairs: &[Value]) {
    let mut given: HashMap<&str, usize> = HashMap::new();
    let text: HashMap<&str, &str> =
        passages.iter().map(|row| (row["id"].as_str().unwrap(), row["text"].as_str().unwrap())).collect();
    for pair in pairs {
        let (question, answer) = (pair["question"].as_str().unwrap(), pair["answer"].as_str().unwrap());
        let parent = pair["sdk"]["parent"].as_str().unwrap();
        assert!(text[parent].contains(answer), "{answer} is not in its passage");
        assert!(!question.to_lowercase().contains(&answer.to_lowercase()), "{question} holds {answer}");
        *given.entry(parent).or_default() += 1;
    }
    let long: Vec<&&str> =
        text.iter().filter(|(_, text)| text.chars().count() >= 500).map(|(id, _)| id).collect();
    let with = long.iter().filter(|id| given.contains_key(**id)).count();
    assert!(
        with * 10 >= long.len() * 9,
        "{}: pairs for {with} of {} passages of {size}",
        document.display(),
        long.len()
    );
}
