//! What a provider's API looks like on the wire: where to post, which header holds the key, what a request and its
//! answer are. Knows nothing of sockets.
//!
//! A body has a form: what the provider's row and the model's name say of it, turned by what the server has refused
//! (`turns.rs`).

pub(crate) mod chat;
mod converse;
mod fields;
mod form;
pub(crate) mod messages;
mod place;
mod schema;
mod seen;
mod tally;

use std::sync::Arc;

use reqwest::Url;
use serde_json::Value;

use sdk_prompt::{Ask, Picture, Want};

use crate::Server;
use crate::providers::Dialect;
use crate::reply::{Said, Unsaid, mended};
use crate::stream::{self, Assemble, When};
use crate::turns::Turn;

pub(crate) use form::Form;
pub(crate) use seen::Seen;
pub(crate) use tally::Tally;

/// One API.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wire {
    /// Completes an address that may hold its path already; with the model and the version that the user names.
    pub(crate) place: fn(&mut Url, &str, Option<&str>),
    /// The header of the key, and what stands before it.
    pub(crate) key: (&'static str, &'static str),
    /// What requests are signed for, where a pair of keys may stand in for one.
    pub(crate) signed: Option<&'static str>,
    /// What every request has beside it.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    body: fn(&Server, &Ask, Form, &mut Vec<u8>),
    read: fn(&[u8]) -> Result<Said, Unsaid>,
    /// Puts a reply together that comes in pieces; none where replies always come whole.
    pub(crate) stream: Option<fn() -> Box<dyn Assemble>>,
    /// The token limit of the reply to a request.
    tokens: fn(&Server, &Ask) -> Option<u64>,
    /// Names the beginning of a request that the provider keeps only when it is told to.
    stable: Option<fn(&Ask) -> Option<u64>>,
    /// The field that the schema goes by.
    schema: &'static str,
    /// Whether the token limit has two names.
    limits: bool,
}

/// OpenAI's chat completions.
pub(crate) const CHAT: Wire = Wire {
    place: place::chat,
    key: ("authorization", "Bearer "),
    signed: None,
    headers: &[],
    body: chat::body,
    read: chat::read,
    stream: Some(|| Box::new(stream::Chat::default())),
    tokens: chat::tokens,
    stable: None,
    schema: "response_format",
    limits: true,
};

/// The same at Azure.
pub(crate) const AZURE: Wire = Wire { place: place::azure, key: ("api-key", ""), ..CHAT };

/// Anthropic's messages.
pub(crate) const MESSAGES: Wire = Wire {
    place: place::messages,
    key: ("x-api-key", ""),
    signed: None,
    headers: &[("anthropic-version", "2023-06-01")],
    body: messages::body,
    read: messages::read,
    stream: Some(|| Box::new(stream::Messages::default())),
    tokens: |server, ask| Some(messages::tokens(server, ask)),
    stable: Some(messages::stable),
    schema: "tools",
    limits: false,
};

/// Amazon Bedrock's Converse.
pub(crate) const CONVERSE: Wire = Wire {
    place: place::converse,
    signed: Some("bedrock"),
    body: converse::body,
    read: converse::read,
    stream: None,
    schema: "toolConfig",
    limits: false,
    ..CHAT
};

impl Wire {
    /// Reads the body of a successful answer.
    pub(crate) fn said(&self, body: &[u8]) -> Result<Said, Unsaid> {
        match (self.read)(body) {
            // It was paid for, and the same would come again.
            Err(Unsaid::Broken(why)) => {
                mended(body).map_or(Err(Unsaid::Broken(why)), |body| (self.read)(&body))
            }
            said => said,
        }
    }
}

/// Tokens that a provider may spend on explaining a tool to its model: Anthropic names some hundreds.
const EXPLAINED: u64 = 1000;

/// About the bytes of text that a model reads as many tokens of as it usually does of a picture.
const PICTURE_BYTES: usize = 6000;

/// More tokens than a picture has with any model: gpt-4o-mini counts 48,169 for the largest, others some thousands.
const PICTURE_TOKENS: u64 = 50_000;

/// One request, ready to be sent in any form.
#[derive(Debug)]
pub(crate) struct Request {
    ask: Arc<Ask>,
}

impl Request {
    pub(crate) fn new(ask: Arc<Ask>) -> Request {
        Request { ask }
    }

    /// About how many bytes its messages have; a picture counts as what a model usually reads of it, not as its bytes.
    pub(crate) fn bytes(&self) -> usize {
        let words: usize = self.ask.messages.iter().map(|message| message.content.len()).sum();
        words + self.pictures().count() * PICTURE_BYTES
    }

    fn pictures(&self) -> impl Iterator<Item = &Picture> {
        self.ask.messages.iter().flat_map(|message| &message.pictures)
    }

    /// Whether there is anything to see.
    pub(crate) fn shows(&self) -> bool {
        self.pictures().next().is_some()
    }

    /// What asks `server` in this form. What the user set by flag wins over what the prompt set.
    pub(crate) fn body(&self, server: &Server, form: Form) -> Vec<u8> {
        let said: usize = self.ask.messages.iter().map(|message| message.content.len()).sum();
        let shown: usize = self.pictures().map(|picture| picture.data().len() + 100).sum();
        // Quotes and line ends take two bytes, and there are other fields.
        let mut body = Vec::with_capacity(said + said / 8 + shown + 512);
        (server.provider.wire.body)(server, &self.ask, form, &mut body);
        body
    }

    /// The same before `server` has refused anything, for people to read.
    pub(crate) fn shown(&self, server: &Server) -> String {
        let when = When::new(server);
        when.asked(self.tokens(server));
        let body = self.body(server, Form::first(server).streamed(when.on()));
        let value: Value = serde_json::from_slice(&body).unwrap_or_default();
        format!("{value:#}")
    }

    /// The token limit of the reply, as far as the tool's own fields say.
    pub(crate) fn tokens(&self, server: &Server) -> Option<u64> {
        (server.provider.wire.tokens)(server, &self.ask)
    }

    /// The name of its beginning, where the provider is told to keep it.
    pub(crate) fn stable(&self, server: &Server) -> Option<u64> {
        server.provider.wire.stable.and_then(|stable| stable(&self.ask))
    }

    /// The most tokens that its prompt, whose body has so many bytes, and its reply can have; nothing where the reply has
    /// no limit. A token is at least a byte, but for pictures; a tool is explained to the model in the provider's own
    /// words.
    pub(crate) fn most(&self, server: &Server, bytes: usize) -> Option<(u64, u64)> {
        let explained = if server.provider.schema == Dialect::Tool { EXPLAINED } else { 0 };
        let (count, shown) =
            self.pictures().fold((0, 0), |(count, shown), picture| (count + 1, shown + picture.data().len()));
        let words = u64::try_from(bytes.saturating_sub(shown)).unwrap_or(u64::MAX);
        let input = words.saturating_add(explained).saturating_add(PICTURE_TOKENS * count);
        Some((input, server.limit(&self.ask)?))
    }

    /// What of this request in this form the server may refuse, and take otherwise.
    pub(crate) fn refusable(&self, server: &Server, form: Form) -> Vec<Turn> {
        let (flags, prompt) = (&server.parameters, &self.ask.parameters);
        let free = |key: &str| !flags.other.contains_key(key) && !prompt.other.contains_key(key);
        let schema = !form.plain && self.ask.schema.is_some() && self.ask.want != Want::Text;
        let Wire { schema: field, limits, .. } = *server.provider.wire;
        // Whoever takes neither name has refused both: it would be one and the other without end.
        let limit = limits
            && form.limit == Form::first(server).limit
            && flags.max_tokens.or(prompt.max_tokens).is_some();
        let mut turns = Vec::new();
        let warm = form.temperature(server, &self.ask).is_some();
        turns.extend((form.stream && form.counted && free("stream_options")).then_some(Turn::Counts));
        turns.extend(form.stream.then_some(Turn::Stream));
        // The names of fields tell more than the word schema, which any refusal may use.
        turns.extend((warm && free("temperature")).then_some(Turn::Temperature));
        turns.extend((limit && free(form.limit.field())).then_some(Turn::Limit));
        turns.extend((schema && free(field)).then_some(Turn::Schema));
        turns
    }
}

impl Server {
    /// The token limit of the reply to `ask`. Whoever names the field himself means it, and `null` takes it away.
    pub(crate) fn limit(&self, ask: &Ask) -> Option<u64> {
        let own = |name| self.parameters.other.get(name).or_else(|| ask.parameters.other.get(name));
        let told = ["max_completion_tokens", "max_tokens"].into_iter().find_map(own);
        told.map_or_else(|| (self.provider.wire.tokens)(self, ask), Value::as_u64)
    }
}

#[cfg(test)]
mod tests;
