//! A chat completion, its request and its answer, as OpenAI and all who speak its protocol read and write it.

use serde::Deserialize;
use serde_json::value::RawValue;

use sdk_prompt::{Ask, Finish, Picture, Schema, Usage};
use sdk_record::{Fault, Kind};

use super::Form;
use super::fields::{self, Fields, json, messages, others, parts, raw};
use super::schema::{is_strict, words};
use crate::Server;
use crate::providers::Dialect;
use crate::reply::{Said, Text, Unsaid, count, lacking, said, typed};
use crate::retry::quoted;

pub(super) fn body(server: &Server, ask: &Ask, form: Form, to: &mut Vec<u8>) {
    let others = others(server, ask);
    let own = others.iter().all(|(name, _)| *name != "response_format");
    let asked = ask.schema.as_deref().filter(|_| own);
    let asked = asked.and_then(|schema| Some((schema, schema.text(ask.want)?)));
    let worded = form.plain || matches!(form.schema, Dialect::Words | Dialect::Tool);
    let words = asked.as_ref().filter(|_| worded).map(|(_, text)| words(text));
    let said: Vec<_> = ask.messages.iter().map(fields::Said::of).collect();
    let mut body = Fields::new(to, others);
    body.field("model", |to| json(to, &server.model));
    body.field("messages", |to| {
        messages(to, &said, words.as_deref(), |to, said, words| parts(to, said, words, picture));
    });
    if let Some(temperature) = form.temperature(server, ask) {
        body.field("temperature", |to| json(to, &temperature));
    }
    if let Some(tokens) = tokens(server, ask) {
        body.field(form.limit.field(), |to| json(to, &tokens));
    }
    if let Some((schema, text)) = asked.filter(|_| !form.plain && form.schema != Dialect::Tool) {
        body.field("response_format", |to| format(to, form.schema, schema, &text));
    }
    form.stream(&mut body);
    body.end();
}

/// A picture as a part of a message, as a data URL.
fn picture(to: &mut Vec<u8>, picture: &Picture) {
    let (media, data) = (picture.media(), picture.data());
    raw(to, &[r#"{"type":"image_url","image_url":{"url":"data:"#, media, ";base64,", data, "\"}}"]);
}

/// The token limit of the reply.
pub(super) fn tokens(server: &Server, ask: &Ask) -> Option<u64> {
    server.parameters.max_tokens.or(ask.parameters.max_tokens)
}

/// What stands in `response_format`.
fn format(to: &mut Vec<u8>, dialect: Dialect, schema: &Schema, text: &str) {
    if dialect == Dialect::Words {
        return to.extend_from_slice(br#"{"type":"json_object"}"#);
    }
    to.extend_from_slice(br#"{"type":"json_schema","json_schema":{"name":"reply""#);
    // What is put around the item for a list of them is strict by itself.
    if dialect == Dialect::Strict && is_strict(schema.item()) {
        to.extend_from_slice(br#","strict":true"#);
    }
    to.extend_from_slice(br#","schema":"#);
    to.extend_from_slice(text.as_bytes());
    to.extend_from_slice(b"}}");
}

#[derive(Deserialize)]
struct Completion<'a> {
    #[serde(borrow)]
    choices: Vec<Choice<'a>>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    message: Message<'a>,
    #[serde(borrow, default)]
    finish_reason: Text<'a>,
}

/// What is said, whole or a piece of it.
#[derive(Deserialize)]
pub(crate) struct Message<'a> {
    #[serde(borrow, default)]
    pub(crate) content: Text<'a>,
    #[serde(borrow, default)]
    pub(crate) refusal: Text<'a>,
    #[serde(borrow, default)]
    reasoning_content: Text<'a>,
    #[serde(borrow, default)]
    reasoning: Text<'a>,
}

impl Message<'_> {
    /// What is thought in a piece, of which blanks count too, by whichever of its names.
    pub(crate) fn thought(&self) -> &str {
        let own = self.reasoning_content.as_str();
        if own.is_empty() { self.reasoning.as_str() } else { own }
    }
}

/// Tokens as this API counts them: those from a cache are among the prompt's.
#[derive(Default, Deserialize)]
struct Counts<'a> {
    #[serde(borrow)]
    prompt_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    completion_tokens: Option<&'a RawValue>,
    #[serde(borrow)]
    prompt_tokens_details: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
struct Details<'a> {
    #[serde(borrow)]
    cached_tokens: Option<&'a RawValue>,
}

/// Reads the body of a successful answer.
pub(super) fn read(body: &[u8]) -> Result<Said, Unsaid> {
    const LACKS: &str = "holds no choice";
    let completion: Completion<'_> = typed(body, LACKS)?;
    let usage = completion.usage.and_then(usage);
    let choice = completion.choices.into_iter().next().ok_or_else(|| lacking(body, LACKS))?;
    let Message { content, refusal, reasoning_content, reasoning } = choice.message;
    let reasoning = reasoning_content.filled().or(reasoning.filled());
    heard(content.into_string(), reasoning, refusal.filled(), choice.finish_reason.as_str(), usage)
}

/// What a completion says, whole or put together.
pub(crate) fn heard(
    text: String,
    reasoning: Option<String>,
    refusal: Option<String>,
    finish: &str,
    usage: Option<Usage>,
) -> Result<Said, Unsaid> {
    if let Some(refusal) = refusal {
        let fault = Fault::new(Kind::Refused, format!("the model refused: {}", quoted(refusal.as_bytes())));
        return Err(Unsaid::Final(Fault { usage, ..fault }.after(&refusal)));
    }
    let finish = match finish {
        "length" | "max_tokens" => Finish::Length,
        "content_filter" => Finish::Filtered,
        _ => Finish::Stop,
    };
    said(text, reasoning, finish, usage)
}

/// Tokens, where they are counted.
pub(crate) fn usage(counts: &RawValue) -> Option<Usage> {
    let counts: Counts<'_> = serde_json::from_str(counts.get()).ok()?;
    let (input, output) = (count(counts.prompt_tokens), count(counts.completion_tokens));
    let details = counts.prompt_tokens_details.and_then(|details| serde_json::from_str(details.get()).ok());
    let Details { cached_tokens } = details.unwrap_or_default();
    (input.is_some() || output.is_some()).then(|| Usage {
        input: input.unwrap_or_default(),
        output: output.unwrap_or_default(),
        cached: count(cached_tokens).unwrap_or_default(),
        written: 0,
    })
}

#[cfg(test)]
mod tests;
