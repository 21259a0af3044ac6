//! `openai`: the lines that OpenAI's fine-tuning takes: chatml that ends with the assistant and has no key that the
//! service does not know. Null keys are left out, reasoning goes before the text, pictures beside the messages become parts
//! of the user's, and the row's `tools` come along.
//! Source: OpenAI's guide "Supervised fine-tuning" and the API reference's chat format.

use std::borrow::Cow;

use sdk_record::{Fault, Kind, Speaker, Turns};

use super::{Shape, chatml};
use crate::check::openai as check;
use crate::{Example, calls, messages, pictures, thought, tools};

pub(super) const SHAPE: Shape = Shape {
    name: "openai",
    about: "OpenAI fine-tuning: messages that end with the assistant, and tools",
    empty: r#"{"messages":[{"role":"","content":""}]}"#,
    write,
    read: chatml::read,
    check,
};

/// Raw keys of a message that the service knows beside role and content.
const KNOWN: [&str; 6] =
    ["\"name\"", "\"tool_calls\"", "\"tool_call_id\"", "\"weight\"", "\"function_call\"", "\"refusal\""];

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut told = Turns::default();
    example.fill(&mut told)?;
    if told.turns.last().is_none_or(|turn| turn.role != Speaker::Assistant) {
        let last = told.turns.last().map_or("none", |turn| turn.token());
        let what = match told.turns.iter().any(|turn| turn.role == Speaker::Assistant) {
            true => format!("the last message must be the assistant's, found {last}"),
            false => "at least one message must be the assistant's, found none".to_owned(),
        };
        return Err(Fault::new(
            Kind::Unconvertible,
            format!("openai: {what}; chatml holds any conversation"),
        ));
    }
    pictures::within("openai", &["data:", "https:", "http:"], &mut told)?;
    spell(&mut told)?;
    line.push_str("{\"messages\":");
    messages::append(line, &told.turns, |key, value| value != "null" && KNOWN.contains(&key));
    if let Some(tools) = told.tools.as_deref().and_then(tools::openai) {
        line.extend([",\"tools\":", &tools]);
    }
    line.push('}');
    Ok(())
}

/// Reasoning and tool calls as the service has them; few rows have any.
fn spell(told: &mut Turns) -> Result<(), Fault> {
    let mut named = calls::Named::default();
    for turn in told.turns.iter_mut().filter(|turn| !turn.extra.is_empty()) {
        thought::one("openai", turn)?;
        if thought::of(turn).is_some() {
            let said = if turn.content == "null" { "\"\"" } else { messages::text("openai", turn)? };
            turn.content = Cow::Owned(thought::before(turn, said).into_owned());
        }
        let spelled = turn.other("tool_calls").is_none_or(calls::are_openai);
        // What is no call at all stays as it is, for --check to find.
        if let (false, Ok(called)) = (spelled, calls::of(turn)) {
            let called = calls::turn(Cow::Borrowed(""), called, &mut named);
            turn.extra.retain(|(key, _)| *key != "\"tool_calls\"");
            turn.extra.extend(called.extra);
        }
        if turn.role == Speaker::Tool && turn.other("tool_call_id").is_none() {
            turn.extra.extend(calls::result(Cow::Borrowed(""), &mut named).extra);
        }
    }
    Ok(())
}
