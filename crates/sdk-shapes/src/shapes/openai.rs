//! `openai`: the lines that OpenAI's fine-tuning takes: chatml that ends with the assistant and has no key that the
//! service does not know. Null keys are left out; the row's `tools` come along.

use sdk_record::{Fault, Kind, Speaker, Turns};

use super::Shape;
use crate::{Example, messages};

pub(super) const SHAPE: Shape = Shape {
    name: "openai",
    about: "OpenAI fine-tuning: messages that end with the assistant, and tools",
    write,
};

/// Raw keys of a message that the service knows beside role and content.
const KNOWN: [&str; 5] =
    ["\"name\"", "\"tool_calls\"", "\"tool_call_id\"", "\"weight\"", "\"function_call\""];

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut told = Turns::default();
    example.fill(&mut told)?;
    let turns = &told.turns;
    if turns.last().is_none_or(|turn| turn.role != Speaker::Assistant) {
        let last = turns.last().map_or("none", |turn| turn.token());
        let what = match turns.iter().any(|turn| turn.role == Speaker::Assistant) {
            true => format!("the last message must be the assistant's, found {last}"),
            false => "at least one message must be the assistant's, found none".to_owned(),
        };
        return Err(Fault::new(
            Kind::Unconvertible,
            format!("openai: {what}; chatml holds any conversation"),
        ));
    }
    line.push_str("{\"messages\":");
    messages::append(line, turns, |key, value| value != "null" && KNOWN.contains(&key));
    if let Some(tools) = example.row.get("tools").filter(|raw| *raw != "null") {
        line.extend([",\"tools\":", tools]);
    }
    line.push('}');
    Ok(())
}
