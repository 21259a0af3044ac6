//! Line 32: many rows in little memory, and nothing left behind. How long it takes is for scripts/bench --kit.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use crate::shell::{TOOLS, command, entries, folder, peak, sh};

const MIB: u64 = 1024;

#[test]
fn line_32_two_hundred_thousand_pairs_in_thirty_megabytes() {
    let folder = folder();
    let mut file = BufWriter::new(File::create(folder.path().join("pairs.json")).unwrap());
    // One array, as the kit writes it.
    file.write_all(b"{\n  \"summary\": \"s\",\n  \"qa_pairs\": [\n").unwrap();
    for n in 0..200_000 {
        let comma = if n == 0 { "" } else { ",\n" };
        let words = "so sagt die Müllerin, und der Müller nickt dazu ".repeat(3 + n % 7);
        let question = format!("      \"question\": \"Which is number {n}?\"");
        write!(file, "{comma}    {{\n{question},\n      \"answer\": \"{words}\"\n    }}").unwrap();
    }
    file.write_all(b"\n  ]\n}\n").unwrap();
    drop(file);
    for shape in ["jsonl", "alpaca", "openai", "chatml"] {
        let mut format = command("sdk-format", folder.path());
        format.args(["-q", shape, "pairs.json"]).stdout(File::create(folder.path().join("out")).unwrap());
        let mut child = format.spawn().unwrap();
        let mut most = 0;
        while child.try_wait().unwrap().is_none() {
            most = most.max(peak(child.id()));
            sleep(Duration::from_millis(2));
        }
        let lines = fs::read_to_string(folder.path().join("out")).unwrap();
        assert_eq!(lines.lines().count(), 200_000, "{shape}");
        assert!(most > 0 && most < 30 * MIB, "{shape}: {most} KiB");
    }
}

#[test]
fn line_32_nothing_is_made_unless_asked_for() {
    let folder = folder();
    for tool in TOOLS {
        sh(&format!("{tool} --help; {tool} --version; {tool} --list"), folder.path()).ended(0);
    }
    let pair = r#"{"question":"Q","answer":"A"}"#;
    for line in ["sdk-format chatml", "sdk-filter .", "sdk-judge -m offline", "sdk-gen -m offline -n 1"] {
        sh(&format!("echo '{pair}' | {line}"), folder.path()).ended(0);
    }
    assert_eq!(entries(folder.path()), Vec::<PathBuf>::new());
}
