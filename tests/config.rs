//! `-c` against a server, and the job of `TransformerLab` from its documents to its dataset.
#![allow(clippy::unwrap_used, missing_docs)]

mod shell;

use std::fs;
use std::path::Path;

use sdk_stub::{Fault, Options, Stub};
use serde_json::{Value, json};
use shell::{Ran, sh};
use tempfile::TempDir;

const OURS: &str = "sk-of-the-environment-41";
const FILES: &str = "sk-of-the-file-a8d0";

/// A folder with two passages and a config of these lines.
fn folder(config: &str) -> TempDir {
    let folder = shell::folder();
    let rows =
        "{\"id\":\"a\",\"text\":\"Tides rise and fall.\"}\n{\"id\":\"b\",\"text\":\"Locks lift boats.\"}\n";
    fs::write(folder.path().join("in.jsonl"), rows).unwrap();
    fs::write(folder.path().join("config.yaml"), config).unwrap();
    folder
}

fn endpoint(stub: &Stub, more: &str) -> String {
    format!("api-endpoint:\n  api_base: {}\n  model: tiny\n{more}", stub.base_url())
}

fn hidden(ran: &Ran) {
    for key in [OURS, FILES] {
        assert!(!ran.text().contains(key) && !ran.stderr.contains(key), "{key} is shown:\n{}", ran.stderr);
    }
}

#[test]
fn three_lines_are_enough() {
    let stub = Stub::start(Options::default()).unwrap();
    let folder = folder(&endpoint(&stub, ""));
    let ran = sh("sdk-gen -c config.yaml --task qa in.jsonl", folder.path()).ended(0);
    assert!(!ran.rows().is_empty() && !ran.stderr.contains("config.yaml"), "{}", ran.stderr);
    let bodies = stub.stats().bodies;
    assert!(bodies.iter().all(|body| body["model"] == "tiny"), "{bodies:?}");
    let asks = |body: &Value| body["messages"].to_string().contains("Tides rise and fall.");
    assert!(bodies.iter().any(asks), "{bodies:?}");
}

#[test]
fn the_file_says_how_it_is_asked_and_flags_win() {
    let stub = Stub::start(Options::default()).unwrap();
    let more = "  max_retries: 1\ngeneration: {temperature: 0.4, top_p: 0.9, max_tokens: 700}\ncurate: {temperature: 0.2}\n";
    let folder = folder(&endpoint(&stub, more));
    sh("sdk-gen -c config.yaml --task qa in.jsonl", folder.path()).ended(0);
    sh("SDK_TEMPERATURE=0.6 sdk-gen -c config.yaml --task qa --max-tokens 500 in.jsonl", folder.path())
        .ended(0);
    let of = |body: &Value| json!([body["temperature"], body["top_p"], body["max_tokens"]]);
    let bodies = stub.stats().bodies;
    assert_eq!(of(&bodies[0]), json!([0.4, 0.9, 700]));
    assert_eq!(of(&bodies[bodies.len() - 1]), json!([0.6, 0.9, 500]));
}

#[test]
fn retries_are_those_of_the_file() {
    let stub = Stub::start(Options { always: Some(Fault::ServerError), ..Options::default() }).unwrap();
    let folder = folder(&endpoint(&stub, "  max_retries: 1\n"));
    sh("head -n 1 in.jsonl | sdk-gen -c config.yaml --task qa", folder.path()).ended(1);
    assert_eq!(stub.stats().requests, 2);
}

#[test]
fn nothing_is_asked_where_a_template_is_wrong() {
    let stub = Stub::start(Options::default()).unwrap();
    for (prompt, said) in [
        (
            "As [{\"question\": \"\"}] of {text}",
            "config.yaml:6: prompts.qa_generation: `{\"question\": \"\"}` is no placeholder",
        ),
        (
            "{count} of {text}",
            "config.yaml:6: prompts.qa_generation: `{count}` is no placeholder of this prompt",
        ),
    ] {
        let folder = folder(&endpoint(&stub, &format!("prompts:\n  qa_generation: |\n    {prompt}\n")));
        for tool in ["sdk-gen --task qa", "sdk-gen --task summary", "sdk-judge", "sdk-expand --explain"] {
            let ran = sh(&format!("{tool} -c config.yaml in.jsonl"), folder.path()).ended(2);
            assert!(ran.stderr.contains(said) && ran.stdout.is_empty(), "{tool}: {}", ran.stderr);
        }
    }
    assert_eq!(stub.stats().requests, 0);
}

#[test]
fn a_key_of_the_environment_beats_that_of_the_file() {
    let door =
        |key: &str| Stub::start(Options { require_key: Some(key.into()), ..Options::default() }).unwrap();
    let config = |stub: &Stub| endpoint(stub, &format!("  api_key: {FILES}\n"));
    let ask = "sdk-gen -vv -c config.yaml --task qa in.jsonl";
    for (environment, right, status) in [
        ("", FILES, 0),
        ("OPENAI_API_KEY=sk-of-another-door", FILES, 0),
        (&format!("API_ENDPOINT_KEY={OURS}"), OURS, 0),
        (&format!("API_ENDPOINT_KEY={OURS}"), FILES, 3),
    ] {
        let stub = door(right);
        let ran = sh(&format!("{environment} {ask}"), folder(&config(&stub)).path()).ended(status);
        hidden(&ran);
    }
    let stub = door(OURS);
    let named = endpoint(&stub, "  api_key_env: MY_KEY\n");
    hidden(&sh(&format!("MY_KEY={OURS} {ask}"), folder(&named).path()).ended(0));
    let plain = format!(
        "API_ENDPOINT_KEY={OURS} sdk-gen --task qa -m openai:tiny --base-url {} in.jsonl",
        stub.base_url()
    );
    hidden(&sh(&plain, folder("").path()).ended(0));
    let explained = sh("sdk-expand -c config.yaml --explain", folder(&config(&stub)).path()).ended(0);
    assert!(
        explained.text().contains("sdk-gen --task qa -c config.yaml -m openai:tiny"),
        "{}",
        explained.text()
    );
    hidden(&explained);
}

/// The key of the file is for the address of the file.
#[test]
fn a_key_of_the_file_goes_nowhere_else() {
    let another = Stub::start(Options { require_key: Some(FILES.into()), ..Options::default() }).unwrap();
    let folder = folder(&format!(
        "api-endpoint:\n  api_base: http://127.0.0.1:9/v1\n  model: tiny\n  api_key: {FILES}\n"
    ));
    let ask = format!("sdk-gen -c config.yaml --task qa in.jsonl --base-url {}", another.base_url());
    let ran = sh(&ask, folder.path()).ended(3);
    assert!(
        ran.stderr.contains("config.yaml:4: api-endpoint.api_key is not sent to another address"),
        "{}",
        ran.stderr
    );
    hidden(&ran);
    sh(&format!("{ask} -m llama-server:tiny"), folder.path()).ended(3);
    sh(&format!("API_ENDPOINT_KEY={FILES} {ask}"), folder.path()).ended(0);
}

/// So is the key that the file names: but for the variables of its provider, which are the user's own word.
#[test]
fn a_key_that_the_file_names_goes_nowhere_else() {
    let another = Stub::start(Options { require_key: Some(FILES.into()), ..Options::default() }).unwrap();
    let folder = folder(
        "api-endpoint:\n  api_base: http://127.0.0.1:9/v1\n  model: tiny\n  api_key_env: MY_KEY\n  api_key: x\n",
    );
    let ask = format!(
        "MY_KEY={FILES} sdk-gen -c config.yaml --task qa in.jsonl --retries 0 --base-url {}",
        another.base_url()
    );
    let said = |ran: &Ran, words: &str| {
        assert!(ran.stderr.contains(words), "{words}: {}", ran.stderr);
        hidden(ran);
    };
    said(&sh(&ask, folder.path()).ended(3), "MY_KEY is not sent to another address");
    let elsewhere = format!("{ask} -m llama-server:tiny");
    said(&sh(&elsewhere, folder.path()).ended(3), "MY_KEY is not sent to another provider");
    let ran = sh(&format!("{ask} -m offline"), folder.path()).ended(0);
    assert!(!ran.stderr.contains("is not sent"), "{}", ran.stderr);
    sh(&format!("OPENAI_API_KEY={FILES} {ask}"), folder.path()).ended(0);
}

/// The address and the key are for the file's own provider: a panel of it and of others is none.
#[test]
fn a_panel_is_of_the_file_s_provider_or_of_others() {
    let stub = Stub::start(Options { require_key: Some(FILES.into()), ..Options::default() }).unwrap();
    let folder = folder(&endpoint(&stub, &format!("  api_key: {FILES}\n")));
    let rows = "{\"question\":\"Why?\",\"answer\":\"So.\"}\n";
    fs::write(folder.path().join("pairs.jsonl"), rows).unwrap();
    let judge = |models: &str| sh(&format!("sdk-judge -c config.yaml {models} pairs.jsonl"), folder.path());
    for models in ["-m openai:tiny -m offline", "-m tiny -m ollama:tiny", "-m offline -m openai:tiny"] {
        let ran = judge(models).ended(2);
        assert!(ran.stderr.contains("run it once for each"), "{models}: {}", ran.stderr);
        hidden(&ran);
    }
    assert_eq!(stub.stats().requests, 0);
    judge("-m openai:tiny -m other").ended(0);
    assert!(stub.stats().requests >= 2);
}

/// The job's tasks and two documents for each.
const TASKS: [(&str, [&str; 2]); 5] = [
    ("qa", ["canals.md", "lifts.txt"]),
    ("cot", ["canals.md", "lifts.txt"]),
    ("summary", ["canals.md", "lifts.txt"]),
    ("qa_rating", ["pairs.json", "more.json"]),
    ("cot_enhancement", ["pairs.json", "more.json"]),
];

/// The example's folder, and in it a second file of pairs.
fn job() -> TempDir {
    let folder = shell::folder();
    shell::copy(&shell::root().join("examples/transformerlab"), folder.path()).unwrap();
    let more = "[{\"question\":\"What is a caisson?\",\"answer\":\"A watertight box that holds a boat.\"}]";
    fs::write(folder.path().join("docs/more.json"), more).unwrap();
    folder
}

fn dataset(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("set/dataset.json")).unwrap();
    let Value::Array(rows) = serde_json::from_str(&text).unwrap() else { panic!("no array: {text}") };
    rows
}

/// The scores of the rows that were kept.
fn kept(folder: &Path) -> Vec<f64> {
    let text = fs::read_to_string(folder.join("set/kept.jsonl")).unwrap();
    let score = |line: &str| serde_json::from_str::<Value>(line).unwrap()["score"].as_f64().unwrap();
    text.lines().map(score).collect()
}

/// The answer of a row of each format.
fn answer(row: &Value) -> String {
    let last = row["messages"].as_array().and_then(|turns| turns.last()).map(|turn| &turn["content"]);
    let keys = ["output", "answer", "summary"].map(|key| row.get(key));
    let text = last.or_else(|| keys.into_iter().flatten().next()).and_then(Value::as_str);
    let text = text.unwrap_or_else(|| panic!("no answer in {row}"));
    // A shape without a place for the reasoning has it before the answer.
    text.rsplit("</think>").next().unwrap_or_default().trim().to_owned()
}

/// Every task and every format: rows of both documents come, and what is below the threshold does not.
#[test]
fn transformerlabs_job_from_documents_to_dataset() {
    let plain = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (task, documents) in TASKS {
        for format in ["jsonl", "alpaca", "chatml"] {
            let folder = job();
            let line = |threshold: &str| {
                let docs = documents.map(|name| format!("docs/{name}")).join(",");
                format!(
                    "SDK_MODEL=offline ./run.sh --docs {docs} --task_type {task} --num_pairs 2 \
                     --curation_threshold {threshold} --output_format {format} --output_dataset_name set"
                )
            };
            sh(&line("1"), folder.path()).ended(0);
            let rows = dataset(folder.path());
            for name in documents {
                let source = plain(fs::read_to_string(folder.path().join("docs").join(name)).unwrap());
                let of = |row: &&Value| source.contains(plain(answer(row)).trim_end_matches(['.', '…']));
                assert!(rows.iter().any(|row| of(&row)), "{task} {format}: no row of {name}: {rows:?}");
            }
            let about = fs::read_to_string(folder.path().join("set/metadata.json")).unwrap();
            let about: Value = serde_json::from_str(&about).unwrap();
            assert_eq!(
                (&about["sample_count"], &about["generation_model"]),
                (&rows.len().into(), &"offline".into())
            );
            let best = kept(folder.path()).iter().filter(|score| **score >= 10.0).count();
            assert!(task != "qa" || best < rows.len(), "nothing to leave out");
            sh(&line("10"), folder.path()).ended(0);
            assert_eq!(dataset(folder.path()).len(), best, "{task} {format} is not curated");
        }
    }
}

#[test]
fn the_job_asks_its_endpoint_with_its_prompt() {
    let stub = Stub::start(Options::default()).unwrap();
    let folder = job();
    let line = |prompt: &str| {
        format!(
            "./run.sh --docs docs/canals.md,docs/lifts.txt --num_pairs 2 --curation_threshold 1 --output_dataset_name set \
             --vllm_api_base {} --generation_model openai:tiny --prompt_template '{prompt}'",
            stub.base_url()
        )
    };
    sh(&line("As a pirate, {num_pairs} of:\n {text}"), folder.path()).ended(0);
    assert_eq!(dataset(folder.path()).len(), 4);
    let bodies = stub.stats().bodies;
    let asked = |body: &Value| body["messages"].to_string().contains("As a pirate, 2 of:\\n # Canals");
    assert!(bodies.iter().any(asked), "{bodies:?}");
    let ran = sh(&line("As {\"a\": 1} of {text}"), folder.path()).ended(2);
    assert!(ran.stderr.contains("qa_generation: `{\"a\": 1}` is no placeholder"), "{}", ran.stderr);
    assert_eq!(stub.stats().requests, bodies.len() as u64);
}
