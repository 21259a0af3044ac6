//! A byte stream as rows: JSON Lines, or a JSON array or pretty-printed objects recognised by their first line.

use std::io::Read;
use std::sync::Arc;

use crate::blocks::Blocks;
use crate::values::{Found, Values};
use crate::{Fault, Kind, Place, Record, decode};

/// Longest row, in bytes. A longer one is a reject and the next is read.
const LONGEST: usize = 128 * 1024 * 1024;

/// The rows of one input, in order, each with its place. A bad row is an `Err` and never hides the next.
pub struct Rows {
    blocks: Blocks,
    source: Arc<str>,
    shape: Shape,
    line: u64,
    broken: Option<Fault>,
    /// A value that was found while looking ahead.
    found: Option<Found>,
}

enum Shape {
    Unknown,
    Lines,
    Values(Values),
}

impl Rows {
    /// Reads `input` (plain, gzip or zstd), which is called `source` in messages.
    pub fn new(source: &str, input: Box<dyn Read + Send>) -> Rows {
        let source: Arc<str> = source.into();
        let (input, broken) = match decode(input) {
            Ok(plain) => (plain, None),
            Err(error) => (Box::new(std::io::empty()) as Box<dyn Read + Send>, Some(unreadable(&error))),
        };
        Rows { blocks: Blocks::new(input), source, shape: Shape::Unknown, line: 0, broken, found: None }
    }

    /// Whether another row can be had without waiting for the producer.
    pub fn ready(&mut self) -> bool {
        match &mut self.shape {
            Shape::Unknown => false,
            Shape::Lines => memchr::memchr(b'\n', self.blocks.available()).is_some(),
            Shape::Values(values) => {
                if self.found.is_none() {
                    let (used, found) = values.feed(self.blocks.available());
                    self.blocks.consume(used);
                    self.found = found;
                }
                self.found.is_some()
            }
        }
    }

    fn read(&mut self) -> bool {
        match self.blocks.fill() {
            Ok(more) => more,
            Err(error) => {
                self.broken = Some(unreadable(&error));
                false
            }
        }
    }

    /// Looks at the first line that is not blank: is one value a line, or several lines a value?
    fn recognise(&mut self) -> Shape {
        if self.enough(3) && self.blocks.available().starts_with(b"\xef\xbb\xbf") {
            self.blocks.consume(3);
        }
        loop {
            let blank = self.blocks.available().iter().take_while(|b| b.is_ascii_whitespace()).count();
            let lines = memchr::memchr_iter(b'\n', &self.blocks.available()[..blank]).count();
            if blank == self.blocks.available().len() && self.read() {
                continue;
            }
            // Only whole blank lines are consumed: indentation tells rows apart later.
            let kept =
                self.blocks.available()[..blank].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
            self.blocks.consume(kept);
            self.line += lines as u64;
            break;
        }
        let mut seen = 0;
        let (mut first, mut second) = (None, None);
        loop {
            for &byte in &self.blocks.available()[seen..] {
                match (first, byte) {
                    (_, b' ' | b'\t' | b'\r') => {}
                    (None, _) => first = Some(byte),
                    (Some(_), _) => {
                        second = Some(byte);
                        break;
                    }
                }
            }
            seen = self.blocks.available().len();
            if second.is_some() || first.is_some_and(|b| b != b'{' && b != b'[') || !self.read() {
                break;
            }
        }
        match (first, second) {
            (Some(b'{'), Some(b'\n')) => Shape::Values(Values::objects()),
            (Some(b'['), Some(b'\n' | b'{' | b']') | None) => Shape::Values(Values::array()),
            _ => Shape::Lines,
        }
    }

    fn enough(&mut self, count: usize) -> bool {
        while self.blocks.available().len() < count {
            if self.blocks.available().first().is_some_and(|&b| b != 0xef) || !self.read() {
                return false;
            }
        }
        true
    }

    fn next_line(&mut self) -> Option<Result<Record, Fault>> {
        let mut searched = 0;
        loop {
            let available = self.blocks.available();
            if let Some(found) = memchr::memchr(b'\n', &available[searched..]) {
                let end = searched + found;
                self.line += 1;
                let row = if end > LONGEST {
                    Some(Err(self.place(Fault::new(Kind::TooLong, too_long()))))
                } else {
                    self.row(end)
                };
                self.blocks.consume(end + 1);
                searched = 0;
                if row.is_some() {
                    return row;
                }
                continue;
            }
            searched = available.len();
            if searched > LONGEST {
                self.line += 1;
                self.skip_line();
                return Some(Err(self.place(Fault::new(Kind::TooLong, too_long()))));
            }
            if !self.read() {
                if searched == 0 || self.broken.is_some() {
                    self.blocks.consume(searched);
                    return None;
                }
                self.line += 1;
                let row = self.row(searched);
                self.blocks.consume(searched);
                return row;
            }
        }
    }

    /// The row in the first `end` bytes; `None` for a blank line.
    fn row(&self, end: usize) -> Option<Result<Record, Fault>> {
        let bytes = self.blocks.available()[..end].trim_ascii();
        if bytes.is_empty() {
            return None;
        }
        Some(row(bytes).map(|row| row.placed(Some(self.here()))).map_err(|fault| self.place(fault)))
    }

    fn skip_line(&mut self) {
        loop {
            let available = self.blocks.available();
            if let Some(end) = memchr::memchr(b'\n', available) {
                self.blocks.consume(end + 1);
                return;
            }
            self.blocks.consume(available.len());
            if !self.read() {
                return;
            }
        }
    }

    fn here(&self) -> Place {
        Place { source: self.source.clone(), line: self.line }
    }

    fn place(&self, fault: Fault) -> Fault {
        fault.at(self.here())
    }

    fn next_value(&mut self, values: &mut Values) -> Option<Result<Record, Fault>> {
        loop {
            let found = self.found.take().or_else(|| {
                let (used, found) = values.feed(self.blocks.available());
                self.blocks.consume(used);
                found
            });
            let found = match found {
                Some(found) => Some(found),
                None if self.read() => None,
                None if self.broken.is_some() => return None,
                None => Some(values.end()?),
            };
            if let Some((line, text)) = found {
                let place = Place { source: self.source.clone(), line: self.line + line };
                let row = text.and_then(|bytes| row(&bytes)).map(|row| row.placed(Some(place.clone())));
                return Some(row.map_err(|fault| fault.at(place)));
            }
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut shape = std::mem::replace(&mut self.shape, Shape::Lines);
        if matches!(shape, Shape::Unknown) {
            shape = self.recognise();
        }
        let row = match &mut shape {
            Shape::Values(values) => self.next_value(values),
            _ => self.next_line(),
        };
        self.shape = shape;
        row.or_else(|| {
            let fault = self.broken.take()?;
            self.line += 1;
            Some(Err(self.place(fault)))
        })
    }
}

/// One row from the bytes of one value.
fn row(bytes: &[u8]) -> Result<Record, Fault> {
    let whole = |mut fault: Fault| {
        fault.line = Some(bytes.to_vec());
        fault
    };
    match std::str::from_utf8(bytes) {
        Ok(text) if memchr::memchr(b'\n', bytes).is_some() => {
            Record::from_text(crate::minify(text)).map_err(whole)
        }
        Ok(text) => Record::parse(text).map_err(whole),
        Err(error) => Err(whole(Fault::new(
            Kind::NotUtf8,
            format!("not UTF-8 at byte {}; convert the file first (iconv -t utf-8)", error.valid_up_to() + 1),
        ))),
    }
}

pub(crate) fn too_long() -> String {
    format!("longer than {} MiB; split the row", LONGEST / (1024 * 1024))
}

pub(crate) const fn longest() -> usize {
    LONGEST
}

fn unreadable(error: &std::io::Error) -> Fault {
    Fault::new(Kind::Damaged, format!("cannot be read on from here: {error}; the rows before are kept"))
}

#[cfg(test)]
mod tests;
