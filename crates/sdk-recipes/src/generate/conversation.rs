//! A conversation whose answers get the reasoning before them: what is asked of each answer, what a reply says, and the
//! row with it. Whatever a reply repeats of the conversation, the row keeps its own.

mod written;

use std::sync::Arc;

use sdk_prompt::Schema;
use sdk_record::{Fault, Kind, REASONING, Record, Turn, elements, member, quote, turns};
use sdk_select::{Val, val};
use serde_json::{Value, json};

use written::Written;

/// Key of what was thought, of rows that hold a question and its answer under keys of their own.
const BESIDE: &str = "reasoning";

/// Keys of rows that hold messages.
const LISTS: [&str; 3] = ["messages", "conversations", "conversation"];

/// The messages of a row.
pub(super) struct Conversation {
    messages: Vec<Message>,
    /// The row holds a question and its answer under keys of their own.
    texts: bool,
}

struct Message {
    role: String,
    text: String,
    /// Raw JSON.
    calls: Option<String>,
    /// It is an answer without its reasoning.
    asked: bool,
}

impl Message {
    fn of((turn, asked): (&Turn<'_>, bool)) -> Message {
        Message {
            role: plain(turn.token()),
            calls: turn.other("tool_calls").map(str::to_owned),
            asked,
            text: text(&turn.content),
        }
    }
}

impl Conversation {
    /// The conversation of a row that the task of this name is asked about.
    ///
    /// # Errors
    /// `missing` where there is none, or no answer in it; `key_exists` where each answer has its reasoning.
    pub(super) fn of(name: &str, row: &Record) -> Result<Conversation, Fault> {
        let list = LISTS.iter().any(|key| row.has(key));
        let found = turns(row.row())?.filter(|found| found.rejected.is_empty() && (found.texts || list));
        let Some(found) = found else {
            let keys: Vec<_> = row.iter().map(|(key, _)| key).collect();
            let message = format!(
                "{name} needs a conversation (`messages`, `conversations`, or a question and its answer); found: {}",
                keys.join(", ")
            );
            return Err(Fault::new(Kind::Missing, message));
        };
        let messages: Vec<Message> = found.turns.iter().zip(found.unreasoned()).map(Message::of).collect();
        if messages.iter().all(|message| message.role != "assistant") {
            let message = format!("{name} needs a message of the assistant; found none in the conversation");
            return Err(Fault::new(Kind::Missing, message));
        }
        if messages.iter().all(|message| !message.asked) {
            let message = format!("{name} adds reasoning, which each answer has already; leave the row out");
            return Err(Fault::new(Kind::KeyExists, message));
        }
        Ok(Conversation { messages, texts: found.texts })
    }

    fn asked(&self) -> impl Iterator<Item = (usize, &Message)> {
        self.messages.iter().enumerate().filter(|(_, message)| message.asked)
    }

    /// The schema of a reply: a text for each answer that is asked about.
    pub(super) fn schema(&self) -> Result<Arc<Schema>, Fault> {
        let count = self.asked().count();
        let schema = Schema::new(json!({
            "type": "object",
            "properties": {
                "reasoning": { "type": "array", "items": { "type": "string" }, "minItems": count, "maxItems": count }
            },
            "required": ["reasoning"],
            "additionalProperties": false
        }));
        schema.map(Arc::new).map_err(|why| Fault::new(Kind::Type, why))
    }

    /// `$turns`: number, role, text and tool calls of each message, and whether it is asked about.
    pub(super) fn value(&self) -> Result<Val, Fault> {
        let one = |(index, Message { role, text, calls, asked }): (usize, &Message)| {
            let calls = calls.as_deref().unwrap_or("null");
            let (role, text) = (quote(role), quote(text));
            format!(
                "{{\"number\":{},\"role\":{role},\"content\":{text},\"tool_calls\":{calls},\"asked\":{asked}}}",
                index + 1
            )
        };
        let all: Vec<String> = self.messages.iter().enumerate().map(one).collect();
        val(&format!("[{}]", all.join(",")))
    }

    /// The reasoning in a reply, `{"reasoning":["…"]}`. A model may send the conversation back with the reasoning in it:
    /// then roles, number of messages and answers must have survived.
    ///
    /// # Errors
    /// `invalid`, in words that the model can mend it by.
    pub(super) fn read(&self, said: &Value) -> Result<Record, Fault> {
        let wrong = |message: String| Err(Fault::new(Kind::Invalid, message));
        let count = self.asked().count();
        let told = match &said["reasoning"] {
            Value::Array(list) => list.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
            Value::String(one) => Some(vec![one.clone()]),
            _ => Some(self.survived(said)?),
        };
        let Some(told) = told else { return wrong("`reasoning` must be a list of texts".to_owned()) };
        if told.len() != count {
            return wrong(format!(
                "expected {count} texts in `reasoning`, one an answer, found {}",
                told.len()
            ));
        }
        for ((index, message), told) in self.asked().zip(&told) {
            if told.trim().is_empty() || told.trim() == message.text.trim() {
                let what = if told.trim().is_empty() { "is empty" } else { "only repeats the answer" };
                return wrong(format!("the reasoning before message {} {what}", index + 1));
            }
        }
        Ok(Record::from_pairs([("reasoning", json!(told).to_string())]))
    }

    /// The reasoning in a conversation that was sent back.
    fn survived(&self, said: &Value) -> Result<Vec<String>, Fault> {
        let wrong = |message: String| Err(Fault::new(Kind::Invalid, message));
        let said = Record::from_text(said.to_string())?;
        let Some(found) = turns(said.row())?.filter(|found| !found.texts) else {
            return wrong("expected {\"reasoning\":[…]} with a text for each answer".to_owned());
        };
        // A system text may be left out: nothing of it changes.
        let (wanted, count) = (self.messages.len(), found.turns.len());
        let left = usize::from(wanted == count + 1 && self.messages[0].role == "system");
        let own = &self.messages[left..];
        if own.len() != count {
            return wrong(format!("expected the {wanted} messages of the conversation, found {count}"));
        }
        let mut all = Vec::new();
        for (number, (own, turn)) in own.iter().zip(&found.turns).enumerate() {
            let (role, text) = (plain(turn.token()), text(&turn.content));
            if role != own.role {
                let wanted = &own.role;
                return wrong(format!("message {} must be the {wanted}'s, found the {role}'s", number + 1));
            }
            if own.asked {
                let Some(before) = text.trim().strip_suffix(own.text.trim()) else {
                    return wrong(format!("message {} must end with its answer, word for word", number + 1));
                };
                let before = before.trim().trim_start_matches("<think>").trim_end_matches("</think>");
                all.push(turn.reasoning().map_or_else(|| before.trim().to_owned(), plain));
            }
        }
        Ok(all)
    }

    /// `row` with the reasoning of `item`, in place of a blank one where there is one; all else keeps its bytes.
    pub(super) fn with(&self, row: &Record, item: &Record) -> Result<Record, Fault> {
        let told: Vec<String> =
            item.get("reasoning").and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default();
        let mut told = told.iter().map(|text| quote(text));
        let mut next = || told.next().unwrap_or_else(|| quote(""));
        let mut written = Written::new(row.text());
        if self.texts {
            match row.get(BESIDE) {
                Some(blank) => written.instead(blank, &next()),
                None => written.last(row.text(), BESIDE, &next()),
            }
        } else {
            let list = LISTS.iter().find_map(|key| row.get(key)).unwrap_or("[]");
            let members: Vec<&str> = elements(list).collect();
            // A message under a key of the row's own comes before those of the list.
            let own = &self.messages[self.messages.len() - members.len()..];
            for (one, _) in members.iter().zip(own).filter(|(_, message)| message.asked) {
                match REASONING.iter().find_map(|key| member(one, key)) {
                    Some(blank) => written.instead(blank, &next()),
                    None => written.last(one, REASONING[0], &next()),
                }
            }
        }
        Ok(Record::from_text(written.end())?.placed(row.place().cloned()))
    }
}

/// A raw JSON string as text.
fn plain(raw: &str) -> String {
    serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned())
}

/// The text of a message's content: of parts, those that are text; a picture is named as one.
fn text(raw: &str) -> String {
    match serde_json::from_str(raw) {
        Ok(Value::String(text)) => text,
        Ok(Value::Array(parts)) => {
            let part = |part: &Value| match (&part["text"], &part["type"]) {
                (Value::String(text), _) => text.clone(),
                (_, Value::String(kind)) => format!("[{kind}]"),
                _ => String::new(),
            };
            parts.iter().map(part).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests;
