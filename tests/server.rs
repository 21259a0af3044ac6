//! The pipeline against a real server: llama.cpp's own, with a tiny model of random weights (tests/server/).
//! scripts/test makes the Python environment and names it in `SDK_TEST_PYTHON`.
#![allow(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::print_stderr,
    missing_docs
)]

mod shell;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use shell::{lacks, root, sh};

/// A running llama.cpp; it ends when its stdin closes.
struct Server {
    child: Child,
    base_url: String,
    _folder: TempDir,
}

impl Server {
    fn start() -> Option<Server> {
        Server::at(0)
    }

    /// On this port; 0 is any.
    fn at(port: u16) -> Option<Server> {
        let python = std::env::var_os("SDK_TEST_PYTHON").map(PathBuf::from).filter(|path| path.is_file());
        let Some(python) = python else {
            lacks("llama.cpp's server (run scripts/test, or set SDK_TEST_PYTHON)");
            return None;
        };
        let folder = shell::folder();
        let mut serve = Command::new(python);
        serve
            .arg(root().join("tests/server/serve.py"))
            .arg(folder.path())
            .arg(port.to_string())
            .env("PYTHONDONTWRITEBYTECODE", "1");
        serve.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = serve.spawn().unwrap();
        let mut base_url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut base_url).unwrap();
        assert!(base_url.starts_with("http://127.0.0.1:"), "the server did not start: `{base_url}`");
        Some(Server { child, base_url: base_url.trim().to_owned(), _folder: folder })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[test]
fn documents_to_training_data() {
    let Some(server) = Server::start() else { return };
    let folder = shell::folder();
    // A few passages: every character is a token to the tiny model.
    std::fs::create_dir(folder.path().join("docs")).unwrap();
    for name in ["tcp.md", "tides.html"] {
        let from = root().join("examples/quickstart/docs").join(name);
        std::fs::copy(from, folder.path().join("docs").join(name)).unwrap();
    }
    let model = format!("-m openai:tiny --base-url {} -j 2 --max-tokens 1500", server.base_url);
    let step = |line: String| sh(&line, folder.path());
    let extract = step("sdk-extract docs --chunk-size 1500 -o passages.jsonl".to_owned()).ended(0);
    let generate =
        step(format!("sdk-gen --task qa -n 6 {model} --rejects bad.jsonl passages.jsonl -o rows.jsonl"));
    assert!([0, 1].contains(&generate.status), "{}", generate.stderr);
    let judge = step(format!("sdk-judge {model} rows.jsonl --rejects worse.jsonl -o judged.jsonl"));
    assert!([0, 1].contains(&judge.status), "{}", judge.stderr);
    let filter = step("sdk-filter --min 1 judged.jsonl -o kept.jsonl".to_owned()).ended(0);
    let format = step("sdk-format chatml kept.jsonl -o train.jsonl".to_owned()).ended(0);

    let read = |name: &str| -> Vec<Value> {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let (passages, rows, judged) = (read("passages.jsonl"), read("rows.jsonl"), read("judged.jsonl"));
    assert!(passages.len() >= 3 && rows.len() >= 3, "{} passages, {} rows", passages.len(), rows.len());
    for row in &rows {
        assert!(row["question"].as_str().is_some_and(|text| !text.is_empty()), "{row}");
        assert!(row["answer"].is_string() && row["id"].is_string(), "{row}");
        assert!(row["sdk"]["usage"]["output_tokens"].as_f64().is_some_and(|tokens| tokens > 0.0), "{row}");
    }
    assert_eq!(extract.count("sdk-extract", "written"), generate.count("sdk-gen", "read"));
    assert_eq!(generate.count("sdk-gen", "written"), judge.count("sdk-judge", "read"));
    assert_eq!(judge.count("sdk-judge", "written"), filter.count("sdk-filter", "read"));
    assert_eq!(filter.count("sdk-filter", "written"), format.count("sdk-format", "read"));
    assert_eq!(format.count("sdk-format", "written"), read("train.jsonl").len() as u64);
    assert_eq!(generate.count("sdk-gen", "rejected"), read("bad.jsonl").len() as u64);
    assert_eq!(judge.count("sdk-judge", "read"), (judged.len() + read("worse.jsonl").len()) as u64);
    let unrated = judged.iter().filter(|row| row["score"].is_null()).count() as u64;
    assert_eq!(judge.count("sdk-judge", "unrated"), unrated);
    assert!(unrated < judged.len() as u64, "nothing was rated");
    for line in read("train.jsonl") {
        assert_eq!(
            (&line["messages"][0]["role"], &line["messages"][1]["role"]),
            (&"user".into(), &"assistant".into())
        );
    }
}

/// A task whose replies are short and held to a schema.
const TASK: &str =
    "---\nadds: keys\nitem: {colour: [red, green], sure: boolean}\n---\n# user\nOf {{ .text }}\n";

/// Rows of `{"id", "text"}` in a file.
fn rows(folder: &Path, count: usize) {
    let rows: String = (0..count)
        .map(|n| format!("{{\"id\":\"{n}\",\"text\":\"Lock number {n} has a gate.\"}}\n"))
        .collect();
    std::fs::write(folder.join("in.jsonl"), rows).unwrap();
}

/// As many at once as pay, each held to a schema by the server's grammar.
#[test]
fn schemas_at_as_many_as_pay() {
    let Some(server) = Server::start() else { return };
    let folder = shell::folder();
    rows(folder.path(), 120);
    std::fs::write(folder.path().join("task.md"), TASK).unwrap();
    let line = format!(
        "sdk-gen --task task.md -j auto -m llama-server:tiny --base-url {} --max-tokens 200 --repairs 0 in.jsonl",
        server.base_url
    );
    let ran = sh(&line, folder.path()).ended(0);
    let made = ran.rows();
    assert_eq!((made.len(), ran.count("sdk-gen", "requests")), (120, 120));
    for (n, row) in made.iter().enumerate() {
        assert_eq!(row["id"], n.to_string());
        assert!(
            ["red", "green"].contains(&row["colour"].as_str().unwrap()) && row["sure"].is_boolean(),
            "{row}"
        );
    }
}

/// Questions with their reasoning, and conversations that get it, each held to its schema by the server's grammar.
#[test]
fn reasoning_comes_by_its_schema() {
    let Some(server) = Server::start() else { return };
    let folder = shell::folder();
    rows(folder.path(), 3);
    let model = format!("-m llama-server:tiny --base-url {} -j 2 --max-tokens 1500", server.base_url);
    let ran = sh(&format!("sdk-gen --task cot {model} in.jsonl --rejects bad.jsonl"), folder.path());
    assert!([0, 1].contains(&ran.status), "{}", ran.stderr);
    let made = ran.rows();
    assert!(made.len() >= 4, "{} rows: {}", made.len(), ran.stderr);
    for row in &made {
        for key in ["question", "reasoning", "answer"] {
            assert!(row[key].as_str().is_some_and(|text| !text.trim().is_empty()), "{row}");
        }
    }
    let chat = r#"{"id":7,"messages":[{"role":"user","content":"2+2?"},{"role":"assistant","content":"4"},{"role":"user","content":"+1?"},{"role":"assistant","content":"5"}]}"#;
    std::fs::write(folder.path().join("chat.jsonl"), format!("{chat}\n")).unwrap();
    let ran = sh(&format!("sdk-gen --task cot-enhance {model} chat.jsonl"), folder.path()).ended(0);
    let mut row = ran.rows().swap_remove(0);
    for answer in [1, 3] {
        let message = row["messages"][answer].as_object_mut().unwrap();
        assert!(message.remove("reasoning_content").is_some_and(|said| said.is_string()), "{}", ran.text());
    }
    let before: Value = serde_json::from_str(chat).unwrap();
    assert_eq!(row["messages"], before["messages"]);
    // It cannot see, and says so as an error of its own (500), which is not asked again.
    let line = "{\"image\":\"data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs=\"}\n";
    std::fs::write(folder.path().join("seen.jsonl"), line).unwrap();
    let ran = sh(&format!("sdk-gen --task multimodal-qa {model} seen.jsonl"), folder.path()).ended(1);
    assert!(ran.stderr.contains("choose one that sees"), "{}", ran.stderr);
    assert_eq!(ran.count("sdk-gen", "requests"), 1);
}

/// Several rows a request: what the server's grammar lets through is scored by its number, and what it leaves open is asked
/// about alone; no row is lost.
#[test]
fn packs_are_scored_by_number() {
    let Some(server) = Server::start() else { return };
    let folder = shell::folder();
    let pairs: String = (0..7)
        .map(|n| format!("{{\"id\":{n},\"question\":\"What is {n}?\",\"answer\":\"{n}.\"}}\n"))
        .collect();
    std::fs::write(folder.path().join("pairs.jsonl"), pairs).unwrap();
    let line = format!(
        "sdk-judge --pack 3 --rubric qa -j 2 -m llama-server:tiny --base-url {} --max-tokens 1500 pairs.jsonl --rejects bad.jsonl",
        server.base_url
    );
    let ran = sh(&line, folder.path());
    assert!([0, 1].contains(&ran.status), "{}", ran.stderr);
    let rows = ran.rows();
    assert_eq!(rows.len() as u64 + ran.count("sdk-judge", "rejected"), 7, "{}", ran.stderr);
    let ids: Vec<_> = rows.iter().map(|row| row["id"].as_u64().unwrap()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let scored = rows.iter().filter(|row| !row["score"].is_null()).count();
    assert!(scored >= 3, "{scored} of 7 were scored: {}", ran.text());
    for row in &rows {
        let score = &row["score"];
        assert!(
            score.is_null() || score.as_f64().is_some_and(|score| (1.0..=10.0).contains(&score)),
            "{row}"
        );
    }
}

/// The server is killed and started again while rows flow: that costs time, and no row.
#[test]
fn a_server_may_be_started_anew() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let Some(mut server) = Server::at(port) else { return };
    let folder = shell::folder();
    rows(folder.path(), 300);
    std::fs::write(folder.path().join("task.md"), TASK).unwrap();
    let line = format!(
        "sdk-gen --task task.md -m llama-server:tiny --base-url {} --max-tokens 200 in.jsonl -o out.jsonl",
        server.base_url
    );
    let run = std::thread::spawn({
        let place = folder.path().to_owned();
        move || sh(&line, &place)
    });
    let made =
        || std::fs::read_to_string(folder.path().join("out.jsonl")).unwrap_or_default().lines().count();
    while made() < 20 && !run.is_finished() {
        std::thread::sleep(Duration::from_millis(5));
    }
    server.child.kill().unwrap();
    let before = made();
    std::thread::sleep(Duration::from_secs(2));
    let again = Server::at(port);
    let ran = run.join().unwrap().ended(0);
    assert!(again.is_some() && before < 300, "all was over before the server was: {before}");
    assert_eq!((made(), ran.count("sdk-gen", "requests"), ran.count("sdk-gen", "rejected")), (300, 300, 0));
}

/// A limit that no reply can keep: cut replies are accounted for, not passed on as whole.
#[test]
fn replies_cut_at_the_limit() {
    let Some(server) = Server::start() else { return };
    let folder = shell::folder();
    std::fs::write(
        folder.path().join("in.jsonl"),
        "{\"id\":\"a\",\"text\":\"Ownership is a set of rules.\"}\n",
    )
    .unwrap();
    let line = format!(
        "sdk-gen --task qa -m openai:tiny --base-url {} --max-tokens 12 --rejects bad.jsonl in.jsonl",
        server.base_url
    );
    let ran = sh(&line, folder.path()).ended(1);
    assert!(ran.stdout.is_empty(), "{}", ran.text());
    let bad = std::fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    let bad: Value = serde_json::from_str(bad.trim()).unwrap();
    assert_eq!(bad["row"]["id"], "a", "{bad}");
    assert!(["truncated", "unparseable"].contains(&bad["error"]["kind"].as_str().unwrap()), "{bad}");
}
