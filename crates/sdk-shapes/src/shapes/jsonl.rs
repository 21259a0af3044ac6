//! `jsonl`: the row itself, whatever it holds.

use sdk_record::Fault;

use super::Shape;
use crate::{Example, dialects};

pub(super) const SHAPE: Shape = Shape {
    name: "jsonl",
    about: "the row as it is, every byte",
    empty: "{}",
    write,
    read: dialects::read,
    check: |_, _| {},
};

#[allow(clippy::unnecessary_wraps)] // the table's signature
fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    line.push_str(example.row.text());
    Ok(())
}
