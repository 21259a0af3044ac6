//! The table of shapes. A new one is a file beside this, its `mod` line and its row.

use sdk_record::{Fault, Kind, Row, Turns, member, members, minify, quote};
use serde_json::Value;

use crate::Example;
use crate::check::Report;

mod alpaca;
mod chatml;
mod conversation;
pub(crate) mod embedding;
pub(crate) mod gemini;
pub(crate) mod harmony;
mod jsonl;
mod kto;
mod openai;
mod preference;
mod prompt_completion;
pub(crate) mod sharegpt;
mod text;
pub(crate) mod xlam;

/// Every shape, in the order of `--list`.
pub const SHAPES: &[Shape] = &[
    jsonl::SHAPE,
    alpaca::SHAPE,
    chatml::SHAPE,
    openai::SHAPE,
    sharegpt::SHAPE,
    prompt_completion::SHAPE,
    conversation::SHAPE,
    preference::DPO,
    preference::ORPO,
    kto::SHAPE,
    preference::REWARD,
    text::SHAPE,
    harmony::SHAPE,
    gemini::SHAPE,
    embedding::SHAPE,
    xlam::SHAPE,
];

/// A form of training line.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Its name on the command line.
    pub name: &'static str,
    /// What its lines are, for `--list`.
    pub about: &'static str,
    /// A line without any text, which tells the columns of a file that has no rows.
    pub empty: &'static str,
    /// Appends the line of an example, without what `--keep` adds. What stands there after a fault is taken back.
    pub write: fn(&Example, &mut String) -> Result<(), Fault>,
    /// Fills empty turns with what a line of this shape says; `false` if the row's keys are others.
    pub read: for<'a> fn(Row<'a>, &mut Turns<'a>) -> Result<bool, Fault>,
    /// Reports what the strictest consumers of these lines would refuse.
    pub check: fn(&Value, &mut Report),
}

impl Shape {
    /// Appends the whole training line of an example, without a newline, to `lines`; after a fault they are as they
    /// were. The fault holds the row, not its place.
    ///
    /// # Errors
    /// `unconvertible` or `type` for a row that this shape can't hold, `key_exists` for a kept key that the line has.
    pub fn append(&self, example: &Example, lines: &mut String) -> Result<(), Fault> {
        let start = lines.len();
        // What a shape says beside the row's own texts seldom is more: one growth at most.
        lines.reserve(example.row.text().len() + 64);
        (self.write)(example, lines).and_then(|()| keep(lines, start, example.keep)).map_err(|fault| {
            lines.truncate(start);
            fault.of_row(example.row)
        })
    }

    /// [`Shape::append`], one line alone.
    pub fn line(&self, example: &Example) -> Result<String, Fault> {
        let mut line = String::new();
        self.append(example, &mut line).map(|()| line)
    }
}

/// The shape of this name.
pub fn find(name: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.name == name)
}

/// The names of all shapes: what the argument SHAPE may be.
pub fn names() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|shape| shape.name)
}

/// Adds what `--keep` came to to the object that begins at `start`.
fn keep(lines: &mut String, start: usize, pairs: &[(String, String)]) -> Result<(), Fault> {
    for (key, raw) in pairs {
        match member(&lines[start..], key) {
            // `jsonl` has every key of the row already.
            Some(own) if own == raw || minify(own) == minify(raw) => {}
            Some(_) => {
                let message =
                    format!("--keep: the line has another value as {key:?}; keep it under another name");
                return Err(Fault::new(Kind::KeyExists, message));
            }
            None => {
                let first = members(&lines[start..]).next().is_none();
                lines.pop();
                lines.extend([if first { "" } else { "," }, &quote(key), ":", raw, "}"]);
            }
        }
    }
    Ok(())
}
