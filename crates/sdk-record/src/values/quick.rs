//! A whole element that is as good as it looks, in one pass and on one line. Nearly all are; anything else is left to the
//! reader of bytes, who knows what to do with it.

use super::open::in_string;
use super::{Array, Found, Values, holds_rows};
use crate::token::closes;

/// Brackets that may be open in it: more than in nearly all rows.
const OPEN: usize = 64;

/// An element that was found whole.
struct Quick {
    /// Its bytes where they stand.
    used: usize,
    /// Line breaks in it, and where its last line begins.
    breaks: u64,
    line: usize,
    /// Its tokens, without what is between them.
    tokens: Vec<u8>,
}

impl Values {
    /// The object that begins these bytes, and how many of them it takes.
    pub(super) fn quick(&mut self, bytes: &[u8], begins: bool, longest: usize) -> Option<(usize, Found)> {
        if self.open.has_begun() || self.lost && !begins {
            return None;
        }
        let indent = self.indent.or(begins.then_some(self.column));
        let row = self.whole_object(bytes, indent).filter(|row| row.used <= longest)?;
        // Its encoding is refused elsewhere, as it stands.
        simdutf8::basic::from_utf8(&bytes[..row.used]).ok()?;
        let found = (self.line, Ok(if row.breaks == 0 { bytes[..row.used].to_vec() } else { row.tokens }));
        (self.indent, self.lost, self.leading) = (indent, false, false);
        self.line += row.breaks;
        self.column = if row.breaks == 0 { self.column + row.used } else { row.used - row.line };
        Some((row.used, found))
    }

    fn whole_object(&self, bytes: &[u8], indent: Option<usize>) -> Option<Quick> {
        let lists = self.members && self.array == Array::None;
        let mut row = Quick { used: 0, breaks: 0, line: 0, tokens: Vec::with_capacity(512) };
        let (mut open, mut at, mut from) = ([0; OPEN], 0, 0);
        let mut depth = 0;
        loop {
            let byte = *bytes.get(at)?;
            at += 1;
            match byte {
                b'"' => {
                    at += in_string(&bytes[at..]);
                    if *bytes.get(at)? != b'"' {
                        return None;
                    }
                    at += 1;
                }
                b' ' | b'\t' | b'\r' | b'\n' => {
                    row.tokens.extend_from_slice(&bytes[from..at - 1]);
                    if byte == b'\n' {
                        (row.breaks, row.line) = (row.breaks + 1, at);
                    }
                    while bytes.get(at) == Some(&b' ') {
                        at += 1;
                    }
                    from = at;
                }
                b'{' | b'[' => {
                    row.tokens.extend_from_slice(&bytes[from..at - 1]);
                    from = at - 1;
                    let list = lists && byte == b'[' && depth == 1 && holds_rows(&row.tokens).is_some();
                    // Another row may begin here.
                    if list || byte == b'{' && row.breaks > 0 && Some(from - row.line) == indent {
                        return None;
                    }
                    *open.get_mut(depth)? = byte;
                    depth += 1;
                }
                b'}' | b']' => {
                    depth -= 1;
                    if !closes(open[depth], byte) {
                        return None;
                    }
                    if depth == 0 {
                        row.tokens.extend_from_slice(&bytes[from..at]);
                        row.used = at;
                        return Some(row);
                    }
                }
                _ => {}
            }
        }
    }
}
