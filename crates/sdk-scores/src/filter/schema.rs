//! `--schema`: rows that a JSON Schema accepts.
//!
//! The draft is the one `$schema` names (2020-12 without it); `format` is checked where that draft checks it (up to 7).
//! Nothing is fetched and no other file is opened: a `$ref` must lead into the schema file itself.

use std::path::Path;

use sdk_record::{Fault, Row};
use serde_json::Value;

use crate::filter::value::value;
use crate::filter::{FilterError, Why};

/// A compiled schema; its threads share it.
#[derive(Debug)]
pub(crate) struct Schema {
    validator: jsonschema::Validator,
}

impl Schema {
    pub(crate) fn read(file: &Path) -> Result<Schema, FilterError> {
        let wrong = |message: String| FilterError::Schema { file: file.display().to_string(), message };
        let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        let schema = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let schema: Value =
            serde_json::from_str(schema).map_err(|error| wrong(format!("not JSON: {error}")))?;
        let validator = jsonschema::options().offline().build(&schema).map_err(|error| {
            let place = match error.instance_path().to_string() {
                path if path.is_empty() => String::new(),
                path => format!("{path}: "),
            };
            wrong(format!("{place}{error}"))
        })?;
        Ok(Schema { validator })
    }

    pub(crate) fn accepts(&self, row: Row<'_>) -> Result<bool, Fault> {
        Ok(self.validator.is_valid(&value(row.text())?))
    }

    /// The first thing that is wrong with a row that is not accepted, by its path.
    pub(crate) fn why(&self, row: Row<'_>) -> Result<Why, Fault> {
        let row = value(row.text())?;
        let first = self.validator.iter_errors(&row).next();
        let message = first.map_or_else(String::new, |error| match error.instance_path().to_string() {
            path if path.is_empty() => error.to_string(),
            path => format!("{path}: {error}"),
        });
        Ok(Why { value: None, message })
    }
}
