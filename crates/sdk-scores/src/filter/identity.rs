//! What makes two JSON values the same value: canonical bytes that are equal exactly where the values are.
//!
//! Strings count by what they say, not by their escapes (a lone surrogate says U+FFFD, as everywhere in jq); numbers by their exact decimal value, never through a float;
//! of a doubled key the last one counts, and the order of keys does not. Each kind begins with a byte of its own and
//! ends where the next one begins, so that no two different values share their bytes. The walk keeps its own stack.

use std::borrow::Cow;

use crate::filter::{number, text};

/// What is between a row's values where an expression gives none or several.
const SEVERAL: u8 = b'*';

/// The canonical bytes of one JSON value. A string without escapes is its own token up to the closing quote.
pub(crate) fn of(raw: &str) -> Cow<'_, [u8]> {
    let raw = raw.trim_matches([' ', '\t', '\n', '\r']).as_bytes();
    match raw {
        [b'"', said @ .., b'"'] if memchr::memchr(b'\\', said).is_none() => {
            Cow::Borrowed(&raw[..raw.len() - 1])
        }
        [b'"', ..] => {
            let mut out = Vec::with_capacity(raw.len());
            text::write(raw, 0, &mut out);
            Cow::Owned(out)
        }
        _ => {
            let mut out = Vec::with_capacity(raw.len());
            Walk::default().write(raw, &mut out);
            Cow::Owned(out)
        }
    }
}

/// The canonical bytes of all that an expression gives: one value is itself.
pub(crate) fn of_all<'a>(values: &'a [Cow<'_, str>]) -> Cow<'a, [u8]> {
    match values {
        [one] => of(one),
        many => {
            let mut out = vec![SEVERAL];
            for raw in many {
                Walk::default().write(raw.as_bytes(), &mut out);
            }
            Cow::Owned(out)
        }
    }
}

/// Whether the canonical bytes are those of null, or of no value at all.
pub(crate) fn is_none(identity: &[u8]) -> bool {
    matches!(identity, b"n" | [SEVERAL])
}

/// An array or an object that is not closed yet.
struct Open {
    object: bool,
    /// Whether the next string is a key.
    key: bool,
    /// Where its content begins in the output.
    start: usize,
    members: Vec<Member>,
}

/// Where a member stands in the output: its key ends where its value begins.
#[derive(Clone, Copy)]
struct Member {
    key: usize,
    value: usize,
    end: usize,
}

#[derive(Default)]
struct Walk {
    open: Vec<Open>,
}

impl Walk {
    /// `raw` is JSON; whoever reads rows has made sure of that.
    fn write(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        let mut at = 0;
        while at < raw.len() {
            at = match raw[at] {
                b' ' | b'\t' | b'\n' | b'\r' | b':' => at + 1,
                b',' => {
                    self.next(out);
                    at + 1
                }
                byte @ (b'{' | b'[') => {
                    out.push(byte);
                    let object = byte == b'{';
                    self.open.push(Open { object, key: object, start: out.len(), members: Vec::new() });
                    at + 1
                }
                byte @ (b'}' | b']') => {
                    self.close(out);
                    out.push(byte);
                    at + 1
                }
                b'"' => self.string(raw, at, out),
                _ => {
                    let length =
                        raw[at..].iter().take_while(|byte| !b" \t\n\r,:{}[]\"".contains(byte)).count();
                    match raw[at] {
                        letter @ (b't' | b'f' | b'n') => out.push(letter),
                        _ => number::write(&raw[at..at + length], out),
                    }
                    // What is no JSON may not hang the run.
                    at + length.max(1)
                }
            };
        }
    }

    fn string(&mut self, raw: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
        let start = out.len();
        let end = text::write(raw, at, out);
        out.push(text::END);
        if let Some(open) = self.open.last_mut().filter(|open| open.key) {
            open.key = false;
            open.members.push(Member { key: start, value: out.len(), end: out.len() });
        }
        end
    }

    /// A value has ended; after it comes the next key.
    fn next(&mut self, out: &[u8]) {
        if let Some(open) = self.open.last_mut().filter(|open| open.object) {
            open.key = true;
            if let Some(member) = open.members.last_mut() {
                member.end = out.len();
            }
        }
    }

    /// Sorts an object's members by key, the last of doubled ones alone.
    fn close(&mut self, out: &mut Vec<u8>) {
        self.next(out);
        let Some(Open { start, mut members, .. }) = self.open.pop() else { return };
        let key = |member: &Member| &out[member.key..member.value];
        if members.is_sorted_by(|one, other| key(one) < key(other)) {
            return;
        }
        // Stable: of equal keys the last one of the row stays last.
        members.sort_by(|one, other| key(one).cmp(key(other)));
        let mut sorted = Vec::with_capacity(out.len() - start);
        for (at, member) in members.iter().enumerate() {
            if members.get(at + 1).is_none_or(|next| key(next) != key(member)) {
                sorted.extend_from_slice(&out[member.key..member.end]);
            }
        }
        out.truncate(start);
        out.extend_from_slice(&sorted);
    }
}
