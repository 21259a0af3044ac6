//! What may have been thought before an answer: the row's own words that have most in common with it.

use sdk_prompt::Ask;
use sdk_record::{Record, turns};
use sdk_text::{beginning, content_words, overlap, sentences};
use serde_json::{Map, Value, json};

/// Bytes of what was said before that are looked at.
const READ: usize = 20_000;

/// `{"reasoning":["…"]}` for the conversation of the row: for each answer without its reasoning, a sentence of what was
/// said before it. Nothing where the row holds none, or where that is not what is asked for.
pub(crate) fn thoughts(ask: &Ask, properties: &Map<String, Value>) -> Option<Value> {
    let listed = properties.len() == 1 && properties.get("reasoning")?["type"] == "array";
    let row = ask.about.row.as_ref().filter(|_| listed)?;
    Some(json!({ "reasoning": before_answers(row)? }))
}

fn before_answers(row: &Record) -> Option<Vec<String>> {
    let found = turns(row.row()).ok()??;
    let (mut said, mut thoughts) = (Vec::new(), Vec::new());
    for (turn, lacks) in found.turns.iter().zip(found.unreasoned()) {
        let text = plain(&turn.content);
        if lacks {
            thoughts.push(nearest(&said, &text));
        }
        said.push(text);
    }
    Some(thoughts)
}

/// The text of a message's content, or of its parts.
fn plain(raw: &str) -> String {
    match serde_json::from_str(raw) {
        Ok(Value::String(text)) => text,
        Ok(Value::Array(parts)) => {
            let texts: Vec<&str> = parts.iter().filter_map(|part| part["text"].as_str()).collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}

/// The sentence of what was said that shares most words with the answer; of equals the latest.
fn nearest(said: &[String], answer: &str) -> String {
    let wanted = content_words(answer);
    let mut best = (0.0, "");
    for text in said.iter().map(|text| beginning(text, READ)) {
        for sentence in sentences(text) {
            let sentence = &text[sentence.range];
            let shared = overlap(&content_words(sentence), &wanted);
            if shared >= best.0 && sentence.trim() != answer.trim() {
                best = (shared, sentence);
            }
        }
    }
    let last = || said.last().map_or("", |text| beginning(text.trim(), 300));
    if best.1.is_empty() { last().to_owned() } else { best.1.to_owned() }
}

/// The sentence of a text in which an answer stands, where it says more than the answer.
pub(crate) fn holding<'t>(text: &'t str, answer: &str) -> Option<&'t str> {
    let text = beginning(text, 10 * READ);
    let mut found = sentences(text).into_iter().map(|sentence| text[sentence.range].trim());
    found.find(|sentence| sentence.contains(answer) && *sentence != answer)
}
