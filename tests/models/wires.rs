//! The same rows by every API.

use std::time::Duration;

use sdk_stub::{Fault, Options, Stub};
use serde_json::Value;

use crate::passages::folder;
use crate::shell::{entries, sh};

const KEY: &str = "sk-wire-77aa0c";

/// A key's variable, a model and the path of its address.
const WIRES: [(&str, &str, &str); 5] = [
    ("ANTHROPIC_API_KEY", "anthropic:stub", ""),
    ("AZURE_OPENAI_API_KEY", "azure:stub", ""),
    ("AZURE_OPENAI_API_VERSION=2024-10-21 AZURE_OPENAI_API_KEY", "azure:stub", "/openai"),
    ("AWS_BEARER_TOKEN_BEDROCK", "bedrock:maker.stub-v1:0", ""),
    ("GEMINI_API_KEY", "gemini:stub", "/v1beta/openai"),
];

fn line(stub: &Stub, (key, model, path): (&str, &str, &str)) -> String {
    let host = stub.base_url().trim_end_matches("/v1").to_owned();
    format!("{key}={KEY} sdk-gen --task qa -m {model} --base-url {host}{path} in.jsonl")
}

/// Rows without the names of who answered, which their ids hold too.
fn bare(mut rows: Vec<Value>) -> Vec<Value> {
    for row in &mut rows {
        row["sdk"]["model"].take();
        row["id"].take();
    }
    rows
}

#[test]
fn every_api_gives_the_same_rows() {
    let folder = folder(20);
    let kinds = vec![Fault::ServerError, Fault::Reset, Fault::Reasoning, Fault::Garbage, Fault::InvalidJson];
    let options = || Options {
        share: 0.3,
        kinds: kinds.clone(),
        jitter: Duration::from_millis(10),
        require_key: Some(KEY.into()),
        ..Options::default()
    };
    let stub = Stub::start(options()).unwrap();
    let chat = line(&stub, ("OPENAI_API_KEY", "openai:stub", "/v1"));
    let good = bare(sh(&chat, folder.path()).ended(0).rows());
    for wire in WIRES {
        let stub = Stub::start(options()).unwrap();
        let ran = sh(&line(&stub, wire), folder.path()).ended(0);
        assert!(bare(ran.rows()) == good, "{} gives other rows:\n{}", wire.1, ran.stderr);
        assert!(!ran.stderr.contains("JSON Schema"), "{}", ran.stderr);
        assert_eq!(stub.stats().duplicates, 0);
    }
}

#[test]
fn a_refused_key_is_told_by_its_variable_and_never_shown() {
    let folder = folder(2);
    for wire in WIRES {
        let stub =
            Stub::start(Options { require_key: Some("another".into()), ..Options::default() }).unwrap();
        let ran = sh(&format!("{} -vv", line(&stub, wire)), folder.path()).ended(3);
        let variable = wire.0.rsplit(' ').next().unwrap();
        assert!(ran.stderr.contains(variable), "{}", ran.stderr);
        assert!(!ran.stderr.contains(KEY), "{}", ran.stderr);
    }
}

#[test]
fn what_is_refused_is_said_once_and_put_otherwise() {
    let folder = folder(10);
    let on =
        vec![("response_format".to_owned(), Fault::NoSchema), ("\"max_tokens\"".to_owned(), Fault::NoLimit)];
    let stub = Stub::start(Options { on, ..Options::default() }).unwrap();
    let wire = ("OPENAI_API_KEY", "openai:stub", "/v1");
    let ran = sh(&format!("{} --max-tokens 900 -j 4", line(&stub, wire)), folder.path());
    for said in ["max_completion_tokens is sent instead", "asked in words instead"] {
        assert_eq!(ran.stderr.matches(said).count(), 1, "{}", ran.stderr);
    }
    let last = stub.stats().bodies.pop().unwrap();
    assert!(last.get("response_format").is_none() && last["max_completion_tokens"] == 900, "{last}");
}

/// A pair of AWS keys signs every request, also what is sent again, in pieces of a day and for the body that is sent.
#[test]
fn bedrock_takes_a_signature() {
    let folder = folder(20);
    let (id, secret, token) = ("AKID77AA0C", "wire+secret/77", "lent/77aa0c==");
    let pair = |secret: &str, stub: &Stub| {
        let keys = format!("AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret} AWS_SESSION_TOKEN={token}");
        let host = stub.base_url().trim_end_matches("/v1").to_owned();
        let line = format!("sdk-gen --task qa -m bedrock:maker.stub-v1:0 --base-url {host} in.jsonl");
        format!("AWS_REGION=eu-west-3 {keys} {line}")
    };
    let options = |key: Option<String>| Options {
        share: 0.3,
        kinds: vec![Fault::ServerError, Fault::Reset],
        require_key: key,
        ..Options::default()
    };
    let stub = Stub::start(options(None)).unwrap();
    let good =
        bare(sh(&line(&stub, ("OPENAI_API_KEY", "openai:stub", "/v1")), folder.path()).ended(0).rows());
    let stub = Stub::start(options(Some(format!("{id}:{secret}")))).unwrap();
    let ran = sh(&format!("{} -vv", pair(secret, &stub)), folder.path()).ended(0);
    assert!(bare(ran.rows()) == good, "{}", ran.stderr);
    assert!(stub.stats().requests > 20, "no fault was met");
    // Another secret is refused, by a server that says back what it was sent.
    let wrong = "wire+wrong/78";
    let ran_wrong =
        sh(&format!("{} -vv --refresh --rejects bad.jsonl", pair(wrong, &stub)), folder.path()).ended(3);
    assert!(ran_wrong.stderr.contains("AWS_ACCESS_KEY_ID"), "{}", ran_wrong.stderr);
    let shown = sh(&format!("{} --dry-run -vv", pair(secret, &stub)), folder.path()).ended(0);
    let mut all = vec![ran.text(), ran.stderr, ran_wrong.stderr, shown.text(), shown.stderr];
    let files = [folder.path(), &folder.path().join(".cache/sdk")].map(entries).concat();
    assert!(files.iter().any(|file| file.ends_with("journal.sqlite")), "{files:?}");
    all.extend(
        files
            .iter()
            .filter_map(|file| Some(String::from_utf8_lossy(&std::fs::read(file).ok()?).into_owned())),
    );
    for (text, secret) in all.iter().flat_map(|text| [secret, wrong, token].map(|one| (text, one))) {
        assert!(!text.contains(secret), "{secret} is shown:\n{text}");
        assert!(text.split("Signature=").skip(1).all(|part| part.starts_with("***")), "{text}");
    }
}
