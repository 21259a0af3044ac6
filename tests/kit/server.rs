//! Servers for the tools that ask, and what they were asked.

use std::fs;

use sdk_stub::{Options, Script, Stub};
use serde_json::Value;
use tempfile::TempDir;

use crate::shell;

/// A server without a fault.
pub fn stub() -> Stub {
    Stub::start(Options::default()).unwrap()
}

/// A server whose replies are these texts.
pub fn says(script: Script) -> Stub {
    Stub::start(Options { script: Some(script), ..Options::default() }).unwrap()
}

/// The flags that ask it.
pub fn asking(stub: &Stub) -> String {
    format!("-m openai:stub --base-url {}", stub.base_url())
}

/// The words of a request.
pub fn words(body: &Value) -> String {
    let messages = body["messages"].as_array().into_iter().flatten();
    messages.filter_map(|message| message["content"].as_str()).collect::<Vec<_>>().join("\n")
}

/// The first number after this text in a request.
pub fn number(body: &Value, after: &str) -> Option<usize> {
    let words = words(body);
    let (_, rest) = words.split_once(after)?;
    rest.trim_start().split(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok()
}

/// Whether a request shows the server its own reply and asks for a better one.
pub fn is_repair(body: &Value) -> bool {
    body["messages"].as_array().is_some_and(|all| all.iter().any(|message| message["role"] == "assistant"))
}

/// A folder with `in.jsonl`: these lines.
pub fn rows(lines: &[impl AsRef<str>]) -> TempDir {
    let folder = shell::folder();
    let text: String = lines.iter().map(|line| format!("{}\n", line.as_ref())).collect();
    fs::write(folder.path().join("in.jsonl"), text).unwrap();
    folder
}
