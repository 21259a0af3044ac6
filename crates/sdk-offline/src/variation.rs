//! Variations of seed rows: the same keys and answers, the request put in other words.
//!
//! Without knowledge a new fact would be an invention, so what a seed says stays and only the way it is asked for
//! changes. First names are exchanged everywhere at once.

use std::collections::HashSet;

use serde_json::{Map, Value};

/// Openings that leave a request what it is; `{}` is the request.
const OPENINGS: [&str; 24] = [
    "Please help with this: {}",
    "Here is a task for you. {}",
    "I need help with the following. {}",
    "Consider this request. {}",
    "A colleague asks: {}",
    "Could you take care of this? {}",
    "A student wants to know: {}",
    "Work on this request: {}",
    "I have a question for you. {}",
    "Answer as well as you can: {}",
    "Give this a try: {}",
    "A reader sent this in: {}",
    "For a tutorial, respond to this: {}",
    "Imagine that a customer writes: {}",
    "Respond to this request: {}",
    "A friend asked me this: {}",
    "This came up today: {}",
    "Take a moment and answer: {}",
    "Here is what I would like to know. {}",
    "For my notes: {}",
    "A user writes: {}",
    "I am preparing a lesson. {}",
    "Help a beginner with this: {}",
    "One more for you. {}",
];
/// Endings that ask for nothing that the answer may lack.
const ENDINGS: [&str; 9] = [
    "",
    " Thank you.",
    " Please stay on the subject.",
    " Please be correct.",
    " I would be glad of a good answer.",
    " No more than what is asked for.",
    " Thanks in advance.",
    " Please answer directly.",
    " Take the request as it stands.",
];
const NAMES: [&str; 16] = [
    "Alice", "Bob", "Anna", "Tom", "Maria", "John", "Mary", "Peter", "Sarah", "David", "Emma", "Lucas",
    "Nina", "Omar", "Priya", "Kenji",
];
/// Where a row's request stands.
const REQUESTS: [&str; 8] =
    ["instruction", "question", "prompt", "user", "query", "request", "input", "text"];

/// Up to `count` variations, none of them a seed, none with a string of `avoid`.
pub(crate) fn variations(
    seeds: &[Map<String, Value>],
    count: usize,
    sample: u32,
    avoid: &[String],
) -> Vec<Map<String, Value>> {
    let known: HashSet<&str> = avoid.iter().map(String::as_str).collect();
    let mut made: HashSet<String> = HashSet::new();
    let mut found = Vec::new();
    let ways = OPENINGS.len() * ENDINGS.len();
    // Runs count jobs in thousands and rounds in ones; each job begins with another wording.
    let start = (sample as usize / 1000) + (sample as usize % 1000) * 37;
    for turn in 0..ways * seeds.len() {
        if found.len() == count {
            break;
        }
        let way = (start + turn / seeds.len()) % ways;
        let seed = &seeds[turn % seeds.len()];
        let Some((row, asked)) = varied(seed, way) else { continue };
        if !known.contains(asked.as_str()) && made.insert(asked) {
            found.push(row);
        }
    }
    found
}

/// One seed in another wording, and the request that it then has.
fn varied(seed: &Map<String, Value>, way: usize) -> Option<(Map<String, Value>, String)> {
    let mut row = renamed(seed, way);
    let key = REQUESTS.iter().find(|key| row.get(**key).is_some_and(is_text)).map(|key| (*key).to_owned());
    if let Some(turn) =
        row.get_mut("messages").or(None).and_then(Value::as_array_mut).and_then(|turns| {
            turns.iter_mut().find(|turn| turn["role"] == "user" && is_text(&turn["content"]))
        })
    {
        let asked = framed(turn["content"].as_str()?, way);
        turn["content"] = Value::from(asked.as_str());
        return Some((row, asked));
    }
    let key = key.or_else(|| {
        row.iter().find(|(key, value)| *key != "id" && is_text(value)).map(|(key, _)| key.clone())
    })?;
    let asked = framed(row.get(&key)?.as_str()?, way);
    row.insert(key, Value::from(asked.as_str()));
    Some((row, asked))
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

fn framed(request: &str, way: usize) -> String {
    let opening = OPENINGS[way % OPENINGS.len()];
    let ending = ENDINGS[way / OPENINGS.len() % ENDINGS.len()];
    let request = request.trim();
    let dot = if ending.is_empty() || sdk_text::ends_as_sentence(request) { "" } else { "." };
    format!("{}{dot}{ending}", opening.replacen("{}", request, 1))
}

/// The row with its first names exchanged, the same for the same everywhere. Full names may be somebody's, and stay.
fn renamed(seed: &Map<String, Value>, way: usize) -> Map<String, Value> {
    let text = Value::Object(seed.clone()).to_string();
    let held: Vec<usize> = (0..NAMES.len()).filter(|name| first_name(&text, NAMES[*name])).collect();
    if held.is_empty() {
        return seed.clone();
    }
    let free: Vec<usize> = (0..NAMES.len()).filter(|name| !text.contains(NAMES[*name])).collect();
    let mut row = seed.clone();
    for (number, name) in held.into_iter().enumerate() {
        if let Some(other) = free.get((way + number) % free.len().max(1)).filter(|_| number < free.len()) {
            row.iter_mut().for_each(|(_, value)| rename(value, NAMES[name], NAMES[*other]));
        }
    }
    row
}

/// Whether the name stands in the text as a word of its own, and never before another name.
fn first_name(text: &str, name: &str) -> bool {
    let mut places = text.match_indices(name).peekable();
    places.peek().is_some()
        && places.all(|(at, _)| {
            let after = &text[at + name.len()..];
            let before = text[..at].chars().next_back();
            let surname = after.strip_prefix(' ').is_some_and(|next| next.starts_with(char::is_uppercase));
            !surname
                && !after.starts_with(char::is_alphanumeric)
                && !before.is_some_and(char::is_alphanumeric)
        })
}

fn rename(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) => *text = text.replace(from, to),
        Value::Array(members) => members.iter_mut().for_each(|member| rename(member, from, to)),
        Value::Object(members) => members.iter_mut().for_each(|(_, member)| rename(member, from, to)),
        _ => {}
    }
}
