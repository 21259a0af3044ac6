//! Where documents come from, and what they are called.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;

use crate::Fates;
use crate::shell::{folder, sh};

#[test]
fn a_list_of_find() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("d/e")).unwrap();
    let odd = OsString::from_vec(b"d/caf\xE9.txt".to_vec());
    for name in [odd, "d/e/a b.txt".into(), "d/e/new\nline.txt".into()] {
        fs::write(folder.path().join(&name), "Tides rise.").unwrap();
    }
    let names = "jq -c .source";
    let nul = sh(
        &format!("find d -type f -print0 | sort -z | sdk-extract --files-from - | {names}"),
        folder.path(),
    );
    assert_eq!(nul.ended(0).text(), "\"d/caf\u{FFFD}.txt\"\n\"d/e/a b.txt\"\n\"d/e/new\\nline.txt\"\n");
    let walked = sh(&format!("sdk-extract d | {names}"), folder.path());
    assert_eq!(walked.ended(0).text().lines().count(), 3);
    let globbed = sh(&format!("sdk-extract 'd/*.txt' | {names}"), folder.path());
    assert_eq!(globbed.ended(0).text(), "\"d/caf\u{FFFD}.txt\"\n");
    let argued = sh(&format!("sdk-extract d/caf*.txt | {names}"), folder.path());
    assert_eq!(argued.ended(0).text(), "\"d/caf\u{FFFD}.txt\"\n");
}

#[test]
fn a_stale_name_is_a_reject() {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), "Tides rise.").unwrap();
    fs::write(folder.path().join("list"), "gone.txt\na.txt\n\n.\n").unwrap();
    let ran = sh("sdk-extract --files-from list --rejects bad.jsonl", folder.path()).ended(1);
    let fates = Fates::of(&ran, folder.path());
    assert_eq!(fates.rows.keys().collect::<Vec<_>>(), ["a.txt"]);
    assert_eq!(fates.refused("gone.txt")[0].0, "damaged");
    assert!(fates.refused(".")[0].1.contains("-type f"));
    assert_eq!(ran.count("sdk-extract", "read"), 3);
    sh("sdk-extract --files-from none", folder.path()).ended(2);
}

#[test]
fn a_list_is_read_as_it_comes() {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), "Tides rise.").unwrap();
    let line = "{ echo a.txt; while ! test -s out; do sleep 0.02; done; echo a.txt; } \
                | sdk-extract --files-from - > out; wc -l < out | tr -d ' '";
    assert_eq!(sh(line, folder.path()).ended(0).text(), "2\n");
}

#[test]
fn what_is_written_is_not_read() {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), "Tides rise.").unwrap();
    // `find` is to see it, whoever begins first.
    fs::write(folder.path().join("out.txt"), "").unwrap();
    for line in [
        "find . -type f | sdk-extract --files-from - > out.txt",
        "find . -type f | sort | sdk-extract --files-from - -o out.txt",
    ] {
        let ran = sh(line, folder.path());
        assert!(ran.status == 1 && ran.count("sdk-extract", "read") == 2, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("that this run writes"), "{}", ran.stderr);
        let out = fs::read_to_string(folder.path().join("out.txt")).unwrap();
        assert_eq!(out.lines().count(), 1);
    }
    sh("sdk-extract a.txt out.txt -o out.txt", folder.path()).ended(2);
    // Nobody asked for what a folder happens to hold, the first time or the second.
    for line in ["sdk-extract . > out.txt", "sdk-extract . -o out.txt", "sdk-extract '*.txt' -o out.txt"] {
        let ran = sh(line, folder.path()).ended(0);
        assert_eq!(ran.count("sdk-extract", "read"), 1, "{line}: {}", ran.stderr);
        assert_eq!(fs::read_to_string(folder.path().join("out.txt")).unwrap().lines().count(), 1);
    }
}

#[test]
fn the_document_on_stdin() {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), "# Tides\n\nTides rise.").unwrap();
    let row = |line: &str| sh(line, folder.path()).ended(0).rows().remove(0);
    let page = row("sdk-extract --source https://example.org/a.md < a.txt");
    assert_eq!(
        (page["source"].as_str(), page["title"].as_str()),
        (Some("https://example.org/a.md"), Some("Tides"))
    );
    assert_eq!(row("sdk-extract --type markdown < a.txt")["title"], "Tides");
    assert_eq!(row("cat a.txt | sdk-extract --type .MD -")["title"], "Tides");
    assert_eq!(row("sdk-extract < a.txt")["title"], serde_json::Value::Null);
    // The same file by the names it has for a process.
    assert_eq!(row("sdk-extract /dev/stdin < a.txt")["source"], "/dev/stdin");
    assert_eq!(row("cat a.txt | sdk-extract /dev/stdin")["end"], 20);
    assert_eq!(row("exec 7< a.txt; sdk-extract /dev/fd/7")["end"], 20);
    assert_eq!(row("mkfifo p; cat a.txt > p & sdk-extract p")["end"], 20);
    // A type is the user's word.
    let html = row("sdk-extract --type txt << E\n<!DOCTYPE html><p>Tides</p>\nE");
    assert_eq!(html["text"], "<!DOCTYPE html><p>Tides</p>\n");
    for line in
        ["sdk-extract a.txt --type md", "sdk-extract a.txt --source http://a.org/", "sdk-extract --type x"]
    {
        sh(line, folder.path()).ended(2);
    }
}

#[test]
fn a_document_has_a_size() {
    let folder = folder();
    fs::write(folder.path().join("a.html"), format!("<p>{}</p>", "Tides. ".repeat(1000))).unwrap();
    fs::write(folder.path().join("b.html"), "<p>Tides.</p>").unwrap();
    let ran = sh("sdk-extract a.html b.html --max-size 4KiB --rejects bad.jsonl", folder.path()).ended(1);
    let fates = Fates::of(&ran, folder.path());
    assert_eq!(fates.rows.keys().collect::<Vec<_>>(), ["b.html"]);
    assert_eq!(fates.refused("a.html")[0].0, "too_large");
    let piped = sh("cat a.html | sdk-extract --max-size 4KiB --rejects bad.jsonl", folder.path()).ended(1);
    assert_eq!(Fates::of(&piped, folder.path()).refused("<stdin>")[0].0, "too_large");
}
