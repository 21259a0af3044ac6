//! Sentences, words and n-grams of plain or Markdown text, found by looking at characters only.
//!
//! This crate knows where a text's prose stands and how it is cut. It knows no grammar, no rows and no scores, it
//! never changes a text, and every function is linear in its input. What it says of abbreviations and stop words is
//! English; scripts without spaces are cut by character.

mod block;
mod cut;
mod ngram;
mod sentence;
mod stop;
mod word;

pub use block::{Block, Kind, blocks};
pub use cut::cut;
pub use ngram::{ngrams, overlap, repetition};
pub use sentence::{Sentence, ends_as_sentence, sentences};
pub use stop::is_stop_word;
pub use word::{content_words, lower_words, words};

/// The longest beginning of `text` that has at most `bytes` bytes and cuts no character.
pub fn beginning(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests;
