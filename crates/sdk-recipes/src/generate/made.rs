//! The rows that items become, with their provenance: CLI.md §10.

use std::fmt::Write as _;

use sdk_prompt::{Key, Reply, Usage, id, write_usage};
use sdk_record::{Fault, Record, quote};

use super::conversation::Conversation;
use super::task::Task;

/// The rows of one reply, which share its usage. `question` is what they are named after; `conversation` is that of the
/// parent, where the items join it.
pub(super) fn rows(
    task: &Task,
    parent: Option<&Record>,
    conversation: Option<&Conversation>,
    question: Key,
    sample: u32,
    reply: &Reply,
    items: Vec<Record>,
) -> Result<Vec<Record>, Fault> {
    let key = question.hex();
    let kept = parent.map_or_else(|| Ok(Record::default()), |row| task.kept(row))?;
    let all = items.len() as u64;
    let mut rows = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        let usage = reply.usage.map(|usage| usage.share(index as u64, all));
        let sdk = provenance(task, parent, sample, reply, usage);
        let (row, placed) = match parent.filter(|_| task.adds()) {
            Some(parent) => {
                let row = match conversation {
                    Some(conversation) => conversation.with(parent, &item)?,
                    None => joined(parent, &item),
                };
                (signed(row, &sdk), parent.place())
            }
            None => {
                (make(item, &kept, &id(&[&key, &index.to_string()]), &sdk), parent.and_then(Record::place))
            }
        };
        rows.push(row.placed(placed.cloned()));
    }
    Ok(rows)
}

/// The one row that is made of many, which have `common` in common.
pub(super) fn of_many(task: &Task, common: &Record, item: &Record, question: Key, reply: &Reply) -> Record {
    let sdk = provenance(task, None, 0, reply, reply.usage);
    let mut row = joined(common, item);
    // Texts that are the same have the same answer, and are still of two documents.
    row.push("id", &quote(&id(&[&question.hex(), common.text()])));
    row.push("sdk", &sdk);
    row.placed(common.place().cloned())
}

/// A row and the keys of an item.
fn joined(row: &Record, item: &Record) -> Record {
    let mut row = row.clone();
    for (key, raw) in item.iter() {
        // A reply may say more than it was asked for; what the row has is never changed.
        if !row.has(&key) {
            row.push(&key, raw);
        }
    }
    row
}

/// A row that says who added to it, unless it says who made it.
fn signed(mut row: Record, sdk: &str) -> Record {
    if !row.has("sdk") {
        row.push("sdk", sdk);
    }
    row
}

fn make(item: Record, kept: &Record, id: &str, sdk: &str) -> Record {
    let mut row = item.without(&["id", "sdk"]);
    for (key, raw) in kept.iter() {
        if !row.has(&key) {
            row.push(&key, raw);
        }
    }
    row.push("id", &quote(id));
    row.push("sdk", sdk);
    row
}

fn provenance(
    task: &Task,
    parent: Option<&Record>,
    sample: u32,
    reply: &Reply,
    usage: Option<Usage>,
) -> String {
    let mut sdk =
        format!("{{\"tool\":\"sdk-gen\",\"task\":{},\"model\":{}", quote(task.name()), quote(&reply.model));
    if let Some(parent) = parent.and_then(|row| row.get("id")) {
        sdk.push_str(",\"parent\":");
        match parent.starts_with('"') && !parent.contains('\\') {
            true => sdk.push_str(parent),
            false => sdk.push_str(&quote(&text(parent))),
        }
    }
    let _ = write!(sdk, ",\"sample\":{sample},\"finish\":\"{}\"", reply.finish.name());
    if let Some(usage) = usage {
        write_usage(usage, task.price.as_ref(), &mut sdk);
    }
    if let Some(reasoning) = &reply.reasoning {
        let _ = write!(sdk, ",\"reasoning\":{}", quote(reasoning));
    }
    sdk.push('}');
    sdk
}

/// What a raw value says; of what is no text, how it is spelled.
fn text(raw: &str) -> String {
    serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned())
}
