//! The conversation that a row holds, recognised from its keys.
//!
//! Every text stays the JSON token that it was: nothing is unescaped, so nothing can be escaped differently. This
//! says who speaks and what is said; it writes no training line and evaluates no expression.

mod messages;

use std::borrow::Cow;

use crate::{Fault, Kind, Record, minify, quote};

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Speaker {
    System,
    User,
    Assistant,
    Tool,
    /// A role of OpenAI's that has no other name here (`developer`, `function`): it keeps its own.
    Other,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn<'a> {
    /// Who speaks.
    pub role: Speaker,
    /// The role as the row spells it, a raw JSON string: `"human"`.
    pub name: &'a str,
    /// Raw JSON: a string, an array of content parts, or `null` beside an assistant's tool calls.
    pub content: Cow<'a, str>,
    /// The message's other keys and their values, raw: `("\"weight\"", "0")`.
    pub extra: Vec<(&'a str, &'a str)>,
}

impl<'a> Turn<'a> {
    /// A message that is no more than its text, a raw JSON string.
    pub fn new(role: Speaker, content: Cow<'a, str>) -> Turn<'a> {
        Turn { role, name: role.token().unwrap_or("\"\""), content, extra: Vec::new() }
    }

    /// The role as training lines spell it, a raw JSON string: `"user"` for `"human"`.
    pub fn token(&self) -> &'a str {
        self.role.token().unwrap_or(self.name)
    }

    /// Raw value of one of the other keys, unless it is null.
    pub fn other(&self, key: &str) -> Option<&'a str> {
        self.extra
            .iter()
            .find(|(raw, value)| messages::is(raw, key) && *value != "null")
            .map(|(_, value)| *value)
    }
}

/// The messages of a row, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turns<'a> {
    /// The messages; the row's `system` key comes first where no message is the system's.
    pub turns: Vec<Turn<'a>>,
    /// `instruction` and `input`, raw, where a row parts its user's text so.
    pub split: Option<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Turns<'a> {
    /// One exchange of two raw JSON strings, after the system text of `row` if that has one.
    pub fn pair(row: &'a Record, user: Cow<'a, str>, assistant: Cow<'a, str>) -> Turns<'a> {
        let exchange = [Turn::new(Speaker::User, user), Turn::new(Speaker::Assistant, assistant)];
        Turns { turns: system(row).into_iter().chain(exchange).collect(), split: None }
    }

    /// How many of the messages are this speaker's.
    pub fn count(&self, role: Speaker) -> usize {
        self.turns.iter().filter(|turn| turn.role == role).count()
    }
}

/// Keys that hold messages.
const LISTS: [&str; 3] = ["messages", "conversations", "conversation"];

/// Keys that hold the user's and the assistant's text, tried in this order.
const PAIRS: [(&str, &str); 8] = [
    ("question", "answer"),
    ("question", "solution"),
    ("instruction", "output"),
    ("instruction", "response"),
    ("prompt", "completion"),
    ("prompt", "response"),
    ("Prompt", "Completion"),
    ("input", "output"),
];

/// The conversation of a row; `None` if its keys tell of none.
///
/// # Errors
/// `type` and `unconvertible`, naming the path, where the keys are known and what they hold is not.
pub fn turns(row: &Record) -> Result<Option<Turns<'_>>, Fault> {
    recognise(row).map_err(|fault| fault.of(row))
}

fn recognise(row: &Record) -> Result<Option<Turns<'_>>, Fault> {
    if let Some((key, raw)) = LISTS.iter().find_map(|key| Some((key, row.get(key)?))) {
        let mut turns = Vec::new();
        messages::read(raw, key, &mut turns)?;
        return Ok(Some(headed(row, turns)));
    }
    let both = PAIRS
        .iter()
        .find_map(|&(user, assistant)| Some((user, row.get(user)?, assistant, row.get(assistant)?)));
    let Some((user, asked, assistant, answered)) = both else { return Ok(None) };
    // TRL's conversational form: both sides may be messages themselves.
    if user.eq_ignore_ascii_case("prompt") && (messages::listed(asked) || messages::listed(answered)) {
        let mut turns = Vec::new();
        side(user, asked, Speaker::User, &mut turns)?;
        side(assistant, answered, Speaker::Assistant, &mut turns)?;
        return Ok(Some(headed(row, turns)));
    }
    let (asked, answered) = (as_text(user, asked)?, as_text(assistant, answered)?);
    let input = row.get("input").filter(|raw| user == "instruction" && !matches!(*raw, "null" | "\"\""));
    let Some(input) = input else { return Ok(Some(Turns::pair(row, asked, answered))) };
    let input = as_text("input", input)?;
    let whole = format!("{}\\n\\n{}", &asked[..asked.len() - 1], &input[1..]);
    Ok(Some(Turns { split: Some((asked, input)), ..Turns::pair(row, whole.into(), answered) }))
}

/// A raw value as a raw JSON string: a string is itself, any other value is quoted as its JSON text.
///
/// # Errors
/// `unconvertible` for null, naming the value as `named`.
pub fn as_text<'a>(named: &str, raw: &'a str) -> Result<Cow<'a, str>, Fault> {
    match raw.as_bytes().first() {
        Some(b'"') => Ok(Cow::Borrowed(raw)),
        Some(b'n') | None => {
            Err(Fault::new(Kind::Unconvertible, format!("{named}: expected text, found {}", found(raw))))
        }
        Some(_) => Ok(Cow::Owned(quote(&minify(raw)))),
    }
}

fn side<'a>(key: &str, raw: &'a str, role: Speaker, turns: &mut Vec<Turn<'a>>) -> Result<(), Fault> {
    if messages::listed(raw) {
        return messages::read(raw, key, turns);
    }
    turns.push(Turn::new(role, as_text(key, raw)?));
    Ok(())
}

/// The messages under the row's `system` key, if they have no system message of their own.
fn headed<'a>(row: &'a Record, mut turns: Vec<Turn<'a>>) -> Turns<'a> {
    if !turns.iter().any(|turn| turn.role == Speaker::System)
        && let Some(system) = system(row)
    {
        turns.insert(0, system);
    }
    Turns { turns, split: None }
}

fn system(row: &Record) -> Option<Turn<'_>> {
    let text = |key| row.get(key).filter(|raw| raw.starts_with('"') && *raw != "\"\"");
    let raw = text("system").or_else(|| text("system_prompt"))?;
    Some(Turn::new(Speaker::System, Cow::Borrowed(raw)))
}

impl Speaker {
    fn token(self) -> Option<&'static str> {
        match self {
            Speaker::System => Some("\"system\""),
            Speaker::User => Some("\"user\""),
            Speaker::Assistant => Some("\"assistant\""),
            Speaker::Tool => Some("\"tool\""),
            Speaker::Other => None,
        }
    }

    /// The speaker of a role's name, in OpenAI's words or those of ShareGPT's exports.
    fn named(name: &str) -> Option<Speaker> {
        Some(match name {
            "user" | "human" | "prompter" => Speaker::User,
            "assistant" | "gpt" | "model" | "bot" | "chatgpt" | "bing" | "bard" => Speaker::Assistant,
            "system" => Speaker::System,
            "tool" | "observation" => Speaker::Tool,
            "developer" | "function" => Speaker::Other,
            _ => return None,
        })
    }
}

fn found(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        None => "nothing",
        Some(b'n') => "null",
        Some(b'"') => "a string",
        Some(b'[') => "an array",
        Some(b'{') => "an object",
        Some(b't' | b'f') => "a boolean",
        Some(_) => "a number",
    }
}
