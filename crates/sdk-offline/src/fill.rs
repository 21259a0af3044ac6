//! Any property of an item, filled by its name and type from what the row says.
//!
//! The last resort: what no rule knows gets a sentence of the row's text, the nth of a list of words, a number
//! within its bounds. Formats and patterns of strings are not looked at.

use serde_json::{Map, Value, json};

use sdk_text::{beginning, sentences};

use crate::draw::draw_below;
use crate::plain::Plain;
use crate::summary::summary;

/// What there is to say: the row's text in its sentences.
pub(crate) struct Said {
    text: String,
    sentences: Vec<String>,
}

impl Said {
    /// Takes the sentences out of a text.
    pub(crate) fn of(text: &str) -> Self {
        let text = beginning(text, 100_000);
        let found =
            sentences(text).into_iter().filter(|sentence| sentence.whole && sentence.range.len() <= 700);
        let sentences = found.map(|sentence| Plain::of(&text[sentence.range]).text).collect();
        Said { text: text.to_owned(), sentences }
    }

    /// A value for a property; `turn` tells items of one reply, and samples, apart.
    pub(crate) fn value(&self, name: &str, schema: &Value, turn: u64) -> Value {
        self.nested(name, schema, turn, 0)
    }

    fn nested(&self, name: &str, schema: &Value, turn: u64, depth: usize) -> Value {
        if let Some(fixed) = schema.get("const").or_else(|| schema.get("default")) {
            return fixed.clone();
        }
        if let Some(choices) = schema["enum"].as_array().filter(|choices| !choices.is_empty()) {
            return choices[draw_below(choices.len(), &[name, &self.text], turn)].clone();
        }
        let either = ["anyOf", "oneOf", "allOf"].iter().find_map(|key| schema[*key].as_array()?.first());
        if let Some(first) = either.filter(|_| depth < 16) {
            return self.nested(name, first, turn, depth + 1);
        }
        match kind(schema) {
            "object" => {
                let properties = schema["properties"].as_object().filter(|_| depth < 16);
                let fill =
                    |(key, inner): (&String, &Value)| (key.clone(), self.nested(key, inner, turn, depth + 1));
                Value::Object(properties.into_iter().flatten().map(fill).collect::<Map<_, _>>())
            }
            "array" => {
                let least = schema["minItems"].as_u64().unwrap_or(1).clamp(u64::from(depth < 16), 50);
                (0..least)
                    .map(|number| self.nested(name, &schema["items"], turn + number, depth + 1))
                    .collect()
            }
            "integer" | "number" => self.figure(name, schema, turn),
            "boolean" => json!(draw_below(2, &[name, &self.text], turn) == 1),
            "null" => Value::Null,
            _ => Value::from(self.string(name, schema, turn)),
        }
    }

    /// A number within its bounds.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // bounds that people write
    fn figure(&self, name: &str, schema: &Value, turn: u64) -> Value {
        let bound = |keys: [&str; 2]| keys.iter().find_map(|key| schema[*key].as_f64());
        let least = bound(["minimum", "exclusiveMinimum"]).unwrap_or(1.0).ceil() as i64
            + i64::from(schema["exclusiveMinimum"].is_number());
        let most = bound(["maximum", "exclusiveMaximum"])
            .map_or(least.saturating_add(9), |most| most.floor() as i64);
        let span = most.saturating_sub(least).clamp(0, 1_000_000);
        let chosen = draw_below(usize::try_from(span).unwrap_or(0) + 1, &[name, &self.text], turn);
        json!(least + i64::try_from(chosen).unwrap_or(0))
    }

    fn string(&self, name: &str, schema: &Value, turn: u64) -> String {
        let number = usize::try_from(turn).unwrap_or(0);
        let text = match self.sentences.len() {
            _ if ["summary", "abstract", "tldr"].contains(&name) => summary(&self.text),
            0 if self.text.trim().is_empty() => format!("Nothing is known of {}.", name.replace('_', " ")),
            0 => summary(&self.text),
            count => self.sentences[number % count].clone(),
        };
        let most =
            schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        text.chars().take(most).collect()
    }
}

/// The type of a schema, the first that is not null where there are several.
pub(crate) fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("null")
        }
        _ if schema["properties"].is_object() => "object",
        _ if schema["items"].is_object() => "array",
        _ => "string",
    }
}

/// Whether a value has the type that the schema wants.
pub(crate) fn is_of_kind(value: &Value, schema: &Value) -> bool {
    let any = schema.get("type").is_none();
    let allowed = schema["enum"].as_array().is_none_or(|choices| choices.contains(value));
    allowed
        && (any
            || match kind(schema) {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "integer" => value.is_i64() || value.is_u64(),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                _ => value.is_string(),
            })
}
