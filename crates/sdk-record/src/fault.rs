//! Why a row is refused, in the words of CLI.md §12.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::{Record, Row, Usage};

/// Where a row came from: a file's name (or `<stdin>`) and the line it begins on, or its place in the only line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Name as given on the command line; with the row's own where it is one of many in a line: `book.json:qa_pairs[3]`.
    pub source: Arc<str>,
    /// First line of the row, counted from 1; 0 where `source` says it all.
    pub line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.source),
            line => write!(f, "{}:{line}", self.source),
        }
    }
}

/// The kinds of refusal; the names stand in `--rejects` as they are written here, in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    NotJson,
    NotObject,
    NotUtf8,
    TooLong,
    Missing,
    Type,
    Expression,
    KeyExists,
    Duplicate,
    Refused,
    Filtered,
    Empty,
    Truncated,
    Unparseable,
    Invalid,
    Http,
    Timeout,
    NoAnswer,
    NoText,
    Password,
    Damaged,
    Unsupported,
    TooLarge,
    Unconvertible,
}

impl Kind {
    const ALL: [Kind; 24] = [
        Kind::NotJson,
        Kind::NotObject,
        Kind::NotUtf8,
        Kind::TooLong,
        Kind::Missing,
        Kind::Type,
        Kind::Expression,
        Kind::KeyExists,
        Kind::Duplicate,
        Kind::Refused,
        Kind::Filtered,
        Kind::Empty,
        Kind::Truncated,
        Kind::Unparseable,
        Kind::Invalid,
        Kind::Http,
        Kind::Timeout,
        Kind::NoAnswer,
        Kind::NoText,
        Kind::Password,
        Kind::Damaged,
        Kind::Unsupported,
        Kind::TooLarge,
        Kind::Unconvertible,
    ];

    /// The kind of this name in the rejects file.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Name in the rejects file.
    pub fn name(self) -> &'static str {
        match self {
            Kind::NotJson => "not_json",
            Kind::NotObject => "not_object",
            Kind::NotUtf8 => "not_utf8",
            Kind::TooLong => "too_long",
            Kind::Missing => "missing",
            Kind::Type => "type",
            Kind::Expression => "expression",
            Kind::KeyExists => "key_exists",
            Kind::Duplicate => "duplicate",
            Kind::Refused => "refused",
            Kind::Filtered => "filtered",
            Kind::Empty => "empty",
            Kind::Truncated => "truncated",
            Kind::Unparseable => "unparseable",
            Kind::Invalid => "invalid",
            Kind::Http => "http",
            Kind::Timeout => "timeout",
            Kind::NoAnswer => "no_answer",
            Kind::NoText => "no_text",
            Kind::Password => "password",
            Kind::Damaged => "damaged",
            Kind::Unsupported => "unsupported",
            Kind::TooLarge => "too_large",
            Kind::Unconvertible => "unconvertible",
        }
    }
}

/// One refusal: what is wrong and everything that is known of the row, so that it can be tried again.
#[derive(Debug, Clone)]
pub struct Fault {
    /// What kind of refusal.
    pub kind: Kind,
    /// One line for a person: what was expected, what was found, what to do.
    pub message: String,
    /// Where the row stood.
    pub place: Option<Place>,
    /// The row's JSON text, where it is a row.
    pub row: Option<String>,
    /// The bytes of a line that is not a row.
    pub line: Option<Vec<u8>>,
    /// What a model said, after a request.
    pub reply: Option<String>,
    /// Requests spent on the row, after a request.
    pub attempts: Option<u32>,
    /// HTTP status of the last reply.
    pub status: Option<u16>,
    /// Tokens of an answer that came and gave nothing: it was paid for all the same.
    pub usage: Option<Usage>,
    /// The run cannot go on (key refused, quota, provider down); exit 3.
    pub stops: bool,
}

impl Fault {
    /// A fault of which only kind and message are known yet.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Fault {
            kind,
            message: message.into(),
            place: None,
            row: None,
            line: None,
            reply: None,
            attempts: None,
            status: None,
            usage: None,
            stops: false,
        }
    }

    /// The same fault, of this row.
    #[must_use]
    pub fn of(mut self, row: &Record) -> Self {
        self.place = row.place().cloned().or(self.place);
        self.of_row(row.row())
    }

    /// The same fault, of this row; where it stood is for those to say who know.
    #[must_use]
    pub fn of_row(mut self, row: Row) -> Self {
        self.row = Some(row.text().to_owned());
        self
    }

    /// The same fault, at this place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same fault, and the reply that it is about.
    #[must_use]
    pub fn after(mut self, reply: &str) -> Self {
        self.reply = Some(reply.to_owned());
        self
    }

    /// The line that `--rejects` gets, without its newline: CLI.md §12.
    pub fn to_line(&self, tool: &str) -> String {
        let mut error = Map::new();
        error.insert("tool".into(), tool.into());
        error.insert("kind".into(), self.kind.name().into());
        error.insert("message".into(), self.message.clone().into());
        if let Some(place) = &self.place {
            error.insert("at".into(), place.to_string().into());
        }
        if let Some(attempts) = self.attempts {
            error.insert("attempts".into(), attempts.into());
        }
        if let Some(status) = self.status {
            error.insert("status".into(), status.into());
        }
        let mut out = format!("{{\"error\":{}", Value::Object(error));
        out.push_str(",\"row\":");
        out.push_str(self.row.as_deref().unwrap_or("null"));
        match self.line.as_deref().map(|bytes| (bytes, std::str::from_utf8(bytes))) {
            Some((_, Ok(text))) => out.push_str(&format!(",\"line\":{}", Value::from(text))),
            Some((bytes, Err(_))) => out.push_str(&format!(",\"line_base64\":\"{}\"", base64(bytes))),
            None => {}
        }
        if let Some(reply) = &self.reply {
            out.push_str(&format!(",\"reply\":{}", Value::from(reply.as_str())));
        }
        out.push('}');
        out
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some(place) => write!(f, "{place}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
