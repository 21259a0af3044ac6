//! Which results were of use.

use std::collections::HashMap;
use std::sync::Arc;

use sdk_prompt::{Answer, Call, Done, Key, Spent};
use sdk_record::Fault;

use crate::Say;

/// Sees which results nobody asked for: they are of another command, or of other rows.
pub(super) struct Matched {
    pub(super) with: Box<dyn Answer>,
    /// Where each result stands that was not asked for yet.
    pub(super) places: HashMap<Key, u64>,
    pub(super) file: String,
    pub(super) say: Say,
}

impl Answer for Matched {
    fn model(&self) -> Arc<str> {
        self.with.model()
    }

    fn room(&self) -> usize {
        self.with.room()
    }

    fn submit(&mut self, ticket: u64, key: Key, call: Call, done: &Done) {
        self.places.remove(&key);
        self.with.submit(ticket, key, call, done);
    }

    fn flush(&mut self) {
        self.with.flush();
    }

    fn show(&self, call: &Call) -> String {
        self.with.show(call)
    }

    fn leave(&mut self) {
        self.with.leave();
    }

    fn halt(&mut self) {
        self.with.halt();
    }

    fn aside(&mut self, keys: &[Key]) {
        self.with.aside(keys);
    }

    fn remembers(&self) -> bool {
        self.with.remembers()
    }

    fn withholds(&self) -> bool {
        self.with.withholds()
    }

    fn close(&mut self, whole: bool) -> Result<(), Fault> {
        // Of a run that was stopped, the rest was not asked for either.
        if let Some(first) = self.places.values().min().filter(|_| whole) {
            let (count, file) = (self.places.len(), &self.file);
            (self.say)(&format!(
                "{file}: results that no request of this run has asked for: {count}, the first in line {first}; are \
                 task, model and rows those of --emit-batch?"
            ));
        }
        self.with.close(whole)
    }

    fn spent(&self) -> Spent {
        self.with.spent()
    }
}
