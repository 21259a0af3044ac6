//! A list of messages, `[{role, content, …}]` or `[{from, value}]`, read into turns of raw JSON in one pass over it.

use std::borrow::Cow;
use std::fmt;

use super::message::{Message, chosen, others};
use super::{Speaker, Turn, TurnList, found};
use crate::walk::{Walk, elements, members};
use crate::{Fault, Kind};

/// Adds the messages of the array `raw`, which stands at `path`, to `turns`.
pub(super) fn read<'a>(raw: &'a str, path: &str, turns: &mut TurnList<'a>) -> Result<(), Fault> {
    let mut walk = Walk::new(raw);
    if !walk.enter(b'[') {
        return Err(wrong(path, "an array of messages", found(raw)));
    }
    let mut index = 0_usize;
    while walk.next().is_some() {
        turns.push(turn(&mut walk, &format_args!("{path}[{index}]"))?);
        index += 1;
    }
    if index == 0 {
        let message = format!("{path}: expected one message or more, found an empty array");
        return Err(Fault::new(Kind::Unconvertible, message));
    }
    Ok(())
}

/// The message `raw`, which stands at `path`.
pub(super) fn one<'a>(raw: &'a str, path: &str) -> Result<Turn<'a>, Fault> {
    turn(&mut Walk::new(raw), &format_args!("{path}"))
}

/// Whether `raw` looks like a list of messages and not like any other array.
pub(super) fn listed(raw: &str) -> bool {
    let mut message = Message::default();
    for (key, value) in elements(raw).next().into_iter().flat_map(members) {
        message.take(key, value);
    }
    (message.role.is_some() && message.content.is_some())
        || (message.from.is_some() && message.value.is_some())
}

fn turn<'a>(walk: &mut Walk<'a>, path: &fmt::Arguments) -> Result<Turn<'a>, Fault> {
    let mut again = *walk;
    if !walk.enter(b'{') {
        let found = found(walk.value().unwrap_or_default());
        return Err(wrong(path, "an object with role and content", found));
    }
    let mut message = Message::default();
    while let Some((key, value)) = walk.member() {
        message.take(key, value);
    }
    // Tables with one column for each spelling leave null in the one that a row does not use.
    let (role_key, name, from) = chosen(("role", message.role), ("from", message.from));
    let (content_key, content, value) = chosen(("content", message.content), ("value", message.value));
    // Few messages have other keys; those that do are gone through once more.
    let extra = match message.more || from || value {
        true => others(&mut again, from, value),
        false => Vec::new(),
    };
    let role_path = format_args!("{path}.{role_key}");
    let role = match name {
        Some(name) if name.starts_with('"') => speaker(name).ok_or_else(|| unknown(&role_path, name))?,
        Some(name) if name != "null" => return Err(wrong(role_path, ROLES, found(name))),
        nothing => return Err(unknown(&role_path, nothing.unwrap_or("nothing"))),
    };
    let name = name.unwrap_or_default();
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
