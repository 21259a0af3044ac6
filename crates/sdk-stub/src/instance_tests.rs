use serde_json::{Value, json};

use super::{Draw, instance};

fn of(schema: &Value, seed: u64) -> Value {
    instance(schema, schema, "", &|place| Draw::new(blake3::hash(b"x"), seed, place))
}

#[test]
fn keeps_to_limits() {
    let schema = json!({
        "type": "object",
        "properties": {
            "items": { "type": "array", "minItems": 3, "maxItems": 3, "items": { "$ref": "#/$defs/pair" } },
            "score": { "type": "integer", "minimum": 1, "maximum": 3 },
            "word": { "enum": ["a", "b"] },
            "tiny": { "type": "string", "maxLength": 5 },
            "long": { "type": "string", "minLength": 200 },
            "maybe": { "type": ["string", "null"] }
        },
        "$defs": { "pair": { "properties": { "question": { "type": "string" } }, "required": ["question"] } }
    });
    for seed in 0..50 {
        let made = of(&schema, seed);
        let items = made["items"].as_array().unwrap();
        assert_eq!(items.len(), 3);
        assert_ne!(items[0], items[1]);
        assert!((1..=3).contains(&made["score"].as_i64().unwrap()));
        assert!(["a", "b"].contains(&made["word"].as_str().unwrap()));
        assert!(made["tiny"].as_str().unwrap().len() <= 5);
        assert!(made["long"].as_str().unwrap().len() >= 200);
        assert!(made["maybe"].is_string());
        assert_eq!(made, of(&schema, seed));
    }
}
