//! Who is asked when nobody is to be asked: `--replay`.

use std::sync::Arc;

use sdk_prompt::{Answer, Call, Done, Key, Spent};
use sdk_record::{Fault, Kind};

use crate::Server;
use crate::wire::{Form, Request};

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

    fn show(&self, call: &Call) -> String {
        let Call::Model(ask) = call;
        let body = Request::new(ask.clone()).body(&self.0, Form::first(&self.0));
        format!("{:#}", serde_json::Value::Object(body))
    }

    fn spent(&self) -> Spent {
        Spent::default()
    }
}
