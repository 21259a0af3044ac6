//! The passages of one text of each row (`--by`). A row is a document: its `source` says where it stands, and its `id`,
//! where it has one, is the `document` of its passages.

use std::borrow::Cow;

use sdk_record::{Fault, Kind, Record};
use sdk_select::Select;

use crate::content::Rows;
use crate::passages::TextRows;
use crate::text::Text;
use crate::{Document, Sizes};

static NOTHING: Cow<str> = Cow::Borrowed("null");

/// Cuts the texts of rows.
pub(crate) struct RowTexts {
    source: String,
    rows: Rows,
    by: Select,
    sizes: Sizes,
    current: Option<TextRows>,
}

impl RowTexts {
    /// Cuts what `by` says of each row.
    ///
    /// # Errors
    /// An expression that cannot be compiled.
    pub(crate) fn new(source: String, rows: Rows, by: &str, sizes: &Sizes) -> Result<RowTexts, Fault> {
        let by = Select::new(by, &[]).map_err(|error| Fault::new(Kind::Expression, error.to_string()))?;
        Ok(RowTexts { source, rows, by, sizes: sizes.clone(), current: None })
    }

    fn open(&self, row: &Record) -> Result<TextRows, Fault> {
        let values = self.by.every(row.row()).map_err(|fault| fault.of(row))?;
        // Several are a line each, as in the holes of prompts.
        let texts: Result<Vec<String>, _> =
            values.iter().map(|value| serde_json::from_str(value).map_err(|_| value)).collect();
        let texts =
            texts.and_then(|texts| if texts.is_empty() { Err(&NOTHING) } else { Ok(texts.join("\n")) });
        let text = texts.map_err(|value| {
            let (kind, found) = match &**value {
                "null" => (Kind::Missing, "nothing".to_owned()),
                other => (Kind::Type, other.chars().take(60).collect()),
            };
            let message = format!("expected a text as `{}`, found {found}; see --by", self.by.text());
            Fault::new(kind, message).of(row)
        })?;
        // It would be counted nowhere.
        if text.trim().is_empty() {
            let message = format!("expected a text as `{}`, found a blank one; see --by", self.by.text());
            return Err(Fault::new(Kind::Missing, message).of(row));
        }
        let source = row.place().map_or_else(|| self.source.clone(), ToString::to_string);
        let about = Document { engine: "text", ..Document::default() };
        let rows = TextRows::new(source, Text::whole(text), about, &self.sizes);
        Ok(match row.get("id").filter(|id| *id != "null") {
            Some(id) => rows.of(id.to_owned()),
            None => rows,
        })
    }
}

impl Iterator for RowTexts {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(passage) = self.current.as_mut().and_then(Iterator::next) {
                return Some(passage);
            }
            match self.rows.next()?.and_then(|row| self.open(&row)) {
                Ok(rows) => self.current = Some(rows),
                Err(fault) => return Some(Err(fault)),
            }
        }
    }
}
