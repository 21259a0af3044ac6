//! `harmony`: the messages of OpenAI's gpt-oss models, a message a channel: `analysis` for reasoning, `commentary` for tool
//! calls, `final` for the answer; the system text and the tools are the developer's. Source: `Conversation.to_json` of
//! the `openai-harmony` library, and OpenAI's guide "OpenAI harmony response format". Calls have no ids there: results
//! stand in their order. `system_content`, the frame that the library puts around every conversation, is left out.

use std::borrow::Cow;

use sdk_record::{Fault, Kind, Row, Speaker, Turn, TurnList, Turns, elements, member, members, quote};

use super::Shape;
use crate::calls::{self, Call, Named, Open};
use crate::check::harmony as check;
use crate::messages::{bare, refused, text, without_media};
use crate::{Example, thought, tools};

pub(super) const SHAPE: Shape = Shape {
    name: "harmony",
    about: "gpt-oss: messages with channels analysis, commentary and final",
    empty: r#"{"messages":[{"role":"","content":"","channel":""}]}"#,
    write,
    read,
    check,
};

fn read<'a>(row: Row<'a>, turns: &mut Turns<'a>) -> Result<bool, Fault> {
    Ok(turns.fill_from(row, &["messages", "reasoning"])? && join(turns).map(|()| true)?)
}

/// Whether a message is one of harmony's and not of a chat.
pub(crate) fn is_part(turn: &Turn) -> bool {
    (!turn.extra.is_empty() && turn.other("channel").is_some())
        || (turn.content.starts_with('[') && frame(&turn.content).is_some())
}

/// The content of the developer or of the system, where it is an object of its own.
fn frame(content: &str) -> Option<&str> {
    let kind =
        |part: &&str| matches!(member(part, "type"), Some("\"developer_content\"" | "\"system_content\""));
    elements(content).find(kind)
}

/// Joins what was thought, said and called to the assistant's turns.
pub(crate) fn join(turns: &mut Turns<'_>) -> Result<(), Fault> {
    let list = std::mem::take(&mut turns.turns);
    let (mut joined, mut named, mut answer) = (TurnList::new(), Named::default(), Answer::default());
    for mut turn in list {
        if turn.role == Speaker::Assistant {
            let first_call = answer.calls.is_empty();
            let recipient = turn.other("recipient").map(function);
            if recipient.is_none() && (!first_call || answer.said.is_some()) {
                answer.leave(&mut joined, &mut named)?;
            }
            match (recipient, turn.other("channel")) {
                (Some(name), _) => {
                    let call = format!("{{\"name\":{},\"arguments\":{}}}", quote(&name?), turn.content);
                    answer.calls.push(Call::read(&call)?);
                }
                (None, Some("\"analysis\"")) if answer.thought.is_some() => {
                    let message = "channel: expected an answer after an analysis, found another analysis";
                    return Err(Fault::new(Kind::Unconvertible, message));
                }
                (None, Some("\"analysis\"")) => answer.thought = Some(turn.content),
                (None, _) => {
                    turn.extra.retain(|(key, _)| !is_key(key));
                    answer.said = Some(turn);
                }
            }
            continue;
        }
        answer.leave(&mut joined, &mut named)?;
        if turn.role == Speaker::Tool {
            joined.push(calls::result(turn.content, &mut named));
        } else if let Some(framed) = owned(&turn.content) {
            turns.tools = tools_of(&framed).map(Cow::Owned).or(turns.tools.take());
            if let Some(said) = member(&framed, "instructions").filter(|said| said.starts_with('"')) {
                joined.push(Turn::new(Speaker::System, Cow::Owned(said.to_owned())));
            }
        } else if turn.token() == "\"developer\"" {
            joined.push(Turn::new(Speaker::System, turn.content));
        } else {
            turn.extra.retain(|(key, _)| !is_key(key));
            joined.push(turn);
        }
    }
    answer.leave(&mut joined, &mut named)?;
    turns.turns = joined;
    Ok(())
}

fn is_key(raw: &str) -> bool {
    matches!(raw, "\"channel\"" | "\"recipient\"" | "\"content_type\"")
}

fn owned(content: &str) -> Option<String> {
    content.starts_with('[').then(|| frame(content).map(str::to_owned)).flatten()
}

fn tools_of(framed: &str) -> Option<String> {
    let spaces = members(member(framed, "tools")?);
    let list: Vec<&str> =
        spaces.flat_map(|(_, space)| elements(member(space, "tools").unwrap_or("[]"))).collect();
    (!list.is_empty()).then(|| format!("[{}]", list.join(",")))
}

/// The function that a message is sent to.
fn function(raw: &str) -> Result<String, Fault> {
    let recipient: String = serde_json::from_str(raw).unwrap_or_default();
    recipient.strip_prefix("functions.").map(str::to_owned).ok_or_else(|| {
        let message = format!("recipient: expected functions.NAME, found {raw}");
        Fault::new(Kind::Unconvertible, message)
    })
}

/// The assistant's turn as far as it was read.
#[derive(Default)]
struct Answer<'a> {
    thought: Option<Cow<'a, str>>,
    said: Option<Turn<'a>>,
    calls: Vec<Call>,
}

impl<'a> Answer<'a> {
    fn leave(&mut self, joined: &mut TurnList<'a>, named: &mut Named) -> Result<(), Fault> {
        let Answer { thought, said, calls } = std::mem::take(self);
        let mut turn = match (said, calls.is_empty()) {
            (None, true) if thought.is_none() => return Ok(()),
            (None, true) => {
                let message = "channel: expected an answer after the analysis, found none";
                return Err(Fault::new(Kind::Unconvertible, message));
            }
            (Some(said), true) => said,
            (said, false) => {
                let (content, extra) =
                    said.map_or(("null".into(), Vec::new()), |said| (said.content, said.extra));
                let mut turn = calls::turn(content, calls, named);
                turn.extra.extend(extra);
                turn
            }
        };
        if let Some(thought) = thought {
            thought::set(&mut turn, thought);
        }
        joined.push(turn);
        Ok(())
    }
}

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut told = Turns::default();
    example.fill(&mut told)?;
    without_media("harmony", &told)?;
    let functions = told.tools.as_deref().and_then(tools::functions).unwrap_or_default();
    let mut list = Vec::new();
    let is_system = |turn: &Turn| turn.role == Speaker::System || turn.token() == "\"developer\"";
    if !functions.is_empty() && !told.turns.first().is_some_and(is_system) {
        list.push(developer(None, &functions));
    }
    let mut open = Open::default();
    for turn in &told.turns {
        let said = text("harmony", turn)?;
        bare("harmony", turn)?;
        match turn.role {
            Speaker::User => list.push(format!("{{\"role\":\"user\",\"content\":{said}}}")),
            Speaker::Tool => {
                let name = open.answered("harmony", turn)?;
                let name = &name[1..];
                list.push(format!(
                    "{{\"role\":\"tool\",\"name\":\"functions.{name},\"content\":{said},\"channel\":\"commentary\",\"recipient\":\"assistant\"}}"
                ));
            }
            Speaker::Assistant => answer(turn, said, &mut open, &mut list)?,
            _ if is_system(turn) => {
                let functions: &[String] = if list.is_empty() { &functions } else { &[] };
                list.push(developer(Some(said), functions));
            }
            _ => return Err(refused("harmony", &format!("has no place for {}", turn.token()))),
        }
    }
    line.extend(["{\"messages\":[", &list.join(","), "]}"]);
    Ok(())
}

/// The assistant's turn, a message a channel.
fn answer(turn: &Turn, said: &str, open: &mut Open, list: &mut Vec<String>) -> Result<(), Fault> {
    let said_in = |channel: &str, content: &str| {
        format!("{{\"role\":\"assistant\",\"content\":{content},\"channel\":\"{channel}\"}}")
    };
    list.extend(thought::of(turn).map(|thought| said_in("analysis", &thought)));
    let called = calls::of(turn)?;
    if called.is_empty() {
        list.push(said_in("final", said));
    } else if said != "\"\"" {
        list.push(said_in("commentary", said));
    }
    for call in &called {
        let (name, arguments) = (&call.name[1..], quote(&call.arguments));
        list.push(format!(
            "{{\"role\":\"assistant\",\"content\":{arguments},\"channel\":\"commentary\",\"recipient\":\"functions.{name},\"content_type\":\"<|constrain|>json\"}}"
        ));
    }
    open.called(&called);
    Ok(())
}

fn developer(said: Option<&str>, functions: &[String]) -> String {
    let said = said.map(|said| format!(",\"instructions\":{said}")).unwrap_or_default();
    // The library refuses a tool without a description.
    let described = |raw: &String| match member(raw, "description") {
        Some(_) => raw.clone(),
        None => format!("{},\"description\":\"\"}}", &raw[..raw.len() - 1]),
    };
    let functions: Vec<String> = functions.iter().map(described).collect();
    let tools = match functions.as_slice() {
        [] => String::new(),
        list => {
            format!(",\"tools\":{{\"functions\":{{\"name\":\"functions\",\"tools\":[{}]}}}}", list.join(","))
        }
    };
    format!("{{\"role\":\"developer\",\"content\":[{{\"type\":\"developer_content\"{said}{tools}}}]}}")
}
