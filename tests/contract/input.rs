//! The forms of input that are rows.

use std::fs;

use crate::shell::{folder, sh};

const ROWS: &str = "{\"a\": 1.50,  \"b\":\"\\u00e9 ü\"}\n{\"a\":12345678901234567890123,\"z\":null}\n";

#[test]
fn lines_in_any_dress() {
    let folder = folder();
    let dressed = [
        ("plain.jsonl", ROWS.to_owned()),
        ("bom.jsonl", format!("\u{feff}{ROWS}")),
        ("crlf.jsonl", ROWS.replace('\n', "\r\n")),
        ("blank.jsonl", format!("\n\n{}\n", ROWS.replace('\n', "\n\n"))),
        ("no-end.jsonl", ROWS.trim_end().to_owned()),
    ];
    for (name, text) in &dressed {
        fs::write(folder.path().join(name), text).unwrap();
        for line in [
            format!("sdk-filter . {name}"),
            format!("sdk-filter . < {name}"),
            format!("sdk-filter . - < {name}"),
        ] {
            // A kept line is passed on byte for byte, a carriage return before its end included.
            let wanted = if *name == "crlf.jsonl" { text.as_str() } else { ROWS };
            assert_eq!(sh(&line, folder.path()).ended(0).text(), wanted, "{line}");
        }
    }
    sh("gzip -k plain.jsonl", folder.path()).ended(0);
    fs::write(folder.path().join("plain.jsonl.zst"), zstd(ROWS.as_bytes())).unwrap();
    for line in
        ["sdk-filter . plain.jsonl.gz", "sdk-filter . plain.jsonl.zst", "sdk-filter . < plain.jsonl.gz"]
    {
        assert_eq!(sh(line, folder.path()).ended(0).text(), ROWS, "{line}");
    }
}

#[test]
fn arrays_and_pretty_objects() {
    let folder = folder();
    let pretty = "{\n  \"a\": 1.50,\n  \"b\": [\n    1\n  ]\n}\n{\n  \"a\": 2\n}\n";
    let written = [
        ("array.json", r#"[{"a":1.50,"b":[1]},{"a":2}]"#.to_owned()),
        ("pretty-array.json", "[\n  {\n    \"a\": 1.50,\n    \"b\": [1]\n  },\n  {\"a\": 2}\n]\n".to_owned()),
        ("pretty.json", pretty.to_owned()),
    ];
    for (name, text) in &written {
        fs::write(folder.path().join(name), text).unwrap();
        let ran = sh(&format!("sdk-filter . {name}"), folder.path()).ended(0);
        let lines: Vec<String> = ran.text().lines().map(|line| line.replace(' ', "")).collect();
        assert_eq!(lines, [r#"{"a":1.50,"b":[1]}"#, r#"{"a":2}"#], "{name}");
    }
}

#[test]
fn a_bad_row_is_named_and_kept_and_the_counts_add_up() {
    let folder = folder();
    let rows = "{\"score\":9}\n\n{\"score\":3}\nnot json\n{\"score\":null}\n{\"n\":1}\n[1]\n{\"score\":8}\n{\"score\":8\n";
    fs::write(folder.path().join("in.jsonl"), rows).unwrap();
    let ran = sh("sdk-filter --min 7.5 in.jsonl --rejects bad.jsonl", folder.path()).ended(1);
    assert_eq!(ran.text(), "{\"score\":9}\n{\"score\":8}\n");
    for place in ["in.jsonl:4", "in.jsonl:7", "in.jsonl:9"] {
        assert!(ran.stderr.contains(place), "{place} is not named:\n{}", ran.stderr);
    }
    let count = |word| ran.count("sdk-filter", word);
    assert_eq!((count("read"), count("written"), count("rejected")), (8, 2, 3), "{}", ran.stderr);
    assert_eq!((count("dropped"), count("unrated")), (3, 2), "{}", ran.stderr);
    assert_eq!(count("read"), count("empty") + count("written") + count("dropped") + count("rejected"));
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    let bad: Vec<serde_json::Value> = bad.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = bad.iter().map(|reject| reject["error"]["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["not_json", "not_object", "not_json"]);
    assert_eq!((&bad[0]["line"], &bad[0]["row"]), (&"not json".into(), &serde_json::Value::Null));
    assert_eq!(bad[1]["error"]["at"], "in.jsonl:7");
    assert!(bad.iter().all(|reject| reject["error"]["tool"] == "sdk-filter"));
}

/// A frame of one raw block.
fn zstd(bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).unwrap();
    let block = (u32::from(length) << 3 | 1).to_le_bytes();
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x20, length];
    frame.extend(&block[..3]);
    frame.extend(bytes);
    frame
}
