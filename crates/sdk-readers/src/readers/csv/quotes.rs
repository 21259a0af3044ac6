//! Looks for quotes that close inside a value. The parser is kind and reads on; but where such a value holds line ends, a
//! quote was most likely opened and never closed, and the one that closed it belongs to a later row.

use std::collections::VecDeque;

use memchr::{memchr, memchr3};

/// Where the bytes so far have led.
#[derive(Clone, Copy)]
enum Place {
    /// A value begins.
    Begin,
    Plain,
    Quoted,
    /// Behind a quote in a quoted value: it closes it or is half of a doubled one.
    Behind,
}

/// Follows the bytes of a file.
pub(super) struct Quotes {
    delimiter: u8,
    place: Place,
    seen: u64,
    /// Where a value went on behind its closing quote.
    loose: VecDeque<u64>,
}

impl Quotes {
    pub(super) fn new(delimiter: u8) -> Quotes {
        Quotes { delimiter, place: Place::Begin, seen: 0, loose: VecDeque::new() }
    }

    /// Takes the next bytes.
    pub(super) fn follow(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let ends = byte == self.delimiter || matches!(byte, b'\n' | b'\r');
            (self.place, at) = match self.place {
                Place::Begin | Place::Behind if byte == b'"' => (Place::Quoted, at + 1),
                Place::Begin | Place::Behind if ends => (Place::Begin, at + 1),
                Place::Begin | Place::Plain => match memchr3(self.delimiter, b'\n', b'\r', &bytes[at..]) {
                    Some(end) => (Place::Begin, at + end + 1),
                    None => (Place::Plain, bytes.len()),
                },
                Place::Quoted => match memchr(b'"', &bytes[at..]) {
                    Some(quote) => (Place::Behind, at + quote + 1),
                    None => (Place::Quoted, bytes.len()),
                },
                Place::Behind => {
                    self.loose.push_back(self.seen + at as u64);
                    (Place::Plain, at)
                }
            };
        }
        self.seen += bytes.len() as u64;
    }

    /// Whether a quote closed inside a value before this byte; asked once.
    pub(super) fn were_loose(&mut self, end: u64) -> bool {
        let before = self.loose.partition_point(|at| *at < end);
        self.loose.drain(..before).count() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_closes_a_value_or_is_doubled() {
        for (text, loose) in [
            ("a,\"b\",c\n\"d\"\r\n\"\"\n", false),
            ("a,\"b\"\"c\"\n", false),
            ("5\" pipe,a\"b\"\n", false),
            ("\"a\" b,c\n", true),
            ("1,\"open\n2,\"x\"\n", true),
        ] {
            // However the bytes come.
            for step in [1, 2, text.len()] {
                let mut quotes = Quotes::new(b',');
                text.as_bytes().chunks(step).for_each(|bytes| quotes.follow(bytes));
                assert_eq!(quotes.were_loose(text.len() as u64), loose, "{text} by {step}");
                assert!(!quotes.were_loose(text.len() as u64));
            }
        }
    }
}
