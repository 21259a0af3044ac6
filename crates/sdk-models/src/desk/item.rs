//! One request at the desk, and the order in which those that failed are sent again.

use crate::limit::Now;

/// One request and how it fared.
#[derive(Debug)]
pub(crate) struct Item<J> {
    pub(crate) job: J,
    pub(super) ticket: u64,
    pub(super) bytes: usize,
    /// How often it was sent; so often only to be put in another way.
    pub(crate) attempts: u32,
    pub(super) turns: u32,
    pub(super) failures: u32,
    pub(super) busy: u32,
    pub(super) nothings: u32,
}

impl<J> Item<J> {
    /// How often it was tried.
    pub(crate) fn tries(&self) -> u32 {
        self.attempts - self.turns
    }
}

/// What is sent again, and when.
#[derive(Debug)]
pub(super) struct Later<J> {
    pub(super) at: Now,
    pub(super) item: Item<J>,
}

// The earliest is the greatest; of those, the row that came first.
impl<J> Ord for Later<J> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.at, other.item.ticket).cmp(&(self.at, self.item.ticket))
    }
}

impl<J> PartialOrd for Later<J> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<J> PartialEq for Later<J> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<J> Eq for Later<J> {}
