//! The table of shapes. A new one is a file beside this, its `mod` line and its row.

use sdk_record::{Fault, Kind, Record, minify};

use crate::Example;

mod alpaca;
mod chatml;
mod jsonl;
mod openai;

/// Every shape, in the order of `--list`.
pub const SHAPES: &[Shape] = &[jsonl::SHAPE, alpaca::SHAPE, chatml::SHAPE, openai::SHAPE];

/// A form of training line.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Its name on the command line.
    pub name: &'static str,
    /// What its lines are, for `--list`.
    pub about: &'static str,
    /// The line of an example, without what `--keep` adds.
    pub write: fn(&Example) -> Result<String, Fault>,
}

impl Shape {
    /// The whole training line of an example, without its newline.
    ///
    /// # Errors
    /// `unconvertible` or `type` for a row that this shape can't hold, `key_exists` for a kept key that the line has.
    pub fn line(&self, example: &Example) -> Result<String, Fault> {
        (self.write)(example).and_then(|line| keep(line, example.keep)).map_err(|fault| fault.of(example.row))
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

fn keep(line: String, pairs: &[(String, String)]) -> Result<String, Fault> {
    if pairs.is_empty() {
        return Ok(line);
    }
    let mut line = Record::from_text(line)?;
    for (key, raw) in pairs {
        match line.get(key) {
            None => line.push(key, raw),
            // `jsonl` has every key of the row already.
            Some(own) if own == raw || minify(own) == minify(raw) => {}
            Some(_) => {
                let message =
                    format!("--keep: the line has another value as {key:?}; keep it under another name");
                return Err(Fault::new(Kind::KeyExists, message));
            }
        }
    }
    Ok(line.into_text())
}
