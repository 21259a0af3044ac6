//! Real pages, where they are at hand: most passages give a pair, and every pair keeps its promise.

#![allow(clippy::unwrap_used)] // a test

use std::path::Path;
use std::sync::Arc;

use sdk_offline::answer;
use sdk_prompt::{About, Ask, Parameters, Schema, Want};
use sdk_record::Record;
use serde_json::{Value, json};

fn ask(text: &str) -> Ask {
    let string = json!({ "type": "string" });
    let item = json!({ "type": "object", "properties": { "question": string, "answer": string } });
    Ask {
        messages: Vec::new(),
        want: Want::Items(4),
        schema: Some(Arc::new(Schema::new(item).unwrap())),
        parameters: Parameters::default(),
        sample: 0,
        about: About {
            row: Some(Record::parse(&json!({ "text": text }).to_string()).unwrap()),
            ..About::default()
        },
    }
}

/// Paragraphs packed into passages of about this size.
fn passages(text: &str, size: usize) -> Vec<String> {
    let mut cut = vec![String::new()];
    for paragraph in text.split_inclusive("\n\n") {
        let last = cut.last_mut().unwrap();
        if last.len() + paragraph.len() > size && last.len() >= 500 {
            cut.push(paragraph.to_owned());
        } else {
            last.push_str(paragraph);
        }
    }
    cut.retain(|passage| passage.chars().count() >= 500);
    cut
}

#[test]
fn nine_of_ten_passages_give_a_pair() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/documents");
    if !folder.exists() {
        return;
    }
    for name in ["rust-book-ch04-01.html", "python-tutorial-ds.html", "git-rebase.html"] {
        let html = std::fs::read_to_string(folder.join(name)).unwrap();
        let converter = htmd::HtmlToMarkdown::builder().skip_tags(vec!["script", "style"]).build();
        let markdown = converter.convert(&html).unwrap();
        for size in [1000, 1500, 4000] {
            let passages = passages(&markdown, size);
            let mut fruitful = 0;
            for passage in &passages {
                let reply: Value = serde_json::from_str(&answer(&ask(passage)).unwrap()).unwrap();
                let pairs = reply["items"].as_array().unwrap();
                fruitful += usize::from(!pairs.is_empty());
                for pair in pairs {
                    let (question, answer) =
                        (pair["question"].as_str().unwrap(), pair["answer"].as_str().unwrap());
                    assert!(passage.contains(answer), "{answer}");
                    assert!(
                        !question.to_lowercase().contains(&answer.to_lowercase()),
                        "{question}: {answer}"
                    );
                }
            }
            assert!(
                fruitful * 10 >= passages.len() * 9,
                "{name} at {size}: {fruitful} of {}",
                passages.len()
            );
        }
    }
}
