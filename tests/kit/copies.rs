//! Line 30: questions that say the same, or nearly.

use std::path::Path;

use crate::server::rows;
use crate::shell::sh;

#[test]
fn line_30_of_near_identical_questions_one_survives() {
    let folder = rows(&[
        r#"{"question":"What is the capital of France?","answer":"Paris"}"#,
        r#"{"question":"what is the  capital of France ?","answer":"It is Paris."}"#,
        r#"{"question":"The capital of France is what?","answer":"Paris."}"#,
        r#"{"question":"What is the capital of Spain?","answer":"Madrid"}"#,
    ]);
    // The words of a question, whatever their case, order and signs.
    let words = r#".question | ascii_downcase | [scan("[a-z0-9]+")] | unique | join(" ")"#;
    let line = format!("sdk-filter --unique '{words}' in.jsonl --dropped same.jsonl; cat same.jsonl");
    let ran = sh(&line, folder.path()).ended(0);
    let answers: Vec<_> = ran.rows().iter().map(|row| row["answer"].as_str().unwrap().to_owned()).collect();
    assert_eq!(answers, ["Paris", "Madrid", "It is Paris.", "Paris."]);
    assert_eq!((ran.count("sdk-filter", "written"), ran.count("sdk-filter", "dropped")), (2, 2));
}

/// Six of seven words are the same in the first two, five of seven in the first and the third.
#[test]
fn line_30_of_questions_alike_at_0_8_the_first_survives() {
    let folder = rows(&[
        r#"{"question":"What is the capital of France?","answer":"Paris"}"#,
        r#"{"question":"What is the capital city of France?","answer":"It is Paris."}"#,
        r#"{"question":"What is the capital of Spain?","answer":"Madrid"}"#,
    ]);
    let alike =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/coming-from-synthetic-data-kit/alike.jq");
    for (at, outputs) in [
        ("0.8", vec!["Paris", "Madrid"]),
        ("0.7", vec!["Paris"]),
        ("0.9", vec!["Paris", "It is Paris.", "Madrid"]),
    ] {
        let line = format!("jq -cs --argjson at {at} -f {} in.jsonl | sdk-format alpaca", alike.display());
        let ran = sh(&line, folder.path()).ended(0);
        let found: Vec<_> = ran.rows().iter().map(|row| row["output"].as_str().unwrap().to_owned()).collect();
        assert_eq!(found, outputs, "{at}");
    }
}
