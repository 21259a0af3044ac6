//! Output that is closed, full or missing.

use std::fs;

use crate::shell::{folder, sh};

/// The input never ends, so the test ends only if the tools notice that nobody reads.
#[test]
fn a_closed_pipe_ends_a_tool_quietly() {
    let folder = folder();
    for tool in ["sdk-filter .", "sdk-format jsonl", "sdk-judge -m offline", "sdk-expand --copies 2"] {
        let row = r#"{"question":"What is it?","answer":"It is a row."}"#;
        let line = format!("yes '{row}' | {{ {tool}; echo $? > status; }} | head -n 1");
        let ran = sh(&line, folder.path()).ended(0);
        assert_eq!(ran.text().lines().count(), 1, "{tool}");
        assert_eq!(
            fs::read_to_string(folder.path().join("status")).unwrap().trim(),
            "0",
            "{tool}: {}",
            ran.stderr
        );
        assert!(!ran.stderr.to_lowercase().contains("pipe"), "{tool}: {}", ran.stderr);
    }
}

/// Rows on several lines each are read ahead by a thread of its own: it must not hold up the end. What follows the last
/// row that is read never comes.
#[test]
fn rows_that_are_read_ahead_end_with_their_reader() {
    let folder = folder();
    let row = r#"printf '{\n  "question": "What is it?",\n  "answer": "It is a row."\n}\n'"#;
    for tool in ["sdk-filter .", "sdk-format jsonl"] {
        let line = format!("while {row}; do :; done 2> no | {{ {tool}; echo $? > status; }} | head -n 1");
        let ran = sh(&line, folder.path()).ended(0);
        let status = fs::read_to_string(folder.path().join("status")).unwrap();
        assert_eq!((ran.text().lines().count(), status.trim()), (1, "0"), "{tool}: {}", ran.stderr);
        let line =
            format!("rm -f f; mkfifo f; {{ {row}; {row}; sleep 20; }} > f 2> no & {tool} f > /dev/full");
        let begun = std::time::Instant::now();
        let ran = sh(&line, folder.path()).ended(3);
        assert!(ran.stderr.contains("space"), "{tool}: {}", ran.stderr);
        assert!(begun.elapsed().as_secs() < 15, "{tool} has waited for its producer");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let folder = folder();
    for tool in ["sdk-filter .", "sdk-format jsonl", "sdk-judge -m offline", "sdk-expand"] {
        let row = r#"{"question":"What is it?","answer":"It is a row."}"#;
        let ran = sh(&format!("echo '{row}' | {tool} > /dev/full"), folder.path()).ended(3);
        assert!(ran.stderr.contains("space"), "{tool}: {}", ran.stderr);
    }
}

/// Through a link: a tool that replaces what it was given must not replace the machine's own `/dev/full`.
#[test]
fn rejects_that_cannot_be_written_are_an_error() {
    let folder = folder();
    sh("ln -s /dev/full full", folder.path()).ended(0);
    let ran = sh("echo 'not json' | sdk-filter . --rejects full", folder.path()).ended(3);
    assert!(ran.stderr.contains("space"), "{}", ran.stderr);
    sh("echo 'not json' | sdk-filter . --rejects no/such/folder.jsonl", folder.path()).ended(2);
}

#[test]
fn no_model_is_ever_chosen_silently() {
    let folder = folder();
    for tool in ["sdk-gen --task qa", "sdk-judge"] {
        let row = r#"{"text":"Ownership is a set of rules.","question":"What?","answer":"It."}"#;
        let ran = sh(&format!("echo '{row}' | {tool}"), folder.path()).ended(2);
        assert!(ran.stdout.is_empty(), "{tool}: {}", ran.text());
        for way in ["-m ", "SDK_MODEL", "--base-url", "offline"] {
            assert!(ran.stderr.contains(way), "{tool} does not name {way}:\n{}", ran.stderr);
        }
    }
}
