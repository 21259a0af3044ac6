//! Names made from content: the key of a request and the id of a row.

use std::cell::RefCell;
use std::io::Write as _;

use sdk_record::quote_to;
use serde::Serialize;

use crate::{Ask, Call};

/// Names a request: the BLAKE3 of its canonical form, before any wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(pub [u8; 32]);

/// Buffers larger than this are not kept for the next request.
const KEPT: usize = 1024 * 1024;

thread_local! {
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Key {
    /// The key of `call` to `model`: of what is asked, blind to the order in which parameters were given. The order
    /// of a schema's keys counts, since a model writes its reply in that order.
    pub fn of(call: &Call, model: &str) -> Key {
        let Call::Model(ask) = call;
        BUFFER.with_borrow_mut(|buffer| {
            buffer.clear();
            write(buffer, ask, model);
            let key = Key(blake3::hash(buffer).into());
            buffer.shrink_to(KEPT);
            key
        })
    }

    /// The key of the same request at one place: answers of different servers are kept apart, names of rows are not.
    #[must_use]
    pub fn at(self, place: &str) -> Key {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(place.as_bytes());
        Key(hasher.finalize().into())
    }

    /// 64 hex digits.
    pub fn hex(self) -> String {
        blake3::Hash::from(self.0).to_hex().to_string()
    }
}

/// The canonical form, one JSON array.
fn write(to: &mut Vec<u8>, ask: &Ask, model: &str) {
    to.extend_from_slice(b"[\"sdk request 1\",");
    quote_to(to, model);
    to.extend_from_slice(b",[");
    for (index, message) in ask.messages.iter().enumerate() {
        let _ = write!(to, "{}[\"{}\",", comma(index), message.role.name());
        quote_to(to, &message.content);
        for picture in &message.pictures {
            to.push(b',');
            quote_to(to, picture.name());
        }
        to.push(b']');
    }
    to.extend_from_slice(b"],");
    let schema = ask.schema.as_ref().and_then(|schema| schema.text(ask.want));
    to.extend_from_slice(schema.as_deref().unwrap_or("null").as_bytes());
    to.push(b',');
    json(to, &ask.parameters.temperature);
    to.push(b',');
    json(to, &ask.parameters.max_tokens);
    to.extend_from_slice(b",{");
    let mut other: Vec<_> = ask.parameters.other.iter().collect();
    other.sort_unstable_by_key(|(name, _)| *name);
    for (index, (name, value)) in other.into_iter().enumerate() {
        to.extend_from_slice(comma(index).as_bytes());
        quote_to(to, name);
        to.push(b':');
        json(to, value);
    }
    let _ = write!(to, "}},{}]", ask.sample);
}

fn comma(index: usize) -> &'static str {
    if index == 0 { "" } else { "," }
}

fn json<T: Serialize + ?Sized>(to: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(to, value).expect("a Vec takes everything, and these values are JSON");
}

/// 16 hex digits of the BLAKE3 of these parts, whose borders count.
pub fn id(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests;
