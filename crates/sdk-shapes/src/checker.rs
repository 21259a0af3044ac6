//! `--check`: says what is wrong with the lines of a shape and how to mend it, and changes nothing.

use std::path::Path;

use sdk_record::{Fault, Kind, Row};

use crate::context::{Context, ContextError};
use crate::{Report, Shape};

/// Looks at the lines of one shape. Threads share it.
#[derive(Debug)]
pub struct Checker {
    shape: &'static Shape,
    context: Option<Context>,
}

impl Checker {
    /// A checker of this shape's lines, which a model's chat template also renders, and its tokenizer counts, where there
    /// is a file of them.
    ///
    /// # Errors
    /// A template or a tokenizer that cannot be had.
    pub fn new(shape: &'static Shape, template: Option<&Path>) -> Result<Checker, ContextError> {
        let context = template.map(|file| Context::open(shape, file)).transpose()?;
        Ok(Checker { shape, context })
    }

    /// Looks at one line.
    ///
    /// # Errors
    /// `unconvertible` with all that is wrong, each `path: what → how to mend it [rule]`.
    pub fn check(&self, row: Row<'_>) -> Result<(), Fault> {
        let mut report = Report::default();
        match serde_json::from_str(row.text()) {
            Ok(line) => (self.shape.check)(&line, &mut report),
            // A row may be JSON that no reader of values takes: half a surrogate pair, or nesting without end.
            Err(error) => report.wrong("line", error, "mend the row, or leave it out", "json"),
        }
        // What is no line of the shape has no length either.
        if let (true, Some(context)) = (report.found.is_empty(), &self.context) {
            context.check(row, &mut report);
        }
        match report.found.as_slice() {
            [] => Ok(()),
            found => Err(Fault::new(Kind::Unconvertible, found.join("; ")).of_row(row)),
        }
    }
}
