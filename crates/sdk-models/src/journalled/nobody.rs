//! Who is asked when nobody is to be asked: `--replay`.

use std::sync::Arc;

use sdk_prompt::{Answer, Call, Done, Key, Spent};
use sdk_record::{Fault, Kind};

use crate::Server;
use crate::wire::Request;

/// Sends nothing; whatever is asked of it is a reject.
pub(crate) struct Nobody(pub(crate) Server);

impl Answer for Nobody {
    fn model(&self) -> Arc<str> {
        self.0.name().into()
    }

    fn room(&self) -> usize {
        usize::MAX
    }

    fn submit(&mut self, ticket: u64, _: Key, _: Call, done: &Done) {
        let message = "the journal holds no answer to this request, and --replay sends nothing";
        done.reply(ticket, Err(Fault::new(Kind::NoAnswer, message)));
    }

    fn flush(&mut self) {}

    fn show(&self, call: &Call) -> String {
        let Call::Model(ask) = call;
        Request::new(ask.clone()).shown(&self.0)
    }

    fn spent(&self) -> Spent {
        Spent::default()
    }
}
