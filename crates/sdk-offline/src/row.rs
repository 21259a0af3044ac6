//! The parts of a row that the rules work on: its main text, its question and answer, its topic.
//!
//! Known key names first, the longest string else. Selectors are the user's and are applied before this.

use serde_json::{Map, Value};

/// Keys that name or keep account of a row and say nothing of its content.
const ACCOUNT: [&str; 9] = ["id", "sdk", "score", "judge", "source", "document", "url", "metadata", "image"];

/// What a judge looks at.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) question: Option<String>,
    pub(crate) answer: String,
    pub(crate) source: Option<String>,
}

fn string<'r>(row: &'r Map<String, Value>, keys: &[&str]) -> Option<&'r str> {
    keys.iter().find_map(|key| row.get(*key)?.as_str())
}

/// The text that a row is about.
pub(crate) fn main_text(row: &Map<String, Value>) -> &str {
    let known = string(row, &["text", "context", "passage", "content"]);
    known.filter(|text| !text.trim().is_empty()).unwrap_or_else(|| longest(row))
}

fn longest(row: &Map<String, Value>) -> &str {
    let strings = row
        .iter()
        .filter(|(key, _)| !ACCOUNT.contains(&key.as_str()))
        .filter_map(|(_, value)| value.as_str());
    strings.max_by_key(|text| text.len()).unwrap_or_default()
}

/// The path of an outline's topic, topmost first.
pub(crate) fn topic(row: &Map<String, Value>) -> Vec<String> {
    match row.get("topic") {
        Some(Value::Array(path)) => path.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(path)) => path.split(" › ").map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Further wishes that a planned row carries: tone, audience and the like.
pub(crate) fn wishes(row: &Map<String, Value>) -> Vec<(&str, &str)> {
    row.iter()
        .filter(|(key, _)| !ACCOUNT.contains(&key.as_str()) && *key != "topic")
        .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?.trim())))
        .filter(|(_, value)| !value.is_empty() && value.len() <= 200)
        .collect()
}

/// Question, answer and source of a row of any known shape.
pub(crate) fn parts(row: &Map<String, Value>) -> Parts {
    let source = string(row, &["context", "text", "passage", "reference"]).map(str::to_owned);
    for (list, who, what) in [
        ("messages", "role", "content"),
        ("conversations", "from", "value"),
        ("conversation", "role", "content"),
    ] {
        if let Some(turns) = row.get(list).and_then(Value::as_array) {
            let said = |roles: &[&str]| {
                let turn = turns
                    .iter()
                    .rev()
                    .find(|turn| turn[who].as_str().is_some_and(|role| roles.contains(&role)));
                turn.and_then(|turn| turn[what].as_str()).map(str::to_owned)
            };
            let answer = said(&["assistant", "gpt", "model"]).unwrap_or_default();
            return Parts { question: said(&["user", "human"]), answer, source };
        }
    }
    let question = string(row, &["question", "instruction", "prompt", "query", "user"]).map(|question| {
        match string(row, &["input"]).filter(|input| !input.trim().is_empty()) {
            Some(input) => format!("{question}\n{input}"),
            None => question.to_owned(),
        }
    });
    let question = question.or_else(|| string(row, &["input"]).map(str::to_owned));
    let named = ["answer", "output", "completion", "response", "chosen", "assistant", "summary"];
    let answer = match named.iter().find_map(|key| row.get(*key)) {
        Some(Value::String(answer)) => answer.clone(),
        Some(Value::Null) => String::new(),
        Some(other) => other.to_string(),
        None if question.is_some() => String::new(),
        None => return Parts { question, answer: longest(row).to_owned(), source: None },
    };
    Parts { question, answer, source }
}
