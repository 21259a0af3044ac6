//! Whether replies are asked for in pieces. Whole ones are simpler; but on the way to a far server there are proxies that
//! cut a connection on which nothing moves, and a model may write for minutes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::Server;
use crate::address::is_local;

/// Tokens of a reply that take a model longer than proxies wait.
const LONG: u64 = 8192;
/// The mean time of a reply from which on some will be cut.
const SLOW: Duration = Duration::from_secs(45);
/// A connection that was lost after so long a silence was cut because of it; the usual limit is a minute.
const SILENT: Duration = Duration::from_secs(50);
/// How many of the last replies count, about, for the mean.
const COUNTED: u64 = 8;

/// What the run has seen so far. Once it has begun to stream, it goes on.
#[derive(Debug, Default)]
pub(crate) struct When {
    /// The server may be asked so at all.
    may: bool,
    on: AtomicBool,
    /// Milliseconds.
    mean: AtomicU64,
}

impl When {
    /// Before anything was sent: a server of this machine has no proxy before it.
    pub(crate) fn new(server: &Server) -> When {
        let can = server.provider.wire.stream.is_some();
        When::with(can && !is_local(&server.endpoint), can && server.connection.stream)
    }

    fn with(may: bool, on: bool) -> When {
        When { may, on: AtomicBool::new(on), mean: AtomicU64::new(0) }
    }

    /// Whether replies are streamed.
    pub(crate) fn on(&self) -> bool {
        self.on.load(Ordering::Relaxed)
    }

    /// A reply of up to so many tokens will be asked for. `Some`: why the run streams from now on.
    pub(crate) fn asked(&self, limit: Option<u64>) -> Option<&'static str> {
        self.begin(limit.is_some_and(|limit| limit > LONG), "they may be long")
    }

    /// A whole reply took so long.
    pub(crate) fn answered(&self, took: Duration) -> Option<&'static str> {
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX / COUNTED);
        let mean = self.mean.load(Ordering::Relaxed);
        let mean = if mean == 0 { took } else { mean - mean / COUNTED + took / COUNTED };
        self.mean.store(mean, Ordering::Relaxed);
        self.begin(u128::from(mean) > SLOW.as_millis(), "they take long")
    }

    /// An answer was lost after so long a silence.
    pub(crate) fn lost(&self, silent: Duration) -> Option<&'static str> {
        self.begin(silent >= SILENT, "a silent connection was cut")
    }

    fn begin(&self, now: bool, why: &'static str) -> Option<&'static str> {
        (self.may && now && !self.on.swap(true, Ordering::Relaxed)).then_some(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_begins_once_and_goes_on() {
        let when = When::with(true, false);
        assert_eq!(when.asked(None).or(when.asked(Some(8192))).or(when.lost(Duration::from_secs(49))), None);
        assert!(!when.on());
        assert!(when.asked(Some(8193)).is_some() && when.on());
        assert_eq!(when.asked(Some(9000)), None, "said once");
        assert!(When::with(true, false).lost(Duration::from_secs(50)).is_some());
    }

    #[test]
    fn one_slow_reply_is_no_slow_server() {
        let when = When::with(true, false);
        let seconds = |seconds| when.answered(Duration::from_secs(seconds)).is_some();
        assert!(!seconds(20) && !seconds(100) && !seconds(20));
        assert!((0..10).any(|_| seconds(60)));
    }

    #[test]
    fn neighbours_are_never_asked_so() {
        let when = When::with(false, false);
        assert_eq!(when.asked(Some(100_000)).or(when.lost(Duration::from_secs(90))), None);
        assert!(!when.on() && When::with(false, true).on());
    }
}
