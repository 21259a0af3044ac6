//! Lines 24 to 26: what pairs become, and the files that pairs are read from.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::files::kit;
use crate::shell::{self, Ran, sh};

/// One pair, as the four formats of the kit have it.
const FORMATS: [(&str, &str); 4] = [
    ("jsonl", r#"{"question":"Q é","answer":"A\nB"}"#),
    ("alpaca", r#"{"instruction":"Q é","input":"","output":"A\nB"}"#),
    ("openai", r#"{"messages":[{"role":"user","content":"Q é"},{"role":"assistant","content":"A\nB"}]}"#),
    ("chatml", r#"{"messages":[{"role":"user","content":"Q é"},{"role":"assistant","content":"A\nB"}]}"#),
];

fn format(arguments: &str, folder: &Path) -> Ran {
    sh(&format!("sdk-format {arguments}"), folder)
}

#[test]
fn line_24_one_pair_in_each_format() {
    let folder = shell::folder();
    fs::write(folder.path().join("in.json"), "[\n  {\"question\": \"Q é\", \"answer\": \"A\\nB\"}\n]\n")
        .unwrap();
    for (shape, line) in FORMATS {
        let lines = format(&format!("{shape} in.json"), folder.path()).ended(0);
        assert_eq!(lines.text().trim_end().replace(": ", ":").replace(", ", ","), line, "{shape}");
        let array = format(&format!("{shape} --container json in.json"), folder.path()).ended(0);
        let array: Value = serde_json::from_str(&array.text()).unwrap();
        assert_eq!(array, json!([serde_json::from_str::<Value>(line).unwrap()]), "{shape}");
    }
    let ran = format("openai --system '\"Be brief.\"' in.json", folder.path()).ended(0);
    assert_eq!(ran.rows()[0]["messages"][0], json!({ "role": "system", "content": "Be brief." }));
}

#[test]
fn line_25_every_file_of_the_kit_is_read_and_no_turn_is_lost() {
    let (folder, files) = kit();
    for (name, questions) in files {
        for shape in ["chatml", "openai", "conversation", "sharegpt"] {
            let ran = format(&format!("{shape} {name}"), folder.path()).ended(0);
            let text = ran.text();
            // A conversation of several turns is one line.
            let talks = name.contains("enhanced") || name.contains("sharegpt");
            assert_eq!(text.lines().count(), if talks { 1 } else { questions }, "{name} as {shape}: {text}");
            for n in 1..=questions {
                let (asked, answered) = (format!("\"Q{n}\""), format!("A{n}\""));
                assert!(text.contains(&asked) && text.contains(&answered), "{name} as {shape}: {text}");
            }
            let system = ["Be brief.", "enhanced", "sharegpt"];
            assert!(
                !system[1..].iter().any(|part| name.contains(part)) || text.contains(system[0]),
                "{name}: {text}"
            );
            assert!(!name.contains("cot") || text.contains("R1"), "the reasoning is lost: {text}");
        }
    }
}

#[test]
fn line_25_what_cannot_be_converted_is_reported() {
    let (folder, _) = kit();
    // Several turns are more than alpaca holds.
    let ran = format("alpaca book_enhanced.json --rejects bad.jsonl", folder.path()).ended(1);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("book_enhanced.json:"), "{}", ran.stderr);
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    assert!(bad.contains("\"unconvertible\"") && bad.contains("\"Q2\""), "{bad}");
    fs::write(folder.path().join("summary.json"), "{\"summary\":\"s\"}").unwrap();
    for shape in ["chatml", "alpaca", "openai"] {
        let ran =
            format(&format!("{shape} summary.json --container json -o out.json"), folder.path()).ended(1);
        assert!(ran.stderr.contains("found keys: summary"), "{}", ran.stderr);
    }
}

#[test]
fn line_26_formats_that_the_kit_lacks() {
    let folder = shell::folder();
    let row = r#"{"prompt":"Q","chosen":"yes","rejected":"no"}"#;
    fs::write(folder.path().join("in.jsonl"), format!("{row}\n")).unwrap();
    for (shape, keys) in [
        ("dpo", ["prompt", "chosen", "rejected"].as_slice()),
        ("orpo", &["prompt", "chosen", "rejected"]),
        ("reward", &["chosen", "rejected"]),
        ("embedding", &["anchor", "positive", "negative"]),
    ] {
        let rows = format(&format!("{shape} in.jsonl"), folder.path()).ended(0).rows();
        let found: Vec<&String> = rows[0].as_object().unwrap().keys().collect();
        assert_eq!(found, keys, "{shape}");
    }
    let (folder, _) = kit();
    let rows = format("sharegpt book_qa_pairs.json", folder.path()).ended(0).rows();
    assert_eq!(rows[1]["conversations"][1], json!({ "from": "gpt", "value": "A2" }));
}

#[test]
fn line_26_a_name_without_a_folder_and_files_of_no_rows() {
    let (folder, _) = kit();
    format("jsonl book_qa_pairs.json -o name.jsonl", folder.path()).ended(0);
    assert_eq!(fs::read_to_string(folder.path().join("name.jsonl")).unwrap().lines().count(), 2);
    fs::write(folder.path().join("none.json"), "{\"qa_pairs\": []}").unwrap();
    for (flags, empty) in [("-o none.jsonl", ""), ("-o empty.json", "[]"), ("--container json -o x", "[]")] {
        format(&format!("alpaca none.json {flags}"), folder.path()).ended(0);
        let name = flags.rsplit(' ').next().unwrap();
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap().trim(), empty, "{flags}");
    }
}
