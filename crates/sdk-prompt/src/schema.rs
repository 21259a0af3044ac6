//! The JSON Schema of one item: sent with the request, checked on return.

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

    /// Prints [`Schema::reply`] without making it, or `null`.
    pub(crate) fn write(&self, want: Want, to: &mut Vec<u8>) {
        let (before, after) = match want {
            Want::Text => return to.extend_from_slice(b"null"),
            Want::Item => ("", String::new()),
            Want::Items(count) => (
                r#"{"type":"object","properties":{"items":{"type":"array","items":"#,
                format!(
                    r#","minItems":{count},"maxItems":{count}}}}},"required":["items"],"additionalProperties":false}}"#
                ),
            ),
        };
        for part in [before, &self.text, &after] {
            to.extend_from_slice(part.as_bytes());
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
