//! A text in an answer, read where it stands: a string, or a list with parts of text. Servers put other things in its
//! place at times; then there is none, and the rest of the answer counts.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A text, or none.
#[derive(Debug, Default)]
pub(crate) struct Text<'a>(Option<Cow<'a, str>>);

impl Text<'_> {
    /// The text; none is empty.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// As [`Text::as_str`].
    pub(crate) fn into_string(self) -> String {
        self.0.map(Cow::into_owned).unwrap_or_default()
    }

    /// The text, if it is more than blanks.
    pub(crate) fn filled(self) -> Option<String> {
        self.0.filter(|text| !text.trim().is_empty()).map(Cow::into_owned)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text<'a>, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Some(text.into())))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text(Some(text.to_owned().into())))
    }

    fn visit_unit<E: Error>(self) -> Result<Text<'de>, E> {
        Ok(Text(None))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Text<'de>, E> {
        Ok(Text(None))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Text<'de>, E> {
        Ok(Text(None))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Text<'de>, E> {
        Ok(Text(None))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Text<'de>, E> {
        Ok(Text(None))
    }

    /// The texts of the parts, one after the other.
    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Text<'de>, A::Error> {
        let mut all = String::new();
        while let Some(part) = parts.next_element::<Text<'de>>()? {
            all.push_str(part.as_str());
        }
        Ok(Text(Some(all.into())))
    }

    /// A part; also a number that keeps its spelling, which comes as a map of no such key.
    fn visit_map<A: MapAccess<'de>>(self, mut part: A) -> Result<Text<'de>, A::Error> {
        let mut text = Text(None);
        while let Some(key) = part.next_key::<Cow<'de, str>>()? {
            if key == "text" {
                text = part.next_value()?;
            } else {
                part.next_value::<IgnoredAny>()?;
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anything_is_read() {
        for (given, wanted) in [
            (r#""a""#, Some("a")),
            (r#""a\n\u00e9""#, Some("a\né")),
            (r#"[{"type":"text","text":"a"},{"type":"image","url":{"x":[1]}},"b",{"text":7}]"#, Some("ab")),
            ("[]", Some("")),
            ("null", None),
            ("false", None),
            ("1.50", None),
            ("-12345678901234567890", None),
            (r#"{"x":"a"}"#, None),
        ] {
            let text: Text<'_> = serde_json::from_str(given).unwrap();
            assert_eq!(text.0.as_deref(), wanted, "{given}");
        }
        assert!(serde_json::from_str::<Text<'_>>("\"\\ud83d\"").is_err());
        assert!(matches!(serde_json::from_str("\"a b\"").unwrap(), Text(Some(Cow::Borrowed("a b")))));
    }
}
