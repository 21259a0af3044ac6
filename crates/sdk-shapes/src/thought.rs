//! What was thought before an answer: a message's key where the shape has one, else `<think>` before the text, as the
//! chat templates of reasoning models and LLaMA-Factory's `ReasoningTemplate` spell it.

use std::borrow::Cow;

use sdk_record::{Fault, REASONING, Turn, as_text};

use crate::messages::refused;

/// The reasoning of a message, a raw JSON string; what is no text is its JSON.
pub(crate) fn of<'t>(turn: &'t Turn) -> Option<Cow<'t, str>> {
    if turn.extra.is_empty() {
        return None;
    }
    said(turn).next()
}

fn said<'t>(turn: &'t Turn) -> impl Iterator<Item = Cow<'t, str>> {
    let said = |raw: &&str| !matches!(*raw, "\"\"" | "[]" | "{}");
    REASONING.iter().filter_map(move |key| as_text(key, turn.other(key).filter(said)?).ok())
}

/// Refuses a message of two thoughts for a shape with one place.
///
/// # Errors
/// `unconvertible`.
pub(crate) fn one(shape: &str, turn: &Turn) -> Result<(), Fault> {
    let mut said = said(turn);
    let first = said.next();
    match said.all(|other| Some(other) == first) {
        true => Ok(()),
        false => Err(refused(shape, "has one place for a message's reasoning, found two that differ")),
    }
}

/// Whether a message's other key is one of these.
pub(crate) fn is_key(raw: &str) -> bool {
    REASONING.iter().any(|key| raw.get(1..raw.len() - 1) == Some(key))
}

/// A raw text with the message's reasoning before it.
pub(crate) fn before<'t>(turn: &'t Turn, text: &'t str) -> Cow<'t, str> {
    match of(turn) {
        None => Cow::Borrowed(text),
        Some(thought) => {
            let thought = &thought[1..thought.len() - 1];
            Cow::Owned(format!("\"<think>\\n{thought}\\n</think>\\n\\n{}", &text[1..]))
        }
    }
}

/// A plain text parted into its reasoning and the rest.
pub(crate) fn parted(text: &str) -> (Option<&str>, &str) {
    let parts = text.strip_prefix("<think>").and_then(|rest| rest.split_once("</think>"));
    match parts {
        Some((thought, rest)) => (Some(thought.trim_matches('\n')), rest.trim_start_matches('\n')),
        None => (None, text),
    }
}

/// Gives a message this reasoning, a raw JSON string, in place of what it had.
pub(crate) fn set<'a>(turn: &mut Turn<'a>, thought: Cow<'a, str>) {
    turn.extra.retain(|(key, _)| !is_key(key));
    turn.extra.push(("\"reasoning_content\"", thought));
}
