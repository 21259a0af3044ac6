//! Rows and other JSON text as jq values, and back.

use jaq_json::{Val, read};

use sdk_record::{Fault, Kind, Record};

use crate::{Select, build};

/// A row as a jq value.
///
/// # Errors
/// Only for text that is no row.
pub fn input(row: &Record) -> Result<Val, Fault> {
    val(row.text())
}

/// Any JSON text as a jq value. Its depth must have been checked ([`sdk_record::DEPTH`]).
///
/// # Errors
/// `not_json`, with the byte.
pub fn val(json: &str) -> Result<Val, Fault> {
    build::value(json)
        .map_or_else(|| read::parse_single(json.as_bytes()), Ok)
        .map_err(|e| Fault::new(Kind::NotJson, format!("not JSON at {e}")))
}

/// A jq value as JSON text; what jq allows beyond JSON (NaN, bytes) becomes null or a string.
pub fn raw(value: &Val) -> String {
    let text = value.to_string();
    if serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok() { text } else { tame(value) }
}

fn tame(value: &Val) -> String {
    let joined = |parts: Vec<String>| parts.join(",");
    match value {
        Val::Arr(items) => format!("[{}]", joined(items.iter().map(tame).collect())),
        Val::Obj(pairs) => {
            let pair = |(key, value): (&Val, &Val)| format!("{}:{}", tame(key), tame(value));
            format!("{{{}}}", joined(pairs.iter().map(pair).collect()))
        }
        Val::BStr(bytes) | Val::TStr(bytes) => sdk_record::quote(&String::from_utf8_lossy(bytes)),
        Val::Num(_) => "null".to_owned(),
        other => other.to_string(),
    }
}

/// The keys and raw values of an expression's object, for `--keep`.
///
/// # Errors
/// The value is no object.
pub fn object(select: &Select, row: Val, variables: &[Val]) -> Result<Record, Fault> {
    let value = select.first(row, variables)?;
    let text = value.as_ref().map_or_else(|| "null".to_owned(), raw);
    Record::parse(&text).map_err(|_| {
        let found: String = text.chars().take(60).collect();
        Fault::new(
            Kind::Type,
            format!("`{}` must give an object like {{text}}, found {found}", select.text()),
        )
    })
}
