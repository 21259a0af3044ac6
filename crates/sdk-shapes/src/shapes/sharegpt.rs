//! `sharegpt`: `{"conversations":[{"from","value"},…]}` with the roles system, human, gpt, and for tools `function_call`,
//! `observation` and `tools`, as text. Source: LLaMA-Factory's `data/README.md`, sharegpt format. Calls have no ids there:
//! results stand in the order of their calls.

use std::borrow::Cow;

use sdk_record::{Fault, Kind, Record, Row, Speaker, Turn, Turns, elements, quote};

use super::Shape;
use crate::calls::{self, Call, Named, Open};
use crate::check::sharegpt as check;
use crate::messages::{self, refused, text};
use crate::{Example, dialects, thought, tools};

pub(super) const SHAPE: Shape = Shape {
    name: "sharegpt",
    about: "{\"conversations\":[{\"from\",\"value\"},…]}, with LLaMA-Factory's roles for tools",
    empty: r#"{"conversations":[{"from":"","value":""}]}"#,
    write,
    read,
    check,
};

fn read<'a>(row: Row<'a>, turns: &mut Turns<'a>) -> Result<bool, Fault> {
    if !turns.fill_from(row, &["conversations", "tools", "system", "reasoning"])? {
        return Ok(false);
    }
    dialects::joined(turns).map(|()| true)
}

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut told = Turns::default();
    example.fill(&mut told)?;
    let (mut open, mut roles) = (Open::default(), Vec::new());
    line.push_str("{\"conversations\":[");
    for (index, turn) in told.turns.iter().enumerate() {
        let (from, value) = said(turn, &mut open)?;
        roles.push(from);
        line.extend([if index > 0 { "," } else { "" }, "{\"from\":\"", from, "\",\"value\":", &value]);
        let held = |key: &str| calls::is_key(key) || thought::is_key(key);
        for (key, raw) in turn.extra.iter().filter(|(key, _)| !held(key)) {
            line.extend([",", *key, ":", &**raw]);
        }
        line.push('}');
    }
    line.push(']');
    alternate(&roles)?;
    if let Some(functions) = told.tools.as_deref().and_then(tools::functions) {
        line.extend([",\"tools\":", &quote(&format!("[{}]", functions.join(",")))]);
    }
    messages::media(line, &told);
    line.push('}');
    Ok(())
}

/// LLaMA-Factory reads turns in twos, after a first system text.
fn alternate(roles: &[&str]) -> Result<(), Fault> {
    let turns = if roles.first() == Some(&"system") { &roles[1..] } else { roles };
    for (index, role) in turns.iter().enumerate() {
        let (sides, expected) = match index % 2 {
            0 => (["human", "observation"], "human or observation"),
            _ => (["gpt", "function_call"], "gpt or function_call"),
        };
        if !sides.contains(role) {
            let what = format!("takes turns, expected {expected} as turn {}, found {role}", index + 1);
            return Err(refused("sharegpt", &what));
        }
    }
    match turns.len() % 2 {
        0 => Ok(()),
        _ => Err(refused("sharegpt", "ends with gpt or function_call, found none after the last turn")),
    }
}

fn said<'t>(turn: &'t Turn, open: &mut Open) -> Result<(&'static str, Cow<'t, str>), Fault> {
    thought::one("sharegpt", turn)?;
    let called = calls::of(turn)?;
    let said = text("sharegpt", turn)?;
    Ok(match (turn.role, turn.token()) {
        (Speaker::System, _) | (_, "\"developer\"") => ("system", said.into()),
        (Speaker::User, _) => ("human", said.into()),
        (Speaker::Tool, _) | (_, "\"function\"") => {
            open.answered("sharegpt", turn)?;
            ("observation", said.into())
        }
        (Speaker::Assistant, _) if called.is_empty() => ("gpt", thought::before(turn, said)),
        (Speaker::Assistant, _) if said == "\"\"" => {
            let list: Vec<String> = called.iter().map(Call::plain).collect();
            open.called(&called);
            let list = match list.as_slice() {
                [one] => quote(one),
                many => quote(&format!("[{}]", many.join(","))),
            };
            ("function_call", Cow::Owned(thought::before(turn, &list).into_owned()))
        }
        _ => return Err(refused("sharegpt", "holds a text or tool calls in a message, found both")),
    })
}

/// `function_call` becomes the assistant's tool calls, and the observations after it their results.
pub(crate) fn join(turns: &mut Turns<'_>) -> Result<(), Fault> {
    let mut named = Named::default();
    for turn in &mut turns.turns {
        if turn.token() == "\"function_call\"" {
            let said: String = serde_json::from_str(&turn.content).map_err(|_| no_call(&turn.content))?;
            let (thought, list) = thought::parted(&said);
            let mut joined = calls::turn(Cow::Borrowed("null"), called(list)?, &mut named);
            if let Some(thought) = thought {
                thought::set(&mut joined, quote(thought).into());
            }
            joined.extra.append(&mut turn.extra);
            *turn = joined;
        } else if turn.role == Speaker::Tool && turn.other("tool_call_id").is_none() {
            let result = calls::result(Cow::Borrowed(""), &mut named);
            turn.extra.splice(..0, result.extra);
        }
    }
    Ok(())
}

/// The calls of a text: `{"name","arguments"}` or a list of them.
fn called(text: &str) -> Result<Vec<Call>, Fault> {
    // What stands in a string was not validated with its row: here it is, as the only value of one.
    let record = Record::from_text(format!("{{\"calls\":{}}}", text.trim())).map_err(|_| no_call(text))?;
    match record.get("calls") {
        Some(list) if list.starts_with('[') => elements(list).map(Call::read).collect(),
        Some(one) => Ok(vec![Call::read(one)?]),
        None => Err(no_call(text)),
    }
}

fn no_call(found: &str) -> Fault {
    let found: String = found.chars().take(40).collect();
    let message =
        format!("function_call: expected {{\"name\",\"arguments\"}} as text, found {}", quote(&found));
    Fault::new(Kind::Unconvertible, message)
}
