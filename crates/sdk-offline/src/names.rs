//! Which words of a passage are names, so that a capital is kept where it belongs and dropped where only the
//! sentence's beginning gave it.
//!
//! Counting alone: a word is a name where it has its capital inside sentences too.

use std::collections::HashMap;

use crate::pair::Line;

/// Which words of a passage are names, and which only begin its sentences.
#[derive(Default)]
pub(crate) struct Names {
    seen: HashMap<String, (u32, u32)>,
}

impl Names {
    /// Counts the words of these sentences, small and capital.
    pub(crate) fn of(lines: &[Line]) -> Self {
        let mut names = Names::default();
        for token in lines.iter().flat_map(|line| (1..line.tokens.len()).map(|token| line.written(token))) {
            let counts = names.seen.entry(token.to_lowercase()).or_default();
            if token.starts_with(char::is_uppercase) {
                counts.1 += 1;
            } else {
                counts.0 += 1;
            }
        }
        names
    }

    /// Whether the word has a capital inside a sentence too.
    pub(crate) fn is_name(&self, word: &str) -> bool {
        let inner = word.chars().skip(1).any(char::is_uppercase);
        let counts = self.seen.get(&word.to_lowercase()).copied().unwrap_or_default();
        word.starts_with(char::is_uppercase) && (inner || (counts.1 > 0 && counts.1 >= counts.0))
    }

    /// The words, without the capital that only the sentence's beginning gave them.
    pub(crate) fn inside(&self, words: &str) -> String {
        let first = words.split(' ').next().unwrap_or_default();
        let mut letters = words.chars();
        let Some(letter) = letters.next() else { return String::new() };
        let lower = first.to_lowercase();
        let common = self.seen.get(&lower).is_some_and(|counts| counts.0 > 0)
            || ["ing", "tion", "ity", "ness", "ment", "ly"].iter().any(|end| lower.ends_with(end))
            || (lower.len() > 4
                && lower.ends_with('s')
                && !["is", "us", "ss", "as", "os"].iter().any(|end| lower.ends_with(end)))
            || sdk_text::is_stop_word(&lower)
            || ["many", "basic", "adding", "multiple", "several", "two", "three", "empty", "another"]
                .contains(&lower.as_str());
        if letter.is_uppercase() && common && !self.is_name(first) {
            letter.to_lowercase().chain(letters).collect()
        } else {
            words.to_owned()
        }
    }
}
