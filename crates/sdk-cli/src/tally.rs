//! What became of the rows, and how a run ends by it.

use std::fmt;
use std::io;

use crate::Exit;

/// What became of the rows; the last line on stderr.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Tally {
    pub read: u64,
    pub empty: u64,
    pub written: u64,
    pub dropped: u64,
    pub rejected: u64,
    pub unrated: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { read, empty, written, dropped, rejected, unrated } = self;
        write!(
            to,
            "read {read}, empty {empty}, written {written}, dropped {dropped}, rejected {rejected}, unrated {unrated}"
        )
    }
}

/// How a run came to its end.
pub(crate) struct Ending<'a> {
    /// How writing ended.
    pub(crate) result: &'a io::Result<()>,
    /// A fault ended it early.
    pub(crate) stopped: bool,
    /// One row was all that was wanted.
    pub(crate) one: bool,
    /// Less came out than was asked for.
    pub(crate) partly: bool,
    pub(crate) tally: Tally,
}

impl Ending<'_> {
    /// Whether nobody reads the output any more, which is no fault.
    pub(crate) fn closed(&self) -> bool {
        matches!(self.result, Err(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// `interrupted`: the user asked to stop.
    pub(crate) fn exit(&self, interrupted: bool) -> Exit {
        let rejected = self.tally.rejected > 0;
        match self.result {
            _ if interrupted => Exit::Interrupted,
            Err(_) if self.closed() && self.one && rejected => Exit::Partly,
            Err(_) if self.closed() => Exit::Done,
            Err(_) => Exit::Stopped,
            Ok(()) if self.stopped => Exit::Stopped,
            Ok(()) if rejected || self.partly => Exit::Partly,
            Ok(()) => Exit::Done,
        }
    }
}
