//! Anthropic's Messages API: the system apart, a token limit always, a schema as a tool that must be used.

use serde_json::{Map, Value, json};

use sdk_prompt::{Ask, Finish, Role, Usage};
use sdk_record::{Fault, Kind};

use super::{Form, schema};
use crate::Server;
use crate::reply::{Said, Unsaid, object, said};
use crate::retry::quoted;

/// The token limit when nobody says one, which this API never does without.
const LIMIT: u64 = 4096;
/// The same where the model thinks first.
const LIMIT_THINKING: u64 = 16_000;
/// Bytes of a stable beginning that are worth a place in the provider's cache: about the least it takes, 1,024 tokens.
const CACHED: usize = 4096;

pub(super) fn body(server: &Server, ask: &Ask, form: Form) -> Map<String, Value> {
    let (flags, prompt) = (&server.parameters, &ask.parameters);
    let set =
        |key: &str| flags.other.get(key).or(prompt.other.get(key)).is_some_and(|value| !value.is_null());
    // With thoughts neither a tool can be forced nor a temperature be set.
    let thinks = thinks(server, ask);
    let asked = ask.schema.as_ref().and_then(|schema| schema.reply(ask.want)).filter(|_| !set("tools"));
    let (tool, words) = match asked {
        Some(schema) if form.plain || thinks => (None, Some(schema::words(&schema))),
        asked => (asked, None),
    };
    let (mut system, mut messages) = parted(ask);
    if messages.is_empty() {
        messages.push(json!({"role": "user", "content": std::mem::take(&mut system)}));
    }
    if let Some(words) = words {
        super::append(&mut messages, &words);
    }
    let cached = |system: usize| system + tool.as_ref().map_or(0, |tool| tool.to_string().len()) >= CACHED;
    let mark = |block: &mut Value| block["cache_control"] = json!({"type": "ephemeral"});
    let mut body = Map::new();
    body.insert("model".into(), server.model.clone().into());
    let limit = flags.max_tokens.or(prompt.max_tokens).unwrap_or(if thinks { LIMIT_THINKING } else { LIMIT });
    body.insert("max_tokens".into(), limit.into());
    if !system.is_empty() {
        let mut block = json!({"type": "text", "text": system});
        if cached(system.len()) {
            mark(&mut block);
        }
        body.insert("system".into(), json!([block]));
    }
    body.insert("messages".into(), messages.into());
    if let Some(temperature) = form.temperature(server, ask).filter(|_| !thinks) {
        body.insert("temperature".into(), temperature.into());
    }
    if let Some(schema) = &tool {
        let mut block = json!({"name": "reply", "description": "The reply.", "input_schema": schema});
        // A cached system holds the tools too, which stand before it.
        if system.is_empty() && cached(0) {
            mark(&mut block);
        }
        body.insert("tools".into(), json!([block]));
        body.insert("tool_choice".into(), json!({"type": "tool", "name": "reply"}));
    }
    super::others(&mut body, server, ask);
    body
}

/// Whether the user asks for thoughts, by `--param thinking=…`.
pub(super) fn thinks(server: &Server, ask: &Ask) -> bool {
    let thinking = server.parameters.other.get("thinking").or(ask.parameters.other.get("thinking"));
    thinking.is_some_and(|thinking| thinking.is_object() && thinking["type"] != "disabled")
}

/// What the system says, and the others.
fn parted(ask: &Ask) -> (String, Vec<Value>) {
    let (system, others): (Vec<_>, Vec<_>) =
        ask.messages.iter().partition(|message| message.role == Role::System);
    let system: Vec<&str> = system.into_iter().map(|message| message.content.as_str()).collect();
    let others =
        others.into_iter().map(|one| json!({"role": one.role.name(), "content": one.content})).collect();
    (system.join("\n\n"), others)
}

/// Reads the body of a successful answer.
pub(super) fn read(body: &[u8]) -> Result<Said, Unsaid> {
    let body = object(body)?;
    let Some(blocks) = body["content"].as_array() else {
        let whole = quoted(body.to_string().as_bytes());
        return Err(Unsaid::Broken(format!("the server's answer holds no content: {whole}")));
    };
    let all = |key: &str| blocks.iter().filter_map(|block| block[key].as_str()).collect::<String>();
    let tool = blocks.iter().find(|block| block["type"] == "tool_use");
    let text = tool.map_or_else(|| all("text"), |tool| tool["input"].to_string());
    let finish = match body["stop_reason"].as_str() {
        Some("max_tokens" | "model_context_window_exceeded") => Finish::Length,
        Some("refusal") => {
            let message = format!("the model refused: {}", quoted(text.as_bytes()));
            return Err(Unsaid::Final(Fault::new(Kind::Refused, message).after(&text)));
        }
        _ => Finish::Stop,
    };
    let thought = Some(all("thinking")).filter(|thought| !thought.trim().is_empty());
    said(text, thought, finish, usage(&body["usage"]))
}

/// Tokens as they are counted here: what was read from or written to a cache comes on top.
fn usage(usage: &Value) -> Option<Usage> {
    let count = |key: &str| usage[key].as_u64();
    let cached = count("cache_read_input_tokens").unwrap_or_default();
    let written = count("cache_creation_input_tokens").unwrap_or_default();
    let output = count("output_tokens").unwrap_or_default();
    Some(Usage { input: count("input_tokens")? + cached + written, output, cached, written })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Value) -> Result<Said, Unsaid> {
        super::read(body.to_string().as_bytes())
    }

    #[test]
    fn blocks_are_told_apart() {
        let said = read(json!({
            "content": [
                {"type": "thinking", "thinking": "hm", "signature": "x"}, {"type": "redacted_thinking", "data": "y"},
                {"type": "text", "text": "a"}, {"type": "text", "text": "b"}
            ],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 3, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 7, "output_tokens": 2}
        }));
        let said = said.unwrap();
        assert_eq!(
            (said.text.as_str(), said.reasoning.as_deref(), said.finish),
            ("ab", Some("hm"), Finish::Stop)
        );
        assert_eq!(said.usage, Some(Usage { input: 15, output: 2, cached: 5, written: 7 }));
        let content = json!([{"type": "text", "text": "Here:"}, {"type": "tool_use", "name": "reply", "input": {"q": 1}}]);
        let said = read(json!({"content": content, "stop_reason": "tool_use"})).unwrap();
        assert_eq!((said.text.as_str(), said.usage), ("{\"q\":1}", None));
    }

    #[test]
    fn ends() {
        let ended = |text: &str, reason: &str| {
            let content = json!([{"type": "text", "text": text}]);
            match read(json!({"content": content, "stop_reason": reason})) {
                Ok(said) => said.finish.name().to_owned(),
                Err(Unsaid::Nothing(fault)) => format!("nothing {}", fault.kind.name()),
                Err(Unsaid::Final(fault)) => format!("final {}", fault.kind.name()),
                Err(Unsaid::Broken(why)) => why,
            }
        };
        for (text, reason, wanted) in [
            ("a", "end_turn", "stop"),
            ("a", "max_tokens", "length"),
            ("", "max_tokens", "final truncated"),
            ("No.", "refusal", "final refused"),
            ("", "end_turn", "nothing empty"),
        ] {
            assert_eq!(ended(text, reason), wanted);
        }
        assert!(matches!(read(json!({"type": "error"})), Err(Unsaid::Broken(_))));
        assert!(matches!(super::read(b"<html>"), Err(Unsaid::Broken(_))));
    }
}
