//! Where rows and rejects go, whoever makes them.

use crate::{Fault, Record};

/// Takes rows in the order in which they leave.
pub trait Sink {
    /// A finished row.
    ///
    /// # Errors
    /// When nothing more can be written; the run ends.
    fn row(&mut self, row: Record) -> std::io::Result<()>;

    /// A refused row.
    ///
    /// # Errors
    /// When nothing more can be written; the run ends.
    fn reject(&mut self, fault: Fault) -> std::io::Result<()>;

    /// Nothing more is ready for now: what was written must be seen.
    ///
    /// # Errors
    /// When nothing more can be written; the run ends.
    fn flush(&mut self) -> std::io::Result<()>;

    /// Whether the user asked to stop: nothing new is begun, what is in flight is awaited.
    fn interrupted(&self) -> bool {
        false
    }

    /// Whether nobody reads the rows any more, as far as that shows before the next one is written.
    fn closed(&self) -> bool {
        false
    }

    /// Whether so many rows were refused, of `read` that came in, that the user wants no more: nothing new is begun.
    fn enough(&mut self, read: u64) -> bool {
        let _ = read;
        false
    }

    /// The run stops before its end, for this reason.
    fn stop(&mut self, why: &str) {
        let _ = why;
    }
}
