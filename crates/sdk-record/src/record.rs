//! One row: its text as it came, and where in it each key's value stands.

use std::borrow::Cow;
use std::sync::Arc;

use sdk_scan::Span;

use crate::{Fault, Place, Row, minify, quote, scan};

/// A JSON object that remembers its own bytes. What is not touched is never reprinted: number spellings, escapes,
/// spaces, order and doubled keys leave as they came. A copy costs next to nothing until it is changed.
#[derive(Debug, Clone)]
pub struct Record {
    body: Arc<Body>,
    place: Option<Place>,
}

#[derive(Debug, Clone)]
struct Body {
    text: String,
    spans: Vec<Span>,
}

impl Record {
    pub(crate) fn of(text: String, spans: Vec<Span>) -> Record {
        Record { body: Arc::new(Body { text, spans }), place: None }
    }

    /// The row, borrowed.
    pub fn row(&self) -> Row<'_> {
        Row::new(&self.body.text, &self.body.spans)
    }

    /// Reads one object. White space around it is dropped; inside it is kept, unless there are line breaks.
    ///
    /// # Errors
    /// `not_json` (also when nested deeper than [`crate::DEPTH`]) and `not_object`.
    pub fn parse(text: &str) -> Result<Record, Fault> {
        Record::from_text(text.to_owned())
    }

    /// [`Record::parse`] for text that is already owned.
    pub fn from_text(mut text: String) -> Result<Record, Fault> {
        if text.starts_with(SPACE) || text.ends_with(SPACE) {
            text = String::from(text.trim_matches(SPACE));
        }
        if text.contains('\n') {
            text = minify(&text);
        }
        let spans = scan::spans(&text)?;
        Ok(Record::of(text, spans))
    }

    /// A new row of these keys and raw JSON values, in this order.
    pub fn from_pairs<K: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (K, V)>) -> Record {
        let mut record = Record::default();
        for (key, raw) in pairs {
            record.push(key.as_ref(), raw.as_ref());
        }
        record
    }

    /// The row as it leaves: one line without its newline.
    pub fn text(&self) -> &str {
        &self.body.text
    }

    /// The row as it leaves, given away.
    pub fn into_text(self) -> String {
        Arc::try_unwrap(self.body).map_or_else(|shared| shared.text.clone(), |own| own.text)
    }

    /// Raw JSON of a key's value; of a doubled key the last one, as in jq.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.row().get(key)
    }

    /// A key's value where it is a string, unescaped; `None` for anything else.
    pub fn string(&self, key: &str) -> Option<String> {
        self.row().string(key)
    }

    /// Whether the row has this key, whatever its value.
    pub fn has(&self, key: &str) -> bool {
        self.row().has(key)
    }

    /// Keys and raw values in the row's order.
    pub fn iter(&self) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
        self.row().iter()
    }

    /// Adds a key after all others; `raw` must be one JSON value on one line.
    pub fn push(&mut self, key: &str, raw: &str) {
        debug_assert!(!raw.contains('\n'), "a value is one line");
        let Body { text, spans } = Arc::make_mut(&mut self.body);
        text.pop();
        if !spans.is_empty() {
            text.push(',');
        }
        let at = |text: &String| u32::try_from(text.len()).expect("a row is shorter than 4 GiB");
        let key_start = at(text) + 1;
        text.push_str(&quote(key));
        let key_end = at(text) - 1;
        text.push(':');
        let start = at(text);
        text.push_str(raw);
        spans.push(Span { key: key_start, key_end, start, end: at(text) });
        text.push('}');
    }

    /// A copy without these keys, its other values as they were.
    #[must_use]
    pub fn without(&self, keys: &[&str]) -> Record {
        let kept = self.iter().filter(|(key, _)| !keys.contains(&&**key));
        Record { place: self.place.clone(), ..Record::from_pairs(kept) }
    }

    /// The row as a `serde_json` value (numbers keep their spelling). For cold paths.
    pub fn value(&self) -> serde_json::Value {
        serde_json::from_str(self.text()).unwrap_or_default()
    }

    /// Where the row was read, if it was.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// The same row, read there.
    #[must_use]
    pub fn placed(mut self, place: Option<Place>) -> Record {
        self.place = place;
        self
    }
}

impl Default for Record {
    fn default() -> Self {
        Record::of("{}".to_owned(), Vec::new())
    }
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn bytes_stay_as_they_came() {
        let text = r#"{ "a": 1.50 , "b":"\u00e9", "a":-0}"#;
        let mut record = Record::parse(&format!("{text}\r")).unwrap();
        assert_eq!(record.text(), text);
        assert_eq!(record.get("a"), Some("-0"));
        assert_eq!(record.string("b").as_deref(), Some("é"));
        record.push("n", "{\"x\":{}}");
        assert_eq!(record.text(), r#"{ "a": 1.50 , "b":"\u00e9", "a":-0,"n":{"x":{}}}"#);
        record.push("m", "1");
        assert!(record.text().ends_with(r#""n":{"x":{}},"m":1}"#));
    }

    #[test]
    fn what_is_no_row_is_said() {
        let fault = |text: &str| Record::parse(text).unwrap_err();
        assert_eq!(fault("[1]").kind, Kind::NotObject);
        assert_eq!(fault("{\"a\":01}").kind, Kind::NotJson);
        assert_eq!(fault("{\"a\":1} x").kind, Kind::NotJson);
        assert_eq!(
            fault(&format!("{{\"a\":{}1{}}}", "[".repeat(5000), "]".repeat(5000))).kind,
            Kind::NotJson
        );
        assert!(fault("{\"a\":}").message.starts_with("not JSON at column 6"));
    }
}
