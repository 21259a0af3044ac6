//! How much is under way: what decides whether more may come, and what was spent on it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sdk_prompt::{Reply, Spent};
use sdk_record::Fault;

/// Calls under way.
#[derive(Debug)]
pub(crate) struct Load {
    jobs: usize,
    open: AtomicUsize,
    asleep: AtomicUsize,
    spent: Mutex<Spent>,
}

impl Load {
    pub(crate) fn new(jobs: usize) -> Load {
        Load { jobs, open: AtomicUsize::new(0), asleep: AtomicUsize::new(0), spent: Mutex::default() }
    }

    /// How many more calls may come. Those that wait to be sent again hold no place, or a few of them would hold up
    /// all others; but each is a row in memory, and where everything fails they must not gather without end.
    pub(crate) fn room(&self) -> usize {
        // What falls asleep or wakes between the two makes this one more or less.
        let (asleep, open) = (self.asleep.load(Ordering::Acquire), self.open.load(Ordering::Acquire));
        let most = self.jobs.saturating_mul(8).saturating_add(64);
        self.jobs.saturating_sub(open.saturating_sub(asleep)).min(most.saturating_sub(open))
    }

    pub(crate) fn begin(&self) {
        self.open.fetch_add(1, Ordering::AcqRel);
        self.spending().requests += 1;
    }

    pub(crate) fn end(&self, result: &Result<Reply, Fault>) {
        self.spending().answered(result);
        self.open.fetch_sub(1, Ordering::AcqRel);
    }

    pub(crate) fn sleep(&self) {
        self.asleep.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn wake(&self) {
        self.asleep.fetch_sub(1, Ordering::AcqRel);
    }

    pub(crate) fn spent(&self) -> Spent {
        *self.spending()
    }

    fn spending(&self) -> MutexGuard<'_, Spent> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleepers_hold_no_place_but_do_not_gather() {
        let load = Load::new(2);
        assert_eq!(load.room(), 2);
        load.begin();
        load.begin();
        assert_eq!(load.room(), 0);
        load.sleep();
        assert_eq!(load.room(), 1);
        while load.room() > 0 {
            load.begin();
            load.sleep();
        }
        assert_eq!(load.spent().requests, 2 * 8 + 64);
        load.wake();
        load.end(&Err(Fault { attempts: Some(3), ..Fault::new(sdk_record::Kind::Http, "") }));
        assert_eq!((load.room(), load.spent().retries), (1, 2));
    }
}
