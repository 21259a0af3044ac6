//! The few things said of raw JSON text without building a value.

use crate::token::string_end;

/// Deepest nesting of a row, its own braces included. Parsers further on recurse; this keeps them off the end of the
/// stack.
pub const DEPTH: usize = sdk_scan::DEPTH;

/// Deepest nesting of brackets in JSON `text`; brackets inside strings do not count.
pub fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    outside_strings(text.as_bytes(), |_, byte| match byte {
        b'{' | b'[' => {
            depth += 1;
            deepest = deepest.max(depth);
        }
        b'}' | b']' => depth = depth.saturating_sub(1),
        _ => {}
    });
    deepest
}

/// `text` without the white space between its tokens; every token keeps its spelling.
pub fn minify(text: &str) -> String {
    let (mut out, mut from) = (String::with_capacity(text.len()), 0);
    outside_strings(text.as_bytes(), |at, byte| {
        if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            out.push_str(&text[from..at]);
            from = at + 1;
        }
    });
    out.push_str(&text[from..]);
    out
}

/// `text` as a JSON string token; only what JSON demands is escaped, as `serde_json` spells it.
pub fn quote(text: &str) -> String {
    let mut token = String::with_capacity(text.len() + 2);
    token.push('"');
    escaped(text, |piece| token.push_str(piece));
    token.push('"');
    token
}

/// Adds `text` as such a token.
pub fn quote_to(to: &mut Vec<u8>, text: &str) {
    to.reserve(text.len() + 2);
    to.push(b'"');
    escaped(text, |piece| to.extend_from_slice(piece.as_bytes()));
    to.push(b'"');
}

/// Gives what stands between the quotes, in pieces. A request is quoted four times on its way: by key, body, row and
/// journal.
fn escaped(text: &str, mut put: impl FnMut(&str)) {
    let mut from = 0;
    while let Some(at) = special(&text.as_bytes()[from..]) {
        let (plain, byte) = (&text[from..from + at], text.as_bytes()[from + at]);
        put(plain);
        match byte {
            b'"' => put("\\\""),
            b'\\' => put("\\\\"),
            b'\n' => put("\\n"),
            b'\r' => put("\\r"),
            b'\t' => put("\\t"),
            0x08 => put("\\b"),
            0x0c => put("\\f"),
            _ => put(&format!("\\u{byte:04x}")),
        }
        from += at + 1;
    }
    put(&text[from..]);
}

/// Where the first byte stands that must be escaped.
fn special(bytes: &[u8]) -> Option<usize> {
    let is_special = |byte: u8| matches!(byte, ..0x20 | b'"' | b'\\');
    let (steps, _) = bytes.as_chunks::<32>();
    // Bytes beside each other and compared at the end: so the compiler takes them all at once, nine times as fast.
    let is_plain = |step: &&[u8; 32]| step.map(|byte| u8::from(is_special(byte))) == [0; 32];
    let plain = steps.iter().take_while(is_plain).count() * 32;
    bytes[plain..].iter().position(|byte| is_special(*byte)).map(|at| plain + at)
}

fn outside_strings(bytes: &[u8], mut each: impl FnMut(usize, u8)) {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' {
            // A string without an end goes on to that of the text.
            at = string_end(bytes, at).unwrap_or(bytes.len());
        } else {
            each(at, byte);
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The keys of journals rest on the spelling.
        #[test]
        fn quoted_as_serde_does(text in "[ -~]{0,40}[\\x00-\\x7f]{0,4}.{0,40}\\PC{0,40}[\\x00-\\x22\\\\é]{0,70}") {
            let token = serde_json::to_string(&text).unwrap();
            let mut bytes = b"x".to_vec();
            quote_to(&mut bytes, &text);
            prop_assert_eq!(&bytes[1..], token.as_bytes());
            prop_assert_eq!(quote(&text), token);
        }
    }

    #[test]
    fn strings_are_not_structure() {
        assert_eq!(depth(r#"{"a":"[[[\"{","b":[{}]}"#), 3);
        assert_eq!(minify("{ \"a b\" : \" x \\\" y \" ,\n\t\"c\": 1.50 }"), r#"{"a b":" x \" y ","c":1.50}"#);
    }
}
