//! JSON and JSON Lines: rows as they are, byte for byte. An array and a pretty-printed object are recognised.

use sdk_record::Fault;

use super::{Read, Reader, Wishes};
use crate::Input;
use crate::content::Content;

pub(super) const READER: Reader = Reader {
    name: "json",
    about: "JSON Lines, a JSON array or object: rows as they are, or their text by --by",
    extensions: &["jsonl", "ndjson", "json"],
    fallback: false,
    detect,
    read: Read::Content(read),
};

/// A name that says what it is wins: a log of JSON lines may be meant as a text. No table's header is a JSON object.
fn detect(input: &Input) -> bool {
    let head = String::from_utf8_lossy(input.head());
    let head = head.trim_start_matches('\u{FEFF}').trim_start();
    let first = head.lines().next().unwrap_or_default().trim_end();
    let opens = matches!(first, "{" | "[" | "[{") && head[first.len()..].trim_start().starts_with(['"', '{']);
    matches!(input.ending().as_str(), "" | "csv" | "tsv" | "tab")
        && (opens || first.starts_with("[{\"") || first.starts_with("{\"") && is_row(first))
}

fn is_row(line: &str) -> bool {
    sdk_record::Record::parse(line).is_ok()
}

#[expect(clippy::unnecessary_wraps, reason = "a row of the table")]
fn read(input: Input, wishes: &Wishes) -> Result<Content, Fault> {
    let name = input.name().to_owned();
    let rows = sdk_record::Rows::new(&name, Box::new(input.unlimited()), wishes.max_line);
    Ok(Content::Rows(Box::new(rows)))
}
