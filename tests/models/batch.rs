//! Batch files: requests written down, asked by somebody else, and read back as if the model had answered.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use sdk_stub::{Fault, Options, Stub};
use serde_json::{Value, json};

use crate::passages::{ask, folder};
use crate::shell::{Ran, sh};

/// What `vllm run-batch` does: asks every line of a file and writes what came of it, in an order of its own.
const RUN_BATCH: &str = r#"
import json, sys, urllib.error, urllib.request
asked, said, base = sys.argv[1:4]
lines = [json.loads(line) for line in open(asked)]
with open(said, "w") as out:
    for number, line in enumerate(reversed(lines)):
        assert line["method"] == "POST" and line["url"] == "/v1/chat/completions", line
        body, error = None, None
        request = urllib.request.Request(base + "/chat/completions", json.dumps(line["body"]).encode())
        try:
            with urllib.request.urlopen(request) as answer:
                status, body = 200, json.load(answer)
        except urllib.error.HTTPError as answer:
            status, error = answer.code, json.load(answer)["error"]
        response = {"status_code": status, "request_id": f"vllm-batch-{number}", "body": body}
        result = {"id": f"vllm-{number}", "custom_id": line["custom_id"], "response": response, "error": error}
        out.write(json.dumps(result) + "\n")
"#;

/// Nobody is there: a tool that asks it fails.
const NOWHERE: &str = "http://127.0.0.1:9/v1";

fn stub() -> Stub {
    Stub::start(Options::default()).unwrap()
}

/// `line` with nobody to ask.
fn alone(line: &str, stub: &Stub) -> String {
    line.replace(&stub.base_url(), NOWHERE)
}

/// The requests of `ask.jsonl`.
fn asked(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("ask.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Asks `ask.jsonl` of the server, into `said.jsonl`.
fn run_batch(stub: &Stub, folder: &Path) {
    fs::write(folder.join("run_batch.py"), RUN_BATCH).unwrap();
    let base = stub.base_url();
    sh(&format!("python3 run_batch.py ask.jsonl said.jsonl {base}"), folder).ended(0);
}

/// Writes, asks and reads until nothing is left to ask; gives the rows and how many requests it took.
fn rounds(line: &str, stub: &Stub, folder: &Path) -> (Ran, usize) {
    let line = alone(line, stub);
    let mut requests = 0;
    let mut from = "";
    for _ in 0..10 {
        let ran = sh(&format!("{line} {from} --emit-batch ask.jsonl"), folder);
        assert!(ran.stdout.is_empty() && ran.status < 2, "{}{}", ran.text(), ran.stderr);
        let left = asked(folder).len();
        if left == 0 {
            return (sh(&format!("{line} --replay"), folder), requests);
        }
        requests += left;
        run_batch(stub, folder);
        from = "--from-batch said.jsonl";
    }
    panic!("no end of requests");
}

#[test]
fn results_give_the_bytes_of_the_direct_run() {
    let (folder, stub) = (folder(20), stub());
    let direct = sh(&format!("{} --journal direct.sqlite", ask(&stub)), folder.path()).ended(0);
    let line = alone(&ask(&stub), &stub);
    let emit = sh(&format!("{line} --emit-batch ask.jsonl"), folder.path()).ended(0);
    assert!(
        emit.stdout.is_empty() && emit.stderr.contains("requests written to ask.jsonl: 20"),
        "{}",
        emit.stderr
    );
    let requests = asked(folder.path());
    let ids: BTreeSet<&str> = requests.iter().map(|line| line["custom_id"].as_str().unwrap()).collect();
    assert!(ids.len() == 20 && ids.iter().all(|id| id.len() == 64), "{ids:?}");
    let bodies = |bodies: &[Value]| bodies.iter().map(Value::to_string).collect::<BTreeSet<_>>();
    let written: Vec<Value> = requests.iter().map(|line| line["body"].clone()).collect();
    assert!(bodies(&written) == bodies(&stub.stats().bodies), "what is written is what is sent");
    run_batch(&stub, folder.path());
    let from = sh(&format!("{line} --from-batch said.jsonl"), folder.path()).ended(0);
    assert_eq!(from.text(), direct.text());
    assert_eq!((from.count("sdk-gen", "requests"), from.count("sdk-gen", "cached")), (0, 20));
    // What was read is as good as asked.
    let before = stub.stats().requests;
    assert_eq!(sh(&ask(&stub), folder.path()).ended(0).text(), direct.text());
    assert_eq!(stub.stats().requests, before);
}

#[test]
fn without_a_journal_results_are_held_in_memory() {
    let (folder, stub) = (folder(10), stub());
    let direct = sh(&format!("{} --no-journal", ask(&stub)), folder.path()).ended(0);
    let line = format!("{} --no-journal", alone(&ask(&stub), &stub));
    sh(&format!("{line} --emit-batch ask.jsonl"), folder.path()).ended(0);
    run_batch(&stub, folder.path());
    assert_eq!(sh(&format!("{line} --from-batch said.jsonl"), folder.path()).ended(0).text(), direct.text());
    assert!(!folder.path().join(".cache").exists());
}

#[test]
fn repairs_and_judgments_take_their_rounds() {
    let folder = folder(30);
    let options =
        || Options { share: 0.4, kinds: vec![Fault::Garbage, Fault::InvalidItem], ..Options::default() };
    let direct = Stub::start(options()).unwrap();
    let line = |stub: &Stub| format!("{} -n 70", ask(stub));
    let whole = sh(&format!("{} --journal direct.sqlite", line(&direct)), folder.path());
    assert!(direct.stats().requests > 30, "no fault was met");
    let stub = Stub::start(options()).unwrap();
    let (ran, requests) = rounds(&line(&stub), &stub, folder.path());
    assert_eq!((ran.text(), ran.status), (whole.text(), whole.status), "{}", ran.stderr);
    assert_eq!(requests as u64, direct.stats().requests, "nothing is asked too early or twice");
    fs::write(folder.path().join("rows.jsonl"), whole.text()).unwrap();
    let judge = |stub: &Stub| format!("sdk-judge -m openai:stub --base-url {} rows.jsonl", stub.base_url());
    let whole = sh(&format!("{} --journal direct.sqlite", judge(&direct)), folder.path()).ended(0);
    let (ran, _) = rounds(&judge(&stub), &stub, folder.path());
    assert_eq!(ran.ended(0).text(), whole.text());
}

#[test]
fn equal_requests_are_written_once() {
    let folder = folder(0);
    let row = |n: u32| json!({ "id": n.to_string(), "text": format!("Gate {}.", n % 10) }).to_string() + "\n";
    fs::write(folder.path().join("in.jsonl"), (0..2000).map(row).collect::<String>()).unwrap();
    for journal in ["", "--no-journal"] {
        let line = format!("sdk-gen --task summary -m openai:stub --base-url {NOWHERE} in.jsonl {journal}");
        sh(&format!("{line} --emit-batch ask.jsonl"), folder.path()).ended(0);
        assert_eq!(asked(folder.path()).len(), 10);
    }
}

#[test]
fn failures_are_rejects_with_their_status() {
    let (folder, stub) = (folder(6), stub());
    let line = alone(&ask(&stub), &stub);
    sh(&format!("{line} --emit-batch ask.jsonl"), folder.path()).ended(0);
    run_batch(&stub, folder.path());
    let said = fs::read_to_string(folder.path().join("said.jsonl")).unwrap();
    let mut lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let error = |text: &str| json!({"error": {"message": text}});
    lines[0]["response"] = json!({"status_code": 400, "body": error("that is too long")});
    lines[1]["response"] = json!({"status_code": 500, "body": error("oops")});
    (lines[2]["response"], lines[2]["error"]) =
        (Value::Null, json!({"code": "batch_expired", "message": "late"}));
    lines.remove(3);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fs::write(folder.path().join("said.jsonl"), text).unwrap();
    let from = format!("{line} --from-batch said.jsonl --rejects bad.jsonl");
    let ran = sh(&from, folder.path()).ended(1);
    assert_eq!((ran.count("sdk-gen", "rejected"), ran.count("sdk-gen", "read")), (4, 6));
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    for words in ["\"status\":400", "too long", "\"status\":500", "batch_expired", "--emit-batch"] {
        assert!(bad.contains(words), "no {words} in {bad}");
    }
    // What may succeed another time is written again; what may not is named.
    let ran = sh(&format!("{from} --emit-batch ask.jsonl"), folder.path()).ended(1);
    assert_eq!((asked(folder.path()).len(), ran.count("sdk-gen", "rejected")), (3, 1), "{}", ran.stderr);
    let again = sh(&format!("{line} --emit-batch ask.jsonl"), folder.path()).ended(0);
    assert_eq!(asked(folder.path()).len(), 4, "{}", again.stderr);
}

#[test]
fn hostile_results_are_named_and_counted() {
    let (folder, stub) = (folder(4), stub());
    let line = alone(&ask(&stub), &stub);
    let said = folder.path().join("said.jsonl");
    for (text, words) in [("no JSON\n[1]\n", "none in 2 lines"), ("\0\u{1}", "none in 1 lines")] {
        fs::write(&said, text).unwrap();
        let ran = sh(&format!("{line} --from-batch said.jsonl"), folder.path()).ended(2);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    sh(&format!("{line} --emit-batch ask.jsonl"), folder.path()).ended(0);
    run_batch(&stub, folder.path());
    let good = fs::read_to_string(&said).unwrap();
    let first = good.lines().next().unwrap();
    let its = asked(folder.path())[3]["custom_id"].as_str().unwrap().to_owned();
    let stranger = first.replace(&its, &"ab".repeat(32));
    let cut = &good.lines().last().unwrap()[..60];
    let most: Vec<&str> = good.lines().take(3).collect();
    fs::write(&said, [&most.join("\n"), "{", first, &stranger, cut].join("\n")).unwrap();
    let ran = sh(&format!("{line} --from-batch said.jsonl"), folder.path()).ended(1);
    assert_eq!((ran.count("sdk-gen", "rejected"), ran.stdout.is_empty()), (1, false));
    for words in [
        "said.jsonl:4: not JSON",
        "said.jsonl:5: the request of line 1 again",
        "said.jsonl:7: not JSON; the file ends in the middle of it",
        "no request of this run has asked for: 1, the first in line 6",
        "results in said.jsonl: 4, failed 0, lines left out 3",
    ] {
        assert!(ran.stderr.contains(words), "no {words:?} in\n{}", ran.stderr);
    }
}

#[test]
fn what_cannot_be_a_batch_is_refused_before_anything_is_read() {
    let folder = folder(2);
    let rows = fs::read(folder.path().join("in.jsonl")).unwrap();
    for (model, end, words) in [
        ("offline", "--emit-batch ask.jsonl", "by itself"),
        ("anthropic:a", "--emit-batch ask.jsonl", "anthropic takes others"),
        ("anthropic:a", "--from-batch ask.jsonl", "openai:MODEL"),
        ("openai:a", "--emit-batch in.jsonl", "name another"),
        ("openai:a", "--emit-batch no/folder/ask.jsonl", "cannot be written"),
        ("openai:a", "--from-batch none.jsonl", "cannot be read"),
        ("openai:a", "--from-batch in.jsonl", "none in 2 lines"),
        ("openai:a", "--replay --emit-batch ask.jsonl", "cannot be used with"),
    ] {
        let ran = sh(&format!("sdk-gen --task qa -m {model} {end} in.jsonl"), folder.path()).ended(2);
        assert!(ran.stderr.contains(words), "no {words:?} in\n{}", ran.stderr);
    }
    assert_eq!(fs::read(folder.path().join("in.jsonl")).unwrap(), rows);
    assert!(!folder.path().join("ask.jsonl").exists());
    // Nothing is sent, so that no key is needed.
    sh("sdk-gen --task qa -m openai:a --emit-batch ask.jsonl in.jsonl", folder.path()).ended(0);
    assert_eq!(asked(folder.path()).len(), 2);
    let ran =
        sh("sdk-gen --task qa -m openai:a --emit-batch /dev/stdout in.jsonl 2>/dev/null", folder.path());
    assert_eq!((ran.status, ran.rows().len()), (0, 2));
}

#[test]
fn a_run_that_is_stopped_leaves_a_part() {
    let folder = folder(3);
    let line = format!("sdk-gen --task qa -m openai:a --base-url {NOWHERE} --emit-batch ask.jsonl");
    sh(&format!("{line} in.jsonl"), folder.path()).ended(0);
    let before = fs::read_to_string(folder.path().join("ask.jsonl")).unwrap();
    fs::write(folder.path().join("bad.jsonl"), "{\"text\":\"A gate.\"}\nno row\n{\"text\":\"A lock.\"}\n")
        .unwrap();
    let ran = sh(&format!("{line} --max-rejects 0 bad.jsonl"), folder.path()).ended(3);
    assert!(ran.stderr.contains("ask.jsonl.part") && ran.stderr.contains("was stopped"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("ask.jsonl")).unwrap(), before);
    // Without the limit the same ends, and names the bad row.
    sh(&format!("{line} bad.jsonl"), folder.path()).ended(1);
    assert_eq!(asked(folder.path()).len(), 2);
    assert!(!folder.path().join("ask.jsonl.part").exists());
}

#[test]
fn what_is_only_written_down_needs_no_budget() {
    let folder = folder(2);
    let line = format!("sdk-gen --task qa -m openai:a --base-url {NOWHERE} in.jsonl --budget 5usd");
    sh(&format!("{line} --emit-batch ask.jsonl"), folder.path()).ended(0);
    assert_eq!(asked(folder.path()).len(), 2);
    sh(&line, folder.path()).ended(2);
}

#[test]
fn a_name_of_stdout_stays_where_stdout_is_a_file() {
    let folder = folder(2);
    let line = format!("sdk-gen --task qa -m openai:a --base-url {NOWHERE} in.jsonl");
    sh(&format!("{line} --emit-batch /dev/stdout > ask.jsonl 2>/dev/null"), folder.path()).ended(0);
    assert_eq!(asked(folder.path()).len(), 2);
    sh(&format!("{line} --replay --rejects /dev/stdout > bad.jsonl 2>/dev/null"), folder.path()).ended(1);
    assert_eq!(fs::read_to_string(folder.path().join("bad.jsonl")).unwrap().lines().count(), 2);
    for name in ["/dev/stdout", "/dev/stderr"] {
        assert!(fs::symlink_metadata(name).unwrap().is_symlink(), "{name}");
        assert!(!Path::new(&format!("{name}.part")).exists(), "{name}");
    }
}

/// Scores that do not come out are in no figure of the run.
#[test]
fn rows_that_do_not_come_out_have_no_scores() {
    let (folder, stub) = (folder(6), stub());
    fs::write(
        folder.path().join("r.md"),
        "---\ncriteria:\n  good: {scale: [0, 4]}\n---\n# user\n{{ .text }}\n",
    )
    .unwrap();
    let line = format!("sdk-judge --rubric r.md -m openai:stub --base-url {} --threshold 1", stub.base_url());
    sh(&format!("head -n 4 in.jsonl | {line}"), folder.path()).ended(0);
    sh(&format!("{line} --emit-batch ask.jsonl --stats s.json in.jsonl"), folder.path()).ended(0);
    let stats: Value = serde_json::from_slice(&fs::read(folder.path().join("s.json")).unwrap()).unwrap();
    assert_eq!((asked(folder.path()).len(), &stats["written"], &stats["cached"]), (2, &0.into(), &4.into()));
    for key in ["score", "threshold", "unrated"] {
        assert!(stats[key].is_null(), "{stats}");
    }
    sh(&format!("{line} --stats s.json in.jsonl"), folder.path()).ended(0);
    let stats: Value = serde_json::from_slice(&fs::read(folder.path().join("s.json")).unwrap()).unwrap();
    assert!(stats["score"]["mean"].is_number() && stats["unrated"] == 0, "{stats}");
}
