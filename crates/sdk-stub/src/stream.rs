//! A reply in pieces: server-sent events, as each API sends them, in chunks that cut lines and characters anywhere.

use std::io::Result;
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::Fault;
use crate::asked::Asked;
use crate::http;
use crate::reply::{Said, completion};
use crate::wire::Wire;

const EVENTS: &[(&str, &str)] = &[("content-type", "text/event-stream; charset=utf-8")];

/// Sends the reply, or as much of it as the fault lets through; `false`: the connection ends with it.
pub(crate) fn answer(
    stream: &mut TcpStream,
    asked: &Asked,
    said: &Said,
    fault: Option<Fault>,
) -> Result<bool> {
    let mut events = match asked.wire {
        Wire::Messages => messages(asked, said),
        _ => chat(asked, said),
    };
    if matches!(fault, Some(Fault::HalfStream | Fault::StreamError)) {
        events.truncate(events.len() / 2);
    }
    if fault == Some(Fault::StreamError) {
        let error = json!({ "type": "overloaded_error", "message": "Overloaded" });
        events.push(("error", json!({ "type": "error", "error": error }).to_string()));
    }
    let bytes = written(&events, asked);
    let cut = (fault == Some(Fault::Truncated)).then_some(bytes.len() / 2);
    let sizes = asked.hash.as_bytes().iter().map(|byte| usize::from(byte % 61) + 1).cycle();
    http::write_chunks(stream, EVENTS, &bytes[..cut.unwrap_or(bytes.len())], sizes, cut.is_none())?;
    Ok(cut.is_none())
}

/// The events as text; the hash decides on line ends, and on what else may stand between them.
fn written(events: &[(&str, String)], asked: &Asked) -> Vec<u8> {
    let dice = asked.hash.as_bytes()[0];
    let end = if dice.is_multiple_of(2) { "\n" } else { "\r\n" };
    let mut text = format!(": welcome, {} €{end}{end}", "bienvenue à bord");
    for (name, data) in events {
        if !name.is_empty() {
            text += &format!("event: {name}{end}");
        }
        text += &format!("data: {data}{end}{end}");
        if dice % 4 < 2 {
            text += &format!(": still here{end}{end}");
        }
    }
    text.into_bytes()
}

/// A text in pieces of a few characters.
fn pieces(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(7).map(|piece| piece.iter().collect()).collect()
}

fn chat(asked: &Asked, said: &Said) -> Vec<(&'static str, String)> {
    let whole = completion(asked, said);
    let event = |choices: Value, usage: &Value| {
        let id = &whole["id"];
        let event =
            json!({ "id": id, "object": "chat.completion.chunk", "choices": choices, "usage": usage });
        ("", event.to_string())
    };
    let delta =
        |delta: Value| event(json!([{ "index": 0, "delta": delta, "finish_reason": null }]), &Value::Null);
    let mut events = vec![delta(json!({ "role": "assistant", "content": "" }))];
    events.extend(
        pieces(said.reasoning.unwrap_or_default())
            .iter()
            .map(|text| delta(json!({ "reasoning_content": text }))),
    );
    events.extend(pieces(&said.content).iter().map(|text| delta(json!({ "content": text }))));
    events.push(event(json!([{ "index": 0, "delta": {}, "finish_reason": said.finish }]), &Value::Null));
    if asked.body["stream_options"]["include_usage"] == true {
        events.push(event(json!([]), &whole["usage"]));
    }
    events.push(("", "[DONE]".to_owned()));
    events
}

fn messages(asked: &Asked, said: &Said) -> Vec<(&'static str, String)> {
    let whole = asked.wire.said(completion(asked, said), asked.schema().is_some());
    let event = |kind: &'static str, mut event: Value| {
        event["type"] = kind.into();
        (kind, event.to_string())
    };
    let counts = json!({ "input_tokens": whole["usage"]["input_tokens"], "output_tokens": 1 });
    let mut events = vec![
        event("message_start", json!({ "message": { "role": "assistant", "content": [], "usage": counts } })),
        event("ping", json!({})),
    ];
    for (index, block) in whole["content"].as_array().into_iter().flatten().enumerate() {
        let kind = block["type"].as_str().unwrap_or_default();
        let (field, delta, text) = match kind {
            "thinking" => {
                ("thinking", "thinking_delta", block["thinking"].as_str().unwrap_or_default().to_owned())
            }
            "tool_use" => ("partial_json", "input_json_delta", block["input"].to_string()),
            _ => ("text", "text_delta", block["text"].as_str().unwrap_or_default().to_owned()),
        };
        let start = match kind {
            "tool_use" => json!({ "type": kind, "id": "t", "name": "reply", "input": {} }),
            _ => json!({ "type": kind, field: "" }),
        };
        events.push(event("content_block_start", json!({ "index": index, "content_block": start })));
        let delta = |text| json!({ "index": index, "delta": { "type": delta, field: text } });
        events.extend(pieces(&text).into_iter().map(|text| event("content_block_delta", delta(text))));
        events.push(event("content_block_stop", json!({ "index": index })));
    }
    let counts = json!({ "output_tokens": whole["usage"]["output_tokens"] });
    let ended = json!({ "delta": { "stop_reason": whole["stop_reason"] }, "usage": counts });
    events.extend([event("message_delta", ended), event("message_stop", json!({}))]);
    events
}
