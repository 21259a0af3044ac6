//! An answer as it stands in the journal: one JSON object, readable with `sqlite3`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use sdk_prompt::{Finish, Key, Reply, Usage};
use sdk_record::{Fault, Kind, quote_to};

/// An answer: a reply, or what a model said instead of one.
pub(crate) type Kept = Result<Reply, Fault>;

/// What is an answer although it gives no reply: it was paid for, and the same request would bring the same.
const SAID: [Kind; 4] = [Kind::Refused, Kind::Filtered, Kind::Empty, Kind::Truncated];

/// Whether this is an answer of the model, and no fault on the way to it.
pub(crate) fn is_answer(kept: &Kept) -> bool {
    match kept {
        Ok(_) => true,
        Err(fault) => {
            let came = fault.status.is_some_and(|status| (200..300).contains(&status));
            came && !fault.stops && SAID.contains(&fault.kind)
        }
    }
}

/// The object. `kind` and `message` stand there where there is no reply.
#[derive(Serialize, Deserialize)]
struct Object<S> {
    #[serde(skip_serializing_if = "Option::is_none", default = "none")]
    text: Option<S>,
    #[serde(skip_serializing_if = "Option::is_none", default = "none")]
    reasoning: Option<S>,
    #[serde(skip_serializing_if = "Option::is_none", default = "none")]
    finish: Option<S>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    usage: Option<Tokens>,
    #[serde(skip_serializing_if = "Option::is_none", default = "none")]
    kind: Option<S>,
    #[serde(skip_serializing_if = "Option::is_none", default = "none")]
    message: Option<S>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    status: Option<u16>,
}

#[derive(Serialize, Deserialize)]
struct Tokens {
    input: u64,
    output: u64,
    #[serde(skip_serializing_if = "is_zero", default)]
    cached: u64,
    #[serde(skip_serializing_if = "is_zero", default)]
    written: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives references")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl From<Usage> for Tokens {
    fn from(Usage { input, output, cached, written }: Usage) -> Tokens {
        Tokens { input, output, cached, written }
    }
}

impl From<Tokens> for Usage {
    fn from(Tokens { input, output, cached, written }: Tokens) -> Usage {
        Usage { input, output, cached, written }
    }
}

fn none<S>() -> Option<S> {
    None
}

/// Writes the answer's JSON into `line`, which is emptied first.
pub(super) fn write(kept: &Kept, line: &mut Vec<u8>) {
    line.clear();
    let (text, rest) = match kept {
        Ok(reply) => (
            Some(&*reply.text),
            Object {
                text: None,
                reasoning: reply.reasoning.as_deref(),
                finish: Some(reply.finish.name()),
                usage: reply.usage.map(Tokens::from),
                kind: None,
                message: None,
                status: None,
            },
        ),
        Err(fault) => (
            fault.reply.as_deref(),
            Object {
                text: None,
                reasoning: None,
                finish: None,
                usage: fault.usage.map(Tokens::from),
                kind: Some(fault.kind.name()),
                message: Some(&*fault.message),
                status: fault.status,
            },
        ),
    };
    // The text, which is nearly all of it, comes first and in a faster way.
    if let Some(text) = text {
        line.extend_from_slice(b"{\"text\":");
        quote_to(line, text);
    }
    let at = line.len();
    serde_json::to_writer(&mut *line, &rest).expect("text and numbers can be written to memory");
    if at > 0 {
        line[at] = b',';
    }
}

/// Reads what [`write`] wrote; `None` for anything else, which then counts as not kept.
pub(super) fn read(line: &str, key: Key, model: &Arc<str>) -> Option<Kept> {
    let object: Object<String> = serde_json::from_str(line).ok()?;
    if let Some(name) = object.kind {
        let kind = SAID.into_iter().find(|kind| kind.name() == name)?;
        let fault = Fault::new(kind, object.message.unwrap_or_default());
        let usage = object.usage.map(Usage::from);
        return Some(Err(Fault { reply: object.text, status: object.status, usage, ..fault }));
    }
    let finish = [Finish::Stop, Finish::Length, Finish::Filtered];
    Some(Ok(Reply {
        text: object.text?,
        reasoning: object.reasoning,
        finish: finish.into_iter().find(|finish| Some(finish.name()) == object.finish.as_deref())?,
        usage: object.usage.map(Usage::from),
        key,
        model: Arc::clone(model),
        attempts: 0,
    }))
}
