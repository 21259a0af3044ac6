//! The array of messages that several shapes write.

use std::borrow::Cow;

use sdk_record::{Fault, Kind, Speaker, Turn, Turns, elements, member};

use crate::{calls, thought};

/// Appends `[{"role":…,"content":…},…]`; of a message's other keys those that `holds` accepts, by raw key and value.
pub(crate) fn append(line: &mut String, turns: &[Turn], holds: impl Fn(&str, &str) -> bool) {
    line.push('[');
    for (index, turn) in turns.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        match turn.role {
            Speaker::System => line.push_str(r#"{"role":"system","content":"#),
            Speaker::User => line.push_str(r#"{"role":"user","content":"#),
            Speaker::Assistant => line.push_str(r#"{"role":"assistant","content":"#),
            Speaker::Tool | Speaker::Other => {
                line.extend([r#"{"role":"#, turn.token(), r#","content":"#]);
            }
        }
        line.push_str(&turn.content);
        for (key, value) in turn.extra.iter().filter(|(key, value)| holds(key, value)) {
            line.extend([",", *key, ":", &**value]);
        }
        line.push('}');
    }
    line.push(']');
}

/// Appends the pictures, films and sounds that the row has beside its messages, as it spells them.
pub(crate) fn media(line: &mut String, told: &Turns) {
    for (key, raw) in &told.media {
        line.extend([",\"", *key, "\":", &**raw]);
    }
}

/// Refuses a row with pictures, films or sounds beside its messages.
///
/// # Errors
/// `unconvertible`.
pub(crate) fn without_media(shape: &str, told: &Turns) -> Result<(), Fault> {
    match told.media.first() {
        None => Ok(()),
        Some((key, _)) => Err(refused(shape, &format!("has no place for {key} beside what is said"))),
    }
}

/// The text of a message, a raw JSON string, for a shape that holds nothing else; with its reasoning before it.
///
/// # Errors
/// `unconvertible` for tool calls, for parts that are no text, and as [`bare`].
pub(crate) fn plain<'t>(shape: &str, turn: &'t Turn) -> Result<Cow<'t, str>, Fault> {
    if !turn.extra.is_empty() {
        bare(shape, turn)?;
        if !calls::of(turn)?.is_empty() {
            return Err(refused(shape, "holds text, found a tool call"));
        }
    }
    Ok(thought::before(turn, text(shape, turn)?))
}

/// Refuses a message that says more of itself than a shape without such keys can hold. Keys that mean nothing to
/// training are left out, as those of the row are.
///
/// # Errors
/// `unconvertible` for a weight that is not 1, the name of who speaks, a refusal, and two thoughts.
pub(crate) fn bare(shape: &str, turn: &Turn) -> Result<(), Fault> {
    if turn.extra.is_empty() {
        return Ok(());
    }
    unweighted(shape, turn)?;
    let tool = turn.role == Speaker::Tool || turn.token() == "\"function\"";
    for key in ["name", "refusal"].into_iter().filter(|key| !(tool && *key == "name")) {
        if turn.other(key).is_some_and(|raw| raw != "\"\"") {
            return Err(refused(shape, &format!("has no place for a message's {key}")));
        }
    }
    thought::one(shape, turn)
}

/// Refuses a message with a weight that is not 1.
///
/// # Errors
/// `unconvertible`.
pub(crate) fn unweighted(shape: &str, turn: &Turn) -> Result<(), Fault> {
    match turn.other("weight") {
        None | Some("1" | "1.0") => Ok(()),
        Some(_) => Err(refused(shape, "has no place for a message's weight")),
    }
}

/// What a message says, a raw JSON string: the empty one where it only calls tools.
///
/// # Errors
/// `unconvertible` for parts that are no text, or several.
pub(crate) fn text<'t>(shape: &str, turn: &'t Turn) -> Result<&'t str, Fault> {
    match turn.content.as_bytes().first() {
        Some(b'"') => Ok(&turn.content),
        Some(b'[') => {
            let mut parts = elements(&turn.content);
            let part = parts.next().and_then(|part| member(part, "text").filter(|_| is_text(part)));
            part.filter(|raw| raw.starts_with('"') && parts.next().is_none())
                .ok_or_else(|| refused(shape, "holds text, found an array of content parts"))
        }
        _ => Ok("\"\""),
    }
}

fn is_text(part: &str) -> bool {
    member(part, "type").is_none_or(|kind| kind == "\"text\"")
}

/// What a shape cannot hold, and which can.
pub(crate) fn refused(shape: &str, what: &str) -> Fault {
    Fault::new(Kind::Unconvertible, format!("{shape} {what}; chatml holds any conversation"))
}

/// One exchange: a system text, what the user says and what is answered.
pub(crate) type Exchange<'t, 'a> = (Option<&'t Turn<'a>>, &'t Turn<'a>, &'t Turn<'a>);

/// The only exchange of a conversation.
///
/// # Errors
/// `unconvertible` for any other conversation, with its roles.
pub(crate) fn exchange<'t, 'a>(shape: &str, turns: &'t [Turn<'a>]) -> Result<Exchange<'t, 'a>, Fault> {
    let (system, rest) = match turns {
        [system, rest @ ..] if system.role == Speaker::System => (Some(system), rest),
        rest => (None, rest),
    };
    match rest {
        [user, assistant] if (user.role, assistant.role) == (Speaker::User, Speaker::Assistant) => {
            Ok((system, user, assistant))
        }
        _ => {
            let roles: Vec<_> = turns.iter().take(8).map(|turn| turn.token().trim_matches('"')).collect();
            let more = if turns.len() > roles.len() { ", …" } else { "" };
            let roles = roles.join(", ");
            Err(refused(shape, &format!("holds one exchange, user and assistant, found {roles}{more}")))
        }
    }
}
