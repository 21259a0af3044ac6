//! Line 1: how a run that fails ends.

use std::fs;

use crate::passages::folder;
use crate::shell::sh;

/// Exit, words of the reason, command.
const FAILURES: [(i32, &str, &str); 11] = [
    (2, "none.txt", "sdk-extract none.txt"),
    (1, "PNG", "sdk-extract picture.txt"),
    (1, "damaged.pdf", "sdk-extract damaged.pdf"),
    (
        3,
        "no connection",
        "sdk-gen --task qa -m openai:a --base-url http://127.0.0.1:9/v1 in.jsonl --retries 0",
    ),
    (3, "no connection", "sdk-judge -m openai:a --base-url http://127.0.0.1:9/v1 pairs.jsonl --retries 0"),
    (2, "nonsense", "sdk-gen --task nonsense -m offline in.jsonl"),
    (2, "nonsense", "sdk-judge --rubric nonsense -m offline pairs.jsonl"),
    (2, "nonsense", "sdk-format nonsense pairs.jsonl"),
    (1, "found keys: id, text", "sdk-format chatml in.jsonl"),
    (2, "none.jsonl", "sdk-format chatml none.jsonl"),
    (2, "none.jsonl", "sdk-filter --min 7 none.jsonl"),
];

#[test]
fn line_01_every_failure_has_an_exit_code_and_a_reason() {
    let folder = folder(3);
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("pairs.jsonl", b"{\"question\":\"Q\",\"answer\":\"A\"}\n");
    write("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0");
    write("damaged.pdf", b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
    for (status, words, line) in FAILURES {
        let ran = sh(line, folder.path());
        assert_eq!(ran.status, status, "{line}\n{}", ran.stderr);
        assert!(ran.stderr.contains(words), "no `{words}` from {line}\n{}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{line} writes no rows, and yet:\n{}", ran.text());
    }
}

#[test]
fn line_01_stdout_is_rows_whatever_is_said() {
    let folder = folder(3);
    fs::write(folder.path().join("bad.txt"), b"\0\0\0\x01").unwrap();
    let line = "{ sdk-extract -v --progress always bad.txt; cat in.jsonl; echo no row; } 2>extract.err \
                | sdk-gen -vv --progress always -m offline --task qa 2>gen.err \
                | sdk-judge -vv --progress always -m offline 2>judge.err \
                | sdk-filter -v --min 1 2>filter.err | sdk-format -v chatml 2>format.err";
    let rows = sh(line, folder.path()).ended(0).rows();
    assert!(rows.len() >= 3 && rows.iter().all(|row| row["messages"].is_array()), "{rows:?}");
    for tool in ["extract", "gen", "judge", "filter", "format"] {
        let said = fs::read_to_string(folder.path().join(format!("{tool}.err"))).unwrap();
        assert!(said.contains(&format!("sdk-{tool}: read ")), "{tool} says nothing:\n{said}");
    }
}
