//! `--pack K`: one request about several rows, and whose judgment is whose. A row is told by its number and never by its
//! words.

use std::collections::BTreeMap;

use sdk_prompt::{Message, Reply, Role, Want, items};
use sdk_record::{Fault, Kind};
use serde_json::Value;

use crate::rubric::{ID, Rubric};

/// The messages of one request for all these rows: what is the same for each stands once, before the rows.
pub(crate) fn messages(rows: &[&[Message]], rubric: &Rubric) -> Vec<Message> {
    let Some((first, others)) = rows.split_first() else { return Vec::new() };
    // The last message is the row's own, also where two rows are the same.
    let shared = rows.iter().map(|row| row.len()).min().unwrap_or(0).saturating_sub(1);
    let same = |at: &usize| others.iter().all(|row| row[*at] == first[*at]);
    let shared = (0..shared).take_while(same).count();
    let mut content = format!(
        "There are {} rows here, each between its marks. Judge each by itself, as if the others were not there.\n\n",
        rows.len()
    );
    for (at, row) in rows.iter().enumerate() {
        let own: Vec<&str> = row[shared..].iter().map(|message| message.content.as_str()).collect();
        let (number, own) = (at + 1, own.join("\n\n"));
        content.push_str(&format!("--- row {number} ---\n{own}\n--- end of row {number} ---\n\n"));
    }
    let form: Vec<String> =
        rubric.asked().map(|one| format!("\"{}\":{{\"score\":…,\"reason\":\"…\"}}", one.name)).collect();
    content.push_str(&format!(
        "Reply with one JSON object of the form {{\"items\":[{{\"{ID}\":1,{}}},…]}} and nothing else: one item for each \
         of the {} rows, with the number of the row as its `{ID}`.",
        form.join(","),
        rows.len()
    ));
    let mut messages = first[..shared].to_vec();
    messages.push(Message::new(Role::User, content));
    messages
}

/// The judgments in a reply by the rows' places, from 0. One that names no row is nobody's, and two that name the same
/// row and differ are neither.
///
/// # Errors
/// There is no judgment in it, or they are numbered from 0: each would be its neighbour's.
pub(crate) fn read(reply: &Reply, count: usize) -> Result<BTreeMap<usize, Value>, Fault> {
    let items = named(items(&reply.text, Want::Items(count))?.values);
    let items: Vec<(usize, Value)> =
        items.into_iter().filter_map(|item| Some((item.get(ID).and_then(number)?, item))).collect();
    let names = |wanted: usize| items.iter().any(|(number, _)| *number == wanted);
    if names(0) && !names(count) {
        return Err(Fault::new(Kind::Invalid, "the rows are numbered from 0, expected from 1"));
    }
    let mut found = BTreeMap::new();
    let mut torn = Vec::new();
    for (number, item) in items {
        let Some(place) = number.checked_sub(1) else { continue };
        if found.get(&place).is_some_and(|other| *other != item) {
            torn.push(place);
        }
        found.insert(place, item);
    }
    found.retain(|place, _| *place < count && !torn.contains(place));
    Ok(found)
}

/// Models number judgments in other ways, too: `{"1":{…},"2":{…}}`.
fn named(values: Vec<Value>) -> Vec<Value> {
    match values.as_slice() {
        [Value::Object(map)]
            if !map.contains_key(ID) && map.keys().all(|key| key.trim().parse::<usize>().is_ok()) =>
        {
            let item = |(key, value): (&String, &Value)| {
                let mut item = value.as_object()?.clone();
                item.insert(ID.to_owned(), key.as_str().into());
                Some(Value::Object(item))
            };
            map.iter().filter_map(item).collect()
        }
        _ => values,
    }
}

/// A row's number: `2`, `2.0`, `"2"`, `"row 2"`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // of whole numbers that are not negative
fn number(id: &Value) -> Option<usize> {
    match id {
        Value::Number(number) => {
            let number = number.as_f64().filter(|number| number.fract() == 0.0 && *number >= 0.0)?;
            Some(number as usize)
        }
        Value::String(text) => {
            let text = text.trim().to_lowercase();
            text.trim_start_matches(|sign: char| !sign.is_ascii_digit()).parse().ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sdk_prompt::{Finish, Key};
    use serde_json::json;

    use super::*;

    fn places(text: &str) -> Vec<usize> {
        let (key, model) = (Key([0; 32]), Arc::from("m"));
        let text = text.to_owned();
        let (reasoning, finish, usage) = (None, Finish::Stop, None);
        let reply = Reply { text, reasoning, finish, usage, key, model, attempts: 1 };
        read(&reply, 3).map(|found| found.into_keys().collect()).unwrap_or_default()
    }

    #[test]
    fn rows_are_told_by_their_numbers() {
        let good = json!({"items": [{"id": 1, "a": 1}, {"id": 2, "a": 2}, {"id": 3, "a": 3}]});
        assert_eq!(places(&good.to_string()), [0, 1, 2]);
        for text in [
            r#"[{"id":"3","a":3},{"a":1,"id":1},{"id":2.0}]"#,
            "```json\n[{\"id\":\"row 3\"},{\"id\":\"#1\"},{\"id\":2}]\n```",
            r#"{"1":{"a":1},"2":{"a":2},"3":{"a":3}}"#,
            "{\"id\":1}\n{\"id\":2}\n{\"id\":3}",
        ] {
            assert_eq!(places(text), [0, 1, 2], "{text}");
        }
        // One is missing, names nobody, is there twice and differs; the others are good.
        for text in [
            r#"[{"id":1},{"id":3}]"#,
            r#"[{"id":1},{"id":7},{"id":3},{"a":2}]"#,
            r#"[{"id":1},{"id":0},{"id":-2},{"id":3}]"#,
            r#"[{"id":2,"a":1},{"id":1},{"id":3},{"id":3},{"id":2,"a":2}]"#,
        ] {
            assert_eq!(places(text), [0, 2], "{text}");
        }
        assert_eq!(places("They are all fine."), [0; 0]);
        // Numbered from 0, each would be its neighbour's.
        for text in [
            r#"[{"id":0},{"id":1},{"id":2}]"#,
            r#"{"0":{"a":1},"1":{"a":2},"2":{"a":3}}"#,
            r#"[{"id":"row 0"},{"id":"row 2"}]"#,
        ] {
            assert_eq!(places(text), [0; 0], "{text}");
        }
    }
}
