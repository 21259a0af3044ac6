//! `chatml`: `{"messages":[{"role","content"},…]}`, as TRL, axolotl and most trainers read it. Holds any conversation,
//! with the messages' other keys (`name`, `tool_calls`, `weight`); the row's other keys are left out.

use sdk_record::Fault;

use super::Shape;
use crate::{Example, messages};

pub(super) const SHAPE: Shape =
    Shape { name: "chatml", about: "{\"messages\":[{\"role\",\"content\"},…]}, any conversation", write };

fn write(example: &Example) -> Result<String, Fault> {
    let turns = example.turns()?.turns;
    let mut line = String::with_capacity(example.row.text().len() + 64);
    line.push_str("{\"messages\":");
    messages::append(&mut line, &turns, |_, _| true);
    line.push('}');
    Ok(line)
}
