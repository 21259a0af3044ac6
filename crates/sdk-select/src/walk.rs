//! Steps through JSON text that is known to be JSON. On anything else every step ends with `None`, never with a panic.

use memchr::memchr;

/// The text between the quotes of a string token.
pub(crate) fn body(token: &str) -> Option<&str> {
    token.strip_prefix('"')?.strip_suffix('"')
}

/// Whether the raw key (without its quotes) says `name`.
pub(crate) fn says(raw: &str, name: &str) -> bool {
    // An escape is longer than what it stands for, and most keys differ in their first byte.
    let first = raw.as_bytes().first();
    raw == name
        || raw.len() > name.len()
            && (first == name.as_bytes().first() || first == Some(&b'\\'))
            && raw.contains('\\')
            && unescape(raw).as_deref() == Some(name)
}

/// The characters of a string's body; half a surrogate pair, which is no character, becomes U+FFFD.
pub(crate) fn unescape(raw: &str) -> Option<String> {
    let (mut out, mut rest) = (String::with_capacity(raw.len()), raw);
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let (character, length) = escape(&rest[at..])?;
        out.push(character);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Some(out)
}

/// The character of the escape that `text` begins with, and how many bytes it takes.
pub(crate) fn escape(text: &str) -> Option<(char, usize)> {
    let unit = |from: usize| {
        let digits = text.get(from..from + 4).filter(|digits| !digits.starts_with('+'))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let character = match text.as_bytes().get(1)? {
        b'u' => match unit(2)? {
            high @ 0xD800..=0xDBFF if text.get(6..8) == Some("\\u") => {
                let low = unit(8)?.checked_sub(0xDC00).filter(|low| *low < 0x400);
                let both = low.and_then(|low| char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + low));
                return Some(both.map_or((char::REPLACEMENT_CHARACTER, 6), |both| (both, 12)));
            }
            one => return Some((char::from_u32(one).unwrap_or(char::REPLACEMENT_CHARACTER), 6)),
        },
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        same @ (b'"' | b'\\' | b'/') => char::from(*same),
        _ => return None,
    };
    Some((character, 2))
}

/// After the closing quote of the string that opens at `at`.
pub(crate) fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut from = at + 1;
    loop {
        let quote = from + memchr(b'"', bytes.get(from..)?)?;
        // Escapes are frequent and escaped quotes are rare: what counts is what stands before the quote.
        let escapes = bytes[at + 1..quote].iter().rev().take_while(|byte| **byte == b'\\').count();
        if escapes % 2 == 0 {
            return Some(quote + 1);
        }
        from = quote + 1;
    }
}

/// After the value that begins at `at`.
pub(crate) fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' | b'[' => {
            let (mut depth, mut at) = (0_usize, at);
            loop {
                match bytes.get(at)? {
                    b'"' => at = string_end(bytes, at)? - 1,
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
        _ => Some(
            bytes[at..].iter().position(|byte| b",]} \t\r\n".contains(byte)).map_or(bytes.len(), |n| at + n),
        ),
    }
}

/// The first byte from `at` on that is no white space.
pub(crate) fn space(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).map_or(at, |rest| at + rest.iter().take_while(|byte| b" \t\r\n".contains(byte)).count())
}

/// The members of an object token, or the elements of an array token with empty keys.
pub(crate) struct Inside<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Inside<'a> {
    pub(crate) fn of(container: &'a str) -> Inside<'a> {
        Inside { text: container, at: 1 }
    }
}

impl<'a> Iterator for Inside<'a> {
    /// A raw key without its quotes, and a value.
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let bytes = self.text.as_bytes();
        let mut start = space(bytes, self.at);
        let mut key = "";
        if matches!(bytes.get(start)?, b']' | b'}') {
            return None;
        }
        if bytes[0] == b'{' {
            let end = string_end(bytes, start)?;
            key = self.text.get(start + 1..end - 1)?;
            start = space(bytes, space(bytes, end) + 1);
        }
        let end = value_end(bytes, start)?;
        self.at = space(bytes, end) + usize::from(bytes.get(space(bytes, end)) == Some(&b','));
        Some((key, self.text.get(start..end)?))
    }
}
