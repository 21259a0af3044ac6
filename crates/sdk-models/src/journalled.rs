//! Who answers what is known from the journal, and hands on the rest: what comes back is kept before anybody hears of
//! it.
//!
//! ```text
//! driver ─ submit ─▸ looker's thread ─ known ─▸ driver
//!                        └ unknown ─▸ line ─▸ who is asked ─▸ journal's thread ─ committed ─▸ driver
//! ```
//!
//! What is known takes no place among the requests: it is looked up that much ahead of them.

mod line;
mod looker;
mod nobody;
mod place;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use sdk_prompt::{Answer, Call, Done, Key, Spent};
use sdk_record::Fault;

use crate::journal::Journal;
use line::{Asked, Line};
use looker::Looker;

pub(crate) use nobody::Nobody;
pub(crate) use place::Place;

/// Calls that may wait to be looked up, and then to be sent.
const AHEAD: usize = 64;

/// Calls, and answers that are known, that go from one thread to another together: each wake-up costs as much as a
/// look-up. Nobody waits for more of them than there are.
const TOGETHER: usize = 16;

/// An answerer with a journal.
pub(crate) struct Journalled<A> {
    model: Arc<str>,
    withholds: bool,
    line: Arc<Line<A>>,
    looker: Sender<Vec<Asked>>,
    /// Calls that go to it together.
    held: Vec<Asked>,
}

impl<A: Answer + Send + 'static> Journalled<A> {
    /// Puts a journal before `inner`. `place` says where its answers come from, and is asked before the first look-up.
    ///
    /// # Errors
    /// No thread is to be had.
    pub(crate) fn new(inner: A, journal: Journal, place: Place) -> Result<Journalled<A>, String> {
        let Journal { look, write, places, .. } = journal;
        let (model, withholds) = (inner.model(), inner.withholds());
        let line = Arc::new(Line::new(inner, write));
        let (looker, calls) = channel();
        let thread = Looker::new(look, places, place, Arc::clone(&line));
        let thread = thread::Builder::new().name("looker".into()).spawn(move || thread.run(&calls));
        thread.map_err(|error| format!("cannot begin to look into a journal: {error}"))?;
        Ok(Journalled { model, withholds, line, looker, held: Vec::new() })
    }
}

impl<A: Answer + Send + 'static> Answer for Journalled<A> {
    fn model(&self) -> Arc<str> {
        Arc::clone(&self.model)
    }

    fn room(&self) -> usize {
        // What fills the journal's queue is on its way to the driver: it will ask again.
        if self.line.write.full() { 0 } else { AHEAD.saturating_sub(self.line.waiting()) }
    }

    fn submit(&mut self, ticket: u64, key: Key, call: Call, done: &Done) {
        self.line.enter();
        self.held.push(Asked { ticket, key, kept_as: key, call, done: Arc::clone(done) });
        if self.held.len() >= TOGETHER {
            self.flush();
        }
    }

    fn flush(&mut self) {
        if self.held.is_empty() {
            return;
        }
        if let Err(unsent) = self.looker.send(std::mem::take(&mut self.held)) {
            for asked in unsent.0 {
                self.line.refuse(asked, "the journal's look-ups have ended");
            }
        }
    }

    fn show(&self, call: &Call) -> String {
        self.line.inner().show(call)
    }

    fn remembers(&self) -> bool {
        true
    }

    fn halt(&mut self) {
        self.line.halt();
        self.line.inner().halt();
    }

    fn leave(&mut self) {
        self.line.halt();
        self.line.inner().leave();
    }

    fn withholds(&self) -> bool {
        self.withholds
    }

    fn close(&mut self, whole: bool) -> Result<(), Fault> {
        self.line.inner().close(whole)
    }

    fn aside(&mut self, keys: &[Key]) {
        let Some(place) = self.line.place.get() else { return };
        self.line.write.aside(keys.iter().map(|key| key.at(place)).collect());
    }

    fn flying(&self) -> usize {
        self.line.inner().flying()
    }

    fn spent(&self) -> Spent {
        let spent = self.line.inner().spent();
        Spent { cached: spent.cached + self.line.known(), ..spent }
    }
}

impl<A> Drop for Journalled<A> {
    fn drop(&mut self) {
        // Requests under way may still hold the line; what has come is kept now.
        self.line.write.close();
    }
}
