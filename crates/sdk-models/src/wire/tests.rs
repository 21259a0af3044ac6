//! Bodies as they are sent.

mod pictures;
mod strict;

use std::sync::Arc;

use sdk_prompt::{About, Message, Parameters, Role, Schema, Want};
use serde_json::json;

use super::*;
use crate::{ModelFlags, Whom, choose};

fn server(model: &str, flags: ModelFlags) -> Server {
    let base_url = Some("http://h:1".to_owned());
    match choose(&ModelFlags { model: vec![model.into()], base_url, ..flags }) {
        Ok(Whom::Server(server)) => *server,
        other => panic!("{other:?}"),
    }
}

/// The body of an ask to that model, after those refusals.
fn body(model: &str, flags: ModelFlags, ask: Ask, turns: &[Turn]) -> Value {
    let server = server(model, flags);
    let form = turns.iter().fold(Form::first(&server), |form, turn| form.turned(*turn));
    serde_json::from_slice(&Request::new(Arc::new(ask)).body(&server, form)).unwrap()
}

fn open(model: &str, flags: ModelFlags, ask: Ask) -> Vec<Turn> {
    let server = server(model, flags);
    Request::new(Arc::new(ask)).refusable(&server, Form::first(&server))
}

fn ask(want: Want, item: Option<Value>) -> Ask {
    let message = |role, text: &str| Message::new(role, text);
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
    let ask = || ask(Want::Text, Some(closed()));
    let wanted = json!({
        "model": "qwen3:8b",
        "messages": [
            {"role": "system", "content": "S"}, {"role": "user", "content": "U"}, {"role": "assistant", "content": "A"}
        ],
        "temperature": 0.5,
        "max_tokens": 9
    });
    let flags = ModelFlags::default;
    assert_eq!(body("ollama:qwen3:8b", flags(), ask(), &[]).to_string(), wanted.to_string());
    assert_eq!(body("ollama:qwen3:8b", flags(), ask(), &[Turn::Schema]), wanted);
    assert_eq!(open("ollama:qwen3:8b", flags(), ask()), [Turn::Temperature, Turn::Limit]);
}

#[test]
fn a_schema_goes_by_the_dialect_of_the_provider() {
    let sent = |model: &str, turns: &[Turn]| {
        body(model, ModelFlags::default(), ask(Want::Items(3), Some(closed())), turns)
    };
    let strict = sent("openai:gpt-4o", &[]);
    let format = &strict["response_format"];
    assert_eq!((&format["type"], &format["json_schema"]["name"]), (&json!("json_schema"), &json!("reply")));
    assert_eq!(format["json_schema"]["strict"], true);
    assert_eq!(format["json_schema"]["schema"]["properties"]["items"]["minItems"], 3);
    let grammar = sent("vllm:x", &[]);
    assert!(grammar["response_format"]["json_schema"]["schema"].is_object());
    assert!(grammar["response_format"]["json_schema"].get("strict").is_none());
    let object = sent("deepseek:x", &[]);
    assert_eq!(object["response_format"], json!({"type": "json_object"}));
    for (body, format) in [
        (object, true),
        (sent("deepseek:x", &[Turn::Schema]), false),
        (sent("vllm:x", &[Turn::Schema]), false),
    ] {
        assert_eq!(body.get("response_format").is_some(), format, "{body}");
        let said = body["messages"][1]["content"].as_str().unwrap();
        assert!(said.starts_with("U\n\nReply with JSON alone") && said.contains("\"minItems\":3"), "{said}");
    }
}

#[test]
fn reasoning_models_are_asked_in_their_way() {
    let sent = |model: &str, flags: ModelFlags, turns: &[Turn]| {
        let body = body(model, flags, ask(Want::Text, None), turns);
        let has = |key: &str| body.get(key).map(|value| format!("{key} {value}"));
        let all: Vec<_> =
            ["temperature", "max_tokens", "max_completion_tokens"].into_iter().filter_map(has).collect();
        all.join(", ")
    };
    let warm = || ModelFlags { temperature: Some(1.0), ..ModelFlags::default() };
    for (model, flags, turns, wanted) in [
        ("openai:gpt-4o", ModelFlags::default(), &[][..], "temperature 0.5, max_tokens 9"),
        ("openai:o3-mini", ModelFlags::default(), &[], "max_completion_tokens 9"),
        ("openai:gpt-5", warm(), &[], "temperature 1.0, max_completion_tokens 9"),
        ("openai:gpt-5", warm(), &[Turn::Temperature], "max_completion_tokens 9"),
        ("groq:x", ModelFlags::default(), &[], "temperature 0.5, max_completion_tokens 9"),
        ("groq:x", ModelFlags::default(), &[Turn::Limit], "temperature 0.5, max_tokens 9"),
        ("vllm:x", ModelFlags::default(), &[Turn::Limit, Turn::Temperature], "max_completion_tokens 9"),
    ] {
        assert_eq!(sent(model, flags, turns), wanted, "{model} {turns:?}");
    }
}

#[test]
fn flags_win_over_the_prompt() {
    let flags = || ModelFlags {
        temperature: Some(1.0),
        param: vec![
            ("top_p".into(), json!(0.9)),
            ("max_tokens".into(), Value::Null),
            ("response_format".into(), json!({"type": "json_object"})),
        ],
        ..ModelFlags::default()
    };
    let ask = || ask(Want::Item, Some(closed()));
    let body = body("vllm:x", flags(), ask(), &[Turn::Schema]);
    assert_eq!(body["temperature"].to_string(), "1.0");
    assert_eq!(body["top_p"].to_string(), "0.9");
    assert!(body.get("max_tokens").is_none());
    assert_eq!(body["response_format"], json!({"type": "json_object"}));
    assert_eq!(body["messages"][1]["content"], "U");
    assert_eq!(open("vllm:x", flags(), ask()), [Turn::Temperature]);
}

#[test]
fn anthropic_is_asked_in_its_way() {
    let flags = ModelFlags::default;
    let items = || ask(Want::Item, Some(closed()));
    let wanted = json!({
        "model": "claude",
        "max_tokens": 9,
        "system": [{"type": "text", "text": "S"}],
        "messages": [{"role": "user", "content": "U"}, {"role": "assistant", "content": "A"}],
        "temperature": 0.5,
        "tools": [{"name": "reply", "description": "The reply.", "input_schema": closed()}],
        "tool_choice": {"type": "tool", "name": "reply"}
    });
    assert_eq!(body("anthropic:claude", flags(), items(), &[]).to_string(), wanted.to_string());
    assert_eq!(open("anthropic:claude", flags(), items()), [Turn::Temperature, Turn::Schema]);
    let plain = body("anthropic:claude", flags(), items(), &[Turn::Schema, Turn::Temperature]);
    assert!(plain.get("tools").is_none() && plain.get("tool_choice").is_none());
    assert!(plain.get("temperature").is_none());
    assert!(plain["messages"][0]["content"].as_str().unwrap().starts_with("U\n\nReply with JSON alone"));
    let thinking = ("thinking".to_owned(), json!({"type": "enabled", "budget_tokens": 2000}));
    let mut asked = items();
    asked.parameters.max_tokens = None;
    let thinks = body("anthropic:claude", ModelFlags { param: vec![thinking], ..flags() }, asked, &[]);
    assert_eq!((&thinks["max_tokens"], &thinks["thinking"]["budget_tokens"]), (&json!(16_000), &json!(2000)));
    assert!(thinks.get("tools").is_none() && thinks.get("temperature").is_none());
    assert!(thinks["messages"][0]["content"].as_str().unwrap().contains("JSON Schema"));
}

#[test]
fn a_long_stable_beginning_is_marked_for_the_cache() {
    let server = server("anthropic:claude", ModelFlags::default());
    let sent = |system: usize, repeats: bool| {
        let mut asked = ask(Want::Item, Some(closed()));
        asked.messages[0].content = "s".repeat(system);
        asked.parameters.max_tokens = None;
        let request = Request::new(Arc::new(asked));
        assert_eq!(request.stable(&server).is_some(), system > 4000);
        let body = request.body(&server, Form::first(&server).repeated(repeats));
        serde_json::from_slice::<Value>(&body).unwrap()
    };
    let (short, long) = (sent(100, true), sent(4096, true));
    assert!(!sent(4096, false).to_string().contains("cache_control"));
    assert_eq!(short["max_tokens"], 4096);
    assert!(!short.to_string().contains("cache_control"));
    assert_eq!(long["system"][0]["cache_control"], json!({"type": "ephemeral"}));
    assert!(long["tools"][0].get("cache_control").is_none());
}

#[test]
fn bedrock_is_asked_in_its_way() {
    let flags = || ModelFlags { param: vec![("top_k".into(), json!(40))], ..ModelFlags::default() };
    let items = || ask(Want::Item, Some(closed()));
    let schema = json!({"json": closed()});
    let wanted = json!({
        "messages": [
            {"role": "user", "content": [{"text": "U"}]}, {"role": "assistant", "content": [{"text": "A"}]}
        ],
        "system": [{"text": "S"}],
        "inferenceConfig": {"maxTokens": 9, "temperature": 0.5},
        "toolConfig": {
            "tools": [{"toolSpec": {"name": "reply", "description": "The reply.", "inputSchema": schema}}],
            "toolChoice": {"tool": {"name": "reply"}}
        },
        "additionalModelRequestFields": {"top_k": 40}
    });
    assert_eq!(body("bedrock:m", flags(), items(), &[]).to_string(), wanted.to_string());
    let plain = body("bedrock:m", flags(), items(), &[Turn::Schema, Turn::Temperature]);
    assert!(plain.get("toolConfig").is_none() && plain["inferenceConfig"].get("temperature").is_none());
    assert!(
        plain["messages"][0]["content"][1]["text"].as_str().unwrap().starts_with("Reply with JSON alone")
    );
}

#[test]
fn replies_that_may_be_long_are_asked_for_in_pieces() {
    let thinking = || vec![("thinking".to_owned(), json!({"type": "adaptive"}))];
    let counts = json!({"include_usage": true});
    for (model, address, limit, param, wanted) in [
        ("openai:x", "http://h:1", Some(8193), vec![], (true, Some(&counts))),
        ("openai:x", "http://h:1", Some(8192), vec![], (false, None)),
        ("openai:x", "http://h:1", None, vec![], (false, None)),
        ("openai:x", "http://127.0.0.1:1", Some(8193), vec![], (false, None)),
        ("mistral:x", "http://h:1", Some(8193), vec![], (true, None)),
        ("anthropic:x", "http://h:1", None, vec![], (false, None)),
        ("anthropic:x", "http://h:1", None, thinking(), (true, None)),
        ("bedrock:x", "http://h:1", Some(8193), vec![], (false, None)),
    ] {
        let flags =
            ModelFlags { model: vec![model.into()], base_url: Some(address.into()), ..ModelFlags::default() };
        let Ok(Whom::Server(server)) = choose(&ModelFlags { max_tokens: limit, param, ..flags }) else {
            panic!()
        };
        let mut asked = ask(Want::Text, None);
        asked.parameters.max_tokens = None;
        let body: Value = serde_json::from_str(&Request::new(Arc::new(asked)).shown(&server)).unwrap();
        assert_eq!((body.get("stream").is_some(), body.get("stream_options")), wanted, "{model} {limit:?}");
    }
}

#[test]
fn any_text_is_written_as_it_is() {
    let odd = "\"a\"\\\n\t\u{0}\u{1f}\u{7f}é\u{2028}😀</script>";
    let mut asked = ask(Want::Item, Some(closed()));
    for message in &mut asked.messages {
        message.content = odd.to_owned();
    }
    let param = || vec![("a\"b".to_owned(), json!(odd)), ("gone".to_owned(), Value::Null)];
    for model in ["vllm:x", "anthropic:x", "bedrock:x"] {
        for turns in [&[][..], &[Turn::Schema]] {
            let flags = ModelFlags { param: param(), ..ModelFlags::default() };
            let body = body(model, flags, asked.clone(), turns);
            let said = |one: &Value| match &one["content"] {
                Value::String(text) => text.clone(),
                blocks => blocks[0]["text"].as_str().unwrap().to_owned(),
            };
            let all: Vec<_> = body["messages"].as_array().unwrap().iter().map(said).collect();
            assert!(all.iter().all(|text| text.starts_with(odd)) && all.last().unwrap() == odd, "{all:?}");
            let others = body.get("additionalModelRequestFields").unwrap_or(&body);
            assert_eq!((&others["a\"b"], others.get("gone")), (&json!(odd), None), "{body}");
        }
    }
}

#[test]
fn refusals_come_to_an_end() {
    for model in
        ["openai:gpt-4o", "openai:o3-mini", "vllm:x", "groq:x", "deepseek:x", "anthropic:x", "gemini:x"]
    {
        let server = server(model, ModelFlags { temperature: Some(1.0), ..ModelFlags::default() });
        let request = Request::new(Arc::new(ask(Want::Item, Some(closed()))));
        // Whatever is refused first, and whatever then.
        let mut forms = vec![Form::first(&server).streamed(true)];
        for _ in 0..6 {
            let next = |form: &Form| {
                let turns = request.refusable(&server, *form);
                turns.into_iter().map(|turn| form.turned(turn)).collect::<Vec<_>>()
            };
            forms = forms.iter().flat_map(next).collect();
        }
        assert!(forms.is_empty(), "{model}: {:?}", forms.first());
    }
}
