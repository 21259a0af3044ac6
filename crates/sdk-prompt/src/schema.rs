//! The JSON Schema of one item: sent with the request, checked on return.

use std::borrow::Cow;

use serde_json::{Value, json};

use sdk_record::{Fault, Kind};

use crate::Want;

/// A compiled schema of one item.
#[derive(Debug)]
pub struct Schema {
    item: Value,
    text: String,
    check: jsonschema::Validator,
}

impl Schema {
    /// Compiles a JSON Schema.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn new(item: Value) -> Result<Schema, String> {
        let check = jsonschema::validator_for(&item).map_err(|error| error.to_string())?;
        Ok(Schema { text: item.to_string(), item, check })
    }

    /// The schema of one item.
    pub fn item(&self) -> &Value {
        &self.item
    }

    /// The schema of a whole reply: the item, or `{"items":[…]}` with exactly so many of them asked for.
    pub fn reply(&self, want: Want) -> Option<Value> {
        match want {
            Want::Text => None,
            Want::Item => Some(self.item.clone()),
            Want::Items(count) => Some(json!({
                "type": "object",
                "properties": {
                    "items": { "type": "array", "items": self.item, "minItems": count, "maxItems": count }
                },
                "required": ["items"],
                "additionalProperties": false
            })),
        }
    }

    /// The text of [`Schema::reply`], made without making it.
    pub fn text(&self, want: Want) -> Option<Cow<'_, str>> {
        let item = &self.text;
        match want {
            Want::Text => None,
            Want::Item => Some(item.into()),
            Want::Items(count) => Some(
                format!(
                    r#"{{"type":"object","properties":{{"items":{{"type":"array","items":{item},"minItems":{count},"maxItems":{count}}}}},"required":["items"],"additionalProperties":false}}"#
                )
                .into(),
            ),
        }
    }

    /// Whether `item` is what was asked for.
    ///
    /// # Errors
    /// Every fault by its path, in the words that a model can mend it by.
    pub fn check(&self, item: &Value) -> Result<(), Fault> {
        let faults: Vec<String> = self
            .check
            .iter_errors(item)
            .take(5)
            .map(|error| match error.instance_path().to_string() {
                path if path.is_empty() => error.to_string(),
                path => format!("{path}: {error}"),
            })
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(Fault::new(Kind::Invalid, faults.join("; "))) }
    }
}
