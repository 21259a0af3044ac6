//! The server over its own wire.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{Read, Write};
use std::net::TcpStream;

use sdk_stub::{Fault, Options, Stub};
use serde_json::{Value, json};

fn ask(stub: &Stub, content: &str, more: &[Value]) -> std::io::Result<(u16, String)> {
    let mut messages = vec![json!({ "role": "user", "content": content })];
    messages.extend_from_slice(more);
    let schema = json!({ "type": "object", "properties": { "items": { "type": "array", "minItems": 2, "maxItems": 2,
        "items": { "type": "object", "properties": { "question": { "type": "string" } } } } } });
    let format = json!({ "type": "json_schema", "json_schema": { "name": "x", "schema": schema } });
    let body = json!({ "model": "m", "messages": messages, "response_format": format }).to_string();
    let base = stub.base_url();
    let host = base.trim_start_matches("http://").trim_end_matches("/v1");
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer k\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    let (head, body) = reply.split_once("\r\n\r\n").unwrap_or_default();
    Ok((head.split(' ').nth(1).unwrap_or_default().parse().unwrap_or(0), body.to_owned()))
}

fn content(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap();
    body["choices"][0]["message"]["content"].as_str().unwrap().to_owned()
}

#[test]
fn same_request_same_reply() {
    let stub = Stub::start(Options::default()).unwrap();
    let (first, second, other) = (ask(&stub, "a", &[]), ask(&stub, "a", &[]), ask(&stub, "b", &[]));
    let first = first.unwrap().1;
    assert_eq!(first, second.unwrap().1);
    assert_ne!(first, other.unwrap().1);
    let seen = stub.stats();
    assert_eq!((seen.requests, seen.distinct, seen.duplicates), (3, 2, 1));
    let items: Value = serde_json::from_str(&content(&first)).unwrap();
    assert_eq!(items["items"].as_array().unwrap().len(), 2);
}

#[test]
fn a_retry_or_a_repair_gives_the_reply_of_a_run_without_faults() {
    let good = ask(&Stub::start(Options::default()).unwrap(), "a", &[]).unwrap().1;
    let failing = Stub::start(Options { fail_first: 2, ..Options::default() }).unwrap();
    let statuses: Vec<u16> = (0..3).map(|_| ask(&failing, "a", &[]).unwrap().0).collect();
    assert_eq!(statuses, [500, 500, 200]);
    let options = Options { share: 1.0, kinds: vec![Fault::Garbage], ..Options::default() };
    let spoiling = Stub::start(options).unwrap();
    let spoilt = content(&ask(&spoiling, "a", &[]).unwrap().1);
    let again =
        [json!({ "role": "assistant", "content": spoilt }), json!({ "role": "user", "content": "again" })];
    let mended = ask(&spoiling, "a", &again).unwrap().1;
    assert_eq!(content(&mended), content(&good));
}

#[test]
fn transport_faults_are_what_they_say() {
    let with = |fault| Stub::start(Options { always: Some(fault), ..Options::default() }).unwrap();
    assert_eq!(ask(&with(Fault::Reset), "a", &[]).unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!(ask(&with(Fault::Close), "a", &[]).unwrap().0, 0);
    assert_eq!(ask(&with(Fault::RateLimit), "a", &[]).unwrap().0, 429);
    assert!(serde_json::from_str::<Value>(&ask(&with(Fault::InvalidJson), "a", &[]).unwrap().1).is_err());
    let keyed = Stub::start(Options { require_key: Some("other".into()), ..Options::default() }).unwrap();
    assert_eq!(ask(&keyed, "a", &[]).unwrap().0, 401);
}
