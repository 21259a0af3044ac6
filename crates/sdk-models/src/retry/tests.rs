//! Tables of answers and what is made of them.

use reqwest::header::{HeaderName, HeaderValue};

use super::*;
use crate::{ModelFlags, Whom, choose};

fn server() -> Server {
    let flags = ModelFlags { model: Some("ollama:qwen3:8b".into()), ..ModelFlags::default() };
    match choose(&flags) {
        Ok(Whom::Server(server)) => *server,
        other => panic!("{other:?}"),
    }
}

fn judged(
    code: u16,
    header: &[(&'static str, &'static str)],
    body: &str,
    schema: bool,
    answered: bool,
) -> String {
    let headers: HeaderMap = header
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    let status = StatusCode::from_u16(code).unwrap();
    match judge(&server(), (schema, answered), status, &headers, body.as_bytes()) {
        Verdict::Read => "read".into(),
        Verdict::WithoutSchema => "without".into(),
        Verdict::Again { asked, everybody, .. } => {
            let asked = asked.map(|wait| format!(" in {}", wait.as_secs_f64())).unwrap_or_default();
            format!("again{asked}{}", if everybody { " all" } else { "" })
        }
        Verdict::Fail(fault) => {
            assert_eq!(fault.status, Some(code));
            if fault.stops { "stop".into() } else { "fail".into() }
        }
    }
}

#[test]
fn verdicts() {
    let quota = r#"{"error":{"code":"insufficient_quota","message":"You exceeded your quota"}}"#;
    for (code, header, body, wanted) in [
        (200, &[][..], "", "read"),
        (500, &[][..], "", "again"),
        (502, &[][..], "<html>", "again"),
        (529, &[][..], "", "again"),
        (408, &[][..], "", "again"),
        (409, &[][..], "", "again"),
        (425, &[][..], "", "again"),
        (429, &[][..], "", "again"),
        (429, &[("retry-after", "2")][..], "", "again in 2 all"),
        (429, &[("retry-after-ms", "50")][..], "", "again in 0.05 all"),
        (503, &[("retry-after", "2")][..], "", "again in 2 all"),
        (500, &[("retry-after", "2")][..], "", "again in 2"),
        (429, &[("retry-after", "121")][..], "", "stop"),
        (500, &[("retry-after", "121")][..], "", "fail"),
        (429, &[][..], quota, "stop"),
        (500, &[("x-should-retry", "false")][..], "", "fail"),
        (400, &[("x-should-retry", "true")][..], "", "again"),
        (401, &[][..], "", "stop"),
        (402, &[][..], "", "stop"),
        (403, &[][..], "", "stop"),
        (404, &[][..], r#"{"error":{"message":"The model `qwen3:8b` does not exist"}}"#, "stop"),
        (404, &[][..], "no such batch", "fail"),
        (400, &[][..], "context_length_exceeded", "fail"),
        (413, &[][..], "", "fail"),
        (422, &[][..], "", "fail"),
        (307, &[("location", "https://h/v1")][..], "", "fail"),
    ] {
        assert_eq!(judged(code, header, body, false, true), wanted, "{code} {header:?} {body}");
    }
    assert_eq!(judged(404, &[], "", false, false), "stop");
    assert_eq!(judged(307, &[], "", false, false), "stop");
}

#[test]
fn a_refused_schema_is_told_apart() {
    for body in ["response_format is not supported", "Failed to parse grammar", "Invalid JSON Schema"] {
        assert_eq!(judged(400, &[], body, true, true), "without");
        assert_eq!(judged(422, &[], body, true, true), "without");
        assert_eq!(judged(400, &[], body, false, true), "fail");
    }
    assert_eq!(judged(400, &[], "context_length_exceeded", true, true), "fail");
}

#[test]
fn the_servers_words_are_found_and_shortened() {
    let server = server();
    for (body, words) in [
        (r#"{"error":{"message":"too long"}}"#, "too long"),
        (r#"{"error":"model not found"}"#, "model not found"),
        (r#"{"detail":[{"msg":"field required"}]}"#, "field required"),
        ("<h1>Bad\n\n\u{1b}[31m gateway</h1>", "<h1>Bad [31m gateway</h1>"),
    ] {
        assert_eq!(said(&server, body.as_bytes()), words);
    }
    assert_eq!(said(&server, "x".repeat(9000).as_bytes()).chars().count(), 201);
}
