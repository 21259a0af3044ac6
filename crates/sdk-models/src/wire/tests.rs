//! Bodies as they are sent.

use std::sync::Arc;

use sdk_prompt::{About, Message, Parameters, Schema, Want};

use super::*;
use crate::{ModelFlags, Whom, choose};

fn server(flags: ModelFlags) -> Server {
    let flags = ModelFlags { model: Some("ollama:qwen3:8b".into()), ..flags };
    match choose(&flags) {
        Ok(Whom::Server(server)) => *server,
        other => panic!("{other:?}"),
    }
}

fn ask(want: Want, item: Option<Value>) -> Ask {
    let message = |role, text: &str| Message { role, content: text.into() };
    Ask {
        messages: vec![message(Role::System, "S"), message(Role::User, "U"), message(Role::Assistant, "A")],
        want,
        schema: item.map(|item| Arc::new(Schema::new(item).unwrap())),
        parameters: Parameters { temperature: Some(0.5), max_tokens: Some(9), ..Parameters::default() },
        sample: 0,
        about: About::default(),
    }
}

fn closed() -> Value {
    json!({"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"], "additionalProperties": false})
}

#[test]
fn text_has_no_schema() {
    let request = Request::new(&server(ModelFlags::default()), &ask(Want::Text, Some(closed())));
    let wanted = json!({
        "model": "qwen3:8b",
        "messages": [
            {"role": "system", "content": "S"}, {"role": "user", "content": "U"}, {"role": "assistant", "content": "A"}
        ],
        "temperature": 0.5,
        "max_tokens": 9
    });
    assert_eq!(request.body(false).to_string(), wanted.to_string());
    assert_eq!(request.body(true), request.body(false));
    assert!(!request.has_schema());
}

#[test]
fn schema_goes_as_response_format_or_in_words() {
    let request = Request::new(&server(ModelFlags::default()), &ask(Want::Items(3), Some(closed())));
    let body = request.body(false);
    let format = &body["response_format"];
    assert_eq!(format["type"], "json_schema");
    assert_eq!(format["json_schema"]["name"], "reply");
    assert_eq!(format["json_schema"]["strict"], true);
    assert_eq!(format["json_schema"]["schema"]["properties"]["items"]["minItems"], 3);
    let plain = request.body(true);
    assert!(plain.get("response_format").is_none());
    let said = plain["messages"][1]["content"].as_str().unwrap();
    assert!(said.starts_with("U\n\nReply with JSON alone") && said.contains("\"minItems\":3"), "{said}");
}

#[test]
fn flags_win_over_the_prompt() {
    let flags = ModelFlags {
        temperature: Some(1.0),
        param: vec![
            ("top_p".into(), json!(0.9)),
            ("max_tokens".into(), Value::Null),
            ("response_format".into(), json!({"type": "json_object"})),
        ],
        ..ModelFlags::default()
    };
    let request = Request::new(&server(flags), &ask(Want::Item, Some(closed())));
    let body = request.body(true);
    assert_eq!(body["temperature"].to_string(), "1.0");
    assert_eq!(body["top_p"].to_string(), "0.9");
    assert!(body.get("max_tokens").is_none());
    assert_eq!(body["response_format"], json!({"type": "json_object"}));
    assert!(!request.has_schema());
}

#[test]
fn strict_is_only_said_of_strict_schemas() {
    let open = |change: &dyn Fn(&mut Value)| {
        let mut schema = closed();
        change(&mut schema);
        is_strict(&schema)
    };
    assert!(open(&|_| ()));
    assert!(open(&|schema| schema["properties"]["q"] = closed()));
    assert!(open(&|schema| schema["properties"]["q"] = json!({"type": ["string", "null"]})));
    assert!(open(&|schema| schema["properties"]["q"] = json!({"enum": ["a", "b"]})));
    assert!(!open(&|schema| schema["additionalProperties"] = true.into()));
    assert!(!open(&|schema| schema["required"] = json!([])));
    assert!(!open(&|schema| schema["properties"]["q"] = json!({})));
    assert!(!open(&|schema| schema["properties"]["q"] = json!({"type": "object"})));
    assert!(!open(&|schema| schema["properties"]["q"] = json!({"type": "array"})));
    assert!(!open(
        &|schema| schema["properties"]["q"] = json!({"type": "array", "items": {"type": "object"}})
    ));
    assert!(!open(&|schema| schema["properties"]["q"] = json!({"anyOf": [{"type": "string"}, {}]})));
    assert!(!open(&|schema| schema["oneOf"] = json!([])));
}
