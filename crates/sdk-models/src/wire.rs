//! From an ask to the body of a chat completion request. Knows nothing of sockets and nothing of replies.

use serde_json::{Map, Value, json};

use sdk_prompt::{Ask, Role};

use crate::Server;

/// One request, ready to be sent with the schema or, to servers that do not take one, without.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    body: Map<String, Value>,
    /// The schema in words, where the body holds it as `response_format`.
    words: Option<String>,
}

impl Request {
    /// What asks `server` for `ask`. What the user set by flag wins over what the prompt set.
    pub(crate) fn new(server: &Server, ask: &Ask) -> Request {
        let messages: Vec<Value> = ask
            .messages
            .iter()
            .map(|message| json!({"role": message.role.name(), "content": message.content}))
            .collect();
        let mut body = Map::new();
        body.insert("model".into(), server.model.clone().into());
        body.insert("messages".into(), messages.into());
        let (flags, prompt) = (&server.parameters, &ask.parameters);
        if let Some(temperature) = flags.temperature.or(prompt.temperature) {
            body.insert("temperature".into(), temperature.into());
        }
        if let Some(tokens) = flags.max_tokens.or(prompt.max_tokens) {
            body.insert("max_tokens".into(), tokens.into());
        }
        let mut words = None;
        if let Some(schema) = ask.schema.as_ref().and_then(|schema| schema.reply(ask.want)) {
            words =
                Some(format!("Reply with JSON alone, no other text, that fits this JSON Schema:\n{schema}"));
            let mut format = json!({"name": "reply"});
            if is_strict(&schema) {
                format["strict"] = true.into();
            }
            format["schema"] = schema;
            body.insert("response_format".into(), json!({"type": "json_schema", "json_schema": format}));
        }
        for (key, value) in prompt.other.iter().chain(&flags.other) {
            if key == "response_format" {
                words = None;
            }
            // The way to leave out a field that a server refuses.
            if value.is_null() {
                body.shift_remove(key);
            } else {
                body.insert(key.clone(), value.clone());
            }
        }
        Request { body, words }
    }

    /// Whether it has a schema that a server may refuse.
    pub(crate) fn has_schema(&self) -> bool {
        self.words.is_some()
    }

    /// The body; `plain`: the schema in words only.
    pub(crate) fn body(&self, plain: bool) -> Value {
        let mut body = self.body.clone();
        if let (true, Some(words)) = (plain, &self.words) {
            body.shift_remove("response_format");
            if let Some(Value::Array(messages)) = body.get_mut("messages") {
                append(messages, words);
            }
        }
        Value::Object(body)
    }
}

/// Puts `words` at the end of what the user said last.
fn append(messages: &mut Vec<Value>, words: &str) {
    let user = Role::User.name();
    match messages.iter_mut().rfind(|message| message["role"] == user) {
        Some(message) => {
            let said = message["content"].as_str().unwrap_or_default();
            message["content"] = format!("{said}\n\n{words}").into();
        }
        None => messages.push(json!({"role": user, "content": words})),
    }
}

/// Whether the strict mode of OpenAI takes a schema: every object closed, every property required, nothing open.
fn is_strict(schema: &Value) -> bool {
    let Value::Object(map) = schema else { return false };
    let object = |key: &str| map.get(key).and_then(Value::as_object);
    let open = ["allOf", "oneOf", "not", "if", "patternProperties", "prefixItems", "propertyNames"];
    if open.iter().any(|key| map.contains_key(*key)) {
        return false;
    }
    if !["type", "anyOf", "enum", "const", "$ref"].iter().any(|key| map.contains_key(*key)) {
        return false;
    }
    let typed = |kind: &str| match map.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        one => one.is_some_and(|one| one == kind),
    };
    if typed("object") || map.contains_key("properties") {
        let required = map.get("required").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let closed = map.get("additionalProperties") == Some(&Value::Bool(false));
        let listed = object("properties")
            .is_some_and(|some| some.keys().all(|key| required.iter().any(|one| one == key)));
        if !closed || !listed {
            return false;
        }
    }
    if typed("array") && !map.contains_key("items") {
        return false;
    }
    let one = map.get("items").into_iter();
    let any = map.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    let named = ["properties", "$defs", "definitions"].into_iter().filter_map(object).flat_map(Map::values);
    one.chain(any).chain(named).all(is_strict)
}

#[cfg(test)]
mod tests;
