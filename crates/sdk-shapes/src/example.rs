//! A row on its way to a training line, with what the command line said about it.

use std::borrow::Cow;

use sdk_record::{Fault, Kind, Row, Speaker, Turn, TurnList, Turns, as_text};

use crate::template::Template;
use crate::{Shape, dialects, thought};

/// A row and the raw JSON values that stand in for, or come after, what its keys tell.
#[derive(Debug, Clone, Copy)]
pub struct Example<'a> {
    /// The row.
    pub row: Row<'a>,
    /// What `--system` came to; null and the empty string leave the line without a system message.
    pub system: Option<&'a str>,
    /// What `--user` came to.
    pub user: Option<&'a str>,
    /// What `--assistant` came to.
    pub assistant: Option<&'a str>,
    /// What `--reasoning` came to; null and the empty string add none.
    pub reasoning: Option<&'a str>,
    /// `--from`: the shape of the row, where its keys are not to tell.
    pub from: Option<&'static Shape>,
    /// `--chat-template`: what the shape `text` is written with.
    pub template: Option<&'a Template>,
    /// What `--keep` came to: keys and raw values that the line gets after its own.
    pub keep: &'a [(String, String)],
}

impl<'a> Example<'a> {
    /// The row alone.
    pub fn new(row: Row<'a>) -> Example<'a> {
        Example {
            row,
            system: None,
            user: None,
            assistant: None,
            reasoning: None,
            from: None,
            template: None,
            keep: &[],
        }
    }

    /// The conversation to write.
    ///
    /// # Errors
    /// `unconvertible` and `type`: keys that tell of no conversation, or of a broken one, or null for a text.
    pub fn turns(&self) -> Result<Turns<'a>, Fault> {
        let mut turns = Turns::default();
        self.fill(&mut turns).map(|()| turns)
    }

    /// [`Example::turns`] into empty turns of the caller's, which saves moving them.
    pub fn fill(&self, turns: &mut Turns<'a>) -> Result<(), Fault> {
        self.told(turns)?;
        if turns.bad || !turns.rejected.is_empty() {
            return Err(preferred(turns));
        }
        Ok(())
    }

    /// [`Example::fill`] for a shape that has a place for an answer that is not wanted.
    pub(crate) fn told(&self, turns: &mut Turns<'a>) -> Result<(), Fault> {
        match (self.user, self.assistant) {
            (Some(user), Some(assistant)) => {
                turns.pair(self.row, as_text("--user", user)?, as_text("--assistant", assistant)?);
            }
            (user, assistant) => {
                let known = match self.from {
                    None => dialects::read(self.row, turns)?,
                    Some(shape) => (shape.read)(self.row, turns)?,
                };
                if !known {
                    return Err(unknown(self.row, self.from));
                }
                if let Some(user) = user {
                    replace(turns, Speaker::User, "--user", "--assistant", user)?;
                    turns.split = None;
                }
                if let Some(assistant) = assistant {
                    replace(turns, Speaker::Assistant, "--assistant", "--user", assistant)?;
                }
            }
        }
        match self.system {
            Some(raw) => say(&mut turns.turns, system(raw)?),
            None if turns.two_systems => {
                let message =
                    "system: expected one system text, found two that differ; say which with --system";
                return Err(Fault::new(Kind::Unconvertible, message));
            }
            None => {}
        }
        match self.reasoning {
            None => thought_beside(turns),
            Some("null" | "\"\"") => Ok(()),
            Some(raw) => think(&mut turns.turns, "--reasoning", as_text("--reasoning", raw)?),
        }
    }
}

/// What the row says beside its messages was thought before the last answer, unless that says something else itself.
fn thought_beside(turns: &mut Turns<'_>) -> Result<(), Fault> {
    let Some(beside) = turns.reasoning.take() else { return Ok(()) };
    let last = turns.turns.iter().rfind(|turn| turn.role == Speaker::Assistant);
    match last.and_then(|turn| thought::of(turn)) {
        Some(own) if own == beside => Ok(()),
        _ if !turns.rejected.is_empty() => {
            let message = "reasoning: expected one answer to think before, found a chosen and a rejected one; --reasoning \
                           .reasoning puts it before the chosen one, --reasoning null leaves it out";
            Err(Fault::new(Kind::Unconvertible, message))
        }
        Some(_) => {
            let message = "reasoning: the last answer has another of its own; say which with --reasoning, or take one away";
            Err(Fault::new(Kind::Unconvertible, message))
        }
        None => think(&mut turns.turns, "reasoning", beside),
    }
}

/// The last answer gets this reasoning.
fn think<'a>(turns: &mut TurnList<'a>, named: &str, reasoning: Cow<'a, str>) -> Result<(), Fault> {
    match turns.iter_mut().rfind(|turn| turn.role == Speaker::Assistant) {
        Some(turn) => {
            thought::set(turn, reasoning);
            Ok(())
        }
        None => Err(Fault::new(
            Kind::Unconvertible,
            format!("{named}: expected an answer to think before, found none"),
        )),
    }
}

/// Why a row of a preference is no conversation.
fn preferred(turns: &Turns) -> Fault {
    let what = match turns.rejected.is_empty() {
        true => "label: expected an answer to learn, found one with label false; kto holds it",
        false => "expected one answer, found a chosen and a rejected one; dpo, orpo and reward hold both",
    };
    Fault::new(Kind::Unconvertible, format!("{what}, or say which are which with --user and --assistant"))
}

/// The system's first message becomes this one, or goes.
fn say<'a>(turns: &mut TurnList<'a>, system: Option<Turn<'a>>) {
    match (turns.iter().position(|turn| turn.role == Speaker::System), system) {
        (Some(own), Some(system)) => turns[own] = system,
        (Some(own), None) => drop(turns.remove(own)),
        (None, Some(system)) => turns.insert(0, system),
        (None, None) => {}
    }
}

fn system(raw: &str) -> Result<Option<Turn<'_>>, Fault> {
    match raw {
        "null" | "\"\"" => Ok(None),
        raw => Ok(Some(Turn::new(Speaker::System, as_text("--system", raw)?))),
    }
}

/// One flag alone replaces the one message that it can mean.
fn replace<'a>(
    turns: &mut Turns<'a>,
    role: Speaker,
    flag: &str,
    other: &str,
    raw: &'a str,
) -> Result<(), Fault> {
    let text = as_text(flag, raw)?;
    let count = turns.count(role);
    match turns.turns.iter_mut().find(|turn| turn.role == role) {
        Some(turn) if count == 1 => *turn = Turn::new(role, text),
        _ => {
            let message = format!("{flag}: expected one message to replace, found {count}; give {other} too");
            return Err(Fault::new(Kind::Unconvertible, message));
        }
    }
    Ok(())
}

/// Most keys that a message names.
const NAMED: usize = 12;

fn unknown(row: Row, from: Option<&Shape>) -> Fault {
    let mut keys: Vec<String> =
        row.iter().take(NAMED).map(|(key, _)| key.escape_debug().take(40).collect()).collect();
    let all = row.iter().count();
    match all {
        0 => keys.push("none".to_owned()),
        _ if all > NAMED => keys.push(format!("and {} more", all - NAMED)),
        _ => {}
    }
    let expected = match from {
        None => "a question and an answer, a prompt and a response, messages or the like".to_owned(),
        Some(shape) => format!("a row of {}, {}", shape.name, shape.about),
    };
    let message = format!(
        "expected {expected}, found keys: {}; say which are which with --user and --assistant",
        keys.join(", ")
    );
    Fault::new(Kind::Unconvertible, message)
}
