//! Beginnings of requests that were sent before: to have a provider keep one costs more than to send it once.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many of the last ones count; a provider keeps them for minutes.
const KEPT: usize = 64;

/// The last beginnings.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<VecDeque<u64>>);

impl Seen {
    /// Whether this one was sent before; from now on it was.
    pub(crate) fn again(&self, beginning: u64) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last.contains(&beginning);
        if !known {
            last.push_front(beginning);
            last.truncate(KEPT);
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_known() {
        let seen = Seen::default();
        assert!(!seen.again(7) && seen.again(7));
        assert!((100..164).all(|other| !seen.again(other)) && seen.again(163));
        assert!(!seen.again(7));
    }
}
