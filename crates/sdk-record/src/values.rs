//! Several lines to a value: finds where each element of an array, or of a run of pretty-printed objects, ends.
//!
//! Brackets and strings tell where an element ends. What is broken may have no end: then reading goes on at the first
//! line inside it that begins a row, `{` at the column where the first row began. Such a line alone ends nothing, for a
//! good row may hold one.

mod around;
mod open;
mod quick;

pub(crate) use around::ROWS;
use around::{Around, holds_rows};
use open::Open;

use crate::blocks::too_long;
use crate::{DEPTH, Fault, Kind};

/// A found value: the line it begins on (1 for the first) and its bytes, or why there are none.
pub(crate) type Found = (u64, Result<Vec<u8>, Fault>);

/// How often the input may be read again, on the average of its bytes. Beyond, a line that looks like a row is taken for
/// one where the row before it is still open: a file of nothing but torn rows takes no longer than this.
const AGAIN: u64 = 16;

const UNENDED: &str = "the row before the next one has no end";

pub(crate) struct Values {
    array: Array,
    open: Open,
    /// Bytes that are read once more, from `at` on.
    again: Vec<u8>,
    at: usize,
    /// Bytes that were put back just now.
    back: Vec<u8>,
    /// How many bytes were read for the first time, and how many were put back.
    new: u64,
    old: u64,
    line: u64,
    column: usize,
    /// Nothing but blanks stands before in this line.
    leading: bool,
    /// The column of the first row.
    indent: Option<usize>,
    /// After what is broken, until the next row begins.
    lost: bool,
    /// An object around a list of rows stands for these.
    members: bool,
    /// What is read stands in such an object.
    around: Around,
    /// The key of the list that is read there.
    list: &'static str,
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
            open: Open::default(),
            again: Vec::new(),
            at: 0,
            back: Vec::new(),
            new: 0,
            old: 0,
            line: 1,
            column: 0,
            leading: true,
            indent: None,
            lost: false,
            members: false,
            around: Around::None,
            list: "",
        }
    }

    pub(crate) fn array() -> Self {
        Values { array: Array::Expected, ..Values::objects() }
    }

    /// Reads on; says how many bytes were used and what was found at their end, if anything.
    pub(crate) fn feed(&mut self, bytes: &[u8], longest: usize) -> (usize, Option<Found>) {
        while self.at < self.again.len() {
            let again = std::mem::take(&mut self.again);
            let (used, found) = self.read(&again[self.at..], longest);
            // What is put back of these bytes stands here already.
            (self.again, self.at) = (again, self.at + used - self.back.len());
            self.back.clear();
            if found.is_some() {
                return (0, found);
            }
        }
        let (used, found) = self.read(bytes, longest);
        self.new += used as u64;
        self.put_back();
        (used, found)
    }

    /// What is left at the end of the input, which may be several things: until there is nothing.
    pub(crate) fn end(&mut self) -> Option<Found> {
        if self.around == Around::Rest {
            (self.open, self.around) = (Open::default(), Around::None);
            let message = "the input ends before the `}` of the object around the rows";
            return Some((self.line, Err(Fault::new(Kind::NotJson, message))));
        }
        if self.open.given_up {
            self.open = Open::default();
            self.lost = true;
        }
        if self.open.has_begun() {
            let found = self.fail("the input ends inside this row");
            self.put_back();
            return Some(found);
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

    fn read(&mut self, bytes: &[u8], longest: usize) -> (usize, Option<Found>) {
        let mut at = 0;
        while at < bytes.len() {
            let plain = self.open.plain(&bytes[at..]);
            if plain > 0 {
                self.open.extend(&bytes[at..at + plain]);
                (self.column, at) = (self.column + plain, at + plain);
                if let Some(found) = self.overlong(longest) {
                    return (at, Some(found));
                }
                continue;
            }
            let byte = bytes[at];
            let begins =
                self.leading && byte == b'{' && self.indent.is_none_or(|indent| indent == self.column);
            if byte == b'{'
                && let Some((used, found)) = self.quick(&bytes[at..], begins, longest)
            {
                return (at + used, Some(found));
            }
            if let Some(why) = self.wrong(byte, begins) {
                if !self.open.given_up {
                    return (at, Some(self.fail(why)));
                }
                (self.open, self.lost) = (Open::default(), true);
            }
            let found = if self.lost && !begins { None } else { self.byte(byte, begins, longest) };
            self.leading = if byte == b'\n' { true } else { self.leading && matches!(byte, b' ' | b'\t') };
            self.column = if byte == b'\n' { 0 } else { self.column + 1 };
            self.line += u64::from(byte == b'\n');
            at += 1;
            if found.is_some() {
                return (at, found);
            }
        }
        (at, None)
    }

    /// Why the open element cannot go on with this byte.
    fn wrong(&mut self, byte: u8, begins: bool) -> Option<&'static str> {
        if self.open.string && byte == b'\n' {
            return Some("a string has a raw line break");
        }
        if self.open.depth() == 0 {
            return None;
        }
        if begins && self.indent.is_some() {
            let torn = self.old > AGAIN * self.new;
            if torn || !self.open.takes_a_value() {
                return Some(UNENDED);
            }
            self.open.first.get_or_insert((self.open.bytes.len(), self.line));
        }
        // Without another row in it, it is best refused whole.
        let crossed = self.open.first.is_some() && self.open.crosses(byte);
        let deep = self.open.given_up && self.open.depth() > DEPTH;
        (crossed || deep).then_some(UNENDED)
    }

    fn byte(&mut self, byte: u8, begins: bool, longest: usize) -> Option<Found> {
        self.lost = false;
        if !self.open.has_begun() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => return None,
                b']' => {
                    self.close();
                    return None;
                }
                b'[' if self.array == Array::Expected => {
                    self.array = Array::Open;
                    return None;
                }
                _ => self.open.begin(byte, self.line),
            }
            if begins && self.indent.is_none() {
                self.indent = Some(self.column);
            }
        } else if self.open.depth() == 0 && !self.open.string && matches!(byte, b'\n' | b',' | b']') {
            // Something that is no object goes on to here, and is refused.
            let found = self.whole();
            if byte == b']' {
                self.close();
            }
            return found;
        } else if byte == b'[' && self.begins_rows() {
            (self.open, self.array, self.around) = (Open::default(), Array::Open, Around::Rows);
            self.indent = None;
            return None;
        }
        if self.open.push(byte) { self.whole() } else { self.overlong(longest) }
    }

    fn close(&mut self) {
        if self.around == Around::Rows {
            // What comes after the rows in the object around them says nothing of any row.
            (self.array, self.around, self.indent) = (Array::None, Around::Rest, None);
            self.open = Open::inside(b'{');
        } else if self.array == Array::Open {
            self.array = Array::Closed;
        }
    }

    fn whole(&mut self) -> Option<Found> {
        if self.around == Around::Rest {
            self.around = Around::None;
        }
        let open = std::mem::take(&mut self.open);
        (!open.given_up).then_some((open.began, Ok(open.bytes)))
    }

    fn overlong(&mut self, longest: usize) -> Option<Found> {
        (self.open.bytes.len() > longest).then(|| {
            self.open.give_up();
            (self.open.began, Err(too_long(longest)))
        })
    }

    /// Has the bytes read once more that were put back.
    fn put_back(&mut self) {
        (self.again, self.at) = (std::mem::take(&mut self.back), 0);
    }

    /// Gives up the open element, up to where another row may have begun inside it: there reading goes on.
    fn fail(&mut self, why: &str) -> Found {
        let Open { mut bytes, began, first, .. } = std::mem::take(&mut self.open);
        let mut why = why;
        if let Some((at, line)) = first {
            why = UNENDED;
            self.back = bytes.split_off(at);
            self.old += self.back.len() as u64;
            (self.line, self.column, self.leading) = (line, self.indent.unwrap_or_default(), true);
        }
        self.lost = true;
        let mut fault = Fault::new(Kind::NotJson, format!("not JSON: {why}"));
        fault.line = Some(bytes);
        (began, Err(fault))
    }
}

#[cfg(test)]
mod tests;
