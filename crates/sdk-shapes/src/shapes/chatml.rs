//! `chatml`: `{"messages":[{"role","content"},…]}`, as TRL, axolotl and most trainers read it. Holds any conversation,
//! with the messages' other keys (`name`, `tool_calls`, `reasoning_content`, `weight`), the row's `tools` and its
//! `images`, `videos` and `audios`; the row's other keys are left out.

use sdk_record::{Fault, Row, Turns};

use super::Shape;
use crate::check::chat as check;
use crate::{Example, dialects, messages, tools};

pub(super) const SHAPE: Shape = Shape {
    name: "chatml",
    about: "{\"messages\":[{\"role\",\"content\"},…]}, any conversation",
    empty: r#"{"messages":[{"role":"","content":""}]}"#,
    write,
    read,
    check,
};

pub(super) fn read<'a>(row: Row<'a>, turns: &mut Turns<'a>) -> Result<bool, Fault> {
    if !turns.fill_from(row, &["messages", "tools", "system", "reasoning"])? {
        return Ok(false);
    }
    dialects::joined(turns).map(|()| true)
}

pub(super) fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut turns = Turns::default();
    example.fill(&mut turns)?;
    line.push_str("{\"messages\":");
    messages::append(line, &turns.turns, |_, _| true);
    if let Some(tools) = turns.tools.as_deref().and_then(tools::openai) {
        line.extend([",\"tools\":", &tools]);
    }
    messages::media(line, &turns);
    line.push('}');
    Ok(())
}
