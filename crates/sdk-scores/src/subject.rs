//! A row that is judged, and the questions about it.

use sdk_record::{Fault, Record};
use sdk_select::Val;

use crate::judgment::Judged;
use crate::question::Question;

/// One row.
pub(crate) struct Subject {
    pub(crate) row: Record,
    /// What expressions know beside it.
    pub(crate) values: Vec<Val>,
    /// The computed criteria, or why they cannot be used: then nothing is asked.
    pub(crate) computed: Result<Vec<Judged>, Fault>,
    /// What a model is asked; nothing where every criterion is computed.
    pub(crate) questions: Vec<Question>,
}
