//! The columns of rows, and what stands in them, learned row by row. It grows with what is seen and with nothing else: no
//! text is taken for a time or a number. What cannot be one type is JSON as text.

use std::io;

use sdk_record::members;
use sdk_record::token::{body, says};

use super::learner::Learner;

/// Most keys of rows, and most keys of all objects within that have columns.
pub(super) const COLUMNS: usize = 2048;

/// Most keys of an object within: one with more is a map, whose keys are data.
pub(super) const KEYS: usize = 256;

/// Deepest nesting that has columns of its own.
pub(super) const DEEP: usize = 16;

/// What was seen in a place of the rows.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) enum Kind {
    /// Null alone.
    #[default]
    Nothing,
    Truth,
    Number(Number),
    Text,
    List(Box<Kind>),
    Object(Vec<Field>),
    /// Several kinds, or one that has no columns: JSON as text.
    Json,
}

/// What numbers are like.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Number {
    /// One is no whole number.
    pub(super) fraction: bool,
    /// One is whole and has more digits than a double keeps.
    wide: bool,
    /// One is larger than its type.
    beyond: bool,
}

/// A key of objects.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Objects in which there is a value.
    pub(super) count: u64,
}

/// What was learned of all rows.
#[derive(Debug, Default)]
pub(super) struct Schema {
    fields: Vec<Field>,
    /// Keys of the objects within, which have columns.
    within: usize,
}

impl Schema {
    /// Looks at a row.
    ///
    /// # Errors
    /// Rows of more keys than a file has columns.
    pub(super) fn learn(&mut self, row: &str) -> io::Result<()> {
        match (Learner { within: &mut self.within }).object(&mut self.fields, row, 0) {
            true => Ok(()),
            false => {
                let message = format!(
                    "more than {COLUMNS} different keys in the rows, which are columns here; jsonl holds them"
                );
                Err(io::Error::other(message))
            }
        }
    }

    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// What was learned was no row.
    pub(super) fn forget_counts(&mut self) {
        for field in &mut self.fields {
            field.count = 0;
        }
    }

    /// Ends learning: what has no type of its own becomes JSON.
    pub(super) fn settle(&mut self) {
        for field in &mut self.fields {
            settle(&mut field.kind);
        }
    }

    /// The columns that are JSON, for people.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for field in &self.fields {
            json(&field.kind, &field.name, &mut paths);
        }
        let say = |path: String| format!("{path}: no one type holds all its values; they are JSON as text");
        paths.into_iter().map(say).collect()
    }
}

/// Where a raw key stands among fields; most objects have their keys in one order, in which it is the one at `index`.
pub(super) fn find(fields: &[Field], index: usize, key: &str) -> Option<usize> {
    let here = fields.get(index).filter(|field| field.name == key).map(|_| index);
    here.or_else(|| fields.iter().position(|field| says(key, &field.name)))
}

/// The values of an object under each of these fields; of a doubled key the last one.
pub(super) fn slots<'a>(fields: &[Field], object: &'a str) -> Vec<Option<&'a str>> {
    let mut slots = vec![None; fields.len()];
    for (index, (key, value)) in members(object).enumerate() {
        if let Some(at) = find(fields, index, body(key).unwrap_or_default()) {
            slots[at] = Some(value);
        }
    }
    slots
}

impl Kind {
    /// Keys within that have columns.
    pub(super) fn keys(&self) -> usize {
        match self {
            Kind::List(inner) => inner.keys(),
            Kind::Object(fields) => fields.iter().map(|field| 1 + field.kind.keys()).sum(),
            _ => 0,
        }
    }
}

impl Number {
    pub(super) fn see(&mut self, raw: &str) {
        if raw.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) || raw == "-0" {
            self.fraction = true;
            self.beyond |= !raw.parse::<f64>().is_ok_and(f64::is_finite);
        } else if raw.len() > 15 {
            let whole = raw.parse::<i64>();
            self.beyond |= whole.is_err();
            self.wide |= whole.is_ok_and(|whole| whole.unsigned_abs() > 1 << 53);
        }
    }

    /// Whether no type of numbers has all of them as they are.
    fn none(self) -> bool {
        self.beyond || self.fraction && self.wide
    }
}

fn settle(kind: &mut Kind) {
    match kind {
        Kind::List(inner) => settle(inner),
        Kind::Object(fields) => {
            for field in fields {
                settle(&mut field.kind);
            }
        }
        _ => {}
    }
    // An object without keys has no columns.
    let none = match kind {
        Kind::Number(number) => number.none(),
        Kind::Object(fields) => fields.is_empty(),
        _ => false,
    };
    if none {
        *kind = Kind::Json;
    }
}

fn json(kind: &Kind, path: &str, paths: &mut Vec<String>) {
    match kind {
        Kind::Json => paths.push(path.to_owned()),
        Kind::List(inner) => json(inner, &format!("{path}[]"), paths),
        Kind::Object(fields) => {
            for field in fields {
                json(&field.kind, &format!("{path}.{}", field.name), paths);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(rows: &[&str]) -> String {
        let mut schema = Schema::default();
        for row in rows {
            schema.learn(row).unwrap();
        }
        schema.settle();
        let all: Vec<_> =
            schema.fields.iter().map(|field| format!("{}:{}", field.name, name(&field.kind))).collect();
        all.join(" ")
    }

    fn name(kind: &Kind) -> String {
        match kind {
            Kind::Nothing => "null".to_owned(),
            Kind::Truth => "bool".to_owned(),
            Kind::Number(number) if number.fraction => "double".to_owned(),
            Kind::Number(_) => "int".to_owned(),
            Kind::Text => "text".to_owned(),
            Kind::List(inner) => format!("[{}]", name(inner)),
            Kind::Object(fields) => {
                let all: Vec<_> =
                    fields.iter().map(|field| format!("{}:{}", field.name, name(&field.kind))).collect();
                format!("{{{}}}", all.join(","))
            }
            Kind::Json => "json".to_owned(),
        }
    }

    #[test]
    fn kinds_grow_with_what_is_seen() {
        for (rows, wanted) in [
            (&["{\"a\":1,\"b\":null}", "{\"b\":\"t\",\"a\":-0}"][..], "a:double b:text"),
            (&["{\"a\":1}", "{\"a\":1.50}"], "a:double"),
            (&["{\"a\":9007199254740993}", "{\"a\":2}"], "a:int"),
            (&["{\"a\":9007199254740993}", "{\"a\":0.5}"], "a:json"),
            (&["{\"a\":18446744073709551616}"], "a:json"),
            (&["{\"a\":1e400}"], "a:json"),
            (&["{\"a\":\"2026-01-01T00:00:00Z\"}", "{\"\\u0061\":\"x\"}"], "a:text"),
            (&["{\"a\":1}", "{\"a\":\"1\"}", "{\"a\":{}}"], "a:json"),
            (&["{\"a\":[]}", "{\"a\":[{\"x\":true}]}", "{\"a\":[{\"y\":[1]}]}"], "a:[{x:bool,y:[int]}]"),
            (&["{\"a\":[[],[null]]}"], "a:[[null]]"),
            (&["{\"a\":{}}", "{\"a\":null}"], "a:json"),
            (&["{\"a\":{}}", "{\"a\":{\"x\":1}}"], "a:{x:int}"),
            (&["{\"a\":\"t\"}", "{\"a\":[1]}"], "a:json"),
        ] {
            assert_eq!(kinds(rows), wanted, "{rows:?}");
        }
    }

    #[test]
    fn what_has_no_end_has_no_columns() {
        let many = |count: usize| (0..count).map(|n| format!("\"k{n}\":1")).collect::<Vec<_>>().join(",");
        assert_eq!(kinds(&[&format!("{{\"a\":{{{}}}}}", many(KEYS + 1))]), "a:json");
        assert!(kinds(&[&format!("{{\"a\":{{{}}}}}", many(KEYS))]).starts_with("a:{k0:int"));
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100));
        assert!(kinds(&[&deep]).ends_with(&format!("json{}", "]".repeat(DEEP))));
        // Objects within share what there is: the last ones are JSON, and a key of the rows has its column still.
        let maps: Vec<_> = (0..9).map(|n| format!("\"m{n}\":[{{{}}}]", many(KEYS))).collect();
        let shared = kinds(&[&format!("{{{},\"z\":1}}", maps.join(","))]);
        assert_eq!(shared.matches("k255:int").count(), COLUMNS / KEYS);
        assert!(shared.ends_with("m8:[json] z:int"), "{shared}");
        let given_up = format!("{{{},\"m0\":7,\"m8\":[{{\"a\":1}}]}}", maps[..8].join(","));
        assert!(kinds(&[&given_up]).ends_with("m8:[{a:int}]"));
        let mut schema = Schema::default();
        let told = schema.learn(&format!("{{{}}}", many(COLUMNS + 1))).unwrap_err().to_string();
        assert!(told.contains("jsonl holds them"), "{told}");
    }
}
