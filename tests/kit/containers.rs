//! Line 27: what is written is loaded by Hugging Face's `datasets`, all of it. scripts/test installs it, and names its
//! Python in `SDK_TEST_PYTHON`.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use crate::loaders::{loaded, python};
use crate::server::rows;
use crate::shell::sh;

/// Rows whose values are of many kinds, some of them not in every row.
fn pairs(count: usize) -> TempDir {
    let row = |n: usize| {
        let tags: Vec<usize> = (0..n % 3).collect();
        let mut row = json!({
            "question": format!("Which is number {n}?"),
            "answer": format!("It is {n} – “née” ₹\n{}", "x".repeat(n % 50)),
            "score": f64::from(u32::try_from(n % 10).unwrap()) + 0.5, "tags": tags,
        });
        if n.is_multiple_of(4) {
            row["note"] = json!("only here");
        }
        row.to_string()
    };
    rows(&(0..count).map(row).collect::<Vec<_>>())
}

/// Flags that write a container, what it is for the library, and its path.
const CONTAINERS: [(&str, &str, &str); 5] = [
    ("-o SHAPE.jsonl", "json", "SHAPE.jsonl"),
    ("-o SHAPE.json", "json", "SHAPE.json"),
    ("-o SHAPE.parquet", "parquet", "SHAPE.parquet"),
    ("--container hf -o SHAPE-set", "folder", "SHAPE-set"),
    ("--container hf --parts 3 -o SHAPE-parts", "folder", "SHAPE-parts"),
];

#[test]
fn line_27_every_container_is_loaded_whole() {
    let Some(python) = python() else { return };
    let folder = pairs(1000);
    let (mut asked, mut wanted) = (Vec::new(), Vec::new());
    for shape in ["jsonl", "chatml", "alpaca"] {
        let lines = sh(&format!("sdk-format {shape} in.jsonl"), folder.path()).ended(0).rows();
        for (flags, kind, path) in CONTAINERS {
            let named = |text: &str| text.replace("SHAPE", shape);
            sh(&format!("sdk-format {shape} {} in.jsonl", named(flags)), folder.path()).ended(0);
            asked.extend([kind.to_owned(), named(path)]);
            wanted.push((named(flags), lines.clone()));
        }
    }
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let found = loaded(&python, "load.py", &asked, folder.path());
    assert_eq!(found.len(), wanted.len());
    for ((flags, lines), found) in wanted.into_iter().zip(found) {
        let mut found = found.as_array().unwrap().clone();
        // A column that a row lacks is null there.
        for row in &mut found {
            row.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        }
        assert!(found.len() == 1000 && found == lines, "{flags}");
    }
}

#[test]
fn line_27_no_rows_are_loaded_too() {
    let Some(python) = python() else { return };
    let folder = pairs(0);
    let line =
        "sdk-format chatml -o none.parquet in.jsonl; sdk-format chatml --container hf -o none in.jsonl";
    sh(line, folder.path()).ended(0);
    // Without streaming, a set of no rows is refused whoever wrote it: "corresponds to no data".
    let sets = ["streamed-parquet", "none.parquet", "streamed-folder", "none"];
    let found = loaded(&python, "load.py", &sets, folder.path());
    assert_eq!(found, [json!([]), json!([])]);
}

#[test]
fn line_27_a_set_says_what_it_is() {
    let folder = pairs(20);
    sh("sdk-format chatml --container hf --license cc-by-4.0 -o set in.jsonl", folder.path()).ended(0);
    let card = fs::read_to_string(folder.path().join("set/README.md")).unwrap();
    assert!(card.starts_with("---\n") && card.contains("license: \"cc-by-4.0\""), "{card}");
    assert!(card.contains("num_examples: 20\n") && card.contains("20 rows in 1 file,"), "{card}");
}
