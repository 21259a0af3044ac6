//! Raw JSON tokens of text that is known to be JSON: where one ends and what it says. On anything else every step ends
//! with `None`, never with a panic.

use std::borrow::Cow;

use memchr::memchr;

/// The text between the quotes of a string token.
#[inline]
pub fn body(token: &str) -> Option<&str> {
    token.strip_prefix('"')?.strip_suffix('"')
}

/// Whether the raw key (without its quotes) says `name`.
#[inline]
pub fn says(raw: &str, name: &str) -> bool {
    // An escape is longer than what it stands for, and most keys differ in their first byte.
    let first = raw.as_bytes().first();
    raw == name
        || raw.len() > name.len()
            && (first == name.as_bytes().first() || first == Some(&b'\\'))
            && raw.contains('\\')
            && unescape(raw).as_deref() == Some(name)
}

/// Whether two raw keys say the same.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one == other || (one.contains('\\') || other.contains('\\')) && unescape(one) == unescape(other)
}

/// The characters of a string's body; half a surrogate pair, which is no character, becomes U+FFFD.
pub fn unescape(raw: &str) -> Option<String> {
    let (mut out, mut rest) = (String::with_capacity(raw.len()), raw);
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let (character, length) = escape(&rest.as_bytes()[at..])?;
        out.push(character);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Some(out)
}

/// The character of the escape that `text` begins with, and how many bytes it takes.
pub fn escape(text: &[u8]) -> Option<(char, usize)> {
    let digit = |unit: u32, byte: &u8| Some(unit << 4 | char::from(*byte).to_digit(16)?);
    let unit = |from: usize| text.get(from..from + 4)?.iter().try_fold(0, digit);
    let character = match text.get(1)? {
        b'u' => match unit(2)? {
            high @ 0xD800..=0xDBFF if text.get(6..8) == Some(b"\\u") => {
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

/// JSON text with `\ufffd` for every half of a surrogate pair, which has no place in a Rust string: some readers refuse the
/// whole text for it.
pub fn mended(json: &str) -> Cow<'_, str> {
    let (mut out, mut from, mut at) = (String::new(), 0, 0);
    while let Some(found) = memchr(b'\\', json.get(at..).unwrap_or_default().as_bytes()) {
        at += found;
        let (character, length) = escape(&json.as_bytes()[at..]).unwrap_or(('\\', 1));
        // What is spelled so already is spelled so again.
        if character == char::REPLACEMENT_CHARACTER {
            out.push_str(&json[from..at]);
            out.push_str("\\ufffd");
            from = at + length;
        }
        at += length;
    }
    match from {
        0 => Cow::Borrowed(json),
        _ => Cow::Owned(out + &json[from..]),
    }
}

/// After the closing quote of the string that opens at `at`.
#[inline]
pub fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut from = at + 1;
    loop {
        let quote = from + memchr(b'"', bytes.get(from..)?)?;
        let is_end = !ends_escaping(&bytes[from..quote]);
        from = quote + 1;
        if is_end {
            return Some(from);
        }
    }
}

/// Whether the byte after these, of a string, is escaped: texts are full of escapes and poor in quotes, so the
/// backslashes before a quote are counted when it is found.
pub(crate) fn ends_escaping(bytes: &[u8]) -> bool {
    bytes.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// Whether `end` closes the bracket `open`: the two are two apart in ASCII.
pub(crate) fn closes(open: u8, end: u8) -> bool {
    matches!(open, b'{' | b'[') && end == open + 2
}

/// After the value that begins at `at`.
#[inline]
pub fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' | b'[' => nest_end(bytes, at),
        _ => {
            let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
            Some(bytes[at..].iter().position(ends).map_or(bytes.len(), |length| at + length))
        }
    }
}

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

/// The first byte from `at` on that is no white space.
#[inline]
pub fn space(bytes: &[u8], at: usize) -> usize {
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    bytes.get(at..).map_or(at, |rest| at + rest.iter().take_while(blank).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_pairs() {
        for (raw, said, whole) in [
            (
                r"a\ud800b\\ud800\ud83d\ude00\udc00",
                "a\u{fffd}b\\ud800\u{1f600}\u{fffd}",
                r"a\ufffdb\\ud800\ud83d\ude00\ufffd",
            ),
            (r"\ud800\ud800\udc00", "\u{fffd}\u{10000}", r"\ufffd\ud800\udc00"),
            (r"\uFFFDé\n\/\u0041", "\u{fffd}é\n/A", r"\ufffdé\n\/\u0041"),
        ] {
            assert_eq!((unescape(raw).as_deref(), &*mended(raw)), (Some(said), whole));
        }
        assert!(matches!(mended(r"\ud83d\ude00 \\"), Cow::Borrowed(_)));
        for broken in [r"\", r"\x", r"\u12", r"\u+123", r"\ud800\u12", "\\é", "\\ud83\u{e9}"] {
            assert_eq!((unescape(broken), &*mended(broken)), (None, broken));
        }
        assert!(same(r"\u0077eight", "weight") && same(r"\ud800", r"\udc00") && !same("a", "b"));
    }
}
