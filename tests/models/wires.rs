//! The same rows by every API.

use std::time::Duration;

use sdk_stub::{Fault, Options, Stub};
use serde_json::Value;

use crate::passages::folder;
use crate::shell::sh;

const KEY: &str = "sk-wire-77aa0c";

/// A key's variable, a model and the path of its address.
const WIRES: [(&str, &str, &str); 4] = [
    ("ANTHROPIC_API_KEY", "anthropic:stub", ""),
    ("AZURE_OPENAI_API_KEY", "azure:stub", ""),
    ("AZURE_OPENAI_API_VERSION=2024-10-21 AZURE_OPENAI_API_KEY", "azure:stub", "/openai"),
    ("AWS_BEARER_TOKEN_BEDROCK", "bedrock:maker.stub-v1:0", ""),
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
