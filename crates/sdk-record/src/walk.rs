//! The tokens of JSON text that is known to be valid, found without building anything.
//!
//! A row was validated when it was read. What is asked of it later is where its tokens begin and end, and that takes
//! one pass with nothing checked a second time. Text that nobody validated makes these end early, or yield pieces
//! that are no JSON; it never makes them panic, loop or recurse.

use memchr::memchr;

use crate::row::says;

/// Raw keys (with their quotes) and raw values of an object, in its order; doubled keys stay doubled. Anything but an
/// object has none.
pub fn members(object: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut walk = Walk::new(object);
    let mut open = walk.enter(b'{');
    std::iter::from_fn(move || {
        let member = open.then(|| walk.member()).flatten();
        open = member.is_some();
        member
    })
}

/// Raw value of an object's key; of a doubled key the last one, as in jq.
pub fn member<'a>(object: &'a str, key: &str) -> Option<&'a str> {
    let named = |raw: &str| raw.get(1..raw.len() - 1).is_some_and(|raw| says(raw, key));
    members(object).filter(|(raw, _)| named(raw)).last().map(|(_, value)| value)
}

/// Raw values of an array, in its order. Anything but an array has none.
pub fn elements(array: &str) -> impl Iterator<Item = &str> {
    let mut walk = Walk::new(array);
    let mut open = walk.enter(b'[');
    std::iter::from_fn(move || {
        let element = open.then(|| walk.next().and_then(|_| walk.value())).flatten();
        open = element.is_some();
        element
    })
}

/// A place in JSON text that moves forward, a token at a time, into arrays and objects where it is told to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(text: &'a str) -> Walk<'a> {
        Walk { text, at: 0 }
    }

    /// Steps over the opening bracket, if this one is next.
    pub(crate) fn enter(&mut self, bracket: u8) -> bool {
        let here = self.peek() == Some(bracket);
        self.at += usize::from(here);
        here
    }

    /// The first byte of the next element or key. At the closing bracket, which it steps over, and at the end: `None`.
    pub(crate) fn next(&mut self) -> Option<u8> {
        let mut byte = self.peek()?;
        if byte == b',' {
            self.at += 1;
            byte = self.peek()?;
        }
        let closing = matches!(byte, b']' | b'}');
        self.at += usize::from(closing);
        (!closing).then_some(byte)
    }

    /// The next member of the object that was entered.
    pub(crate) fn member(&mut self) -> Option<(&'a str, &'a str)> {
        let from = self.next().is_some_and(|byte| byte == b'"').then_some(self.at)?;
        self.at = string_end(self.text.as_bytes(), from)?;
        let key = self.text.get(from..self.at)?;
        (self.peek()? == b':').then(|| self.at += 1)?;
        Some((key, self.value()?))
    }

    /// The value that is next, whole.
    pub(crate) fn value(&mut self) -> Option<&'a str> {
        let first = self.peek()?;
        let (bytes, from) = (self.text.as_bytes(), self.at);
        self.at = match first {
            b'"' => string_end(bytes, from)?,
            b'{' | b'[' => nest_end(bytes, from)?,
            _ => scalar_end(bytes, from),
        };
        // An empty token would keep an iterator where it is.
        self.text.get(from..self.at).filter(|token| !token.is_empty())
    }

    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match *bytes.get(self.at)? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }
}

/// After the string that begins at `from`.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        let quote = at + memchr(b'"', bytes.get(at..)?)?;
        // Texts are full of escapes and poor in quotes: the backslashes before a quote are counted when it is found.
        let escapes = bytes[at..quote].iter().rev().take_while(|byte| **byte == b'\\').count();
        at = quote + 1;
        if escapes % 2 == 0 {
            return Some(at);
        }
    }
}

/// After the object or array that begins at `from`.
fn nest_end(bytes: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut depth) = (from, 0_usize);
    loop {
        match *bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// After the number or word that begins at `from`.
fn scalar_end(bytes: &[u8], from: usize) -> usize {
    let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
    bytes[from..].iter().position(ends).map_or(bytes.len(), |length| from + length)
}

#[cfg(test)]
mod tests;
