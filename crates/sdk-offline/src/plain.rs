//! A sentence without its inline markup, and the way back to the bytes that it was written with.
//!
//! Questions are made of plain words, but an answer must stand in the row as it is, so every plain byte remembers
//! where it came from. Code keeps its backticks. Only short texts come here; block markup is left to sdk-text.

use std::ops::Range;

/// Plain words over raw text.
pub(crate) struct Plain<'a> {
    raw: &'a str,
    /// The plain words, with single spaces.
    pub(crate) text: String,
    at: Vec<usize>,
}

impl<'a> Plain<'a> {
    /// Takes the inline markup off.
    pub(crate) fn of(raw: &'a str) -> Self {
        let mut plain =
            Plain { raw, text: String::with_capacity(raw.len()), at: Vec::with_capacity(raw.len()) };
        let mut position = 0;
        while let Some(mark) = raw[position..].chars().next() {
            position += plain.step(mark, position);
        }
        let length = plain.text.trim_end().len();
        plain.text.truncate(length);
        plain.at.truncate(length);
        plain
    }

    /// What stands at these plain bytes, as it was written; and whether it has no markup in it. `None` where a link
    /// or half an emphasis is in the way.
    pub(crate) fn verbatim(&self, range: Range<usize>) -> Option<(&'a str, bool)> {
        let last = self.text.get(range.clone())?.chars().next_back()?;
        let raw = &self.raw
            [*self.at.get(range.start)?..*self.at.get(range.end - last.len_utf8())? + last.len_utf8()];
        let clean = raw.split_whitespace().eq(self.text[range].split_whitespace());
        let odd = raw.matches('*').count() % 2 == 1 || raw.matches("\n>").next().is_some();
        (clean || !(odd || raw.contains("](") || raw.contains('\\') || raw.contains('<')))
            .then_some((raw, clean))
    }

    /// Reads one mark or character; the bytes it took.
    fn step(&mut self, mark: char, position: usize) -> usize {
        let (raw, width) = (self.raw, mark.len_utf8());
        let rest = &raw[position + width..];
        let next = rest.chars().next();
        let before = raw[..position].chars().next_back();
        let target = |text: &str| text.find(')').map(|end| end + 1);
        match mark {
            '\\' if next.is_some_and(|c| c.is_ascii_punctuation()) => {
                self.push(&rest[..1], position + 1);
                2
            }
            '`' => {
                let length = rest.find('`').map_or(0, |length| length + 1);
                self.push(&raw[position..=position + length], position);
                length + 1
            }
            '!' if rest.starts_with('[') => target(rest).map_or(1, |end| end + 1),
            '[' if ["¶](", "](", "\\[", "#]("].iter().any(|start| rest.starts_with(start))
                && rest.contains("](") =>
            {
                target(rest).map_or(1, |end| end + 1)
            }
            '[' if rest.contains("](") => 1,
            ']' if rest.starts_with('(') => target(rest).map_or(1, |end| end + 1),
            '*' if !(before.is_none_or(char::is_whitespace) && next.is_none_or(char::is_whitespace)) => 1,
            '_' if before.is_some_and(char::is_alphanumeric) != next.is_some_and(char::is_alphanumeric) => 1,
            '<' if next.is_some_and(|c| c.is_ascii_alphabetic() || c == '/') && rest.contains('>') => {
                rest.find('>').map_or(1, |end| end + 2)
            }
            _ if mark.is_whitespace() => {
                if !self.text.is_empty() && !self.text.ends_with(' ') {
                    self.push(" ", position);
                }
                let quote =
                    if mark == '\n' { rest.len() - rest.trim_start_matches(['>', ' ']).len() } else { 0 };
                width + quote
            }
            _ => {
                self.push(&raw[position..position + width], position);
                width
            }
        }
    }

    fn push(&mut self, piece: &str, position: usize) {
        self.text.push_str(piece);
        self.at.extend(position..position + piece.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_goes_and_the_way_back_stays() {
        let raw = "*Ownership* is a set of [rules](x.html \"y\") in `a*b`,\n\\[sic\\] x_1.[\\[1\\]](#id2) End ![p](q) 2 * 3";
        let plain = Plain::of(raw);
        assert_eq!(plain.text, "Ownership is a set of rules in `a*b`, [sic] x_1. End 2 * 3");
        assert_eq!(plain.verbatim(0..9), Some(("Ownership", true)));
        assert_eq!(plain.verbatim(13..21), Some(("a set of", true)));
        assert_eq!(plain.verbatim(13..30), None);
        for hostile in ["[", "](", "`", "\\", "<a", "*_*", "é中😀", "![", "[]("] {
            assert!(Plain::of(&hostile.repeat(90)).text.len() <= 90 * hostile.len());
        }
    }
}
