//! `gemini`: `{"systemInstruction","contents":[{"role","parts":[…]}],"tools"}`, Google's lines for supervised tuning.
//! Source: Vertex AI's "Prepare supervised fine-tuning data" and "Tune function calling", and the API reference's
//! `Content` and `Part`. Reasoning is a part with `thought`. Calls have no ids there: results stand in their order. Of
//! media it takes what OpenAI's parts can hold: pictures, and sounds as WAV or MP3.

mod media;

use std::borrow::Cow;

use sdk_record::{Fault, Kind, Record, Row, Speaker, Turn, Turns, elements, member, members, minify, quote};

use super::Shape;
use crate::calls::{self, Call, Named, Open};
use crate::check::gemini as check;
use crate::messages::{bare, refused};
use crate::{Example, pictures, thought, tools};

pub(super) const SHAPE: Shape = Shape {
    name: "gemini",
    about: "{\"systemInstruction\",\"contents\",\"tools\"}, Google's tuning lines",
    empty: r#"{"contents":[{"role":"","parts":[{"text":""}]}]}"#,
    write,
    read,
    check,
};

/// A member by its name in JSON or in Python.
fn either<'a>(object: &'a str, camel: &str, snake: &str) -> Option<&'a str> {
    member(object, camel).or_else(|| member(object, snake)).filter(|raw| *raw != "null")
}

pub(crate) fn read<'a>(row: Row<'a>, turns: &mut Turns<'a>) -> Result<bool, Fault> {
    let Some(contents) = row.get("contents").filter(|raw| raw.starts_with('[')) else { return Ok(false) };
    let mut named = Named::default();
    if let Some(system) = either(row.text(), "systemInstruction", "system_instruction") {
        content(system, Speaker::System, &mut named, turns)
            .map_err(|what| wrong("systemInstruction", what))?;
    }
    for (index, raw) in elements(contents).enumerate() {
        let role = match member(raw, "role") {
            Some("\"model\"") => Speaker::Assistant,
            Some("\"user\"" | "\"function\"") | None => Speaker::User,
            Some(_) => {
                return Err(wrong(&format!("contents[{index}].role"), "expected user or model".into()));
            }
        };
        content(raw, role, &mut named, turns).map_err(|what| wrong(&format!("contents[{index}]"), what))?;
    }
    turns.frame(row);
    Ok(!turns.turns.is_empty())
}

fn wrong(path: &str, what: String) -> Fault {
    Fault::new(Kind::Unconvertible, format!("{path}: {what}"))
}

/// Adds the turns of one content: what is said, thought and called, or the results of tools.
fn content<'a>(raw: &'a str, role: Speaker, named: &mut Named, turns: &mut Turns<'a>) -> Result<(), String> {
    let (mut said, mut thoughts, mut called) = (Vec::new(), Vec::new(), Vec::new());
    let before = turns.turns.len();
    for part in elements(member(raw, "parts").unwrap_or("[]")) {
        known(part)?;
        if let Some(text) = member(part, "text").filter(|text| text.starts_with('"')) {
            let list = if member(part, "thought") == Some("true") { &mut thoughts } else { &mut said };
            list.push(Said::Text(text));
        } else if let Some(call) = either(part, "functionCall", "function_call") {
            called.push(Call::read(call).map_err(|fault| fault.message)?);
        } else if let Some(result) = either(part, "functionResponse", "function_response") {
            let response = member(result, "response").unwrap_or("{}");
            let mut turn = calls::result(output(response), named);
            if turn.extra.is_empty() {
                turn.extra.extend(member(result, "name").map(|name| ("\"name\"", name.into())));
            }
            turns.turns.push(turn);
        } else if let Some(data) = either(part, "inlineData", "inline_data") {
            said.push(Said::Medium(media::inline(data)?));
        } else if let Some(file) = either(part, "fileData", "file_data") {
            said.push(Said::Medium(media::file(file)?));
        } else {
            let keys: String = minify(part).chars().take(40).collect();
            return Err(format!("expected text, functionCall, functionResponse or inlineData, found {keys}"));
        }
    }
    let text: Cow<str> = match said.as_slice() {
        [] if !called.is_empty() => "null".into(),
        [] if turns.turns.len() > before => return Ok(()),
        [] => return Err("parts: expected one part or more, found none".to_owned()),
        [Said::Text(text)] => (*text).into(),
        parts => format!("[{}]", parts.iter().map(Said::part).collect::<Vec<_>>().join(",")).into(),
    };
    let mut turn = match called.is_empty() {
        true => Turn::new(role, text),
        false => calls::turn(text, called, named),
    };
    match thoughts.as_slice() {
        [] => {}
        [Said::Text(thought)] => thought::set(&mut turn, (*thought).into()),
        _ => return Err("parts: expected one thought, found several".to_owned()),
    }
    turns.turns.push(turn);
    Ok(())
}

/// A part that is said.
enum Said<'a> {
    Text(&'a str),
    /// A picture or a sound, as OpenAI's part.
    Medium(String),
}

impl Said<'_> {
    /// OpenAI's part.
    fn part(&self) -> String {
        match self {
            Said::Text(text) => format!("{{\"type\":\"text\",\"text\":{text}}}"),
            Said::Medium(part) => part.clone(),
        }
    }
}

/// What else a part says is told and not dropped.
fn known(part: &str) -> Result<(), String> {
    const KNOWN: [&str; 10] = [
        "text",
        "thought",
        "functionCall",
        "function_call",
        "functionResponse",
        "function_response",
        "inlineData",
        "inline_data",
        "fileData",
        "file_data",
    ];
    let name = |raw: &str| raw.trim_matches('"').chars().take(40).collect::<String>();
    match members(part).find(|(key, raw)| *raw != "null" && !KNOWN.contains(&name(key).as_str())) {
        None => Ok(()),
        Some((key, _)) => Err(format!("expected text, a call, its result or a medium, found {}", name(key))),
    }
}

/// What a tool said: the text under `output` where that is all, else the object as text.
fn output(response: &str) -> Cow<'_, str> {
    let mut all = members(response);
    match (all.next(), all.next()) {
        (Some(("\"output\"", text)), None) if text.starts_with('"') => text.into(),
        _ => quote(&minify(response)).into(),
    }
}

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut told = Turns::default();
    example.fill(&mut told)?;
    pictures::within("gemini", &["data:", "gs:"], &mut told)?;
    let (mut open, mut contents) = (Open::default(), Vec::new());
    let is_system = |turn: &Turn| turn.role == Speaker::System || turn.token() == "\"developer\"";
    let turns = match &*told.turns {
        [system, rest @ ..] if is_system(system) => {
            let parts = parts(system)?;
            line.extend([
                "{\"systemInstruction\":{\"role\":\"system\",\"parts\":[",
                &parts,
                "]},\"contents\":[",
            ]);
            rest
        }
        rest => {
            line.push_str("{\"contents\":[");
            rest
        }
    };
    for turn in turns {
        bare("gemini", turn)?;
        match turn.role {
            Speaker::User => contents.push(("user", parts(turn)?)),
            Speaker::Assistant => contents.push(("model", answer(turn, &mut open)?)),
            Speaker::Tool => {
                let result = result(turn, &mut open)?;
                match contents.last_mut() {
                    // The results of calls that were made at once stand in one content.
                    Some(("user", parts)) if parts.starts_with("{\"functionResponse\"") => {
                        parts.extend([",", &result]);
                    }
                    _ => contents.push(("user", result)),
                }
            }
            Speaker::System | Speaker::Other => {
                let what = format!("holds user, model and one system text first, found {}", turn.token());
                return Err(refused("gemini", &what));
            }
        }
    }
    for (index, (role, parts)) in contents.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        line.extend([comma, "{\"role\":\"", role, "\",\"parts\":[", parts, "]}"]);
    }
    line.push(']');
    if let Some(functions) = told.tools.as_deref().and_then(tools::functions) {
        line.extend([",\"tools\":", &tools::declarations(&functions)]);
    }
    line.push('}');
    Ok(())
}

/// What a message says, as parts.
fn parts(turn: &Turn) -> Result<String, Fault> {
    if !turn.content.starts_with('[') {
        return Ok(format!("{{\"text\":{}}}", turn.content));
    }
    let list: Result<Vec<String>, Fault> = elements(&turn.content).map(part).collect();
    Ok(list?.join(","))
}

fn part(raw: &str) -> Result<String, Fault> {
    let text = member(raw, "text").filter(|_| member(raw, "type").is_none_or(|kind| kind == "\"text\""));
    match text.filter(|text| text.starts_with('"')) {
        Some(text) => Ok(format!("{{\"text\":{text}}}")),
        None => media::part(raw),
    }
}

/// What the model thinks, says and calls, as parts.
fn answer(turn: &Turn, open: &mut Open) -> Result<String, Fault> {
    let mut list = Vec::new();
    list.extend(thought::of(turn).map(|thought| format!("{{\"text\":{thought},\"thought\":true}}")));
    let called = calls::of(turn)?;
    if called.is_empty() || !matches!(&*turn.content, "null" | "\"\"") {
        list.push(parts(turn)?);
    }
    open.called(&called);
    list.extend(
        called.iter().map(|call| {
            format!("{{\"functionCall\":{{\"name\":{},\"args\":{}}}}}", call.name, call.arguments)
        }),
    );
    Ok(list.join(","))
}

/// The result of a tool. A text that is an object is one here, if reading it again gives the same text.
fn result(turn: &Turn, open: &mut Open) -> Result<String, Fault> {
    let name = open.answered("gemini", turn)?;
    let said = crate::messages::text("gemini", turn)?;
    let object =
        serde_json::from_str::<String>(said).ok().and_then(|text| Record::parse(&text).ok().zip(Some(text)));
    let response = match object {
        Some((object, text)) if *output(object.text()) == *said && minify(&text) == text => text,
        _ => format!("{{\"output\":{said}}}"),
    };
    Ok(format!("{{\"functionResponse\":{{\"name\":{name},\"response\":{response}}}}}"))
}
