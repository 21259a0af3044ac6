//! What a run is at while it goes on, for whoever shows it: the driver writes it down now and then.

use std::sync::{Mutex, PoisonError};

use sdk_prompt::Counts;

/// The last thing that was written down; may be read from any thread.
#[derive(Debug, Default)]
pub struct Gauge(Mutex<Moment>);

/// A run at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moment {
    /// What was counted so far.
    pub counts: Counts,
    /// Requests that are out.
    pub flying: usize,
}

impl Gauge {
    /// What was written down last.
    pub fn read(&self) -> Moment {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self, moment: Moment) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = moment;
    }
}
