//! `chatml`: `{"messages":[{"role","content"},…]}`, as TRL, axolotl and most trainers read it. Holds any conversation,
//! with the messages' other keys (`name`, `tool_calls`, `weight`); the row's other keys are left out.

use sdk_record::{Fault, Turns};

use super::Shape;
use crate::{Example, messages};

pub(super) const SHAPE: Shape =
    Shape { name: "chatml", about: "{\"messages\":[{\"role\",\"content\"},…]}, any conversation", write };

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut turns = Turns::default();
    example.fill(&mut turns)?;
    line.push_str("{\"messages\":");
    messages::append(line, &turns.turns, |_, _| true);
    line.push('}');
    Ok(())
}
