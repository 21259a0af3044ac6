//! The commonest condition of all, a number under one key against a constant, without the steps of a plan.

use jaq_core::ops::Cmp;

use sdk_record::Row;

use crate::native::plan::{Plan, Step};
use crate::native::token::number;

/// `.score >= 7.5`
#[derive(Debug)]
pub(crate) struct Quick {
    key: String,
    op: Cmp,
    than: f64,
}

impl Quick {
    pub(crate) fn of(plan: &Plan) -> Option<Quick> {
        let Plan::Compare(left, op, right) = plan else { return None };
        let (Plan::Path(steps), Plan::Number(than)) = (&**left, &**right) else { return None };
        match steps.as_slice() {
            [Step::Key(key)] => Some(Quick { key: key.clone(), op: *op, than: *than }),
            _ => None,
        }
    }

    /// Whether it holds; `None` where the value is no number, or one that only jq can compare.
    #[inline]
    pub(crate) fn truth(&self, row: &Row<'_>) -> Option<bool> {
        let token = row.get(&self.key)?;
        if !matches!(token.as_bytes().first()?, b'-' | b'0'..=b'9') {
            return None;
        }
        let value = number(token)?;
        Some(match self.op {
            Cmp::Lt => value < self.than,
            Cmp::Le => value <= self.than,
            Cmp::Gt => value > self.than,
            Cmp::Ge => value >= self.than,
            // As jaq compares doubles: by the number and not its bits.
            #[allow(clippy::float_cmp)]
            Cmp::Eq => value == self.than,
            #[allow(clippy::float_cmp)]
            Cmp::Ne => value != self.than,
        })
    }
}
