//! Who answers where nobody is asked: from results, and what they lack is written down or refused.

use std::collections::HashMap;
use std::sync::Arc;

use sdk_prompt::{Answer, Call, Done, Key, Spent};
use sdk_record::{Fault, Kind};

use super::lines::Lines;
use crate::journal::Kept;
use crate::wire::Request;
use crate::{Say, Server};

/// Sends nothing.
pub(super) struct Batched {
    pub(super) server: Server,
    pub(super) known: HashMap<Key, Kept>,
    pub(super) lines: Option<Lines>,
    /// Nobody else remembers what is known.
    pub(super) alone: bool,
    pub(super) cached: u64,
    pub(super) say: Say,
}

impl Answer for Batched {
    fn model(&self) -> Arc<str> {
        self.server.name().into()
    }

    fn room(&self) -> usize {
        usize::MAX
    }

    fn submit(&mut self, ticket: u64, key: Key, call: Call, done: &Done) {
        if let Some(kept) = self.known.get(&key) {
            self.cached += u64::from(kept.is_ok());
            return done.reply(ticket, kept.clone());
        }
        let Call::Model(ask) = call;
        let Some(lines) = &mut self.lines else {
            let message = "neither the results nor the journal hold an answer to this request; --emit-batch beside \
                           --from-batch writes down what is still to be asked";
            return done.reply(ticket, Err(Fault::new(Kind::NoAnswer, message)));
        };
        match lines.add(&self.server, key, ask) {
            Ok(()) => done.later(ticket),
            Err(why) => done.reply(ticket, Err(stop(why))),
        }
    }

    fn flush(&mut self) {}

    fn show(&self, call: &Call) -> String {
        let Call::Model(ask) = call;
        Request::new(ask.clone()).shown(&self.server)
    }

    fn remembers(&self) -> bool {
        self.alone && self.lines.is_none()
    }

    fn withholds(&self) -> bool {
        self.lines.is_some()
    }

    fn close(&mut self, whole: bool) -> Result<(), Fault> {
        let Some(lines) = &mut self.lines else { return Ok(()) };
        (self.say)(&lines.finish(whole).map_err(stop)?);
        Ok(())
    }

    fn spent(&self) -> Spent {
        Spent { cached: self.cached, ..Spent::default() }
    }
}

fn stop(why: String) -> Fault {
    Fault { stops: true, ..Fault::new(Kind::NoAnswer, why) }
}
