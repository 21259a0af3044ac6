//! `text`: `{"text":…}`, the whole conversation as one text, by the Jinja chat template of `--chat-template`. Without one it
//! is plain: each message after its role (`System:`, `User:`, `Assistant:`), an empty line between them. A row that is
//! nothing but a `text` keeps it. Source: TRL's standard language modelling.

use sdk_record::{Fault, Kind, Row, Speaker, Turns, as_text, quote};

use super::Shape;
use crate::check::text as check;
use crate::messages::{plain, refused, unweighted, without_media};
use crate::{Example, tools};

pub(super) const SHAPE: Shape = Shape {
    name: "text",
    about: "{\"text\"}, by --chat-template, or plain with a role before each message",
    empty: r#"{"text":""}"#,
    write,
    read,
    check,
};

/// A text tells of no turns.
#[allow(clippy::unnecessary_wraps)] // the table's signature
fn read<'a>(_: Row<'a>, _: &mut Turns<'a>) -> Result<bool, Fault> {
    Ok(false)
}

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut told = Turns::default();
    let whole = example.row.get("text").filter(|_| example.user.is_none() && example.assistant.is_none());
    match (example.fill(&mut told), whole) {
        (Ok(()), _) => {}
        (Err(fault), Some(raw)) if told.turns.is_empty() && fault.kind == Kind::Unconvertible => {
            line.extend(["{\"text\":", &as_text("text", raw)?, "}"]);
            return Ok(());
        }
        (Err(fault), _) => return Err(fault),
    }
    without_media("text", &told)?;
    if let Some(template) = example.template {
        told.turns.iter().try_for_each(|turn| unweighted("text", turn))?;
        line.extend(["{\"text\":", &quote(&template.render(&told)?), "}"]);
        return Ok(());
    }
    if told.tools.as_deref().is_some_and(|raw| tools::functions(raw).is_some()) {
        return Err(refused("text", "has no place for tools without a --chat-template"));
    }
    line.push_str("{\"text\":\"");
    for (index, turn) in told.turns.iter().enumerate() {
        let role = match turn.role {
            Speaker::System => "System: ",
            Speaker::User => "User: ",
            Speaker::Assistant => "Assistant: ",
            Speaker::Tool | Speaker::Other => {
                let what = format!("has no place for {} without a --chat-template", turn.token());
                return Err(refused("text", &what));
            }
        };
        let said = plain("text", turn)?;
        line.extend([if index > 0 { "\\n\\n" } else { "" }, role, &said[1..said.len() - 1]]);
    }
    line.push_str("\"}");
    Ok(())
}
