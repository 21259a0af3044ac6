//! Amazon Bedrock's Converse: one form for all its models. A schema goes as a tool that must be used.

use serde_json::{Map, Value, json};

use sdk_prompt::{Ask, Finish, Role, Usage};
use sdk_record::{Fault, Kind};

use super::{Form, schema};
use crate::Server;
use crate::reply::{Said, Unsaid, object, said};
use crate::retry::quoted;

pub(super) fn body(server: &Server, ask: &Ask, form: Form) -> Map<String, Value> {
    let (flags, prompt) = (&server.parameters, &ask.parameters);
    let asked = ask.schema.as_ref().and_then(|schema| schema.reply(ask.want));
    let plain = form.plain || super::messages::thinks(server, ask);
    let (system, others): (Vec<_>, Vec<_>) =
        ask.messages.iter().partition(|message| message.role == Role::System);
    let text = |role: &str, text: &str| json!({"role": role, "content": [{"text": text}]});
    let mut messages: Vec<Value> = others.iter().map(|one| text(one.role.name(), &one.content)).collect();
    if let Some(schema) = asked.as_ref().filter(|_| plain) {
        let block = json!({"text": schema::words(schema)});
        let last = messages.iter_mut().rfind(|message| message["role"] == "user");
        match last.and_then(|message| message["content"].as_array_mut()) {
            Some(blocks) => blocks.push(block),
            None => messages.push(json!({"role": "user", "content": [block]})),
        }
    }
    let mut body = Map::new();
    body.insert("messages".into(), messages.into());
    if !system.is_empty() {
        let system: Vec<Value> = system.iter().map(|message| json!({"text": message.content})).collect();
        body.insert("system".into(), system.into());
    }
    let mut inference = Map::new();
    if let Some(tokens) = flags.max_tokens.or(prompt.max_tokens) {
        inference.insert("maxTokens".into(), tokens.into());
    }
    if let Some(temperature) = form.temperature(server, ask) {
        inference.insert("temperature".into(), temperature.into());
    }
    if !inference.is_empty() {
        body.insert("inferenceConfig".into(), inference.into());
    }
    if let Some(schema) = asked.as_ref().filter(|_| !plain) {
        let tool = json!({"toolSpec": {"name": "reply", "description": "The reply.", "inputSchema": {"json": schema}}});
        body.insert("toolConfig".into(), json!({"tools": [tool], "toolChoice": {"tool": {"name": "reply"}}}));
    }
    // What only the model knows has a place of its own; the API's own fields are told by their form.
    let mut others = Map::new();
    super::others(&mut others, server, ask);
    let (own, models): (Map<_, _>, Map<_, _>) = others
        .into_iter()
        .partition(|(key, _)| key.ends_with("Config") || key == "additionalModelRequestFields");
    if !models.is_empty() {
        body.insert("additionalModelRequestFields".into(), models.into());
    }
    body.extend(own);
    body
}

/// Reads the body of a successful answer.
pub(super) fn read(body: &[u8]) -> Result<Said, Unsaid> {
    let body = object(body)?;
    let Some(blocks) = body["output"]["message"]["content"].as_array() else {
        let whole = quoted(body.to_string().as_bytes());
        return Err(Unsaid::Broken(format!("the server's answer holds no message: {whole}")));
    };
    let tool = blocks.iter().find_map(|block| block["toolUse"].get("input"));
    let text = || blocks.iter().filter_map(|block| block["text"].as_str()).collect::<String>();
    let thought =
        |block: &Value| block["reasoningContent"]["reasoningText"]["text"].as_str().map(str::to_owned);
    let thoughts: String = blocks.iter().filter_map(thought).collect();
    let finish = match body["stopReason"].as_str() {
        Some("max_tokens" | "model_context_window_exceeded") => Finish::Length,
        Some("guardrail_intervened" | "content_filtered") => {
            let why = "the provider's guardrail withheld the reply";
            return Err(Unsaid::Final(Fault::new(Kind::Filtered, why).after(&text())));
        }
        _ => Finish::Stop,
    };
    let count = |key: &str| body["usage"][key].as_u64();
    let (cached, written) = (count("cacheReadInputTokens"), count("cacheWriteInputTokens"));
    let (cached, written) = (cached.unwrap_or_default(), written.unwrap_or_default());
    let output = count("outputTokens").unwrap_or_default();
    let usage =
        count("inputTokens").map(|input| Usage { input: input + cached + written, output, cached, written });
    let thoughts = Some(thoughts).filter(|thought| !thought.trim().is_empty());
    said(tool.map_or_else(text, Value::to_string), thoughts, finish, usage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_told_apart() {
        let answer = |content: Value, reason: &str| {
            let body = json!({
                "output": {"message": {"role": "assistant", "content": content}}, "stopReason": reason,
                "usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5, "cacheReadInputTokens": 4}
            });
            read(body.to_string().as_bytes())
        };
        let thought = json!({"reasoningContent": {"reasoningText": {"text": "hm"}}});
        let said = answer(json!([thought, {"text": "a"}, {"text": "b"}]), "end_turn").unwrap();
        assert_eq!(
            (said.text.as_str(), said.reasoning.as_deref(), said.finish),
            ("ab", Some("hm"), Finish::Stop)
        );
        assert_eq!(said.usage, Some(Usage { input: 7, output: 2, cached: 4, written: 0 }));
        let said = answer(json!([{"toolUse": {"name": "reply", "input": {"q": 1}}}]), "tool_use").unwrap();
        assert_eq!(said.text, "{\"q\":1}");
        assert_eq!(answer(json!([{"text": "a"}]), "max_tokens").unwrap().finish, Finish::Length);
        assert!(matches!(answer(json!([{"text": "a"}]), "guardrail_intervened"), Err(Unsaid::Final(_))));
        assert!(matches!(answer(json!([]), "end_turn"), Err(Unsaid::Nothing(_))));
        assert!(matches!(read(b"{\"message\":\"x\"}"), Err(Unsaid::Broken(_))));
    }
}
