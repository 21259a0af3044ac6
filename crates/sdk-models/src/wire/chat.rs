//! The body of a chat completion request, as OpenAI and all who speak its protocol read it.

use serde_json::{Map, Value, json};

use sdk_prompt::Ask;

use super::{Form, schema};
use crate::Server;
use crate::providers::Dialect;

pub(super) fn body(server: &Server, ask: &Ask, form: Form) -> Map<String, Value> {
    let mut messages: Vec<Value> = ask
        .messages
        .iter()
        .map(|message| json!({"role": message.role.name(), "content": message.content}))
        .collect();
    let (flags, prompt) = (&server.parameters, &ask.parameters);
    let own = !flags.other.contains_key("response_format") && !prompt.other.contains_key("response_format");
    let asked = ask.schema.as_ref().and_then(|schema| schema.reply(ask.want)).filter(|_| own);
    let format = match (&asked, form.plain) {
        (Some(schema), false) => format(form.schema, schema),
        _ => None,
    };
    if let Some(schema) =
        asked.as_ref().filter(|_| form.plain || matches!(form.schema, Dialect::Words | Dialect::Tool))
    {
        super::append(&mut messages, &schema::words(schema));
    }
    let mut body = Map::new();
    body.insert("model".into(), server.model.clone().into());
    body.insert("messages".into(), messages.into());
    if let Some(temperature) = form.temperature(server, ask) {
        body.insert("temperature".into(), temperature.into());
    }
    if let Some(tokens) = flags.max_tokens.or(prompt.max_tokens) {
        body.insert(form.limit.field().into(), tokens.into());
    }
    if let Some(format) = format {
        body.insert("response_format".into(), format);
    }
    super::others(&mut body, server, ask);
    body
}

/// What stands in `response_format`.
fn format(dialect: Dialect, schema: &Value) -> Option<Value> {
    let mut format = json!({"name": "reply"});
    match dialect {
        Dialect::Strict if schema::is_strict(schema) => format["strict"] = true.into(),
        Dialect::Strict | Dialect::Grammar => {}
        Dialect::Tool => return None,
        Dialect::Words => return Some(json!({"type": "json_object"})),
    }
    format["schema"] = schema.clone();
    Some(json!({"type": "json_schema", "json_schema": format}))
}
