//! `--user`, `--assistant`, `--system`: the parts of a row, where its keys do not tell.

use std::borrow::Cow;

use clap::Args;
use sdk_record::{Fault, Row};

use crate::{Select, SelectError};

/// The flags of sdk-judge and sdk-format that name a row's parts.
#[derive(Debug, Default, Clone, Args)]
pub struct PartsFlags {
    /// What the user says, as jq on the row (default: told by the row's keys)
    #[arg(long, value_name = "EXPR")]
    pub user: Option<String>,
    /// What the assistant answers, as jq on the row
    #[arg(long, value_name = "EXPR")]
    pub assistant: Option<String>,
    /// The system text, as jq on the row; fixed text is a jq string: '"Be brief."'
    #[arg(long, value_name = "EXPR")]
    pub system: Option<String>,
}

/// The compiled selectors.
#[derive(Debug)]
pub struct Parts {
    user: Option<Select>,
    assistant: Option<Select>,
    system: Option<Select>,
}

/// What the selectors gave for one row, as raw JSON; `None` where no selector was given.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PartsOf<'a> {
    pub user: Option<Cow<'a, str>>,
    pub assistant: Option<Cow<'a, str>>,
    pub system: Option<Cow<'a, str>>,
}

impl Parts {
    /// Compiles what was given.
    ///
    /// # Errors
    /// The first expression that is no jq.
    pub fn new(flags: &PartsFlags) -> Result<Parts, SelectError> {
        let compile = |text: &Option<String>| text.as_deref().map(|text| Select::new(text, &[])).transpose();
        Ok(Parts {
            user: compile(&flags.user)?,
            assistant: compile(&flags.assistant)?,
            system: compile(&flags.system)?,
        })
    }

    /// The parts of this row.
    ///
    /// # Errors
    /// `expression`, where jq fails.
    pub fn of<'a>(&'a self, row: Row<'a>) -> Result<PartsOf<'a>, Fault> {
        let part = |select: &'a Option<Select>| match select {
            None => Ok(None),
            Some(select) => Ok(Some(select.one(row)?.unwrap_or(Cow::Borrowed("null")))),
        };
        Ok(PartsOf {
            user: part(&self.user)?,
            assistant: part(&self.assistant)?,
            system: part(&self.system)?,
        })
    }
}
