//! The fields of a body, written as bytes one after the other.

use serde::Serialize;
use serde_json::Value;

use sdk_prompt::{Ask, Message, Picture, Role};
use sdk_record::quote_to;

use crate::Server;

/// An object under way. What the user sets by `--param`, or the prompt by itself, takes the place of a field of that
/// name, or comes after all of them; `null` is the way to leave one out.
pub(super) struct Fields<'a> {
    to: &'a mut Vec<u8>,
    others: Vec<(&'a str, &'a Value)>,
}

impl<'a> Fields<'a> {
    /// Begins an object.
    pub(super) fn new(to: &'a mut Vec<u8>, others: Vec<(&'a str, &'a Value)>) -> Fields<'a> {
        to.push(b'{');
        Fields { to, others }
    }

    /// Adds a field whose value `write` writes.
    pub(super) fn field(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>)) {
        match self.others.iter().position(|(other, _)| *other == name) {
            None => {
                self.name(name);
                write(self.to);
            }
            Some(at) => {
                let (_, value) = self.others.remove(at);
                self.other(name, value);
            }
        }
    }

    /// Ends the object.
    pub(super) fn end(mut self) {
        for (name, value) in std::mem::take(&mut self.others) {
            self.other(name, value);
        }
        self.to.push(b'}');
    }

    fn other(&mut self, name: &str, value: &Value) {
        if !value.is_null() {
            self.name(name);
            json(self.to, value);
        }
    }

    fn name(&mut self, name: &str) {
        if self.to.last() != Some(&b'{') {
            self.to.push(b',');
        }
        quote_to(self.to, name);
        self.to.push(b':');
    }
}

/// The fields that nobody but the server knows: the prompt's, and the user's, which win.
pub(super) fn others<'a>(server: &'a Server, ask: &'a Ask) -> Vec<(&'a str, &'a Value)> {
    let (flags, prompt) = (&server.parameters.other, &ask.parameters.other);
    let won = prompt.iter().map(|(name, value)| (name, flags.get(name).unwrap_or(value)));
    let added = flags.iter().filter(|(name, _)| !prompt.contains_key(*name));
    won.chain(added).map(|(name, value)| (name.as_str(), value)).collect()
}

/// A message on its way.
#[derive(Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) role: Role,
    pub(super) text: &'a str,
    pub(super) pictures: &'a [Picture],
}

impl<'a> Said<'a> {
    /// A message of words alone.
    pub(super) fn new(role: Role, text: &'a str) -> Said<'a> {
        Said { role, text, pictures: &[] }
    }

    pub(super) fn of(message: &'a Message) -> Said<'a> {
        Said { role: message.role, text: &message.content, pictures: &message.pictures }
    }
}

/// Writes a list of messages; `content` writes the value of each one's. Words for the end of what the user said last
/// are given to `content` with it.
pub(super) fn messages(
    to: &mut Vec<u8>,
    said: &[Said<'_>],
    words: Option<&str>,
    content: impl Fn(&mut Vec<u8>, &Said<'_>, Option<&str>),
) {
    let last = said.iter().rposition(|said| said.role == Role::User);
    let added = words.filter(|_| last.is_none()).map(|words| Said::new(Role::User, words));
    to.push(b'[');
    for (at, said) in said.iter().copied().chain(added).enumerate() {
        to.extend_from_slice(if at == 0 { b"{\"role\":\"" } else { b",{\"role\":\"" });
        to.extend_from_slice(said.role.name().as_bytes());
        to.extend_from_slice(b"\",\"content\":");
        content(to, &said, words.filter(|_| Some(at) == last));
        to.push(b'}');
    }
    to.push(b']');
}

/// A content that is one text or, where there are pictures, a list of parts: these, as `picture` writes one, and then
/// the text, if there is any: not every service takes an empty one.
pub(super) fn parts(
    to: &mut Vec<u8>,
    said: &Said<'_>,
    words: Option<&str>,
    picture: impl Fn(&mut Vec<u8>, &Picture),
) {
    let text = |to: &mut Vec<u8>| match words {
        None => quote_to(to, said.text),
        Some(words) if said.text.is_empty() => quote_to(to, words),
        Some(words) => quote_to(to, &format!("{}\n\n{words}", said.text)),
    };
    if said.pictures.is_empty() {
        return text(to);
    }
    to.push(b'[');
    for (at, one) in said.pictures.iter().enumerate() {
        if at > 0 {
            to.push(b',');
        }
        picture(to, one);
    }
    if !said.text.is_empty() || words.is_some() {
        to.extend_from_slice(br#",{"type":"text","text":"#);
        text(to);
        to.push(b'}');
    }
    to.push(b']');
}

/// Writes pieces that need no escape, one after the other.
pub(super) fn raw(to: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        to.extend_from_slice(piece.as_bytes());
    }
}

/// Writes one value.
pub(super) fn json<T: Serialize + ?Sized>(to: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(to, value).expect("a Vec takes everything, and these values are JSON");
}
