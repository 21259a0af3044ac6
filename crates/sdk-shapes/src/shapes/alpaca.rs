//! `alpaca`: `{"instruction","input","output"}`, and `system` where there is one. Holds one exchange of plain text;
//! what is more is refused, never cut.

use sdk_record::{Fault, Kind, Speaker, Turn, Turns};

use super::Shape;
use crate::Example;

pub(super) const SHAPE: Shape =
    Shape { name: "alpaca", about: "{\"instruction\",\"input\",\"output\"}, one exchange", write };

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut turns = Turns::default();
    example.fill(&mut turns)?;
    let (system, user, assistant) = exchange(&turns)?;
    for turn in system.into_iter().chain([user, assistant]) {
        plain(turn)?;
    }
    let (instruction, input) = match &turns.split {
        Some((instruction, input)) => (&**instruction, &**input),
        None => (&*user.content, "\"\""),
    };
    line.extend(["{\"instruction\":", instruction, ",\"input\":", input, ",\"output\":", &assistant.content]);
    if let Some(system) = system {
        line.extend([",\"system\":", &system.content]);
    }
    line.push('}');
    Ok(())
}

type Exchange<'t, 'a> = (Option<&'t Turn<'a>>, &'t Turn<'a>, &'t Turn<'a>);

fn exchange<'t, 'a>(turns: &'t Turns<'a>) -> Result<Exchange<'t, 'a>, Fault> {
    let (system, rest) = match &*turns.turns {
        [system, rest @ ..] if system.role == Speaker::System => (Some(system), rest),
        rest => (None, rest),
    };
    match rest {
        [user, assistant] if (user.role, assistant.role) == (Speaker::User, Speaker::Assistant) => {
            Ok((system, user, assistant))
        }
        _ => {
            let roles: Vec<_> =
                turns.turns.iter().take(8).map(|turn| turn.token().trim_matches('"')).collect();
            let more = if turns.turns.len() > roles.len() { ", …" } else { "" };
            Err(refusal(&format!("holds one exchange, user and assistant, found {}{more}", roles.join(", "))))
        }
    }
}

fn plain(turn: &Turn) -> Result<(), Fault> {
    if turn.other("tool_calls").or_else(|| turn.other("function_call")).is_some() {
        return Err(refusal("holds text, found a tool call"));
    }
    match turn.content.starts_with('"') {
        true => Ok(()),
        false => Err(refusal("holds text, found an array of content parts")),
    }
}

fn refusal(what: &str) -> Fault {
    Fault::new(Kind::Unconvertible, format!("alpaca {what}; chatml holds any conversation"))
}
