//! What is too large, or no row at all, costs its own line and no memory.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::time::Duration;

use sdk_stub::{Fault, Options, Stub};
use serde_json::Value;

use crate::shell::{command, folder, peak, wait};

/// An answer may have 64 MB, and what an allocator keeps of the one before it may be as much; beside it there are a few
/// buffers. The server sends as much as it is let, and a line of the input is larger than all that.
const MOST: u64 = 192 * 1024;

#[test]
#[cfg(target_os = "linux")]
fn what_is_too_large_costs_its_row_and_no_memory() {
    let folder = folder();
    let on = vec![("without end".to_owned(), Fault::Endless)];
    let stub = Stub::start(Options { on, ..Options::default() }).unwrap();
    let mut tool = command("sdk-gen", folder.path());
    tool.args(["--task", "qa", "-m", "openai:stub", "--base-url", &stub.base_url(), "--no-journal"]);
    tool.args(["-j", "1", "--max-line", "1MiB", "--rejects", "bad.jsonl"]);
    tool.stdin(Stdio::piped()).stdout(Stdio::piped());
    tool.stderr(File::create(folder.path().join("err")).unwrap());
    let mut child = tool.spawn().unwrap();
    let (mut stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let row = |id: &str, text: &str| format!("{{\"id\":\"{id}\",\"text\":\"{text}\"}}\n");
    stdin.write_all(row("first", "The gate opens at noon.").as_bytes()).unwrap();
    stdin.write_all(b"{\"text\":\"").unwrap();
    for _ in 0..300 {
        stdin.write_all(&vec![b'x'; 1024 * 1024]).unwrap();
    }
    stdin.write_all(b"\"}\n{\"text\":\"\xff\"}\nno row\n").unwrap();
    stdin.write_all(row("a", "A tale without end.").as_bytes()).unwrap();
    stdin.write_all(row("b", "Another tale without end.").as_bytes()).unwrap();
    stdin.write_all(row("last", "The lock is nine metres deep.").as_bytes()).unwrap();
    // The last row has left, and the tool waits for more.
    let mut rows = BufReader::new(stdout).lines().map(Result::unwrap);
    assert!(rows.any(|row| row.contains("\"parent\":\"last\"")), "the run did not go on");
    let peak = peak(child.id());
    assert!((1..MOST).contains(&peak), "{peak} KiB");
    drop(stdin);
    assert!(rows.all(|row| row.contains("\"parent\":\"last\"")));
    assert_eq!(wait(&mut child, Duration::from_mins(1)), Some(1));
    assert_eq!(stub.stats().abandoned, 2, "the connections were kept");
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    let bad = bad.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["error"].clone());
    let mut bad: Vec<String> = bad
        .map(|error| format!("{} {}", error["at"].as_str().unwrap(), error["kind"].as_str().unwrap()))
        .collect();
    bad.sort();
    let wanted = ["2 too_long", "3 not_utf8", "4 not_json", "5 too_large", "6 too_large"];
    assert_eq!(bad, wanted.map(|line| format!("<stdin>:{line}")));
}
