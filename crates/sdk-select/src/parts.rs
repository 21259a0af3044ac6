//! `--user`, `--assistant`, `--system`: the parts of a row, where its keys do not tell.

use clap::Args;
use jaq_json::Val;

use sdk_record::{Fault, Record};

use crate::{Select, SelectError, input, raw};

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
pub struct PartsOf {
    pub user: Option<String>,
    pub assistant: Option<String>,
    pub system: Option<String>,
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
    pub fn of(&self, row: &Record) -> Result<PartsOf, Fault> {
        if self.user.is_none() && self.assistant.is_none() && self.system.is_none() {
            return Ok(PartsOf::default());
        }
        let row = input(row)?;
        let part = |select: &Option<Select>| match select {
            None => Ok(None),
            Some(select) => Ok(Some(raw(&select.first(row.clone(), &[])?.unwrap_or(Val::Null)))),
        };
        Ok(PartsOf {
            user: part(&self.user)?,
            assistant: part(&self.assistant)?,
            system: part(&self.system)?,
        })
    }
}
