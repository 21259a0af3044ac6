//! How fast an expression can run: from the row's text, on some of its members, or on all of it.

use jaq_core::load::parse::Term;
use jaq_json::Val;

use sdk_record::{Fault, Row};

use crate::keys::Keys;
use crate::native::{Plan, Quick, Seen};
use crate::{build, val};

/// The fastest ways for one use of an expression.
#[derive(Debug)]
pub(crate) struct Speed {
    quick: Option<Quick>,
    plan: Option<Plan>,
    keys: Keys,
}

impl Default for Speed {
    /// The slowest, which is always right.
    fn default() -> Self {
        Speed { quick: None, plan: None, keys: Keys::All }
    }
}

impl Speed {
    pub(crate) fn of_condition(term: &Term<&str>) -> Speed {
        let plan = Plan::of_condition(term);
        Speed { quick: plan.as_ref().and_then(Quick::of), plan, keys: Keys::of_condition(term) }
    }

    pub(crate) fn of_values(term: &Term<&str>) -> Speed {
        Speed { quick: None, plan: Plan::of_value(term), keys: Keys::of_values(term) }
    }

    /// Whether most rows need a jq value.
    pub(crate) fn is_heavy(&self) -> bool {
        self.plan.is_none()
    }

    /// Whether no row changes the value, of which there is one.
    pub(crate) fn is_fixed(&self) -> bool {
        self.plan.as_ref().is_some_and(Plan::is_fixed)
    }

    /// Whether the row's text says that the value is true, if it says enough.
    #[inline]
    pub(crate) fn truth(&self, row: &Row<'_>) -> Option<bool> {
        let quick = self.quick.as_ref().and_then(|quick| quick.truth(row));
        quick.or_else(|| self.planned(row))
    }

    fn planned(&self, row: &Row<'_>) -> Option<bool> {
        self.plan.as_ref()?.truth(&Seen::Row(row))
    }

    /// The value's JSON in the row's text, if that says enough.
    pub(crate) fn token<'a>(&self, row: Row<'a>) -> Option<&'a str> {
        self.plan.as_ref()?.value(&Seen::Row(&row))?.raw()
    }

    /// What jq is to run on.
    pub(crate) fn input(&self, row: Row<'_>) -> Result<Val, Fault> {
        match &self.keys {
            Keys::All => val(row.text()),
            // What is wrong is told of the whole row.
            Keys::These(keys) => build::project(row, keys).map_or_else(|| val(row.text()), Ok),
        }
    }
}
