//! A shape and the expressions that fill it: `--user`, `--assistant`, `--system`, `--keep`.

use clap::Args;

use sdk_record::{Fault, Row};
use sdk_select::{Parts, PartsFlags, Select, SelectError, object, val};

use crate::{Example, Shape};

/// The flags of sdk-format that say what of a row goes where.
#[derive(Debug, Default, Clone, Args)]
pub struct ShapeFlags {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub parts: PartsFlags,
    /// Fields carried into the line: '{score, sdk}'
    #[arg(long, value_name = "EXPR")]
    pub keep: Option<String>,
}

/// One thread's: jq cannot be shared.
#[derive(Debug)]
pub struct Writer {
    shape: &'static Shape,
    parts: Parts,
    keep: Option<Select>,
}

impl Writer {
    /// Compiles the expressions.
    ///
    /// # Errors
    /// The first that is no jq.
    pub fn new(shape: &'static Shape, flags: &ShapeFlags) -> Result<Writer, SelectError> {
        let keep = flags.keep.as_deref().map(|text| Select::new(text, &[])).transpose()?;
        Ok(Writer { shape, parts: Parts::new(&flags.parts)?, keep })
    }

    /// Appends the row's training line and its newline.
    ///
    /// # Errors
    /// What an expression or the shape says; then nothing was appended.
    pub fn append(&self, row: Row<'_>, lines: &mut String) -> Result<(), Fault> {
        let parts = self.parts.of(row)?;
        let kept = match &self.keep {
            None => Vec::new(),
            Some(select) => {
                let kept = object(select, val(row.text())?, &[])?;
                kept.iter().map(|(key, raw)| (key.into_owned(), raw.to_owned())).collect()
            }
        };
        let (system, user, assistant) =
            (parts.system.as_deref(), parts.user.as_deref(), parts.assistant.as_deref());
        self.shape.append(&Example { row, system, user, assistant, keep: &kept }, lines)?;
        lines.push('\n');
        Ok(())
    }
}
