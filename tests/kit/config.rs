//! Line 31: the kit's own configuration, read for what it means.

use std::fs;

use sdk_stub::{Options, Stub};

use crate::passages::folder;
use crate::server::words;
use crate::shell::sh;

fn with_key() -> Stub {
    Stub::start(Options { require_key: Some("kit-key".to_owned()), ..Options::default() }).unwrap()
}

/// The least that names an address, a model and where the key is.
fn three_lines(stub: &Stub) -> String {
    format!(
        "llm: {{provider: api-endpoint}}\napi-endpoint:\n  {{api_base: \"{}\", model: stub}}\n",
        stub.base_url()
    )
}

#[test]
fn line_31_three_lines_are_enough() {
    let (folder, stub) = (folder(4), with_key());
    fs::write(folder.path().join("config.yaml"), three_lines(&stub)).unwrap();
    let line = "export API_ENDPOINT_KEY=kit-key; sdk-gen --task qa -c config.yaml in.jsonl | sdk-judge -c config.yaml";
    let rows = sh(line, folder.path()).ended(0).rows();
    assert!(rows.len() >= 4 && rows.iter().all(|row| row["score"].is_number()), "{rows:?}");
    assert!(stub.stats().bodies.iter().all(|body| body["model"] == "stub"));
}

#[test]
fn line_31_what_it_sets_is_what_is_asked() {
    let (folder, stub) = (folder(10), with_key());
    let more = "generation: {temperature: 0.35, top_p: 0.9, max_tokens: 777, num_pairs: 6}\n\
                prompts:\n  qa_generation: |\n    Make {num_pairs} pairs of this, as [{{\"question\": \"…\", \"answer\": \"…\"}}]:\n    {text}\n";
    fs::write(folder.path().join("config.yaml"), three_lines(&stub) + more).unwrap();
    let line = "API_ENDPOINT_KEY=kit-key sdk-gen --task qa -c config.yaml in.jsonl";
    assert_eq!(sh(line, folder.path()).ended(0).rows().len(), 6);
    for body in stub.stats().bodies {
        let set = ["temperature", "top_p", "max_tokens"].map(|key| body[key].to_string());
        assert_eq!(set, ["0.35", "0.9", "777"]);
        let said = words(&body);
        assert!(
            said.contains("pairs of this, as [{\"question\": \"…\", \"answer\": \"…\"}]:\nPassage number "),
            "{said}"
        );
    }
    // A flag comes before it.
    let line = format!("{line} --temperature 0.5 -n 3");
    assert_eq!(sh(&line, folder.path()).ended(0).rows().len(), 3);
    assert_eq!(stub.stats().bodies.last().unwrap()["temperature"].to_string(), "0.5");
}

#[test]
fn line_31_a_bad_template_is_named_before_anything_is_asked() {
    let (folder, stub) = (folder(2), with_key());
    for (template, found) in [
        ("Pairs like {\"question\": \"x\"} of {text}", "question"),
        ("Pairs of {text} in {tone}", "tone"),
        ("Pairs of {text", "text"),
    ] {
        let more = format!("prompts:\n  qa_generation: '{template}'\n");
        fs::write(folder.path().join("config.yaml"), three_lines(&stub) + &more).unwrap();
        let line = "API_ENDPOINT_KEY=kit-key sdk-gen --task qa -c config.yaml in.jsonl";
        let ran = sh(line, folder.path()).ended(2);
        assert!(ran.stderr.contains("qa_generation") && ran.stderr.contains(found), "{}", ran.stderr);
    }
    assert_eq!(stub.stats().requests, 0);
}

#[test]
fn line_31_keys_that_do_nothing_are_named() {
    let (folder, stub) = (folder(2), with_key());
    let more = "generation: {processing_strategy: auto, chunksize: 9}\n";
    fs::write(folder.path().join("config.yaml"), three_lines(&stub) + more).unwrap();
    let ran =
        sh("API_ENDPOINT_KEY=kit-key sdk-gen --task qa -c config.yaml in.jsonl", folder.path()).ended(0);
    for key in ["processing_strategy", "chunksize"] {
        assert!(ran.stderr.contains(key), "{key} is not named:\n{}", ran.stderr);
    }
    let explained = sh("sdk-expand -c config.yaml --explain", folder.path()).ended(0);
    assert!(explained.text().contains(&stub.base_url()), "{}", explained.text());
}
