//! What is said: the text of a reply, and the same text spoilt.

use serde_json::{Value, json};

use crate::asked::Asked;
use crate::instance::{Draw, instance};
use crate::{Fault, Options};

/// The text of a reply and why it ended.
pub(crate) struct Said {
    pub(crate) content: String,
    pub(crate) reasoning: Option<&'static str>,
    pub(crate) finish: &'static str,
}

/// The reply to this request: what the script says, an instance of its schema, or thirty words.
pub(crate) fn say(asked: &Asked, options: &Options, fault: Option<Fault>) -> Said {
    let draw = |place: &str| Draw::new(asked.hash, options.seed, place);
    let value = asked.schema().map(|schema| instance(schema, schema, "", &draw));
    let good = match (options.script.and_then(|script| script(&asked.body)), &value) {
        (Some(text), _) => text,
        (None, Some(value)) => value.to_string(),
        (None, None) => format!("The {}.", draw("").words(30)),
    };
    let (content, finish) = match fault {
        Some(Fault::Fenced) => (format!("```json\n{good}\n```"), "stop"),
        Some(Fault::ProseAround) => (format!("Sure! Here you are:\n\n{good}\n\nI hope this helps."), "stop"),
        Some(Fault::Think) => (format!("<think>\nThe user wants {{\"a\": 1}}.\n</think>\n\n{good}"), "stop"),
        Some(Fault::Garbage) => (draw("garbage").words(12), "stop"),
        Some(Fault::Short) => (value.map_or(String::new(), |value| short(value).to_string()), "stop"),
        Some(Fault::InvalidItem) => (value.map_or(String::new(), |value| wrong(value).to_string()), "stop"),
        Some(Fault::Length) => (good.chars().take(good.chars().count() * 2 / 3).collect(), "length"),
        Some(Fault::EmptyContent) => (String::new(), "stop"),
        Some(Fault::Refusal) => ("I'm sorry, but I can't help with that.".to_owned(), "stop"),
        _ => (good, "stop"),
    };
    let reasoning = (fault == Some(Fault::Reasoning)).then_some("First I weigh it, then I answer.");
    Said { content, reasoning, finish }
}

/// The items but the last.
fn short(mut value: Value) -> Value {
    if let Some(items) = value["items"].as_array_mut() {
        items.pop();
    }
    value
}

/// Every value of the (last) item of a type that was not asked for.
fn wrong(mut value: Value) -> Value {
    let last = value.get("items").and_then(Value::as_array).map_or(0, |items| items.len().saturating_sub(1));
    let pointer = format!("/items/{last}");
    let item = if value.get("items").is_some() { value.pointer_mut(&pointer) } else { Some(&mut value) };
    for (_, field) in item.and_then(Value::as_object_mut).into_iter().flatten() {
        *field = json!({ "wrong": [1, 2] });
    }
    value
}

/// The tokens of a request and its reply, as they will be counted.
pub(crate) fn tokens(asked: &Asked, options: &Options) -> usize {
    asked.body["messages"].to_string().len() / 4 + say(asked, options, None).content.len() / 4 + 2
}

/// The body of a reply on the wire; so much of its prompt was cached.
pub(crate) fn body(asked: &Asked, said: &Said, cached: f64) -> String {
    let mut completion = completion(asked, said);
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
    let cached = (completion["usage"]["prompt_tokens"].as_u64().unwrap_or(0) as f64 * cached) as u64;
    if cached > 0 {
        completion["usage"]["prompt_tokens_details"] = json!({ "cached_tokens": cached });
    }
    asked.wire.said(completion, asked.schema().is_some()).to_string()
}

/// The tokens that the reply counts, of its prompt and its own.
pub(crate) fn counted(asked: &Asked, said: &Said) -> (u64, u64) {
    let usage = &completion(asked, said)["usage"];
    let count = |name: &str| usage[name].as_u64().unwrap_or(0);
    (count("prompt_tokens"), count("completion_tokens"))
}

/// The reply as a chat completion. Tokens are counted as a quarter of the characters.
pub(crate) fn completion(asked: &Asked, said: &Said) -> Value {
    let prompt = asked.body["messages"].to_string().len() / 4 + 1;
    let completion = said.content.len() / 4 + 1;
    let mut message = json!({ "role": "assistant", "content": said.content });
    if let Some(reasoning) = said.reasoning {
        message["reasoning_content"] = reasoning.into();
    }
    json!({
        "id": format!("chatcmpl-{}", &asked.hash.to_hex()[..16]),
        "object": "chat.completion",
        "created": 0,
        "model": asked.body["model"],
        "choices": [{ "index": 0, "message": message, "finish_reason": said.finish }],
        "usage": {
            "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion
        }
    })
}
