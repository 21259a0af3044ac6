//! What the run has learned that a server does not take: once learned, no request says it again.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::wire::Form;

/// One thing that a request may say in another way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The schema: in words.
    Schema,
    /// The token limit: by its other name.
    Limit,
    /// The temperature: not at all.
    Temperature,
    /// The wish for token counts in a stream: not at all.
    Counts,
    /// A reply in pieces: whole.
    Stream,
}

/// Which turns were taken.
#[derive(Debug, Default)]
pub(crate) struct Turns([AtomicBool; 5]);

const ALL: [Turn; 5] = [Turn::Schema, Turn::Limit, Turn::Temperature, Turn::Counts, Turn::Stream];

impl Turns {
    /// Takes a turn; says whether it is news.
    pub(crate) fn take(&self, turn: Turn) -> bool {
        !self.0[turn as usize].swap(true, Ordering::Relaxed)
    }

    /// Whether it was taken.
    pub(crate) fn taken(&self, turn: Turn) -> bool {
        self.0[turn as usize].load(Ordering::Relaxed)
    }

    /// The form of the next request.
    pub(crate) fn form(&self, first: Form) -> Form {
        ALL.into_iter().filter(|turn| self.taken(*turn)).fold(first, Form::turned)
    }
}

/// What a refusal names when it is about the schema.
const SCHEMA: [&str; 9] = [
    "response_format",
    "schema",
    "grammar",
    "structured output",
    "guided",
    "tool_choice",
    "toolchoice",
    "toolconfig",
    "tool use",
];
/// How a refusal speaks of a field that is not taken at all; one of its value has other words.
const REFUSED: [&str; 12] = [
    "unsupported",
    "not support",
    "unrecognized",
    "unknown",
    "not permitted",
    "not allowed",
    "unexpected",
    "instead",
    "deprecated",
    "only the default",
    "no longer",
    "cannot be used",
];

impl Turn {
    /// The turn that a refusal asks for, if it is one of `open`. `text`: the refusal, in lower case.
    pub(crate) fn wanted(text: &str, open: &[Turn]) -> Option<Turn> {
        let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
        open.iter().copied().find(|turn| match turn {
            Turn::Temperature => text.contains("temperature") && any(&REFUSED),
            Turn::Limit => any(&["max_tokens", "max_completion_tokens"]) && any(&REFUSED),
            Turn::Schema => any(&SCHEMA),
            Turn::Counts => any(&["stream_options", "include_usage"]) && any(&REFUSED),
            Turn::Stream => text.contains("stream") && (any(&REFUSED) || text.contains("must be verified")),
        })
    }
}
