//! `-m offline`: an answerer without a model and without a network.
//!
//! It fills the schema that a task asks for by rules: questions made of a passage's own sentences with answers that
//! stand in it, summaries of its own sentences, seeds in other words, scores from measures. It knows nothing that the
//! row does not say, invents nothing, and the same request always has the same answer. What it cannot do by rules it
//! leaves out: a reply may hold fewer items than were asked for, even none.

mod being;
mod clause;
mod cloze;
mod condition;
mod draw;
mod entry;
mod fill;
mod grammar;
mod item;
mod judgment;
mod measure;
mod names;
mod outline;
mod pair;
mod plain;
mod preference;
mod qa;
mod question;
mod row;
mod summary;
mod text;
mod thought;
mod tokens;
mod variation;
mod verbs;

use std::sync::Arc;

use sdk_prompt::{Answer, Ask, Call, Done, Finish, Key, Reply, Spent, Want};
use sdk_record::{Fault, Kind};
use serde_json::{Value, json};

/// The name that rows carry in `sdk.model`.
const NAME: &str = "offline";

/// The answerer that works by rules.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offline {
    requests: u64,
}

impl Offline {
    /// An answerer.
    pub fn new() -> Self {
        Offline::default()
    }
}

impl Answer for Offline {
    fn model(&self) -> Arc<str> {
        NAME.into()
    }

    /// It answers before `submit` returns.
    fn room(&self) -> usize {
        1
    }

    fn submit(&mut self, ticket: u64, key: Key, call: Call, done: &Done) {
        self.requests += 1;
        let Call::Model(ask) = call;
        done.reply(ticket, answer(&ask).map(|text| reply(key, text)));
    }

    fn flush(&mut self) {}

    fn show(&self, call: &Call) -> String {
        match call {
            Call::Model(ask) => shown(ask).to_string(),
        }
    }

    fn spent(&self) -> Spent {
        Spent { requests: self.requests, ..Spent::default() }
    }
}

fn reply(key: Key, text: String) -> Reply {
    Reply { text, reasoning: None, finish: Finish::Stop, usage: None, key, model: NAME.into(), attempts: 0 }
}

fn shown(ask: &Ask) -> Value {
    let said = |message: &sdk_prompt::Message| {
        let mut said = json!({ "role": message.role.name(), "content": message.content });
        if !message.pictures.is_empty() {
            said["images"] = message.pictures.iter().map(sdk_prompt::Picture::name).collect();
        }
        said
    };
    let messages: Vec<Value> = ask.messages.iter().map(said).collect();
    let mut shown = json!({ "model": NAME, "messages": messages });
    if let Some(schema) = ask.schema.as_ref().and_then(|schema| schema.reply(ask.want)) {
        shown["schema"] = schema;
    }
    shown
}

/// Answers one request by rules alone.
///
/// # Errors
/// `empty` where one item is wanted and the row holds nothing to make it of.
pub fn answer(ask: &Ask) -> Result<String, Fault> {
    let text = match (&ask.schema, ask.want) {
        (None, _) | (_, Want::Text) => text::text(ask),
        (Some(schema), Want::Items(count)) => {
            json!({ "items": item::items(ask, schema.item(), count) }).to_string()
        }
        (Some(schema), Want::Item) => match item::items(ask, schema.item(), 1).into_iter().next() {
            Some(item) => item.to_string(),
            None => {
                return Err(Fault::new(
                    Kind::Empty,
                    "the row holds nothing that offline can make an item of",
                ));
            }
        },
    };
    Ok(text)
}

#[cfg(test)]
mod tests;
