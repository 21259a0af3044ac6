//! Replies in plain text: a summary of the row's text, or what the row says in a sentence.

use serde_json::Value;

use sdk_prompt::{Ask, Role};

use crate::item::row;
use crate::outline::on_topic;
use crate::row::{main_text, topic};
use crate::summary::summary;

/// The reply where no schema is given.
pub(crate) fn text(ask: &Ask) -> String {
    let row = row(ask);
    if !topic(&row).is_empty() {
        let made = on_topic(&row, 1, ask.sample, &ask.about.avoid);
        if let Some(Value::String(output)) =
            made.into_iter().next().and_then(|mut item| item.remove("output"))
        {
            return output;
        }
    }
    let said = summary(main_text(&row));
    if !said.trim().is_empty() {
        return said;
    }
    let asked = ask.messages.iter().rev().find(|message| message.role == Role::User);
    let said = asked.map(|message| summary(&message.content)).unwrap_or_default();
    if said.trim().is_empty() { "The row says nothing.".to_owned() } else { said }
}
