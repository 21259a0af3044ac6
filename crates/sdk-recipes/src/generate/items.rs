//! Items out of a reply: read, checked against the schema and the task's rules, told apart from earlier ones.

use std::collections::HashSet;

use sdk_prompt::{Ask, Finish, Reply, Want, items};
use sdk_record::{Fault, Kind, Record, quote};
use sdk_select::input;
use serde_json::{Value, json};

use super::conversation::Conversation;
use super::task::Task;

/// What a reply holds.
pub(super) enum Read {
    /// These items are as they should be.
    Items(Vec<Record>),
    /// The reply says that there is nothing.
    Nothing,
    /// Nothing can be used; asking again may help.
    Bad(Fault),
    /// Nothing can be used, and asking again would not help.
    Lost(Fault),
}

/// Reads the reply to `ask`, which may be about the answers of a conversation; `seen` are the identities of earlier items
/// of the same job, and grows.
pub(super) fn read(
    task: &Task,
    ask: &Ask,
    conversation: Option<&Conversation>,
    reply: &Reply,
    seen: &mut HashSet<String>,
) -> Read {
    let cut = || Fault::new(Kind::Truncated, "the reply was cut at the token limit; raise --max-tokens");
    if reply.finish == Finish::Filtered {
        return Read::Lost(Fault::new(Kind::Filtered, "the provider's content filter ended the reply"));
    }
    let Some(schema) = &ask.schema else { return text(reply, cut) };
    // A passage may have nothing to ask about; a row that is to get its keys is not done without them.
    let may_be_none = !task.adds() && !reply.text.trim().is_empty();
    let found = match items(&reply.text, ask.want) {
        Err(fault) if fault.kind == Kind::Empty && may_be_none => return Read::Nothing,
        Err(_) if reply.finish == Finish::Length => return Read::Lost(cut()),
        Err(fault) => return Read::Bad(fault),
        Ok(found) => found,
    };
    let most = if let Want::Items(count) = ask.want { count } else { 1 };
    let mut fault = None;
    let mut good = Vec::new();
    for value in found.values {
        let item = match conversation {
            Some(conversation) => conversation.read(&whole(value, reply)),
            None => schema.check(&value).and_then(|()| Record::from_text(value.to_string())),
        };
        let item = item.and_then(|item| {
            ruled(task, &item)?;
            Ok(item)
        });
        match item {
            Ok(item) => {
                if good.len() < most && seen.insert(task.identity(&item)) {
                    good.push(item);
                }
            }
            Err(said) => fault = fault.or(Some(said)),
        }
    }
    match fault {
        Some(fault) if good.is_empty() => Read::Bad(fault),
        _ => Read::Items(good),
    }
}

/// The conversation that a reply holds as a bare list, of which `one` is the first message; else `one`.
fn whole(one: Value, reply: &Reply) -> Value {
    let message = ["role", "from"].iter().any(|key| one.get(key).is_some());
    match items(&reply.text, Want::Items(usize::MAX)) {
        Ok(all) if message => json!({ "messages": all.values }),
        _ => one,
    }
}

fn text(reply: &Reply, cut: impl Fn() -> Fault) -> Read {
    let said = reply.text.trim();
    match (said.is_empty(), reply.finish) {
        (_, Finish::Length) => Read::Lost(cut()),
        (true, _) => Read::Bad(Fault::new(Kind::Empty, "the reply is empty")),
        (false, _) => Read::Items(vec![Record::from_pairs([("output", quote(said))])]),
    }
}

fn ruled(task: &Task, item: &Record) -> Result<(), Fault> {
    for rule in &task.rules {
        if !rule.holds(input(item)?, &task.variables.values(&[]))? {
            let shown: String = item.text().chars().take(120).collect();
            let message = format!("an item breaks the rule `{}`: {shown}", rule.text());
            return Err(Fault::new(Kind::Invalid, message));
        }
    }
    Ok(())
}
