//! Raw JSON as a `serde_json` value, for the validator and for what `--why` prints: numbers keep their digits.

use std::borrow::Cow;

use sdk_record::{Fault, Kind};
use serde::Deserialize as _;
use serde_json::Value;

use crate::filter::text;

/// The value of a row's text, or of a part of it. How deep a row is nested was checked when it was read.
pub(crate) fn value(raw: &str) -> Result<Value, Fault> {
    let text = mended(raw);
    let mut reader = serde_json::Deserializer::from_str(&text);
    reader.disable_recursion_limit();
    Value::deserialize(&mut reader).map_err(|error| Fault::new(Kind::NotJson, format!("not JSON: {error}")))
}

/// U+FFFD for every lone surrogate, which has no place in a Rust string.
fn mended(raw: &str) -> Cow<'_, str> {
    let (mut out, mut from, mut at) = (String::new(), 0, 0);
    while let Some(found) = memchr::memchr(b'\\', &raw.as_bytes()[at..]) {
        at += found;
        let end = match raw.as_bytes().get(at + 1) {
            Some(b'u') => match text::unicode(raw.as_bytes(), at + 1) {
                (Some(_), end) => end,
                (None, end) => {
                    out.push_str(&raw[from..at]);
                    out.push_str("\\ufffd");
                    from = end;
                    end
                }
            },
            _ => at + 2,
        };
        at = end.min(raw.len());
    }
    match from {
        0 => Cow::Borrowed(raw),
        _ => Cow::Owned(out + &raw[from..]),
    }
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn lone_surrogates_are_mended() {
        for (raw, said) in [
            (r#""a\ud800b\\ud800\ud83d\ude00\udc00""#, "a\u{fffd}b\\ud800\u{1f600}\u{fffd}"),
            (r#""\ud800\ud800\udc00""#, "\u{fffd}\u{10000}"),
            (r#""é\n\"""#, "é\n\""),
        ] {
            assert_eq!(value(raw).unwrap(), said);
        }
        assert_eq!(
            value(r#"[1.50,1e400,{"a":1,"a":12345678901234567890}]"#).unwrap().to_string(),
            r#"[1.50,1e+400,{"a":12345678901234567890}]"#
        );
    }
}
