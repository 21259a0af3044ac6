//! Amazon Bedrock's Converse: one form for all its models. A schema goes as a tool that must be used.

use serde::Deserialize;
use serde_json::value::RawValue;

use sdk_prompt::{Ask, Finish, Picture, Role};
use sdk_record::{Fault, Kind};

use super::Form;
use super::fields::{self, Fields, json, messages, others, raw};
use super::messages::thinks;
use super::schema::words;
use super::tally::Tally;
use crate::Server;
use crate::reply::{Said, Text, Unsaid, called, said, typed};

pub(super) fn body(server: &Server, ask: &Ask, form: Form, to: &mut Vec<u8>) {
    // What only the model knows has a place of its own; the API's own fields are told by their form.
    let (own, models): (Vec<_>, Vec<_>) = others(server, ask)
        .into_iter()
        .partition(|(name, _)| name.ends_with("Config") || *name == "additionalModelRequestFields");
    let asked = ask.schema.as_deref().and_then(|schema| schema.text(ask.want));
    let plain = form.plain || thinks(server, ask);
    let words = asked.as_ref().filter(|_| plain).map(|schema| words(schema));
    let all = ask.messages.iter().map(fields::Said::of);
    let (system, said): (Vec<_>, Vec<_>) = all.partition(|said| said.role == Role::System);
    let limit = super::chat::tokens(server, ask);
    let temperature = form.temperature(server, ask);
    let mut body = Fields::new(to, own);
    let content = |to: &mut Vec<u8>, said: &fields::Said<'_>, words: Option<&str>| {
        blocks(to, said.pictures, [said.text].into_iter().chain(words));
    };
    body.field("messages", |to| messages(to, &said, words.as_deref(), content));
    if !system.is_empty() {
        body.field("system", |to| blocks(to, &[], system.iter().map(|said| said.text)));
    }
    if limit.is_some() || temperature.is_some() {
        body.field("inferenceConfig", |to| {
            let mut inference = Fields::new(to, Vec::new());
            if let Some(tokens) = limit {
                inference.field("maxTokens", |to| json(to, &tokens));
            }
            if let Some(temperature) = temperature {
                inference.field("temperature", |to| json(to, &temperature));
            }
            inference.end();
        });
    }
    if let Some(schema) = asked.filter(|_| !plain) {
        body.field("toolConfig", |to| {
            to.extend_from_slice(
                br#"{"tools":[{"toolSpec":{"name":"reply","description":"The reply.","inputSchema":{"json":"#,
            );
            to.extend_from_slice(schema.as_bytes());
            to.extend_from_slice(br#"}}}],"toolChoice":{"tool":{"name":"reply"}}}"#);
        });
    }
    if models.iter().any(|(_, value)| !value.is_null()) {
        body.field("additionalModelRequestFields", |to| Fields::new(to, models).end());
    }
    body.end();
}

/// A list of pictures and texts; beside a picture an empty text is none.
fn blocks<'a>(to: &mut Vec<u8>, pictures: &[Picture], texts: impl Iterator<Item = &'a str>) {
    to.push(b'[');
    for (at, picture) in pictures.iter().enumerate() {
        let format = picture.media().trim_start_matches("image/");
        let open = if at == 0 { r#"{"image":{"format":""# } else { r#",{"image":{"format":""# };
        raw(to, &[open, format, r#"","source":{"bytes":""#, picture.data(), "\"}}}"]);
    }
    let texts = texts.filter(|text| pictures.is_empty() || !text.is_empty());
    for (at, text) in texts.enumerate() {
        to.extend_from_slice(if at == 0 && pictures.is_empty() { b"{\"text\":" } else { b",{\"text\":" });
        json(to, text);
        to.push(b'}');
    }
    to.push(b']');
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    output: Output<'a>,
    #[serde(borrow, default, rename = "stopReason")]
    stop_reason: Text<'a>,
    #[serde(borrow)]
    usage: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    message: Message<'a>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    content: Vec<Block<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Block<'a> {
    #[serde(borrow, default)]
    text: Text<'a>,
    #[serde(borrow)]
    tool_use: Option<ToolUse<'a>>,
    #[serde(borrow)]
    reasoning_content: Option<Reasoning<'a>>,
}

#[derive(Deserialize)]
struct ToolUse<'a> {
    #[serde(borrow)]
    input: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reasoning<'a> {
    /// A text, `{"text": …}`.
    #[serde(borrow, default)]
    reasoning_text: Text<'a>,
}

/// Reads the body of a successful answer.
pub(super) fn read(body: &[u8]) -> Result<Said, Unsaid> {
    let Answer { output, stop_reason, usage } = typed(body, "holds no message")?;
    let blocks = output.message.content;
    let tool = blocks.iter().find_map(|block| block.tool_use.as_ref()?.input);
    let text = || blocks.iter().map(|block| block.text.as_str()).collect::<String>();
    let thoughts = blocks.iter().filter_map(|block| block.reasoning_content.as_ref());
    let thoughts: String = thoughts.map(|thought| thought.reasoning_text.as_str()).collect();
    let usage = Tally::of(usage).usage();
    let finish = match stop_reason.as_str() {
        "max_tokens" | "model_context_window_exceeded" => Finish::Length,
        "guardrail_intervened" | "content_filtered" => {
            let why = "the provider's guardrail withheld the reply";
            let fault = Fault { usage, ..Fault::new(Kind::Filtered, why) };
            return Err(Unsaid::Final(fault.after(&text())));
        }
        _ => Finish::Stop,
    };
    let thoughts = Some(thoughts).filter(|thought| !thought.trim().is_empty());
    let text = tool.map_or_else(text, |input| called(input.get()).into_owned());
    said(text, thoughts, finish, usage)
}

#[cfg(test)]
mod tests;
