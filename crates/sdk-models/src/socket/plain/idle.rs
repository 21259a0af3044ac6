//! Connections that wait for the next request.

use std::time::{Duration, Instant};

/// How long an unused connection is kept.
const KEPT: Duration = Duration::from_secs(90);

/// Connections that nobody uses, the newest last: that one is used next, so that those too many grow old.
#[derive(Debug)]
pub(super) struct Idle<T>(Vec<(T, Instant)>);

impl<T> Default for Idle<T> {
    fn default() -> Idle<T> {
        Idle(Vec::new())
    }
}

impl<T> Idle<T> {
    /// Keeps one, and lets go of those that were kept for too long.
    pub(super) fn put(&mut self, connection: T, now: Instant) {
        let old = self.0.partition_point(|(_, since)| now.saturating_duration_since(*since) > KEPT);
        self.0.drain(..old);
        self.0.push((connection, now));
    }

    pub(super) fn take(&mut self, now: Instant) -> Option<T> {
        let (connection, since) = self.0.pop()?;
        if now.saturating_duration_since(since) <= KEPT {
            return Some(connection);
        }
        // The others are older.
        self.0.clear();
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_many_grows_old() {
        let (mut idle, begun) = (Idle::default(), Instant::now());
        let at = |seconds| begun + Duration::from_secs(seconds);
        for (number, second) in [(0, 0), (1, 1), (2, 50)] {
            idle.put(number, at(second));
        }
        // The newest are used all the time, the eldest never.
        assert_eq!(idle.take(at(91)), Some(2));
        idle.put(2, at(91));
        assert_eq!(idle.0.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((idle.take(at(182)), idle.0.len()), (None, 0));
    }
}
