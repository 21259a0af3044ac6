//! What of a row a condition is about: a value that jq gives.

use std::borrow::Cow;

use sdk_record::{Fault, Row};
use sdk_select::{Select, SelectError};

use crate::filter::identity;
use crate::filter::value::value;

/// A compiled expression of `--unique` or `--by`.
pub(crate) struct Subject {
    select: Select,
    /// Whether it gives one value always, so that nobody needs to collect them.
    one: bool,
}

impl Subject {
    pub(crate) fn new(text: &str) -> Result<Subject, SelectError> {
        Ok(Subject { select: Select::new(text, &[])?, one: path(text) })
    }

    pub(crate) fn text(&self) -> &str {
        self.select.text()
    }

    /// Raw JSON of the first value.
    pub(crate) fn first<'a>(&'a self, row: Row<'a>) -> Result<Option<Cow<'a, str>>, Fault> {
        self.select.one(row)
    }

    /// All values together as jq would print them: one is itself, several are an array.
    pub(crate) fn printed(&self, row: Row<'_>) -> Result<Option<String>, Fault> {
        let values = self.select.every(row)?;
        let raw = match values.as_slice() {
            [] => return Ok(None),
            [one] if !one.starts_with(['"', '[', '{']) => return Ok(Some(one.to_string())),
            [one] => one.to_string(),
            many => format!("[{}]", many.join(",")),
        };
        value(&raw).map(|value| Some(value.to_string()))
    }

    /// What `then` makes of the canonical bytes of all values together; null and missing are a value like any other.
    pub(crate) fn identity<T>(&self, row: Row<'_>, then: impl FnOnce(&[u8]) -> T) -> Result<T, Fault> {
        if self.one {
            let value = self.select.one(row)?;
            return Ok(then(&identity::of(value.as_deref().unwrap_or("null"))));
        }
        Ok(then(&identity::of_all(&self.select.every(row)?)))
    }
}

/// Whether `text` is `.` or a path of plain names: one value or an error, whatever the row.
fn path(text: &str) -> bool {
    let name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text == "." || text.strip_prefix('.').is_some_and(|names| names.split('.').all(name))
}
