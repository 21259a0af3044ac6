//! Who answers, how an answer comes back, and what was spent on it.

use std::sync::Arc;
use std::time::Duration;

use sdk_record::{Fault, Kind};

use crate::{Call, Cost, Key, Reply, Usage};

/// Takes answers back to the driver; may be used from any thread.
pub trait Hear: Send + Sync {
    /// What came of the call with this ticket; once for each.
    fn reply(&self, ticket: u64, result: Result<Reply, Fault>);

    /// The call with this ticket is put off to another run, instead of a reply: its row neither comes out nor is refused.
    fn later(&self, ticket: u64) {
        let message = "the request was put off, and nobody knows until when";
        self.reply(ticket, Err(Fault::new(Kind::NoAnswer, message)));
    }

    /// More calls are taken than when [`Answer::room`] was last asked, though no reply came.
    fn room(&self);

    /// The run cannot go on, whatever becomes of single calls. Once this is heard, behind what was said before it,
    /// nothing new is begun and what is in flight is awaited.
    fn stop(&self, fault: Fault);
}

/// Where an answerer sends what it has.
pub type Done = Arc<dyn Hear>;

/// Somebody who answers.
pub trait Answer {
    /// Who it is, as rows say it: `provider:model` or `offline`.
    fn model(&self) -> Arc<str>;

    /// Who answers this call, where several may.
    fn asked(&self, call: &Call) -> Arc<str> {
        let _ = call;
        self.model()
    }

    /// How many more calls it takes at this moment. A call that waits to be sent again takes no room, but there is an
    /// end to how many may wait.
    fn room(&self) -> usize;

    /// Takes a call, whose key is `key`; `done` hears of its `ticket` once, now or later.
    fn submit(&mut self, ticket: u64, key: Key, call: Call, done: &Done);

    /// Nothing more is submitted for now: what was held back, so that several calls go on their way at once, goes now.
    /// Who passes calls on passes this on.
    fn flush(&mut self);

    /// The first request as it would be sent, for `--dry-run`.
    fn show(&self, call: &Call) -> String;

    /// Nobody reads the output any more: nothing is sent from now on, what is being answered still is, and everything
    /// else ends with a fault at once. Soon nobody will hear.
    fn leave(&mut self) {}

    /// The run stops: what was not sent yet ends with a fault that stops, what was sent is awaited.
    fn halt(&mut self) {}

    /// Rows that were refused rest on the answers to these calls, and the run has come to its end: another run shall
    /// ask anew.
    fn aside(&mut self, keys: &[Key]) {
        let _ = keys;
    }

    /// Whether it knows by itself what it has answered once.
    fn remembers(&self) -> bool {
        false
    }

    /// Whether this run only finds out what is to be asked: no row comes out, and refused rows are left for the run that
    /// makes them to name.
    fn withholds(&self) -> bool {
        false
    }

    /// The run has ended: completes what it writes besides answers. `whole`: it has come to its end; else it was
    /// stopped, and what is written is but a part.
    ///
    /// # Errors
    /// It cannot be completed.
    fn close(&mut self, whole: bool) -> Result<(), Fault> {
        let _ = whole;
        Ok(())
    }

    /// Requests that are out at this moment.
    fn flying(&self) -> usize {
        0
    }

    /// What was spent so far.
    fn spent(&self) -> Spent;
}

/// Requests and tokens of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Calls that were asked; sending one again does not count.
    pub requests: u64,
    /// Calls whose answer was known.
    pub cached: u64,
    /// How often a call was sent again.
    pub retries: u64,
    /// Tokens that were paid for.
    pub tokens: Usage,
    /// How long requests were out, all of them together.
    pub busy: Duration,
    /// What they cost, where whoever is asked knows it; else it is for those to say who know the price.
    pub cost: Option<Cost>,
}

impl Spent {
    /// Counts how often a call was sent that has ended now. Tokens are counted by the request: one that is sent again
    /// may have been paid for.
    pub fn answered(&mut self, result: &Result<Reply, Fault>) {
        let attempts = match result {
            Ok(reply) => Some(reply.attempts),
            Err(fault) => fault.attempts,
        };
        self.retries += u64::from(attempts.unwrap_or(1).saturating_sub(1));
    }
}
