//! A request as the server knows it, whatever its API: its identity and what it wants.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::wire::Wire;

/// One request, read.
pub(crate) struct Asked {
    pub(crate) body: Value,
    pub(crate) hash: blake3::Hash,
    pub(crate) wire: Wire,
}

impl Asked {
    /// Reads a body. `spoilt` says whether a text is a reply that this server spoilt before: what follows it, and
    /// itself, is a repair and no part of the identity.
    pub(crate) fn read(wire: Wire, body: &[u8], spoilt: impl Fn(&str) -> bool) -> Result<Asked, String> {
        let sent: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let body = wire.chat(sent);
        let Some(messages) = body["messages"].as_array() else { return Err("no messages".to_owned()) };
        let first = messages.iter().take_while(|message| {
            !(message["role"] == "assistant" && message["content"].as_str().is_some_and(&spoilt))
        });
        let mut identity = body.as_object().cloned().unwrap_or_default();
        identity["messages"] = Value::Array(first.cloned().collect());
        identity.retain(|key, _| !matches!(key.as_str(), "model" | "stream" | "stream_options" | "user"));
        // Only some APIs have a strict mode to say.
        if let Some(schema) = schema(&body) {
            identity.insert("response_format".to_owned(), schema.clone());
        }
        let hash = blake3::hash(canonical(&Value::Object(identity)).as_bytes());
        Ok(Asked { body, hash, wire })
    }

    /// The schema of the reply, if one is asked for.
    pub(crate) fn schema(&self) -> Option<&Value> {
        schema(&self.body)
    }
}

fn schema(body: &Value) -> Option<&Value> {
    let format = &body["response_format"];
    match format["type"].as_str() {
        Some("json_schema") => Some(&format["json_schema"]["schema"]),
        Some("json_object") => Some(format.get("schema").unwrap_or(&Value::Null)),
        _ => None,
    }
}

/// The same text for the same value, whatever the order of its keys.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<_, _> = map.iter().collect();
            let mut fields = Map::new();
            for (key, value) in sorted {
                fields.insert(key.clone(), Value::String(canonical(value)));
            }
            Value::Object(fields).to_string()
        }
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| canonical(item).into()).collect()).to_string()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(body: &str) -> blake3::Hash {
        Asked::read(Wire::Chat, body.as_bytes(), |text| text == "spoilt").unwrap().hash
    }

    #[test]
    fn identity_is_blind_to_order_model_and_repairs() {
        let plain = hash(r#"{"model":"a","messages":[{"role":"user","content":"x"}],"seed":1}"#);
        let turned = hash(r#"{"seed": 1, "messages": [{"content":"x","role":"user"}], "model": "b"}"#);
        let repair = hash(
            r#"{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"spoilt"},
                {"role":"user","content":"again"}],"seed":1}"#,
        );
        let other = hash(r#"{"messages":[{"role":"user","content":"x"}],"seed":2}"#);
        assert_eq!(plain, turned);
        assert_eq!(plain, repair);
        assert_ne!(plain, other);
    }
}
