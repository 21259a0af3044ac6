//! Lines 7 to 9: how documents are cut.

use std::fs;

use serde_json::Value;

use crate::server::rows;
use crate::shell::{folder, sh};

/// A paragraph of 40,000 characters, some of them longer than a byte.
fn paragraph() -> String {
    let sentence = |n: u32| format!("Gate {n} hält das Wasser bei {} Metern – früh und spät. ", n * 7 % 90);
    (0..1000).map(sentence).collect::<String>().chars().take(40_000).collect()
}

fn cut(flags: &str, text: &str) -> Vec<Value> {
    let folder = folder();
    fs::write(folder.path().join("long.txt"), text).unwrap();
    sh(&format!("sdk-extract {flags} long.txt"), folder.path()).ended(0).rows()
}

fn text(row: &Value) -> &str {
    row["text"].as_str().unwrap()
}

/// The characters from one to another.
fn between<'a>(text: &'a str, row: &Value) -> &'a str {
    let byte = |key: &str| {
        let at = usize::try_from(row[key].as_u64().unwrap()).unwrap();
        text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte)
    };
    &text[byte("start")..byte("end")]
}

#[test]
fn line_07_chunk_size_is_never_exceeded() {
    let pieces = cut("--chunk-size 2000", &paragraph());
    assert!(pieces.len() >= 20, "{} pieces", pieces.len());
    for piece in &pieces {
        let length = text(piece).chars().count();
        assert!(length <= 2000, "{length} characters");
    }
    // Not by a text without any place to cut it, either.
    let pieces = cut("--chunk-size 2000 --overlap 0", &"x".repeat(40_000));
    assert_eq!(pieces.len(), 20);
}

#[test]
fn line_07_chunk_size_in_tokens() {
    let long: String = paragraph().chars().take(12_000).collect();
    let pieces = cut("--chunk-size 200 --overlap 0 --tokenizer o200k", &long);
    let whole: usize = pieces.iter().map(|piece| text(piece).chars().count()).sum();
    // What is measured by itself and not cut again is no longer than asked for.
    let folder = rows(&pieces.iter().map(Value::to_string).collect::<Vec<_>>());
    let line = "sdk-extract --by .text --chunk-size 200 --overlap 0 --tokenizer o200k in.jsonl";
    assert_eq!(sh(line, folder.path()).ended(0).rows().len(), pieces.len(), "one was longer than 200 tokens");
    assert!(whole / pieces.len() > 400, "{} pieces of {whole} characters are far from full", pieces.len());
}

#[test]
fn line_08_without_overlap_the_pieces_are_the_text() {
    let long = paragraph();
    let pieces = cut("--chunk-size 2000 --overlap 0", &long);
    let mut at = 0;
    for (index, piece) in pieces.iter().enumerate() {
        assert_eq!(text(piece), between(&long, piece));
        assert_eq!((&piece["index"], &piece["document"]), (&index.into(), &pieces[0]["document"]));
        let start = usize::try_from(piece["start"].as_u64().unwrap()).unwrap();
        let gap: String = long.chars().skip(at).take(start - at).collect();
        assert!(gap.trim().is_empty(), "lost: {gap}");
        at = usize::try_from(piece["end"].as_u64().unwrap()).unwrap();
    }
    assert!(long.chars().skip(at).all(char::is_whitespace));
}

#[test]
fn line_08_overlap_is_what_neighbours_share() {
    let long = paragraph();
    let pieces = cut("--chunk-size 2000 --overlap 200", &long);
    let mut shared = Vec::new();
    for two in pieces.windows(2) {
        assert_eq!(text(&two[1]), between(&long, &two[1]));
        let place = |row: &Value, key: &str| row[key].as_i64().unwrap();
        shared.push(place(&two[0], "end") - place(&two[1], "start"));
    }
    assert!(shared.iter().all(|shared| (0..=200).contains(shared)), "{shared:?}");
    assert!(shared.iter().filter(|shared| **shared > 100).count() > pieces.len() / 2, "{shared:?}");
}

#[test]
fn line_09_an_empty_document_gives_no_piece() {
    let folder = folder();
    fs::write(folder.path().join("none.txt"), "").unwrap();
    let line = "sdk-extract none.txt | sdk-gen --task qa -m offline | sdk-judge -m offline | sdk-filter --min 7 \
                | sdk-format --container json alpaca";
    let ran = sh(line, folder.path()).ended(0);
    assert_eq!(ran.text().trim(), "[]");
    assert_eq!((ran.count("sdk-extract", "read"), ran.count("sdk-extract", "empty")), (1, 1));
    for tool in ["sdk-gen", "sdk-judge", "sdk-filter", "sdk-format"] {
        assert_eq!((ran.count(tool, "read"), ran.count(tool, "written")), (0, 0), "{tool}");
    }
    let ran = sh("sdk-extract none.txt < /dev/null", folder.path()).ended(0);
    assert!(ran.stdout.is_empty());
}
