//! The conversation that a row holds, recognised from its keys.
//!
//! Every text stays the JSON token that it was: nothing is unescaped, so nothing can be escaped differently. This
//! says who speaks and what is said; it writes no training line and evaluates no expression.

mod keys;
mod message;
mod messages;
mod preference;
mod reasoning;
mod recognise;
mod speaker;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::{Fault, Kind, Row, minify, quote};
use keys::Known;
pub use reasoning::REASONING;
pub use speaker::Speaker;

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
    pub extra: Vec<(&'a str, Cow<'a, str>)>,
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
    pub fn other(&self, key: &str) -> Option<&str> {
        self.extra
            .iter()
            .find(|(raw, value)| message::is(raw, key) && *value != "null")
            .map(|(_, value)| &**value)
    }
}

/// Messages in order. A system text and one exchange need no allocation.
pub type TurnList<'a> = SmallVec<[Turn<'a>; 3]>;

/// The messages of a row, in order.
///
/// They are filled where they stand: on a hot path it shows when some hundred bytes are handed from one function to the
/// next.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turns<'a> {
    /// The messages; the row's `system` key comes first where no message is the system's.
    pub turns: TurnList<'a>,
    /// `instruction` and `input`, raw, where a row parts its user's text so.
    pub split: Option<(Cow<'a, str>, Cow<'a, str>)>,
    /// The row's `tools`, raw, as it spells them.
    pub tools: Option<Cow<'a, str>>,
    /// The last messages that are the answer, where the row parts it from the prompt; 0: it does not.
    pub answer: usize,
    /// The answer that was not chosen, of a row that holds two.
    pub rejected: Vec<Turn<'a>>,
    /// The row holds texts under its keys, and not messages.
    pub texts: bool,
    /// The row says itself that its answer is a bad one.
    pub bad: bool,
    /// What was thought before the last answer, a raw JSON string, where the row says so beside its messages.
    pub reasoning: Option<Cow<'a, str>>,
    /// `images`, `videos` and `audios` that the row has beside its texts: keys and raw lists. One that stands without a
    /// list, and a picture under `image`, is in one here.
    pub media: Vec<(&'static str, Cow<'a, str>)>,
    /// The row has two system texts that differ; the first is taken.
    pub two_systems: bool,
}

impl<'a> Turns<'a> {
    /// Fills empty turns with the conversation of a row; `false` if its keys tell of none. After a fault there may be
    /// some of it.
    ///
    /// # Errors
    /// `type` and `unconvertible`, naming the path, where the keys are known and what they hold is not.
    pub fn fill(&mut self, row: Row<'a>) -> Result<bool, Fault> {
        self.recognise(&Known::of(row)).map_err(|fault| fault.of_row(row))
    }

    /// [`Turns::fill`], as if the row had these keys only.
    pub fn fill_from(&mut self, row: Row<'a>, keys: &[&str]) -> Result<bool, Fault> {
        self.recognise(&Known::of_these(row, keys)).map_err(|fault| fault.of_row(row))
    }

    /// Fills empty turns with a prompt, the chosen answer and [`Turns::rejected`]; `false` if the row holds no two
    /// answers.
    ///
    /// # Errors
    /// As [`Turns::fill`].
    pub fn prefer(&mut self, row: Row<'a>) -> Result<bool, Fault> {
        self.preference(&Known::of(row)).map_err(|fault| fault.of_row(row))
    }

    /// Fills empty turns with the messages of a raw array, which stands at `path`.
    ///
    /// # Errors
    /// As [`Turns::fill`].
    pub fn list(&mut self, raw: &'a str, path: &str) -> Result<(), Fault> {
        messages::read(raw, path, &mut self.turns)
    }

    /// Adds what a row says around messages that stand under other keys than are known here: its tools, media, reasoning and
    /// system text, and whether its answer is a bad one.
    pub fn frame(&mut self, row: Row<'a>) {
        self.around(&Known::of(row));
    }

    /// Makes these one exchange of two raw JSON strings, after the system text of `row` if that has one.
    pub fn pair(&mut self, row: Row<'a>, user: Cow<'a, str>, assistant: Cow<'a, str>) {
        self.exchange(&Known::of(row), user, assistant);
    }

    /// How many of the messages are this speaker's.
    pub fn count(&self, role: Speaker) -> usize {
        self.turns.iter().filter(|turn| turn.role == role).count()
    }
}

/// The conversation of a row, as [`Turns::fill`] reads it; `None` if its keys tell of none.
pub fn turns(row: Row<'_>) -> Result<Option<Turns<'_>>, Fault> {
    let mut turns = Turns::default();
    Ok(turns.fill(row)?.then_some(turns))
}

/// A raw value as a raw JSON string: a string is itself, any other value is quoted as its JSON text.
///
/// # Errors
/// `unconvertible` for null, naming the value as `named`.
#[inline]
pub fn as_text<'a>(named: &str, raw: &'a str) -> Result<Cow<'a, str>, Fault> {
    match raw.starts_with('"') {
        true => Ok(Cow::Borrowed(raw)),
        false => quoted(named, raw).map(Cow::Owned),
    }
}

/// Two raw JSON strings as one, with an empty line between them.
fn joined(first: &str, second: &str) -> String {
    format!("{}\\n\\n{}", &first[..first.len() - 1], &second[1..])
}

fn quoted(named: &str, raw: &str) -> Result<String, Fault> {
    match raw.as_bytes().first() {
        Some(b'n') | None => {
            Err(Fault::new(Kind::Unconvertible, format!("{named}: expected text, found {}", found(raw))))
        }
        Some(_) => Ok(quote(&minify(raw))),
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
