//! Names made from content: the key of a request and the id of a row.

use serde_json::{Value, json};

use crate::Ask;

/// 64 hex digits that name this request to this model: BLAKE3 of its canonical form, before any wire.
pub fn hash(ask: &Ask, model: &str) -> String {
    let messages: Vec<Value> =
        ask.messages.iter().map(|message| json!([message.role.name(), message.content])).collect();
    let schema = ask.schema.as_deref().and_then(|schema| schema.reply(ask.want));
    let canonical = json!([
        "sdk request 1",
        model,
        messages,
        schema,
        ask.parameters.temperature,
        ask.parameters.max_tokens,
        Value::Object(ask.parameters.other.clone()),
        ask.sample,
    ]);
    blake3::hash(canonical.to_string().as_bytes()).to_hex().to_string()
}

/// 16 hex digits of the BLAKE3 of these parts, whose borders count.
pub fn id(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}
