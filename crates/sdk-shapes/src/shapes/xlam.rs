//! `xlam`: `{"query","tools","answers"}`, a question and the calls that answer it, the last two as JSON text. Source: the
//! card of Salesforce's `xlam-function-calling-60k`. Parameters stay the JSON Schema that they are; the set's own lists
//! of arguments are read as one.

use std::borrow::Cow;

use sdk_record::{Fault, Kind, Record, Row, Speaker, Turn, Turns, as_text, elements, quote};

use super::Shape;
use crate::calls::{self, Call, Named};
use crate::check::xlam as check;
use crate::messages::{bare, exchange, refused, text, without_media};
use crate::{Example, thought, tools};

pub(super) const SHAPE: Shape = Shape {
    name: "xlam",
    about: "{\"query\",\"tools\",\"answers\"}, a question and the calls that answer it",
    empty: r#"{"query":"","tools":"","answers":""}"#,
    write,
    read,
    check,
};

pub(crate) fn read<'a>(row: Row<'a>, turns: &mut Turns<'a>) -> Result<bool, Fault> {
    let (Some(query), Some(answers)) = (row.get("query"), row.get("answers")) else { return Ok(false) };
    let answers: String = match answers.starts_with('"') {
        true => serde_json::from_str(answers).map_err(|_| no_calls())?,
        false => answers.to_owned(),
    };
    // What stands in a string was not validated with its row: here it is, as the only value of one.
    let record = Record::from_text(format!("{{\"answers\":{}}}", answers.trim())).map_err(|_| no_calls())?;
    let list = record.get("answers").filter(|raw| raw.starts_with('[')).ok_or_else(no_calls)?;
    let calls: Vec<Call> = elements(list).map(Call::read).collect::<Result<_, _>>()?;
    if calls.is_empty() {
        return Err(no_calls());
    }
    turns.turns.push(Turn::new(Speaker::User, as_text("query", query)?));
    turns.turns.push(calls::turn(Cow::Borrowed("null"), calls, &mut Named::default()));
    turns.frame(row);
    Ok(true)
}

fn no_calls() -> Fault {
    Fault::new(
        Kind::Unconvertible,
        "answers: expected a list of calls, {\"name\",\"arguments\"} each, as text",
    )
}

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut told = Turns::default();
    example.fill(&mut told)?;
    let (system, user, assistant) = exchange("xlam", &told.turns)?;
    if system.is_some() {
        return Err(refused("xlam", "holds a question, found a system text (--system null leaves it out)"));
    }
    without_media("xlam", &told)?;
    bare("xlam", user)?;
    bare("xlam", assistant)?;
    let calls = calls::of(assistant)?;
    if calls.is_empty() || text("xlam", assistant)? != "\"\"" {
        return Err(refused("xlam", "holds an answer of tool calls only, found a text"));
    }
    if thought::of(assistant).is_some() {
        return Err(refused("xlam", "holds tool calls only, found reasoning"));
    }
    let Some(functions) = told.tools.as_deref().and_then(tools::functions) else {
        return Err(refused("xlam", "holds the tools beside their calls, found none"));
    };
    let answers: Vec<String> = calls.iter().map(Call::plain).collect();
    line.extend(["{\"query\":", text("xlam", user)?]);
    line.extend([",\"tools\":", &quote(&format!("[{}]", functions.join(",")))]);
    line.extend([",\"answers\":", &quote(&format!("[{}]", answers.join(","))), "}"]);
    Ok(())
}
