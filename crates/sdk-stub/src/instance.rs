//! A valid instance of a JSON Schema, drawn by a hash: every string another one.

use serde_json::{Map, Number, Value, json};

const WORDS: [&str; 64] = [
    "river", "stone", "window", "garden", "copper", "signal", "harbour", "lantern", "meadow", "thread",
    "winter", "orchard", "bridge", "candle", "feather", "granite", "island", "journal", "kettle", "ladder",
    "marble", "needle", "ocean", "pepper", "quarry", "ribbon", "silver", "timber", "valley", "willow",
    "anchor", "basket", "carbon", "desert", "engine", "forest", "glacier", "hollow", "insect", "jasmine",
    "kernel", "lemon", "mirror", "nickel", "olive", "planet", "quartz", "rocket", "saddle", "temple",
    "umbrella", "velvet", "wagon", "yellow", "zephyr", "amber", "beacon", "canyon", "dagger", "ember",
    "falcon", "ginger", "helmet", "ivory",
];

/// Draws numbers and words, each place of a reply its own.
pub(crate) struct Draw(blake3::OutputReader);

impl Draw {
    pub(crate) fn new(hash: blake3::Hash, seed: u64, place: &str) -> Draw {
        let mut hasher = blake3::Hasher::new();
        hasher.update(hash.as_bytes()).update(&seed.to_le_bytes()).update(place.as_bytes());
        Draw(hasher.finalize_xof())
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % limit.max(1)
    }

    /// So many words.
    pub(crate) fn words(&mut self, count: usize) -> String {
        let words: Vec<&str> =
            (0..count).map(|_| WORDS[usize::try_from(self.below(WORDS.len() as u64)).unwrap_or(0)]).collect();
        words.join(" ")
    }
}

/// An instance of `schema`; `place` is its path in the reply, `root` where `$ref` points into.
pub(crate) fn instance(schema: &Value, root: &Value, place: &str, of: &dyn Fn(&str) -> Draw) -> Value {
    if let Some(target) = schema["$ref"].as_str().and_then(|to| root.pointer(to.trim_start_matches('#'))) {
        return instance(target, root, place, of);
    }
    if let Some(value) = schema.get("const") {
        return value.clone();
    }
    let mut draw = of(place);
    if let Some(values) = schema["enum"].as_array() {
        return values[usize::try_from(draw.below(values.len() as u64)).unwrap_or(0)].clone();
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(first) = schema[key].as_array().and_then(|all| all.first()) {
            return instance(first, root, place, of);
        }
    }
    let name = schema["type"].as_str().or_else(|| schema["type"][0].as_str());
    match name.unwrap_or(if schema["properties"].is_object() { "object" } else { "string" }) {
        "object" => {
            let mut fields = Map::new();
            for (key, value) in schema["properties"].as_object().into_iter().flatten() {
                fields.insert(key.clone(), instance(value, root, &format!("{place}/{key}"), of));
            }
            Value::Object(fields)
        }
        "array" => {
            let least = schema["minItems"].as_u64().unwrap_or(1);
            let most = schema["maxItems"].as_u64().unwrap_or(least.max(3)).max(least);
            let count = least + draw.below(most - least + 1);
            (0..count).map(|n| instance(&schema["items"], root, &format!("{place}/{n}"), of)).collect()
        }
        "integer" => integer(schema, &mut draw),
        "number" => number(schema, &mut draw),
        "boolean" => json!(draw.below(2) == 1),
        "null" => Value::Null,
        _ => Value::String(string(schema, place, &mut draw)),
    }
}

fn integer(schema: &Value, draw: &mut Draw) -> Value {
    let least =
        schema["minimum"].as_i64().or(schema["exclusiveMinimum"].as_i64().map(|n| n + 1)).unwrap_or(0);
    let most = schema["maximum"].as_i64().or(schema["exclusiveMaximum"].as_i64().map(|n| n - 1));
    let span = most.unwrap_or(least + 100).saturating_sub(least).unsigned_abs();
    json!(least.saturating_add_unsigned(draw.below(span + 1)))
}

fn number(schema: &Value, draw: &mut Draw) -> Value {
    let least = schema["minimum"].as_f64().unwrap_or(0.0);
    let most = schema["maximum"].as_f64().unwrap_or(least + 100.0);
    let share = f64::from(u32::try_from(draw.below(101)).unwrap_or(0)) / 100.0;
    Number::from_f64(least + (most - least) * share).map_or(Value::Null, Value::Number)
}

fn string(schema: &Value, place: &str, draw: &mut Draw) -> String {
    let least = usize::try_from(schema["minLength"].as_u64().unwrap_or(1)).unwrap_or(1);
    let most = usize::try_from(schema["maxLength"].as_u64().unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
    let mut text = match place.rsplit('/').next() {
        Some("question") => format!("What has the {} to do with it?", draw.words(4)),
        _ => format!("The {}.", draw.words(8)),
    };
    while text.len() < least {
        text = format!("{text} {}", draw.words(8));
    }
    text.truncate(most);
    text
}

#[cfg(test)]
#[path = "instance_tests.rs"]
mod tests;
