//! `jsonl`: the row itself, every byte. Asks nothing of its keys.

use sdk_record::Fault;

use super::Shape;
use crate::Example;

pub(super) const SHAPE: Shape = Shape { name: "jsonl", about: "the row as it is, every byte", write };

#[allow(clippy::unnecessary_wraps)] // the table's signature
fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    line.push_str(example.row.text());
    Ok(())
}
