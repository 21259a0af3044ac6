//! What is said of a schema: whether strict mode takes it, and the same in words.

use serde_json::{Map, Value};

/// A schema for servers that take none.
pub(super) fn words(schema: &str) -> String {
    format!("Reply with JSON alone, no other text, that fits this JSON Schema:\n{schema}")
}

/// Whether the strict mode of OpenAI takes a schema: every object closed, every property required, nothing open.
pub(super) fn is_strict(schema: &Value) -> bool {
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
