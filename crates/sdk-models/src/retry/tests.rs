//! Tables of answers and what is made of them.

use reqwest::header::{HeaderName, HeaderValue};

use super::*;
use crate::{ModelFlags, Whom, choose};

fn server() -> Server {
    let flags = ModelFlags { model: vec!["ollama:qwen3:8b".into()], ..ModelFlags::default() };
    match choose(&flags) {
        Ok(Whom::Server(server)) => *server,
        other => panic!("{other:?}"),
    }
}

fn judged(
    code: u16,
    header: &[(&'static str, &'static str)],
    body: &str,
    open: &[Turn],
    answered: bool,
) -> String {
    let headers: HeaderMap = header
        .iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    let status = StatusCode::from_u16(code).unwrap();
    match judge(&server(), (open, answered), status, &headers, body.as_bytes()) {
        Verdict::Read => "read".into(),
        Verdict::Turn(turn) => format!("{turn:?}"),
        Verdict::Again { asked, busy, .. } => {
            let asked = asked.map(|wait| format!(" in {}", wait.as_secs_f64())).unwrap_or_default();
            format!("again{asked}{}", if busy { " busy" } else { "" })
        }
        Verdict::Fail(fault) => {
            assert_eq!(fault.status, Some(code));
            match (fault.stops, fault.kind) {
                (true, _) => "stop".into(),
                (false, Kind::Filtered) => "filtered".into(),
                (false, _) => "fail".into(),
            }
        }
    }
}

#[test]
fn verdicts() {
    let flagged = r#"{"error":{"code":403,"message":"Your input was flagged","metadata":{"reasons":["violence"],
        "flagged_input":"the key to the door"}}}"#;
    let quota = r#"{"error":{"code":"insufficient_quota","message":"You exceeded your quota"}}"#;
    for (code, header, body, wanted) in [
        (200, &[][..], "", "read"),
        (500, &[][..], "", "again"),
        (502, &[][..], "<html>", "again"),
        (529, &[][..], "", "again busy"),
        (408, &[][..], "", "again"),
        (409, &[][..], "", "again"),
        (425, &[][..], "", "again"),
        (429, &[][..], "", "again busy"),
        (429, &[("retry-after", "2")][..], "", "again in 2 busy"),
        (429, &[("retry-after-ms", "50")][..], "", "again in 0.05 busy"),
        (503, &[("retry-after", "2")][..], "", "again in 2 busy"),
        (500, &[("retry-after", "2")][..], "", "again in 2"),
        (429, &[("retry-after", "121")][..], "", "stop"),
        (500, &[("retry-after", "121")][..], "", "fail"),
        (429, &[][..], quota, "stop"),
        (500, &[("x-should-retry", "false")][..], "", "fail"),
        (400, &[("x-should-retry", "true")][..], "", "again"),
        (401, &[][..], "", "stop"),
        (402, &[][..], "", "stop"),
        (403, &[][..], "", "fail"),
        (403, &[][..], "<html>Request blocked</html>", "fail"),
        (403, &[][..], r#"{"message":"The security token included in the request is expired"}"#, "stop"),
        (403, &[][..], r#"{"error":{"message":"This API key was revoked"}}"#, "stop"),
        (403, &[][..], flagged, "filtered"),
        (404, &[][..], r#"{"error":{"message":"The model `qwen3:8b` does not exist"}}"#, "stop"),
        (404, &[][..], "no such batch", "fail"),
        (400, &[][..], "context_length_exceeded", "fail"),
        (400, &[][..], "Your credit balance is too low to access the API", "stop"),
        (400, &[][..], r#"{"error":{"code":"content_filter"}}"#, "filtered"),
        (413, &[][..], "", "fail"),
        (422, &[][..], "", "fail"),
        (307, &[("location", "https://h/v1")][..], "", "fail"),
    ] {
        assert_eq!(judged(code, header, body, &[], true), wanted, "{code} {header:?} {body}");
    }
    assert_eq!(judged(404, &[], "", &[], false), "stop");
    assert_eq!(judged(403, &[], "", &[], false), "stop");
    assert_eq!(judged(403, &[], flagged, &[], false), "filtered");
    assert_eq!(judged(307, &[], "", &[], false), "stop");
}

#[test]
fn what_is_refused_may_be_put_otherwise() {
    let all = [Turn::Temperature, Turn::Limit, Turn::Schema];
    for (body, wanted) in [
        ("response_format is not supported", "Schema"),
        ("Failed to parse grammar", "Schema"),
        ("Invalid JSON Schema", "Schema"),
        (
            "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            "Limit",
        ),
        ("max_completion_tokens: Extra inputs are not permitted", "Limit"),
        (
            "'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
            "Temperature",
        ),
        ("`temperature` is deprecated for this model.", "Temperature"),
        ("max_tokens is too large: 99999", "fail"),
        ("temperature must be at most 2", "fail"),
        ("context_length_exceeded", "fail"),
    ] {
        assert_eq!(judged(400, &[], body, &all, true), wanted, "{body}");
        assert_eq!(judged(422, &[], body, &all, true), wanted, "{body}");
        assert_eq!(judged(400, &[], body, &[], true), "fail", "{body}");
    }
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

#[test]
fn a_gateway_is_not_the_server() {
    for (code, busy, wanted) in [
        (500, false, Sign::Trouble),
        (501, false, Sign::Trouble),
        (502, false, Sign::Failure),
        (504, false, Sign::Failure),
        (522, false, Sign::Failure),
        (503, true, Sign::Life),
        (529, true, Sign::Life),
        (429, true, Sign::Life),
        (408, false, Sign::Life),
    ] {
        assert_eq!(sign(StatusCode::from_u16(code).unwrap(), busy), wanted, "{code}");
    }
}

#[test]
fn a_model_that_cannot_see() {
    let seen = |code: u16, body: &str, open: &[Turn], answered: bool| {
        let (status, headers) = (StatusCode::from_u16(code).unwrap(), HeaderMap::new());
        let judged = judge(&server(), (open, answered), status, &headers, body.as_bytes());
        seen(&server(), status, body.as_bytes(), judged)
    };
    for (code, body) in [
        (
            400,
            r#"{"error":{"message":"Invalid content type. image_url is only supported by certain models."}}"#,
        ),
        (400, r#"{"error":{"message":"At most 0 images may be provided"}}"#),
        (400, r#"{"error":{"message":"qwen3:8b does not support image input"}}"#),
        (404, r#"{"error":{"message":"No endpoints found that support image input","code":404}}"#),
        (422, r#"{"message":"this is no Multimodal model"}"#),
    ] {
        for answered in [false, true] {
            let Verdict::Fail(fault) = seen(code, body, &[], answered) else { panic!("{body}") };
            assert!(!fault.stops && fault.status == Some(code), "{fault}");
            assert!(fault.message.contains("choose one that sees"), "{fault}");
        }
    }
    // Some say so with a status that may pass: another try is made, and the last one says what it was.
    let body = r#"{"error":{"message":"image input is not supported - you may need to provide the mmproj"}}"#;
    let Verdict::Again { fault, .. } = seen(500, body, &[], true) else { panic!("{body}") };
    assert!(fault.message.contains("choose one that sees") && fault.status == Some(500), "{fault}");
    // What may be put in another way is.
    let body = r#"{"error":{"message":"response_format is not supported with image input"}}"#;
    assert!(matches!(seen(400, body, &[Turn::Schema], true), Verdict::Turn(Turn::Schema)));
    for (code, body, stops) in [
        (401, r#"{"error":{"message":"no image for you"}}"#, true),
        (404, r#"{"error":{"message":"model \"qwen3:8b\" has no image here"}}"#, true),
        (404, r#"{"error":"The vision model qwen3:8b was not found"}"#, true),
        (400, r#"{"error":{"message":"context too long"}}"#, false),
        (400, r#"{"error":{"code":"content_filter","message":"the image is refused"}}"#, false),
        (400, r#"{"error":{"message":"no image: your credit balance is too low"}}"#, true),
    ] {
        let Verdict::Fail(fault) = seen(code, body, &[], true) else { panic!("{body}") };
        assert!(!fault.message.contains("choose one that sees") && fault.stops == stops, "{fault}");
    }
    let body = r#"{"error":{"message":"too many images a minute"}}"#;
    let Verdict::Again { fault, .. } = seen(429, body, &[], true) else { panic!("{body}") };
    assert!(!fault.message.contains("choose one that sees"), "{fault}");
}

/// A model may be called by what it can.
#[test]
fn the_name_of_a_model_is_no_word_of_pictures() {
    let flags = ModelFlags { model: vec!["ollama:llama3.2-vision".into()], ..ModelFlags::default() };
    let Ok(Whom::Server(server)) = choose(&flags) else { panic!() };
    for (code, body, said) in [
        (404, r#"{"error":"model \"llama3.2-vision\" not found, try pulling it first"}"#, "no such model"),
        (400, r#"{"error":"llama3.2-vision: the context is too long"}"#, "the request is refused"),
    ] {
        let (status, headers) = (StatusCode::from_u16(code).unwrap(), HeaderMap::new());
        let judged = judge(&server, (&[], false), status, &headers, body.as_bytes());
        let Verdict::Fail(fault) = seen(&server, status, body.as_bytes(), judged) else { panic!("{body}") };
        assert!(fault.message.contains(said), "{fault}");
    }
}
