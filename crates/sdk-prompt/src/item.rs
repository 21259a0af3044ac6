//! The items of a reply: which of the JSON in it was asked for.
//!
//! Leaves out whether an item is as its schema says ([`crate::Schema::check`]) and how JSON is read (`read.rs`).

use serde_json::{Map, Value};

use sdk_record::{Fault, Kind};

use crate::Want;
use crate::read::{Dialect, Piece, pieces};

/// The items of one reply.
#[derive(Debug, Clone, PartialEq)]
pub struct Items {
    /// The complete ones, in the reply's order; every one an object.
    pub values: Vec<Value>,
    /// `false`: the reply was cut or damaged, and only the complete ones are here.
    pub whole: bool,
}

/// The items that `text` holds: a bare object, an array, `{"items":[…]}` or another lone key with a list, or objects in
/// a row; fenced, within prose, after `<think>…</think>`, cut at the end.
///
/// With [`Want::Item`] at most one, and no list is taken out of an object but `items`: the list may be the item's own.
///
/// # Errors
/// `empty`: nothing there, or an empty list; `refused`: a refusal in prose; `truncated`: the reply ended before the
/// first item did; `unparseable`: anything else without an object in it, such as thinking alone. The fault carries the
/// reply.
pub fn items(text: &str, want: Want) -> Result<Items, Fault> {
    let fault = |kind, message: String| Err(Fault::new(kind, message).after(text));
    if text.trim().is_empty() {
        return fault(Kind::Empty, "the reply is empty".into());
    }
    let Some(said) = unthought(text) else {
        return fault(
            Kind::Truncated,
            "the reply ends inside <think>, before any answer; allow more tokens".into(),
        );
    };
    if said.trim().is_empty() {
        return fault(Kind::Unparseable, "the reply is empty after its thinking".into());
    }
    let found = pieces(said, Dialect::Json);
    let mut best = choose(said, &found, want);
    if best.values.is_empty() || !best.whole {
        let python = choose(said, &pieces(said, Dialect::Python), want);
        if python.values.len() > best.values.len() {
            best = python;
        }
    }
    if !best.values.is_empty() {
        return Ok(best);
    }
    if found.iter().any(|piece| piece.whole && is_empty_list(&piece.value)) {
        return fault(Kind::Empty, "the reply is an empty list".into());
    }
    if refuses(said) {
        return fault(Kind::Refused, format!("the model refused: {}", beginning(said)));
    }
    if found.last().is_some_and(|piece| piece.cut) {
        let message = "the reply ends before its first item is complete; allow more tokens";
        return fault(Kind::Truncated, message.into());
    }
    fault(Kind::Unparseable, format!("expected a JSON object, found: {}", beginning(said)))
}

/// The one item that `text` holds: [`items`] with [`Want::Item`].
///
/// # Errors
/// As [`items`].
pub fn one(text: &str) -> Result<Value, Fault> {
    let mut found = items(text, Want::Item)?;
    // `items` with nothing in it is an error.
    Ok(found.values.swap_remove(0))
}

/// The candidate with the most items; of equals the earliest.
fn choose(text: &str, found: &[Piece], want: Want) -> Items {
    let mut best = Items { values: Vec::new(), whole: true };
    let mut from = 0;
    while from < found.len() {
        let mut to = from + 1;
        while to < found.len() && joined(text, &found[to - 1], &found[to]) {
            to += 1;
        }
        let run = &found[from..to];
        let mut values: Vec<Value> = run.iter().flat_map(|piece| taken(piece, want)).collect();
        let mut whole = run.iter().all(|piece| piece.whole);
        if want == Want::Item && !values.is_empty() {
            values.truncate(1);
            whole = true;
        }
        if values.len() > best.values.len() {
            best = Items { values, whole };
        }
        from = to;
    }
    best
}

/// The items of one piece.
fn taken(piece: &Piece, want: Want) -> Vec<Value> {
    match (listed(&piece.value, want), &piece.value) {
        (Some(list), _) => list,
        (None, Value::Object(map)) if piece.whole && !map.is_empty() => vec![piece.value.clone()],
        _ => Vec::new(),
    }
}

/// The objects of a list, or of an object that only wraps one; `None` where there is no such list.
fn listed(value: &Value, want: Want) -> Option<Vec<Value>> {
    match value {
        Value::Array(list) => Some(objects(list)),
        Value::Object(map) => match (map.get("items"), lone(map)) {
            (Some(Value::Array(list)), _) if list.iter().all(Value::is_object) => Some(list.clone()),
            (Some(item @ Value::Object(_)), Some(_)) => Some(vec![item.clone()]),
            (Some(Value::Array(list)), Some(_)) if want != Want::Item => Some(objects(list)),
            (_, Some(Value::Array(list))) if want != Want::Item && wraps(list) => Some(objects(list)),
            _ => None,
        },
        _ => None,
    }
}

fn is_empty_list(value: &Value) -> bool {
    match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => lone(map).is_some_and(|list| list.as_array().is_some_and(Vec::is_empty)),
        _ => false,
    }
}

fn lone(map: &Map<String, Value>) -> Option<&Value> {
    if map.len() == 1 { map.values().next() } else { None }
}

/// Whether a list under a lone key may be the items. The turns of one conversation are not.
fn wraps(list: &[Value]) -> bool {
    let turn = |value: &Value| value.get("role").is_some() || value.get("from").is_some();
    list.iter().all(|value| value.is_object() && !turn(value))
}

/// The objects of a list, and of the lists in it.
fn objects(list: &[Value]) -> Vec<Value> {
    let mut out = Vec::new();
    for value in list {
        match value {
            Value::Object(_) => out.push(value.clone()),
            Value::Array(inner) => out.extend(inner.iter().filter(|value| value.is_object()).cloned()),
            _ => {}
        }
    }
    out
}

/// Whether two pieces are rows of one list: two objects with nothing between them but white space, commas, fences and
/// numbering (`2.`, `Item 2:`).
fn joined(text: &str, before: &Piece, after: &Piece) -> bool {
    if [before, after].iter().any(|piece| text.as_bytes().get(piece.start) != Some(&b'{')) {
        return false;
    }
    let gap = text.get(before.end..after.start).unwrap_or_default().trim();
    if gap.len() > 60 {
        return false;
    }
    let words: Vec<&str> =
        gap.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let language = |word: &str| ["json", "jsonl", "ndjson", "JSON"].contains(&word);
    let prose = words.iter().filter(|word| !number(word) && !language(word)).count();
    prose == 0 || (prose <= 2 && words.iter().any(|word| number(word)))
}

/// `text` without the thinking before it; `None` where the thinking does not end.
fn unthought(text: &str) -> Option<&str> {
    let (open, close) = ("<think>", "</think>");
    let json = |prose: &str| prose.contains(['{', '[', '`']);
    let mut rest = text;
    loop {
        match rest.find(open) {
            Some(begin) if !json(&rest[..begin]) => {
                let thought = &rest[begin + open.len()..];
                rest = &thought[thought.find(close)? + close.len()..];
            }
            begin => {
                // An end without a beginning: the opening tag stood in the prompt. JSON that begins the reply may name
                // the tag in a string.
                return match rest.find(close) {
                    Some(end)
                        if begin.is_none_or(|begin| end < begin)
                            && !rest.trim_start().starts_with(['{', '[', '`']) =>
                    {
                        Some(&rest[end + close.len()..])
                    }
                    _ => Some(rest),
                };
            }
        }
    }
}

/// Whether prose is plainly a refusal.
fn refuses(text: &str) -> bool {
    const SIGNS: [&str; 22] = [
        "i'm sorry",
        "i am sorry",
        "sorry, i",
        "sorry, but",
        "sorry but",
        "i cannot",
        "i can't",
        "i can not",
        "i won't",
        "i will not",
        "i'm unable",
        "i am unable",
        "i'm not able",
        "i am not able",
        "i'm afraid i",
        "i must decline",
        "i have to decline",
        "i apologize, but",
        "i apologise, but",
        "as an ai",
        "unfortunately, i can",
        "i'm not comfortable",
    ];
    let start: String = text.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().take(40).collect();
    let start = start.to_lowercase().replace('\u{2019}', "'");
    SIGNS.iter().any(|sign| start.starts_with(sign))
}

/// The first words of a reply, on one line.
fn beginning(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.chars().count() >= 80 {
            break;
        }
        line.push_str(if line.is_empty() { "" } else { " " });
        line.push_str(word);
    }
    if line.chars().count() <= 80 { line } else { line.chars().take(80).chain(['…']).collect() }
}

#[cfg(test)]
mod tests;
