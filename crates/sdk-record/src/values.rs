//! Several lines to a value: finds where each object of an array, or of a run of pretty-printed objects, ends.
//!
//! A value that is broken ends at the next line that begins a row: `{` at the column where the first row began.

use crate::blocks::too_long;
use crate::{Fault, Kind};

/// A found value: the line it begins on (1 for the first) and its bytes, or why there are none.
pub(crate) type Found = (u64, Result<Vec<u8>, Fault>);

// One flag a question that the next byte depends on; an enum of their products would say less.
#[allow(clippy::struct_excessive_bools)]
pub(crate) struct Values {
    array: Array,
    value: Vec<u8>,
    depth: usize,
    string: bool,
    escaped: bool,
    began: u64,
    line: u64,
    column: usize,
    leading: bool,
    indent: Option<usize>,
    lost: bool,
}

#[derive(PartialEq)]
enum Array {
    None,
    Expected,
    Open,
    Closed,
}

impl Values {
    pub(crate) fn objects() -> Self {
        Values {
            array: Array::None,
            value: Vec::new(),
            depth: 0,
            string: false,
            escaped: false,
            began: 1,
            line: 1,
            column: 0,
            leading: true,
            indent: None,
            lost: false,
        }
    }

    pub(crate) fn array() -> Self {
        Values { array: Array::Expected, ..Values::objects() }
    }

    /// Reads on; says how many bytes were used and what was found at their end, if anything.
    pub(crate) fn feed(&mut self, bytes: &[u8], longest: usize) -> (usize, Option<Found>) {
        for (at, &byte) in bytes.iter().enumerate() {
            let begins =
                self.leading && byte == b'{' && self.indent.is_none_or(|indent| indent == self.column);
            if begins && self.indent.is_some() && self.depth > 0 {
                return (at, Some(self.fail("the row before the next one has no end")));
            }
            let found = if self.lost && !begins { None } else { self.byte(byte, begins, longest) };
            self.leading = if byte == b'\n' { true } else { self.leading && matches!(byte, b' ' | b'\t') };
            self.column = if byte == b'\n' { 0 } else { self.column + 1 };
            self.line += u64::from(byte == b'\n');
            if found.is_some() {
                return (at + 1, found);
            }
        }
        (bytes.len(), None)
    }

    /// What is left at the end of the input.
    pub(crate) fn end(&mut self) -> Option<Found> {
        if !self.value.is_empty() {
            return Some(self.fail("the input ends inside this row"));
        }
        if self.array == Array::Open && !self.lost {
            self.array = Array::Closed;
            return Some((
                self.line,
                Err(Fault::new(Kind::NotJson, "the input ends before the array's `]`")),
            ));
        }
        None
    }

    fn byte(&mut self, byte: u8, begins: bool, longest: usize) -> Option<Found> {
        self.lost = false;
        if self.depth > 0 {
            return self.inside(byte, longest);
        }
        if !self.value.is_empty() && matches!(byte, b'\n' | b',' | b']') {
            let value = std::mem::take(&mut self.value);
            self.close(byte);
            return Some((self.began, Ok(value)));
        }
        match byte {
            b'{' if self.value.is_empty() => {
                self.depth = 1;
                self.began = self.line;
                if begins && self.indent.is_none() {
                    self.indent = Some(self.column);
                }
                self.value.push(byte);
            }
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'[' if self.array == Array::Expected => self.array = Array::Open,
            b',' | b']' if self.value.is_empty() => self.close(byte),
            // Something that is no object: it goes on to the end of its element, where it is refused.
            _ => {
                if self.value.is_empty() {
                    self.began = self.line;
                }
                self.value.push(byte);
            }
        }
        None
    }

    fn inside(&mut self, byte: u8, longest: usize) -> Option<Found> {
        if self.string && byte == b'\n' {
            return Some(self.fail("a string has a raw line break"));
        }
        self.value.push(byte);
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.string => self.escaped = true,
            b'"' => self.string = !self.string,
            _ if self.string => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
        if self.depth == 0 {
            return Some((self.began, Ok(std::mem::take(&mut self.value))));
        }
        if self.value.len() > longest {
            let (line, _) = self.fail("");
            return Some((line, Err(too_long(longest))));
        }
        None
    }

    fn close(&mut self, byte: u8) {
        if byte == b']' && self.array == Array::Open {
            self.array = Array::Closed;
        }
    }

    fn fail(&mut self, why: &str) -> Found {
        let value = std::mem::take(&mut self.value);
        (self.depth, self.string, self.escaped, self.lost) = (0, false, false, true);
        let mut fault = Fault::new(Kind::NotJson, format!("not JSON: {why}"));
        fault.line = Some(value);
        (self.began, Err(fault))
    }
}
