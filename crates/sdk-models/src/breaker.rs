//! When a server is gone: nothing is sent but one request now and then, until it is back. So a server that is started
//! anew in the middle of a run costs no row, and one that stays away ends the run instead of every row.

use crate::limit::{Now, SECOND};

/// So many failures without an answer between them.
const ENOUGH: u32 = 20;
/// The longest time between two looks.
const SLOWEST: Now = 15 * SECOND;
/// How long a server may be gone.
const PATIENCE: Now = 120 * SECOND;

/// Watches failures over all rows.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    failures: u32,
    /// The server was there once. One that never was is another matter: the first row's retries find out.
    reached: bool,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    since: Now,
    /// When the next request may go out.
    at: Now,
    wait: Now,
    looking: bool,
}

/// What a request says of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It is there, whatever it says.
    Life,
    /// It failed: a 5xx, a lost answer, none in time.
    Failure,
    /// There was no connection.
    Absence,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Goes,
    /// It goes no more, from this one on.
    Opens,
    /// It did not go before.
    Waits,
    /// It has been gone for too long.
    Over,
}

impl Breaker {
    /// When a request may go out; `None`: not before the one that is out has come back.
    pub(crate) fn next(&self, now: Now) -> Option<Now> {
        match &self.open {
            None => Some(now),
            Some(open) => (!open.looking).then_some(open.at.max(now)),
        }
    }

    /// A request goes out.
    pub(crate) fn begin(&mut self) {
        if let Some(open) = &mut self.open {
            open.looking = true;
        }
    }

    /// The request that went out at `begun` has ended.
    pub(crate) fn ended(&mut self, now: Now, begun: Now, sign: Sign) -> Verdict {
        // What was answered before the server went tells nothing of now.
        if sign == Sign::Life && self.open.as_ref().is_some_and(|open| begun < open.since) {
            return Verdict::Goes;
        }
        if sign == Sign::Life {
            *self = Breaker { reached: true, ..Breaker::default() };
            return Verdict::Goes;
        }
        if sign == Sign::Absence && !self.reached {
            return Verdict::Goes;
        }
        self.reached = true;
        self.failures += 1;
        let Some(open) = &mut self.open else {
            if self.failures < ENOUGH && sign != Sign::Absence {
                return Verdict::Goes;
            }
            self.open = Some(Open { since: now, at: now + SECOND, wait: SECOND, looking: false });
            return Verdict::Opens;
        };
        // What was sent before is no look.
        if begun >= open.since {
            open.looking = false;
            open.wait = (open.wait * 2).min(SLOWEST);
            open.at = now + open.wait;
        }
        if now - open.since > PATIENCE { Verdict::Over } else { Verdict::Waits }
    }

    /// Failures since the last sign of life.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_failures_open_and_one_answer_closes() {
        let mut breaker = Breaker::default();
        for _ in 0..19 {
            assert_eq!(breaker.ended(5, 1, Sign::Failure), Verdict::Goes);
        }
        breaker.ended(5, 1, Sign::Life);
        for _ in 0..19 {
            assert_eq!(breaker.ended(6, 1, Sign::Failure), Verdict::Goes);
        }
        assert_eq!(breaker.ended(7, 1, Sign::Failure), Verdict::Opens);
        assert_eq!(breaker.next(8), Some(7 + SECOND));
        // What was in flight changes nothing.
        assert_eq!(breaker.ended(8, 1, Sign::Failure), Verdict::Waits);
        assert_eq!(breaker.ended(8, 1, Sign::Life), Verdict::Goes);
        assert_eq!(breaker.next(8), Some(7 + SECOND));
        breaker.begin();
        assert_eq!(breaker.next(9 * SECOND), None);
        assert_eq!(breaker.ended(9 * SECOND, 8 * SECOND, Sign::Life), Verdict::Goes);
        assert_eq!((breaker.next(9 * SECOND), breaker.failures()), (Some(9 * SECOND), 0));
    }

    #[test]
    fn looks_become_rarer_and_end() {
        let mut breaker = Breaker::default();
        assert_eq!(breaker.ended(0, 0, Sign::Absence), Verdict::Goes, "nobody was ever there");
        breaker.ended(0, 0, Sign::Life);
        assert_eq!(breaker.ended(0, 0, Sign::Absence), Verdict::Opens);
        let mut looks = Vec::new();
        let over = loop {
            let at = breaker.next(0).expect("a look");
            breaker.begin();
            looks.push(at / SECOND);
            match breaker.ended(at, at, Sign::Absence) {
                Verdict::Waits => assert!(looks.len() < 100),
                verdict => break verdict,
            }
        };
        assert_eq!((over, looks), (Verdict::Over, vec![1, 3, 7, 15, 30, 45, 60, 75, 90, 105, 120, 135]));
    }
}
