//! `--schema`: whose numbers, whose drafts, whose files.

use std::fs;

use super::{Filter, filtered, flags, run, wrong};

/// Keeps these rows by this schema; the rest with the message.
fn kept(schema: &str, rows: &[&str]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.json");
    fs::write(&file, schema).unwrap();
    let file = file.to_str().unwrap();
    let plain = run(&["--schema", file], rows);
    let ran = run(&["--schema", file, "--dropped", "d", "--why"], rows);
    assert_eq!((&plain.kept, plain.dropped.len()), (&ran.kept, ran.dropped.len()));
    assert!(ran.rejected.is_empty(), "{:?}", ran.rejected);
    let reason = |line: String| {
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert!(line["dropped"].get("value").is_none());
        line["dropped"]["message"].as_str().unwrap().to_owned()
    };
    (ran.kept, ran.dropped.into_iter().map(reason).collect())
}

#[test]
fn the_first_fault_is_named_by_its_path() {
    let schema = r#"{"type":"object","required":["q"],"properties":{"q":{"type":"string","maxLength":3},"l":{"items":{"type":"integer"}}}}"#;
    let rows = [r#"{"q":"aéb"}"#, r#"{"q":"four"}"#, "{}", r#"{"q":"","l":[1,"x"]}"#, r#"{"q":"a\ud800b"}"#];
    let (kept, dropped) = kept(schema, &rows);
    assert_eq!(kept, [rows[0], rows[4]]);
    assert_eq!(
        dropped,
        [
            r#"/q: "four" is longer than 3 characters"#,
            r#""q" is a required property"#,
            r#"/l/1: "x" is not of type "integer""#
        ]
    );
}

#[test]
fn numbers_count_as_they_are_written() {
    let schema = |rule: &str| format!("{{\"properties\":{{\"n\":{rule}}}}}");
    let row = |n: &&str| format!("{{\"n\":{n}}}");
    for (rule, yes, no) in [
        (
            r#"{"type":"integer"}"#,
            &["1", "1.0", "1e2", "18446744073709551616", "-0.0", "1e400"][..],
            &["1.5", "1e-1"][..],
        ),
        (r#"{"maximum":9007199254740993}"#, &["9007199254740993", "-1e400"], &["9007199254740994", "1e400"]),
        (r#"{"const":18446744073709551616}"#, &["18446744073709551616"], &["18446744073709551617"]),
        (r#"{"multipleOf":0.1}"#, &["0.3", "1.1", "5"], &["0.35"]),
        (r#"{"enum":[1]}"#, &["1", "1.0"], &["2"]),
    ] {
        let (yes, no): (Vec<String>, Vec<String>) =
            (yes.iter().map(row).collect(), no.iter().map(row).collect());
        let rows: Vec<&str> = yes.iter().chain(&no).map(String::as_str).collect();
        assert_eq!(kept(&schema(rule), &rows).0, yes, "{rule}");
    }
}

#[test]
fn drafts_and_formats() {
    let schema = |draft: &str| {
        format!("{{\"$schema\":\"{draft}\",\"properties\":{{\"m\":{{\"format\":\"email\"}}}}}}")
    };
    let row = [r#"{"m":"nobody"}"#];
    assert!(kept(&schema("http://json-schema.org/draft-07/schema#"), &row).0.is_empty());
    assert_eq!(kept(&schema("https://json-schema.org/draft/2020-12/schema"), &row).0, row);
    assert_eq!(kept("\u{feff}true", &row).0, row);
    assert!(kept("false", &row).0.is_empty());
}

#[test]
fn deep_rows_are_validated_too() {
    let tree = r##"{"properties":{"a":{"$ref":"#"},"x":{"type":"null"}}}"##;
    let deep = |leaf: &str| format!("{}{{\"x\":{leaf}}}{}", "{\"a\":".repeat(1000), "}".repeat(1000));
    let (good, bad) = (deep("null"), deep("1"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.json");
    fs::write(&file, tree).unwrap();
    let line = ["--schema", file.to_str().unwrap(), "--dropped", "d", "--why"];
    let ran = run(&line, &[&good, &bad]);
    assert_eq!((ran.kept, ran.dropped.len()), (vec![good], 1));
    assert!(ran.dropped[0].contains("/a/a/x: "));
}

#[test]
fn a_schema_that_cannot_be_used_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let said = |schema: &str| {
        let file = folder.path().join("s.json");
        fs::write(&file, schema).unwrap();
        let message = wrong(&["--schema", file.to_str().unwrap()]);
        assert!(message.starts_with("--schema /") && message.contains("s.json: "), "{message}");
        assert!(!message.contains('\n'), "{message}");
        message
    };
    assert!(wrong(&["--schema", "/nowhere.json"]).contains("No such file"));
    assert!(wrong(&["--schema", folder.path().to_str().unwrap()]).contains("directory"));
    assert!(said("{").contains("not JSON") && said("").contains("not JSON"));
    assert!(said("[1]").contains("[1] is not"), "{}", said("[1]"));
    assert!(said(r#"{"type":"text"}"#).contains("/type: "), "{}", said(r#"{"type":"text"}"#));
    for reference in ["https://example.com/s.json", "file:///etc/passwd", "other.json", "#/nowhere"] {
        let message = said(&format!("{{\"$ref\":\"{reference}\"}}"));
        assert!(message.contains(reference.trim_start_matches('#')), "{message}");
    }
    let filter = Filter::new(&flags(&["-w", "."]), None, 0).unwrap();
    assert!(filtered(&filter, false, &[]).kept.is_empty());
}
