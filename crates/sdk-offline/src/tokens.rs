//! The tokens of a plain sentence: words with their marks, code and brackets held together.
//!
//! Cutting only; what a token means is said in `grammar`.

use std::ops::Range;

/// One token of a sentence.
pub(crate) struct Token {
    /// Where it stands, without the punctuation after it.
    pub(crate) range: Range<usize>,
    /// Its word in lower case, apostrophes made straight.
    pub(crate) word: String,
    /// The punctuation after it.
    pub(crate) after: String,
}

impl Token {
    /// Whether a part of the sentence ends with it.
    pub(crate) fn stops(&self) -> bool {
        !self.after.is_empty()
    }
}

/// Cuts a plain sentence at its spaces, but not inside code.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut start = None;
    let mut code = false;
    for (position, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        code ^= letter == '`';
        let ends = letter.is_whitespace() && (!code || position == text.len());
        match (start, ends) {
            (None, false) => start = Some(position),
            (Some(begin), true) => {
                found.push(token(text, begin, position));
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn token(text: &str, begin: usize, end: usize) -> Token {
    let whole = &text[begin..end];
    let bare = whole.trim_end_matches([',', ';', ':', '.', '!', '?', '…', '—', '–']);
    let bare = if bare.is_empty() { whole } else { bare };
    Token {
        range: begin..begin + bare.len(),
        word: bare.to_lowercase().replace('’', "'"),
        after: whole[bare.len()..].to_owned(),
    }
}
