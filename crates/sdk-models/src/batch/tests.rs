//! What services write, and what they should not.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use sdk_prompt::{Finish, Key, Usage};
use sdk_record::Kind;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::line::{Line, read};
use super::lines::{Lines, is_stream};
use super::results::{Reader, Results};
use crate::{ModelFlags, Server, Whom, choose};

fn server() -> Server {
    let flags = ModelFlags {
        model: vec!["openai:stub".into()],
        base_url: Some("http://127.0.0.1:9/v1".into()),
        ..ModelFlags::default()
    };
    match choose(&flags) {
        Ok(Whom::Server(server)) => *server,
        _ => panic!("no server"),
    }
}

fn key(number: u8) -> Key {
    Key([number; 32])
}

fn one(line: &str) -> Result<Line, &'static str> {
    read(&server(), &"openai:stub".into(), line.as_bytes())
}

fn result(key: Key, response: Value, error: Value) -> String {
    json!({"id": "x", "custom_id": key.hex(), "response": response, "error": error}).to_string()
}

fn body(text: &str) -> Value {
    json!({
        "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2}
    })
}

#[test]
fn answers_in_the_forms_of_several_services() {
    let forms = [
        result(key(1), json!({"status_code": 200, "request_id": "r", "body": body("said")}), Value::Null),
        json!({"custom_id": key(1).hex(), "response": {"body": body("said")}}).to_string(),
        format!(" {} \r\n", result(key(1), json!({"status_code": 200, "body": body("said")}), Value::Null)),
    ];
    for form in forms {
        let Line { key: found, kept, again, .. } = one(&form).unwrap();
        let reply = kept.unwrap();
        assert_eq!((found, &*reply.text, again), (key(1), "said", false), "{form}");
        assert_eq!((reply.finish, reply.key), (Finish::Stop, key(1)));
        assert_eq!(reply.usage, Some(Usage { input: 5, output: 2, ..Usage::default() }));
    }
}

#[test]
fn failures_keep_their_status() {
    let said = |text: &str| json!({"error": {"message": text}});
    let refused = json!({"choices": [{"message": {"refusal": "No."}}]});
    for (response, error, kind, status, again) in [
        (json!({"status_code": 400, "body": said("bad")}), Value::Null, Kind::Http, Some(400), false),
        (json!({"status_code": 500, "body": said("oops")}), Value::Null, Kind::Http, Some(500), true),
        (json!({"status_code": 429, "body": said("slow")}), Value::Null, Kind::Http, Some(429), true),
        (json!({"status_code": 401, "body": said("key")}), Value::Null, Kind::Http, Some(401), false),
        (
            json!({"status_code": 400, "body": null}),
            json!({"message": "too long", "code": 400}),
            Kind::Http,
            Some(400),
            false,
        ),
        (Value::Null, json!({"code": "batch_expired", "message": "late"}), Kind::NoAnswer, None, true),
        (json!({"status_code": 200, "body": null}), Value::Null, Kind::NoAnswer, None, true),
        (json!({"status_code": 200, "body": {"a": 1}}), Value::Null, Kind::Http, Some(200), true),
        (json!({"status_code": 200, "body": refused}), Value::Null, Kind::Refused, Some(200), false),
        (json!({"status_code": 200, "body": body(" ")}), Value::Null, Kind::Empty, Some(200), false),
    ] {
        let line = result(key(2), response, error);
        let Line { kept, again: found, .. } = one(&line).unwrap();
        let fault = kept.unwrap_err();
        assert_eq!((fault.kind, fault.status, found), (kind, status, again), "{line}: {fault}");
        assert!(!fault.stops, "one line ends no run: {line}");
    }
}

#[test]
fn what_is_no_result_is_told() {
    let good = result(key(3), json!({"status_code": 200, "body": body("a")}), Value::Null);
    for (line, why) in [
        (&good[..good.len() - 9], "not JSON"),
        ("[]", "no line of batch results"),
        ("{\"custom_id\":7,\"response\":{}}", "no line of batch results"),
        ("{\"custom_id\":\"request-1\",\"response\":{}}", "custom_id"),
        (&good.replace("03", "XY"), "custom_id"),
        (&good.replace("\"response\"", "\"body\""), "neither"),
    ] {
        assert!(one(line).unwrap_err().contains(why), "{line}: {:?}", one(line));
    }
    assert!(read(&server(), &"x".into(), b"{\"custom_id\":\"\xff\"}").unwrap_err().contains("UTF-8"));
}

proptest! {
    #[test]
    fn no_line_ends_the_tool(
        id in prop_oneof![Just(key(1).hex()), ".{0,70}"],
        status in prop_oneof![Just(json!(200)), Just(json!(700)), Just(json!(-1)), Just(json!("x"))],
        body in prop_oneof![".{0,40}".prop_map(Value::from), Just(json!({"choices": [{"message": {}}]}))],
        cut in 0_usize..300,
        junk in ".{0,30}"
    ) {
        let line = json!({"custom_id": id, "response": {"status_code": status, "body": body}, "error": null});
        let line = line.to_string();
        let cut = line.bytes().take(cut).collect::<Vec<_>>();
        let _ = read(&server(), &"x".into(), &cut);
        let _ = read(&server(), &"x".into(), junk.as_bytes());
    }
}

/// Reads a file of these lines; gives what is known, what is kept, and what was said.
fn results(text: &str) -> (Result<Results, String>, Vec<Key>, Vec<String>) {
    let folder = TempDir::new().unwrap();
    let name = folder.path().join("said.jsonl");
    fs::write(&name, text).unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    let say: crate::Say = Arc::new(move |line: &str| ear.lock().unwrap().push(line.to_owned()));
    let mut kept_keys = Vec::new();
    let read =
        Reader { server: &server(), say: &say, shown: "said.jsonl" }.read(&name, |key, kept| match kept {
            Ok(_) => {
                kept_keys.push(key);
                None
            }
            other => Some(other),
        });
    let heard = heard.lock().unwrap().clone();
    (read, kept_keys, heard)
}

#[test]
fn a_file_with_everything_in_it() {
    let good = |number, text: &str| {
        result(key(number), json!({"status_code": 200, "body": body(text)}), Value::Null)
    };
    let failed =
        |number, status: u16| result(key(number), json!({"status_code": status, "body": {}}), Value::Null);
    let cut = &good(9, "cut")[..40];
    let lines =
        [&*good(1, "a"), "", "no JSON", &good(1, "b"), &failed(2, 500), &good(2, "c"), &failed(3, 400), cut];
    let (read, kept, said) = results(&lines.join("\n"));
    let read = read.unwrap();
    assert_eq!(kept, [key(1), key(2)], "the first answer counts, and an answer more than a failure");
    assert_eq!(read.known.keys().collect::<Vec<_>>(), [&key(3)]);
    assert_eq!(read.places[&key(2)], 6);
    let said = said.join("\n");
    let summary = read.summary("said.jsonl");
    assert!(summary.ends_with("3, failed 1, lines left out 3"), "{summary}");
    for words in
        ["said.jsonl:3: not JSON", "said.jsonl:4: the request of line 1 again", "in the middle of it"]
    {
        assert!(said.contains(words), "no {words:?} in {said}");
    }
    let (read, ..) = results(&[failed(4, 500), failed(5, 400)].join("\n"));
    assert_eq!(read.unwrap().again.into_iter().collect::<Vec<_>>(), [key(4)]);
}

#[test]
fn a_file_without_a_result_is_no_file_of_results() {
    assert!(results("").0.is_ok(), "an empty answer to an empty question");
    let (read, _, said) = results(&"{\"question\":\"q\"}\n".repeat(30));
    assert!(read.is_err_and(|why| why.contains("none in 30 lines")));
    assert_eq!(said.len(), 20, "{said:?}");
}

#[test]
fn only_requests_are_written_over() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (name, text, fits) in [
        ("none", None, true),
        ("empty", Some(""), true),
        ("asked", Some("{\"custom_id\":\"a\",\"method\":\"POST\"}\n"), true),
        ("said", Some("{\"id\":\"x\",\"custom_id\":\"a\",\"response\":{}}\n"), false),
        ("rows", Some("{\"text\":\"x\"}\n"), false),
    ] {
        text.map_or(Ok(()), |text| fs::write(at(name), text)).unwrap();
        let lines = Lines::create(&at(name));
        assert_eq!(lines.is_ok(), fits, "{name}");
        assert_eq!(fs::read_to_string(at(name)).ok().as_deref(), text, "{name} is as it was until the end");
        let said = lines.map(|mut lines| lines.finish(true).unwrap());
        assert!(said.unwrap_or_else(|why| why).contains(if fits { "is empty" } else { "none of requests" }));
    }
    assert!(Lines::create(Path::new("/nowhere/at/all")).is_err_and(|why| why.contains("cannot be written")));
}

#[test]
fn a_part_of_what_there_is_to_ask_does_not_take_the_name() {
    let folder = TempDir::new().unwrap();
    let name = folder.path().join("ask.jsonl");
    let before = "{\"custom_id\":\"a\"}\n";
    fs::write(&name, before).unwrap();
    let said = Lines::create(&name).unwrap().finish(false).unwrap();
    assert!(said.contains("ask.jsonl.part") && said.contains("stopped"), "{said}");
    assert_eq!(fs::read_to_string(&name).unwrap(), before);
    assert_eq!(fs::read_to_string(folder.path().join("ask.jsonl.part")).unwrap(), "");
}

#[test]
fn a_name_of_what_is_open_is_told_from_a_file_in_memory() {
    for (name, is) in [
        ("/dev/stdout", true),
        ("/dev/stderr", true),
        ("/dev/fd/63", true),
        ("/proc/self/fd/1", true),
        ("/dev/shm/rows.jsonl", false),
        ("dev/stdout", false),
    ] {
        assert_eq!(is_stream(Path::new(name)), is, "{name}");
    }
}

#[test]
fn a_schema_that_is_refused_may_be_said_in_words() {
    let said = |text: &str| json!({"status_code": 400, "body": {"error": {"message": text}}});
    for (text, wanted) in [("response_format is not supported", true), ("the prompt is too long", false)] {
        let Line { kept, again, refused, .. } = one(&result(key(1), said(text), Value::Null)).unwrap();
        assert_eq!((again, refused), (wanted, wanted), "{text}");
        let fault = kept.unwrap_err();
        assert!(fault.status == Some(400) && fault.message.contains(text), "{fault}");
    }
}

#[test]
fn a_result_that_says_the_key_back_is_not_repeated() {
    let folder = TempDir::new().unwrap();
    let (file, secret) = (folder.path().join("key"), "sk-result-77c1");
    fs::write(&file, secret).unwrap();
    let flags = ModelFlags {
        model: vec!["openai:stub".into()],
        base_url: Some("http://127.0.0.1:9/v1".into()),
        key_file: Some(file),
        ..ModelFlags::default()
    };
    let Ok(Whom::Server(server)) = choose(&flags) else { panic!("no server") };
    let line = result(key(1), json!({"status_code": 200, "body": {"choices": secret}}), Value::Null);
    let fault = read(&server, &"openai:stub".into(), line.as_bytes()).unwrap().kept.unwrap_err();
    assert!(fault.message.contains("***") && !fault.message.contains(secret), "{fault}");
}
