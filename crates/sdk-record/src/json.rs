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

/// `text` as a JSON string token; only what JSON demands is escaped.
pub fn quote(text: &str) -> String {
    // Into bytes at once: a value that is displayed goes through the formatter, at many times the cost.
    serde_json::to_string(text).expect("a text is always JSON")
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
    use super::*;

    #[test]
    fn strings_are_not_structure() {
        assert_eq!(depth(r#"{"a":"[[[\"{","b":[{}]}"#), 3);
        assert_eq!(minify("{ \"a b\" : \" x \\\" y \" ,\n\t\"c\": 1.50 }"), r#"{"a b":" x \" y ","c":1.50}"#);
    }
}
