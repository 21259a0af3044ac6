//! Sentences of the prose of a text, each with its bytes.
//!
//! Abbreviations, decimals, initials, code spans and link targets do not end one. Headings, code and tables hold
//! none; a list item does where it ends as a sentence. Inline markup stays in the range.

use std::ops::Range;

use crate::{Kind, blocks};

/// One sentence and the bytes it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands in the text.
    pub range: Range<usize>,
    /// Whether it has its final mark; else it is the loose end of a block.
    pub whole: bool,
    /// Number of the block that it stands in, as [`blocks`] counts them.
    pub block: usize,
}

/// The sentences of a text, in order.
pub fn sentences(text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    for (number, block) in blocks(text).into_iter().enumerate() {
        let inside = &text[block.range.clone()];
        if block.kind == Kind::Prose || (block.kind == Kind::Item && ends_as_sentence(inside)) {
            split(inside, |range, whole| {
                let range = block.range.start + range.start..block.range.start + range.end;
                found.push(Sentence { range, whole, block: number });
            });
        }
    }
    found
}

/// Whether a text's last mark is one that ends a sentence, closing quotes and brackets aside.
pub fn ends_as_sentence(text: &str) -> bool {
    text.trim_end().trim_end_matches(CLOSING).ends_with(ENDING)
}

const ENDING: [char; 7] = ['.', '!', '?', '…', '。', '！', '？'];
const CLOSING: [char; 11] = ['"', '\'', ')', ']', '*', '_', '”', '’', '»', '」', '）'];
const OPENING: [char; 11] = ['"', '\'', '(', '[', '*', '_', '“', '‘', '«', '`', '\\'];

fn split(text: &str, mut each: impl FnMut(Range<usize>, bool)) {
    let mut start = 0;
    let mut position = 0;
    // A missing closing mark is looked for once only, or hostile text would make this quadratic.
    let (mut ticks, mut brackets) = (true, true);
    while let Some(mark) = text[position..].chars().next() {
        let next = position + mark.len_utf8();
        if mark == '`' && ticks {
            match text[next..].find('`') {
                Some(length) => position = next + length + 1,
                None => (ticks, position) = (false, next),
            }
            continue;
        }
        if mark == ']' && brackets && text[next..].starts_with('(') {
            match text[next..].find(')') {
                Some(length) => position = next + length + 1,
                None => (brackets, position) = (false, next),
            }
            continue;
        }
        position = next;
        if !ENDING.contains(&mark) {
            continue;
        }
        let rest = &text[position..];
        let after = rest.trim_start_matches(|c| CLOSING.contains(&c) || ENDING.contains(&c));
        let end = position + (rest.len() - after.len());
        if ends_here(text, start, position, after, mark) {
            each(start..end, true);
            start = text.len() - after.trim_start().len();
        }
        position = end.max(position);
    }
    let tail = text[start.min(text.len())..].trim_end();
    if !tail.is_empty() {
        each(start..start + tail.len(), false);
    }
}

fn ends_here(text: &str, start: usize, position: usize, after: &str, mark: char) -> bool {
    if after.is_empty() || matches!(mark, '。' | '！' | '？') {
        return true;
    }
    if !after.starts_with(char::is_whitespace) {
        // A footnote mark may follow at once: `None`. [\[1\]](#id2) comes with a space, [1] without.
        return false;
    }
    let following = after.trim_start().trim_start_matches(OPENING);
    if following.starts_with(char::is_lowercase) {
        return false;
    }
    mark != '.' || !is_abbreviation(last_word(&text[start..position - 1]))
}

fn last_word(text: &str) -> &str {
    // An abbreviation is short, so only the last few bytes are looked at.
    let near = &text[text.ceil_char_boundary(text.len().saturating_sub(16))..];
    let word = near.rsplit(char::is_whitespace).next().unwrap_or(near);
    word.trim_start_matches(OPENING)
}

fn is_abbreviation(word: &str) -> bool {
    const KNOWN: [&str; 30] = [
        "e.g", "i.e", "cf", "vs", "mr", "mrs", "ms", "dr", "prof", "st", "fig", "figs", "no", "nos", "vol",
        "pp", "eq", "sec", "ch", "approx", "resp", "al", "viz", "gen", "col", "lt", "sgt", "rev", "u.s",
        "ca",
    ];
    let mut letters = word.chars();
    let initial = matches!((letters.next(), letters.next()), (Some(letter), None) if letter.is_uppercase());
    // "No." and "St." end sentences too, but a number or a name follows them more often.
    initial && word != "I" || KNOWN.iter().any(|known| known.eq_ignore_ascii_case(word) && word != "no")
}
