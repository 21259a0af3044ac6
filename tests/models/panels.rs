//! Several answers about a row: votes of one model, models of a panel, both orders of a pair.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use sdk_stub::{Options, Script, Stub};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::shell::{self, Ran, sh};

const RUBRIC: &str =
    "---\ncriteria:\n  rating: {scale: [1, 10]}\nscale: [1, 10]\n---\n# user\n{{ .answer }}\n";

fn folder(rows: &[&str]) -> TempDir {
    let folder = shell::folder();
    fs::write(folder.path().join("in.jsonl"), rows.iter().map(|row| format!("{row}\n")).collect::<String>())
        .unwrap();
    fs::write(folder.path().join("r.md"), RUBRIC).unwrap();
    folder
}

fn says(script: Script) -> Stub {
    Stub::start(Options { script: Some(script), ..Options::default() }).unwrap()
}

fn judge(stub: &Stub, folder: &TempDir, more: &str) -> Ran {
    sh(&format!("sdk-judge --base-url {} {more} in.jsonl", stub.base_url()), folder.path())
}

/// As many points as the model's name ends with.
fn by_name(body: &Value) -> Option<String> {
    let name = body["model"].as_str()?;
    let points = name.rsplit('-').next()?;
    Some(json!({ "rating": { "score": points, "reason": format!("by {name}") } }).to_string())
}

#[test]
fn votes_come_to_their_median() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    // Another score each time.
    let script: Script = |_| {
        let score = [2, 9, 6, 7, 3, 10, 8, 4, 1, 5, 7, 9][ASKED.fetch_add(1, Ordering::Relaxed) % 12];
        Some(json!({ "rating": { "score": score, "reason": "r" } }).to_string())
    };
    let (folder, stub) = (folder(&[r#"{"answer":"A"}"#]), says(script));
    for votes in [3, 4] {
        let ran =
            judge(&stub, &folder, &format!("--rubric r.md -m openai:stub --votes {votes} --no-journal"))
                .ended(0);
        let row = ran.rows().remove(0);
        let mut all: Vec<f64> =
            row["judge"]["votes"].as_array().unwrap().iter().map(|vote| vote.as_f64().unwrap()).collect();
        assert_eq!(all.len(), votes);
        all.sort_by(f64::total_cmp);
        let median = if votes == 3 { all[1] } else { f64::midpoint(all[1], all[2]) };
        assert_eq!(row["score"].as_f64(), Some(median), "{row}");
        assert_eq!(row["judge"]["spread"].as_f64(), Some(all[votes - 1] - all[0]), "{row}");
        assert!(row["judge"]["criteria"]["rating"]["reason"].is_string(), "{row}");
    }
    // Each is a question of its own, to be asked once.
    let line = "--rubric r.md -m openai:stub --votes 5";
    let (first, before) = (judge(&stub, &folder, line).ended(0), stub.stats().requests);
    assert_eq!(before, 3 + 4 + 5);
    assert_eq!(judge(&stub, &folder, line).ended(0).text(), first.text());
    assert_eq!(stub.stats().requests, before);
}

#[test]
fn a_panel_has_its_median_and_its_agreement() {
    let (folder, stub) = (folder(&[r#"{"answer":"A"}"#, r#"{"answer":"B"}"#]), says(by_name));
    let line = "--rubric r.md -m openai:m-9 -m vllm:m-4 -m together:m-8 --price 1,2 --stats s.json -j 2";
    let ran = judge(&stub, &folder, line).ended(0);
    for row in ran.rows() {
        assert_eq!(row["score"], 8);
        let judge = &row["judge"];
        let panel: Vec<(&Value, &Value)> =
            judge["panel"].as_array().unwrap().iter().map(|one| (&one["model"], &one["score"])).collect();
        let wanted = [("openai:m-9", 9), ("vllm:m-4", 4), ("together:m-8", 8)]
            .map(|(name, score)| (json!(name), json!(score)));
        assert_eq!(panel, wanted.iter().map(|(name, score)| (name, score)).collect::<Vec<_>>());
        assert_eq!((judge["spread"].as_f64(), judge["agreement"].as_f64()), (Some(5.0), Some(0.444_444)));
        assert_eq!(judge["reason"], "rating: by m-8");
        assert_eq!(judge["panel"][1]["criteria"]["rating"]["reason"], "by m-4");
        let sum: u64 = judge["panel"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["usage"]["input_tokens"].as_u64().unwrap())
            .sum();
        assert_eq!(judge["usage"]["input_tokens"], sum);
    }
    assert_eq!(stub.stats().requests, 6);
    // What the rows cost is what the run has cost.
    let stats: Value = serde_json::from_slice(&fs::read(folder.path().join("s.json")).unwrap()).unwrap();
    let cost: f64 = ran.rows().iter().map(|row| row["judge"]["cost"].as_f64().unwrap()).sum();
    assert!((stats["cost"].as_f64().unwrap() - cost).abs() < 1e-12, "{stats}");
    let again = judge(&stub, &folder, line).ended(0);
    assert_eq!((again.text(), stub.stats().requests), (ran.text(), 6));
    // A model more is asked by itself.
    judge(&stub, &folder, "--rubric r.md -m openai:m-9 -m vllm:m-4 -m together:m-8 -m groq:m-1").ended(0);
    assert_eq!(stub.stats().requests, 8);
}

#[test]
fn each_of_a_panel_opens_with_its_own_key() {
    let folder = folder(&[r#"{"answer":"A"}"#]);
    let door = |key: &str, script: Script| {
        Stub::start(Options { require_key: Some(key.to_owned()), script: Some(script), ..Options::default() })
            .unwrap()
    };
    let (one, other) = (
        door("first-key", by_name),
        door("second-key", |body| {
            Some(json!({ "rating": { "score": body["model"].as_str()?.len(), "reason": "r" } }).to_string())
        }),
    );
    let line = format!(
        "OPENAI_API_KEY=first-key OPENAI_BASE_URL={} ANTHROPIC_API_KEY=second-key ANTHROPIC_BASE_URL={} \
         sdk-judge --rubric r.md -m openai:m-9 -m anthropic:claude in.jsonl",
        one.base_url(),
        other.base_url()
    );
    let ran = sh(&line, folder.path()).ended(0);
    assert_eq!(ran.rows()[0]["score"], 7.5);
    assert!(!format!("{}{}", ran.text(), ran.stderr).contains("-key"));
    let line = "sdk-judge --rubric r.md -m openai:m-9 -m anthropic:claude --key-file k in.jsonl";
    fs::write(folder.path().join("k"), "first-key").unwrap();
    assert!(sh(line, folder.path()).ended(2).stderr.contains("one key"));
    for (line, said) in [
        ("sdk-judge -m offline -m offline in.jsonl", "named twice"),
        ("sdk-judge -m ollama:a -m ollama:b --emit-batch b.jsonl in.jsonl", "one model"),
        ("sdk-judge -m ollama:a -m ollama:b --batch in.jsonl", "one model"),
        ("sdk-gen -m ollama:a -m ollama:b in.jsonl", "panel of sdk-judge"),
    ] {
        let ran = sh(line, folder.path()).ended(2);
        assert!(ran.stderr.contains(said), "{line}: {}", ran.stderr);
    }
}

#[test]
fn a_budget_is_that_of_the_whole_panel() {
    let rows: Vec<String> = (0..20).map(|n| json!({ "answer": format!("A{n}") }).to_string()).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let (folder, stub) = (folder(&rows), says(by_name));
    let ran = judge(
        &stub,
        &folder,
        "--rubric r.md -m openai:m-9 -m vllm:m-4 --budget 1100tok --max-tokens 100 -j 2",
    )
    .ended(3);
    let line = ran.stderr.lines().rfind(|line| line.contains(", tokens ")).unwrap();
    let (input, output) = line.split(", tokens ").nth(1).unwrap().split_once('+').unwrap();
    let spent = input.parse::<u64>().unwrap() + output.parse::<u64>().unwrap();
    assert!((100..=1100).contains(&spent), "{}", ran.stderr);
}

#[test]
fn one_of_a_panel_that_gives_no_score_is_left_out() {
    let (folder, stub) = (folder(&[r#"{"answer":"A"}"#]), says(by_name));
    let ran =
        judge(&stub, &folder, "--rubric r.md -m openai:m-9 -m vllm:m-95 -m together:m-5 -m groq:m-none")
            .ended(0);
    let row = ran.rows().remove(0);
    assert_eq!(row["score"], 7);
    assert!(
        row["judge"]["panel"][1]["score"].is_null() && row["judge"]["panel"][1]["error"].is_object(),
        "{row}"
    );
    let none = judge(&stub, &folder, "--rubric r.md -m vllm:m-95 -m groq:m-none").ended(0);
    assert!(none.rows()[0]["score"].is_null() && none.rows()[0]["judge"]["error"].is_object());
    assert_eq!(none.count("sdk-judge", "unrated"), 1);
}

/// Rows for pairs.
const PAIRS: [&str; 2] = [
    r#"{"prompt":"Why?","chosen":"Because good.","rejected":"No."}"#,
    r#"{"prompt":"How?","chosen":"Bad.","rejected":"Thus, good."}"#,
];

fn outcomes(ran: &Ran) -> Vec<(Value, Value)> {
    ran.rows().iter().map(|row| (row["score"].clone(), row["judge"]["value"].clone())).collect()
}

#[test]
fn better_is_what_is_better_in_both_orders() {
    let stub = says(|body| {
        let words = body["messages"].to_string();
        let second = &words[words.find("Second answer:")?..];
        Some(
            json!({ "reason": "r", "better": if second.contains("good") { "second" } else { "first" } })
                .to_string(),
        )
    });
    let folder = folder(&PAIRS);
    let ran = judge(&stub, &folder, "-m openai:stub --pairwise '.chosen, .rejected'").ended(0);
    assert_eq!(outcomes(&ran), [(json!(1), json!("first")), (json!(0), json!("second"))]);
    assert_eq!(stub.stats().requests, 4);
    let criteria = &ran.rows()[1]["judge"]["criteria"];
    assert_eq!(
        (&criteria["as_given"]["score"], &criteria["swapped"]["score"]),
        (&json!("second"), &json!("second"))
    );
    // Who always likes the first place likes neither answer.
    let biased = says(|_| Some(r#"{"better":"first","reason":"r"}"#.to_owned()));
    let ran =
        judge(&biased, &folder, "-m openai:stub --pairwise '.chosen, .rejected' --votes 2 --no-journal")
            .ended(0);
    assert_eq!(outcomes(&ran), vec![(json!(0.5), json!("tie")); 2]);
    let one = judge(&biased, &folder, "-m openai:stub --pairwise .chosen").ended(2);
    assert!(one.stderr.contains("expected two answers, found 1"), "{}", one.stderr);
}

#[test]
fn a_judge_of_its_own_rows_is_told_so_once() {
    let row = r#"{"answer":"A","sdk":{"tool":"sdk-gen","model":"openai:m-9"}}"#;
    let (folder, stub) = (folder(&[row, row, row]), says(by_name));
    let told = |ran: &Ran| ran.stderr.matches("made itself").count();
    assert_eq!(told(&judge(&stub, &folder, "--rubric r.md -m openai:m-9").ended(0)), 1);
    assert_eq!(told(&judge(&stub, &folder, "--rubric r.md -m openai:m-8 -m openai:m-9").ended(0)), 1);
    assert_eq!(told(&judge(&stub, &folder, "--rubric r.md -m openai:m-8").ended(0)), 0);
}

/// Half of the votes say yes: the score is between, and no value says what it is.
#[test]
fn a_panel_s_value_is_what_its_score_says() {
    static ASKED: [AtomicUsize; 2] = [AtomicUsize::new(0), AtomicUsize::new(0)];
    let script: Script = |body| {
        let model = usize::from(body["model"] == "two");
        let yes = ASKED[model].fetch_add(1, Ordering::Relaxed).is_multiple_of(2);
        Some(json!({ "good": { "score": yes, "reason": "r" } }).to_string())
    };
    let (folder, stub) = (folder(&[r#"{"answer":"A"}"#]), says(script));
    let rubric = "---\ncriteria:\n  good: {scale: boolean}\n---\n# user\n{{ .answer }}\n";
    fs::write(folder.path().join("yes.md"), rubric).unwrap();
    let ran = judge(&stub, &folder, "--rubric yes.md -m openai:one -m openai:two --votes 2").ended(0);
    let row = ran.rows().remove(0);
    assert_eq!(row["score"], 0.5, "{row}");
    assert!(row["judge"]["value"].is_null() && row["judge"]["reason"].is_string(), "{row}");
}

/// A header with a key would go to every provider, as a file with one would.
#[test]
fn a_key_in_a_header_is_of_one_provider() {
    let folder = folder(&[r#"{"answer":"A"}"#]);
    let line =
        "OPENAI_API_KEY=k ANTHROPIC_API_KEY=k sdk-judge --rubric r.md -m openai:m -m anthropic:c in.jsonl";
    for header in ["Authorization: Bearer secret", "X-API-Key: secret"] {
        let ran = sh(&format!("{line} --header '{header}'"), folder.path()).ended(2);
        let name = header.split(':').next().unwrap().to_lowercase();
        assert!(ran.stderr.contains(&format!("--header {name} names one key")), "{}", ran.stderr);
        assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
    }
    sh(&format!("{line} --header 'X-Team: blue' --dry-run"), folder.path()).ended(0);
    let line = "sdk-judge --rubric r.md -m ollama:a -m ollama:b --header 'Authorization: Bearer k' --dry-run in.jsonl";
    sh(line, folder.path()).ended(0);
}

#[test]
fn an_estimate_of_a_panel_is_at_each_one_s_price() {
    let rows: Vec<String> = (0..10).map(|n| json!({ "answer": format!("A{n}") }).to_string()).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let (folder, stub) = (folder(&rows), says(by_name));
    let prices = "{\"model\":\"openai:m-9\",\"input\":1,\"output\":2}\n{\"model\":\"vllm:m-4\",\"input\":10,\"output\":20}\n";
    fs::write(folder.path().join("prices.jsonl"), prices).unwrap();
    let line = "--rubric r.md -m openai:m-9 -m vllm:m-4 --price @prices.jsonl";
    let ran = judge(&stub, &folder, &format!("{line} --estimate 5")).ended(0);
    let costs = |ran: &Ran| -> Vec<f64> {
        let line = ran.text().lines().find_map(|line| Some(line.strip_prefix("cost\t")?.to_owned()));
        let line = line.unwrap_or_else(|| panic!("no cost: {}", ran.text()));
        line.split('\t').map(|cost| cost.parse().unwrap()).collect()
    };
    let found = costs(&ran);
    assert!(found[0] > 0.0 && (found[1] / found[0] - 1.0).abs() < 0.1, "{found:?}");
    // Of one whose price nobody knows there is no sum.
    let ran = judge(&stub, &folder, &format!("{line} -m together:m-2 --estimate 5 --journal other.sqlite"))
        .ended(0);
    assert!(!ran.text().contains("cost"), "{}", ran.text());
}
