//! The element that is being read: its bytes, what is open in it, and where another row may have begun inside it.

use crate::token::{closes, ends_escaping};

/// Bytes of a key that are kept: more than any that is looked for has.
const KEY: usize = 32;

/// One element, up to the last byte that was read. Without bytes it has not begun, unless they were given up.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own that the next byte depends on"
)]
pub(super) struct Open {
    pub(super) bytes: Vec<u8>,
    /// The line it begins on.
    pub(super) began: u64,
    /// It is too long: it is read to its end, and no byte of it is kept.
    pub(super) given_up: bool,
    /// Inside a string.
    pub(super) string: bool,
    escaped: bool,
    /// The brackets that are open.
    brackets: Vec<u8>,
    /// It begins with a bracket, and so ends with one.
    nested: bool,
    /// A bracket has closed another one than was open.
    crossed: bool,
    /// The last byte outside strings that is no white space; of a string its quote.
    last: u8,
    /// No byte of it is kept but the last of its own keys.
    inside: bool,
    key: Vec<u8>,
    /// Where in it the first line begins that looks like a row, and that line's number.
    pub(super) first: Option<(usize, u64)>,
}

impl Open {
    /// What is left of an element in which this bracket is open; no byte of it is kept.
    pub(super) fn inside(bracket: u8) -> Open {
        Open { brackets: vec![bracket], nested: true, given_up: true, inside: true, ..Open::default() }
    }

    /// The key whose value is next, of an element that [`Open::inside`] began.
    pub(super) fn key(&self) -> Option<&[u8]> {
        (self.inside && self.brackets.len() == 1 && self.last == b':')
            .then_some(self.key.strip_suffix(b"\""))?
    }

    pub(super) fn has_begun(&self) -> bool {
        self.given_up || !self.bytes.is_empty()
    }

    pub(super) fn begin(&mut self, byte: u8, line: u64) {
        (self.began, self.nested) = (line, matches!(byte, b'{' | b'['));
    }

    /// Brackets that are open.
    pub(super) fn depth(&self) -> usize {
        self.brackets.len()
    }

    /// Whether an object may begin here, as far as what stands before it says.
    pub(super) fn takes_a_value(&self) -> bool {
        let array = self.brackets.last() == Some(&b'[');
        !self.crossed && (matches!(self.last, b':' | b'[') || self.last == b',' && array)
    }

    /// Whether `byte` closes another bracket than is open.
    pub(super) fn crosses(&self, byte: u8) -> bool {
        let closed = |open: &u8| closes(*open, byte);
        !self.string && matches!(byte, b'}' | b']') && !self.brackets.last().is_some_and(closed)
    }

    /// How many of these bytes say nothing but themselves: of a string those up to its end, elsewhere blanks.
    pub(super) fn plain(&self, bytes: &[u8]) -> usize {
        match self.string {
            true if self.escaped => 0,
            true => in_string(bytes),
            false if self.has_begun() => bytes.iter().take_while(|byte| **byte == b' ').count(),
            false => 0,
        }
    }

    /// Adds such bytes.
    pub(super) fn extend(&mut self, plain: &[u8]) {
        if !self.given_up {
            self.bytes.extend_from_slice(plain);
        } else if self.inside && self.string && self.brackets.len() == 1 {
            // Texts stand there too, of any length.
            let room = KEY - self.key.len();
            self.key.extend_from_slice(&plain[..plain.len().min(room)]);
        }
    }

    /// Adds a byte; says whether it is the last one.
    pub(super) fn push(&mut self, byte: u8) -> bool {
        self.crossed |= self.crosses(byte);
        self.extend(&[byte]);
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.string => self.escaped = true,
            b'"' => {
                if !self.string {
                    self.key.clear();
                }
                (self.string, self.last) = (!self.string, byte);
            }
            _ if self.string => {}
            b' ' | b'\t' | b'\r' | b'\n' => {}
            _ => self.last = byte,
        }
        if self.string {
            return false;
        }
        match byte {
            b'{' | b'[' => self.brackets.push(byte),
            b'}' | b']' => {
                self.brackets.pop();
                return self.nested && self.brackets.is_empty();
            }
            _ => {}
        }
        false
    }

    /// Keeps no more of it.
    pub(super) fn give_up(&mut self) {
        (self.bytes, self.first, self.given_up) = (Vec::new(), None, true);
    }
}

/// How many of these bytes, inside a string, come before its closing quote, a line break or an escape that is not whole.
pub(super) fn in_string(bytes: &[u8]) -> usize {
    let mut from = 0;
    loop {
        let end = memchr::memchr2(b'"', b'\n', &bytes[from..]).map_or(bytes.len(), |end| from + end);
        if !ends_escaping(&bytes[from..end]) {
            return end;
        }
        if bytes.get(end) != Some(&b'"') {
            return end - 1;
        }
        from = end + 1;
    }
}
