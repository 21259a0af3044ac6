//! Passages to ask about, and the line that asks.

use std::fs;

use sdk_stub::Stub;
use serde_json::json;
use tempfile::TempDir;

use crate::shell;

/// A folder with `in.jsonl`: so many passages `p0`, `p1` …, all different.
pub(crate) fn folder(count: usize) -> TempDir {
    let folder = shell::folder();
    let row = |n: usize| {
        let text =
            format!("Passage number {n}. The lock of gate {n} opens at {} metres of water. ", n * 3 + 1);
        json!({ "id": format!("p{n}"), "text": text.repeat(3) }).to_string() + "\n"
    };
    fs::write(folder.path().join("in.jsonl"), (0..count).map(row).collect::<String>()).unwrap();
    folder
}

/// `sdk-gen` about them, asking this server.
pub(crate) fn ask(stub: &Stub) -> String {
    format!("sdk-gen --task qa -m openai:stub --base-url {} in.jsonl", stub.base_url())
}
