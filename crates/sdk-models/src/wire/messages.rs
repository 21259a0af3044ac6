//! Anthropic's Messages API: the system apart, a token limit always, a schema as a tool that must be used.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;
use serde_json::value::RawValue;

use sdk_prompt::{Ask, Finish, Picture, Role, Usage};
use sdk_record::{Fault, Kind};

use super::Form;
use super::fields::{self, Fields, json, messages, others, parts, raw};
use super::schema::words;
use super::tally::Tally;
use crate::Server;
use crate::reply::{Said, Text, Unsaid, called, said, typed};
use crate::retry::quoted;

/// The token limit when nobody says one, which this API never does without.
const LIMIT: u64 = 4096;
/// The same where the model thinks first.
const LIMIT_THINKING: u64 = 16_000;
/// Bytes of a stable beginning that are worth a place in the provider's cache: about the least it takes, 1,024 tokens.
const CACHED: usize = 4096;

pub(super) fn body(server: &Server, ask: &Ask, form: Form, to: &mut Vec<u8>) {
    let others = others(server, ask);
    // With thoughts neither a tool can be forced nor a temperature be set.
    let thinks = thinks(server, ask);
    let own = others.iter().all(|(name, value)| *name != "tools" || value.is_null());
    let asked = ask.schema.as_deref().and_then(|schema| schema.text(ask.want)).filter(|_| own);
    let (tool, words) = match asked {
        Some(schema) if form.plain || thinks => (None, Some(words(&schema))),
        asked => (asked, None),
    };
    let (whole, mut said) = parted(ask);
    // A system alone is what the user says.
    let system = if said.is_empty() { "" } else { whole.as_str() };
    if said.is_empty() {
        said.push(fields::Said::new(Role::User, &whole));
    }
    let cached = form.repeats && system.len() + tool.as_ref().map_or(0, |tool| tool.len()) >= CACHED;
    let mut body = Fields::new(to, others);
    body.field("model", |to| json(to, &server.model));
    body.field("max_tokens", |to| json(to, &tokens(server, ask)));
    if !system.is_empty() {
        body.field("system", |to| {
            to.extend_from_slice(br#"[{"type":"text","text":"#);
            json(to, system);
            end(to, cached);
        });
    }
    body.field("messages", |to| {
        messages(to, &said, words.as_deref(), |to, said, words| parts(to, said, words, picture));
    });
    if let Some(temperature) = form.temperature(server, ask).filter(|_| !thinks) {
        body.field("temperature", |to| json(to, &temperature));
    }
    if let Some(schema) = tool {
        body.field("tools", |to| {
            to.extend_from_slice(br#"[{"name":"reply","description":"The reply.","input_schema":"#);
            to.extend_from_slice(schema.as_bytes());
            // A cached system holds the tools too, which stand before it.
            end(to, cached && system.is_empty());
        });
        body.field("tool_choice", |to| to.extend_from_slice(br#"{"type":"tool","name":"reply"}"#));
    }
    form.stream(&mut body);
    body.end();
}

/// The token limit of the reply, which includes the thoughts.
pub(super) fn tokens(server: &Server, ask: &Ask) -> u64 {
    let least = if thinks(server, ask) { LIMIT_THINKING } else { LIMIT };
    super::chat::tokens(server, ask).unwrap_or(least)
}

/// Names the beginning that other requests may have too, where it is worth a place in the provider's cache.
pub(super) fn stable(ask: &Ask) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    let system = ask.messages.iter().filter(|message| message.role == Role::System);
    let schema = ask.schema.as_ref().and_then(|schema| schema.text(ask.want));
    let parts = system.map(|message| message.content.as_str()).chain(schema.as_deref());
    let size: usize = parts
        .map(|part| {
            part.hash(&mut hasher);
            part.len()
        })
        .sum();
    (size >= CACHED).then(|| hasher.finish())
}

/// Ends a list of one block, which the provider may be told to keep.
fn end(to: &mut Vec<u8>, cached: bool) {
    to.extend_from_slice(if cached { br#","cache_control":{"type":"ephemeral"}}]"# } else { b"}]" });
}

/// Whether the user asks for thoughts, by `--param thinking=…`.
pub(super) fn thinks(server: &Server, ask: &Ask) -> bool {
    let thinking = server.parameters.other.get("thinking").or(ask.parameters.other.get("thinking"));
    thinking.is_some_and(|thinking| thinking.is_object() && thinking["type"] != "disabled")
}

/// What the system says, and the others.
fn parted(ask: &Ask) -> (String, Vec<fields::Said<'_>>) {
    let all = ask.messages.iter().map(fields::Said::of);
    let (system, others): (Vec<_>, Vec<_>) = all.partition(|said| said.role == Role::System);
    let system: Vec<&str> = system.into_iter().map(|said| said.text).collect();
    (system.join("\n\n"), others)
}

/// A picture as a block of a message.
fn picture(to: &mut Vec<u8>, picture: &Picture) {
    let (media, data) = (picture.media(), picture.data());
    let open = r#"{"type":"image","source":{"type":"base64","media_type":""#;
    raw(to, &[open, media, r#"","data":""#, data, "\"}}"]);
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: Vec<Block<'a>>,
    #[serde(borrow, default)]
    stop_reason: Text<'a>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Block<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    text: Text<'a>,
    #[serde(borrow, default)]
    thinking: Text<'a>,
    #[serde(borrow)]
    input: Option<&'a RawValue>,
}

/// Reads the body of a successful answer.
pub(super) fn read(body: &[u8]) -> Result<Said, Unsaid> {
    let Message { content, stop_reason, usage } = typed(body, "holds no content")?;
    let usage = Tally::of(usage).usage();
    let all = |part: for<'a> fn(&'a Block<'_>) -> &'a str| content.iter().map(part).collect::<String>();
    let tool = content.iter().find(|block| block.kind.as_str() == "tool_use");
    let text = match tool.and_then(|tool| tool.input) {
        Some(input) => called(input.get()).into_owned(),
        None => all(|block| block.text.as_str()),
    };
    heard(text, all(|block| block.thinking.as_str()), stop_reason.as_str(), usage)
}

/// What a message says, whole or put together.
pub(crate) fn heard(
    text: String,
    thoughts: String,
    reason: &str,
    usage: Option<Usage>,
) -> Result<Said, Unsaid> {
    let finish = match reason {
        "max_tokens" | "model_context_window_exceeded" => Finish::Length,
        "refusal" => {
            let message = format!("the model refused: {}", quoted(text.as_bytes()));
            let fault = Fault { usage, ..Fault::new(Kind::Refused, message) };
            return Err(Unsaid::Final(fault.after(&text)));
        }
        _ => Finish::Stop,
    };
    said(text, Some(thoughts).filter(|thoughts| !thoughts.trim().is_empty()), finish, usage)
}

#[cfg(test)]
mod tests;
