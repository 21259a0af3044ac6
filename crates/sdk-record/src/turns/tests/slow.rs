//! The slow way to the same turns, which the quick one is held against: every key is looked up in the whole row, and
//! `serde_json` reads the messages. Plain enough to be seen right.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::turns::{as_text, found};
use crate::{Fault, Kind, Row, Speaker, Turn};

/// Turns and the two texts that a user's text was parted in.
pub(super) type Told<'a> = (Vec<Turn<'a>>, Option<(Cow<'a, str>, Cow<'a, str>)>);

/// Keys that hold messages.
const LISTS: [&str; 3] = ["messages", "conversations", "conversation"];

/// Keys that hold the user's and the assistant's text, tried in this order.
const PAIRS: [(&str, &str); 8] = [
    ("question", "answer"),
    ("question", "solution"),
    ("instruction", "output"),
    ("instruction", "response"),
    ("prompt", "completion"),
    ("prompt", "response"),
    ("Prompt", "Completion"),
    ("input", "output"),
];

pub(super) fn recognise(row: Row<'_>) -> Result<Option<Told<'_>>, Fault> {
    if let Some((key, raw)) = LISTS.iter().find_map(|key| Some((key, row.get(key)?))) {
        let mut turns = Vec::new();
        read(raw, key, &mut turns)?;
        return Ok(Some((headed(row, turns), None)));
    }
    let both = PAIRS
        .iter()
        .find_map(|&(user, assistant)| Some((user, row.get(user)?, assistant, row.get(assistant)?)));
    let Some((user, asked, assistant, answered)) = both else { return Ok(None) };
    // TRL's conversational form: both sides may be messages themselves.
    if user.eq_ignore_ascii_case("prompt") && (listed(asked) || listed(answered)) {
        let mut turns = Vec::new();
        side(user, asked, Speaker::User, &mut turns)?;
        side(assistant, answered, Speaker::Assistant, &mut turns)?;
        return Ok(Some((headed(row, turns), None)));
    }
    let (asked, answered) = (as_text(user, asked)?, as_text(assistant, answered)?);
    let input = row.get("input").filter(|raw| user == "instruction" && !matches!(*raw, "null" | "\"\""));
    let Some(input) = input else { return Ok(Some((pair(row, asked, answered), None))) };
    let input = as_text("input", input)?;
    let whole = format!("{}\\n\\n{}", &asked[..asked.len() - 1], &input[1..]);
    Ok(Some((pair(row, whole.into(), answered), Some((asked, input)))))
}

fn side<'a>(key: &str, raw: &'a str, role: Speaker, turns: &mut Vec<Turn<'a>>) -> Result<(), Fault> {
    if listed(raw) {
        return read(raw, key, turns);
    }
    turns.push(Turn::new(role, as_text(key, raw)?));
    Ok(())
}

/// The messages under the row's `system` key, if they have no system message of their own.
fn headed<'a>(row: Row<'a>, mut turns: Vec<Turn<'a>>) -> Vec<Turn<'a>> {
    if !turns.iter().any(|turn| turn.role == Speaker::System)
        && let Some(system) = system(row)
    {
        turns.insert(0, system);
    }
    turns
}

fn system(row: Row<'_>) -> Option<Turn<'_>> {
    let text = |key| row.get(key).filter(|raw| raw.starts_with('"') && *raw != "\"\"");
    let raw = text("system").or_else(|| text("system_prompt"))?;
    Some(Turn::new(Speaker::System, Cow::Borrowed(raw)))
}

fn pair<'a>(row: Row<'a>, user: Cow<'a, str>, assistant: Cow<'a, str>) -> Vec<Turn<'a>> {
    let exchange = [Turn::new(Speaker::User, user), Turn::new(Speaker::Assistant, assistant)];
    system(row).into_iter().chain(exchange).collect()
}

/// Raw keys and raw values of an object. Keys stay raw too: a lone surrogate is no Rust string.
type Members<'a> = Vec<(&'a str, &'a str)>;

/// Adds the messages of the array `raw`, which stands at `path`, to `turns`.
fn read<'a>(raw: &'a str, path: &str, turns: &mut Vec<Turn<'a>>) -> Result<(), Fault> {
    if !raw.starts_with('[') {
        return Err(wrong(path, "an array of messages", found(raw)));
    }
    let elements = elements(raw)?;
    if elements.is_empty() {
        let message = format!("{path}: expected one message or more, found an empty array");
        return Err(Fault::new(Kind::Unconvertible, message));
    }
    turns.reserve(elements.len() + 1);
    for (index, element) in elements.iter().enumerate() {
        turns.push(turn(element.get(), &format_args!("{path}[{index}]"))?);
    }
    Ok(())
}

/// Whether `raw` looks like a list of messages and not like any other array.
fn listed(raw: &str) -> bool {
    let first = raw.starts_with('[').then(|| elements(raw).ok()?.first().copied()).flatten();
    let members =
        first.filter(|first| first.get().starts_with('{')).and_then(|first| members(first.get()).ok());
    let has = |key| members.iter().flatten().any(|(raw, _)| is(raw, key));
    (has("role") && has("content")) || (has("from") && has("value"))
}

/// Whether the raw key says `name`.
fn is(raw: &str, name: &str) -> bool {
    raw.get(1..raw.len() - 1) == Some(name)
        || (raw.contains('\\') && serde_json::from_str::<String>(raw).is_ok_and(|key| key == name))
}

fn turn<'a>(raw: &'a str, path: &fmt::Arguments) -> Result<Turn<'a>, Fault> {
    if !raw.starts_with('{') {
        return Err(wrong(path, "an object with role and content", found(raw)));
    }
    let mut extra = members(raw)?;
    // Tables with one column for each spelling leave null in the one that a row does not use.
    let (role_key, name) = take(&mut extra, "role", "from");
    let (content_key, content) = take(&mut extra, "content", "value");
    let role_path = format_args!("{path}.{role_key}");
    let role = match name {
        Some(name) if name.starts_with('"') => speaker(name).ok_or_else(|| unknown(&role_path, name))?,
        Some(name) if name != "null" => return Err(wrong(role_path, ROLES, found(name))),
        nothing => return Err(unknown(&role_path, nothing.unwrap_or("nothing"))),
    };
    let name = name.unwrap_or_default();
    let extra = extra.into_iter().map(|(key, value)| (key, value.into())).collect();
    let mut turn = Turn { role, name, content: Cow::Borrowed(content.unwrap_or("null")), extra };
    let otherwise = ["tool_calls", "function_call", "refusal"].iter().any(|key| turn.other(key).is_some());
    let content_path = format_args!("{path}.{content_key}");
    match content {
        Some(content) if content.starts_with(['"', '[']) => {}
        // OpenAI's assistant says nothing where it calls a tool, or refuses.
        None | Some("null") if role == Speaker::Assistant && otherwise => {
            turn.content = Cow::Borrowed("null");
        }
        None | Some("null") => {
            let seen = content.unwrap_or("nothing");
            let message = format!("{content_path}: expected a string or an array of parts, found {seen}");
            return Err(Fault::new(Kind::Unconvertible, message));
        }
        Some(content) => return Err(wrong(content_path, "a string or an array of parts", found(content))),
    }
    Ok(turn)
}

/// Takes the value of `first` or, where that is missing or null, of `second` out of a message. `first` is taken in
/// either case: the message is written with one of its own.
fn take<'a>(
    members: &mut Members<'a>,
    first: &'static str,
    second: &'static str,
) -> (&'static str, Option<&'a str>) {
    let one = remove(members, first);
    if one.is_some_and(|value| value != "null") {
        return (first, one);
    }
    match remove(members, second) {
        Some(value) => (second, Some(value)),
        None => (first, one),
    }
}

fn remove<'a>(members: &mut Members<'a>, name: &str) -> Option<&'a str> {
    let mut value = None;
    // One key can stand there in two spellings, `role` and `\u0072ole`: the last one counts.
    members.retain(|(key, own)| {
        let same = is(key, name);
        value = if same { Some(*own) } else { value };
        !same
    });
    value
}

fn speaker(raw: &str) -> Option<Speaker> {
    match raw.contains('\\') {
        false => Speaker::named(&raw[1..raw.len() - 1]),
        true => Speaker::named(&serde_json::from_str::<String>(raw).ok()?),
    }
}

const ROLES: &str = "a role (system, user, assistant, tool; human, gpt)";

fn unknown(path: &dyn fmt::Display, seen: &str) -> Fault {
    let seen: String = seen.chars().take(40).collect();
    Fault::new(Kind::Unconvertible, format!("{path}: expected {ROLES}, found {seen}"))
}

fn wrong(path: impl fmt::Display, expected: &str, found: &str) -> Fault {
    Fault::new(Kind::Type, format!("{path}: expected {expected}, found {found}"))
}

fn elements(raw: &str) -> Result<Vec<&RawValue>, Fault> {
    serde_json::from_str(raw).map_err(|error| Fault::new(Kind::NotJson, error.to_string()))
}

fn meant(key: &str) -> Option<String> {
    serde_json::from_str(key).ok()
}

/// The members of an object, each key once: of a doubled one the last value, as in jq.
fn members(raw: &str) -> Result<Members<'_>, Fault> {
    struct Object;
    impl<'de> Visitor<'de> for Object {
        type Value = Members<'de>;

        fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut members = Members::new();
            while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                match members.iter_mut().find(|(seen, _)| {
                    *seen == key.get() || meant(seen).is_some_and(|seen| Some(seen) == meant(key.get()))
                }) {
                    Some(doubled) => doubled.1 = value.get(),
                    None => members.push((key.get(), value.get())),
                }
            }
            Ok(members)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(raw);
    reader.deserialize_map(Object).map_err(|error| Fault::new(Kind::NotJson, error.to_string()))
}
