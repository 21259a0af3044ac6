//! Lines 2 to 6: what is taken out of documents, all made here.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::office::{body, paragraph, word};
use crate::portable::pages;
use crate::shell::{Ran, folder, sh};
use crate::site::serve;
use crate::slides::slide;

const PAGE: &str = "<html><head><title>P</title><style>p { color: red }</style><script>var x = 1;</script></head>\
    <body><h1>T</h1><p>Hello &amp; caf&eacute;<br>again</p><ul><li>one</li><li>two</li></ul>\
    <table><tr><td>left</td><td>right</td></tr></table></body></html>";

/// A folder with one document of each kind.
fn documents() -> tempfile::TempDir {
    let folder = folder();
    fs::create_dir_all(folder.path().join("docs/more")).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join("docs").join(name), bytes).unwrap();
    let cells = ["in the table", "42"].map(|text| format!("<w:tc>{}</w:tc>", paragraph(text))).concat();
    let table = format!("<w:tbl><w:tr>{cells}</w:tr></w:tbl>");
    let text = format!("{}{table}{}", paragraph("Before it."), paragraph("After it."));
    write("letter.docx", &word(body("", &text, "", 0, ""), Vec::new()));
    write("talk.pptx", &slide("The title", "A point.", &["cell one", "cell two"], "Say it slowly."));
    write("paper.pdf", &pages(&["Tides rise.", "Tides fall."]));
    write("page.html", PAGE.as_bytes());
    write("more/notes.txt", b"Tides turn.\n");
    folder
}

fn extract(arguments: &str, folder: &Path) -> Ran {
    sh(&format!("sdk-extract {arguments} --rejects bad.jsonl"), folder)
}

fn text(row: &Value) -> &str {
    row["text"].as_str().unwrap()
}

#[test]
fn line_02_a_folder_of_each_kind_is_walked() {
    let folder = documents();
    fs::write(folder.path().join("docs/torn.pdf"), b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n").unwrap();
    let ran = extract("docs", folder.path()).ended(1);
    let rows = ran.rows();
    for name in ["letter.docx", "more/notes.txt", "page.html", "paper.pdf", "talk.pptx"] {
        let of = |row: &&Value| row["source"] == format!("docs/{name}");
        assert!(rows.iter().filter(of).any(|row| text(row).len() > 5), "nothing of {name}:\n{}", ran.stderr);
    }
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    let bad: Value = serde_json::from_str(bad.trim()).unwrap();
    assert!(bad["error"]["at"].as_str().unwrap().starts_with("docs/torn.pdf"), "{bad}");
    assert_eq!((ran.count("sdk-extract", "read"), ran.count("sdk-extract", "rejected")), (6, 1));
}

#[test]
fn line_03_html_keeps_words_apart() {
    let folder = documents();
    let row = extract("--whole docs/page.html", folder.path()).ended(0).rows().remove(0);
    let words: Vec<&str> = text(&row).split(|sign: char| !sign.is_alphanumeric()).collect();
    for word in ["T", "Hello", "café", "again", "one", "two", "left", "right"] {
        assert!(words.contains(&word), "no `{word}` in {words:?}");
    }
    assert!(text(&row).contains("Hello & café"));
    assert!(!text(&row).contains("color") && !text(&row).contains("var"), "{}", text(&row));
}

#[test]
fn line_04_a_word_document_in_reading_order() {
    let folder = documents();
    let row = extract("--whole docs/letter.docx", folder.path()).ended(0).rows().remove(0);
    let places: Vec<_> = ["Before it.", "in the table", "42", "After it."]
        .iter()
        .map(|words| text(&row).find(words))
        .collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{places:?} in {}", text(&row));
}

#[test]
fn line_04_a_slide_with_its_table_and_notes() {
    let folder = documents();
    let row = extract("--whole docs/talk.pptx", folder.path()).ended(0).rows().remove(0);
    assert_eq!(text(&row).matches("The title").count(), 1, "{}", text(&row));
    for words in ["A point.", "cell one", "cell two", "Say it slowly."] {
        assert!(text(&row).contains(words), "no `{words}` in {}", text(&row));
    }
}

#[test]
fn line_04_a_pdf_page_by_page() {
    let folder = documents();
    let rows = extract("--split page docs/paper.pdf", folder.path()).ended(0).rows();
    let found: Vec<_> = rows.iter().map(|row| (row["page"].as_u64(), text(row).trim())).collect();
    assert_eq!(found, [(Some(1), "Tides rise."), (Some(2), "Tides fall.")]);
    assert!(rows.iter().all(|row| !text(row).contains('\u{c}')));
}

#[test]
fn line_05_an_old_encoding_is_read_with_a_warning() {
    let folder = folder();
    fs::write(folder.path().join("old.txt"), b"Un caf\xe9 pour le gar\xe7on.\n").unwrap();
    let ran = extract("old.txt", folder.path()).ended(0);
    assert_eq!(text(&ran.rows()[0]), "Un café pour le garçon.\n");
    assert!(ran.text().contains("café"), "escaped: {}", ran.text());
    assert!(ran.rows()[0]["warning"].as_str().unwrap().contains("windows-1252"));
    // And it stays so to the end of the pipeline.
    let line = "sdk-extract old.txt | sdk-gen -m offline --task summary | sdk-format jsonl";
    assert!(sh(line, folder.path()).ended(0).text().contains("café"));
}

#[test]
fn line_06_two_pages_of_a_site_are_two_documents() {
    let (folder, at) = (folder(), serve());
    let rows = extract(&format!("--allow-private {at}/page '{at}/page?2'"), folder.path()).ended(0).rows();
    assert_eq!(rows.len(), 2);
    for key in ["id", "document", "source", "text"] {
        assert_ne!(rows[0][key], rows[1][key], "the same {key}");
    }
}
