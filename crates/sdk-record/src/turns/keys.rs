//! The keys that tell of a conversation, and what a row holds under them, found in one pass over the row.

use memchr::memchr;

use crate::{Row, token};

/// A key that means something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Messages,
    Conversations,
    Conversation,
    Question,
    Answer,
    Solution,
    Instruction,
    Input,
    Output,
    Response,
    Prompt,
    Completion,
    TitlePrompt,
    TitleCompletion,
    System,
    SystemPrompt,
    Reasoning,
    Tools,
    Label,
    Chosen,
    Rejected,
    History,
    Image,
    Images,
    Videos,
    Audios,
}

/// In the order of [`Key`].
const NAMES: [&str; 26] = [
    "messages",
    "conversations",
    "conversation",
    "question",
    "answer",
    "solution",
    "instruction",
    "input",
    "output",
    "response",
    "prompt",
    "completion",
    "Prompt",
    "Completion",
    "system",
    "system_prompt",
    "reasoning",
    "tools",
    "label",
    "chosen",
    "rejected",
    "history",
    "image",
    "images",
    "videos",
    "audios",
];

/// What a row says of its answer and has beside its text, in whatever shape that is.
const ALWAYS: [Key; 5] = [Key::Label, Key::Image, Key::Images, Key::Videos, Key::Audios];

impl Key {
    pub(super) fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    fn named(name: &str) -> Option<Key> {
        // By length first: most keys of a row are none of these, and a text is compared where few are left.
        Some(match (name.len(), name) {
            (5, "image") => Key::Image,
            (5, "input") => Key::Input,
            (5, "tools") => Key::Tools,
            (5, "label") => Key::Label,
            (6, "chosen") => Key::Chosen,
            (8, "rejected") => Key::Rejected,
            (9, "reasoning") => Key::Reasoning,
            (6, "answer") => Key::Answer,
            (6, "output") => Key::Output,
            (6, "prompt") => Key::Prompt,
            (6, "Prompt") => Key::TitlePrompt,
            (6, "system") => Key::System,
            (6, "images") => Key::Images,
            (6, "videos") => Key::Videos,
            (6, "audios") => Key::Audios,
            (7, "history") => Key::History,
            (8, "messages") => Key::Messages,
            (8, "question") => Key::Question,
            (8, "solution") => Key::Solution,
            (8, "response") => Key::Response,
            (10, "completion") => Key::Completion,
            (10, "Completion") => Key::TitleCompletion,
            (11, "instruction") => Key::Instruction,
            (12, "conversation") => Key::Conversation,
            (13, "conversations") => Key::Conversations,
            (13, "system_prompt") => Key::SystemPrompt,
            _ => return None,
        })
    }
}

/// Raw values of a row's known keys; of a doubled key the last one, as in jq.
pub(super) struct Known<'a>([Option<&'a str>; NAMES.len()]);

impl<'a> Known<'a> {
    pub(super) fn of(row: Row<'a>) -> Known<'a> {
        let mut known = Known([None; NAMES.len()]);
        for (raw, value) in row.raw() {
            if let Some(key) = meant(raw, Key::named) {
                known.0[key as usize] = Some(value);
            }
        }
        known
    }

    /// [`Known::of`], with nothing under any other name than these, and what counts in every shape.
    pub(super) fn of_these(row: Row<'a>, names: &[&str]) -> Known<'a> {
        let mut known = Known::of(row);
        for (value, name) in known.0.iter_mut().zip(NAMES) {
            *value = value.filter(|_| names.contains(&name) || ALWAYS.iter().any(|key| key.name() == name));
        }
        known
    }

    pub(super) fn get(&self, key: Key) -> Option<&'a str> {
        self.0[key as usize]
    }
}

/// What `named` makes of a raw key (without its quotes), unescaped where it must be.
pub(super) fn meant<T>(raw: &str, named: impl Fn(&str) -> Option<T>) -> Option<T> {
    /// The longest escape is the only one that a letter has: `\u0061`.
    const ESCAPE: usize = 6;
    let known = named(raw);
    if known.is_some() || raw.len() < ESCAPE || memchr(b'\\', raw.as_bytes()).is_none() {
        return known;
    }
    token::unescape(raw).and_then(|key| named(&key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_its_keys() {
        for (index, name) in NAMES.into_iter().enumerate() {
            let key = Key::named(name).unwrap();
            assert_eq!((key as usize, key.name()), (index, name));
            assert_eq!(meant(&name.replace('e', "\\u0065").replace('o', "\\u006F"), Key::named), Some(key));
        }
    }
}
