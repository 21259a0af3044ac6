//! What a provider's API looks like on the wire: where to post, which header holds the key, what a request and its
//! answer are. Knows nothing of sockets.
//!
//! A body has a form: what the provider's row and the model's name say of it, turned by what the server has refused
//! (`turns.rs`).

mod chat;
mod converse;
mod fields;
mod messages;
mod place;
mod schema;

use reqwest::Url;
use sdk_prompt::{Ask, Parameters, Want};
use serde_json::Value;

use crate::Server;
use crate::providers::{Dialect, Limit, reasons};
use crate::reply::{Said, Unsaid};
use crate::turns::Turn;

/// One API.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wire {
    /// Completes an address that may hold its path already; with the model and the version that the user names.
    pub(crate) place: fn(&mut Url, &str, Option<&str>),
    /// The header of the key, and what stands before it.
    pub(crate) key: (&'static str, &'static str),
    /// What every request has beside it.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    body: fn(&Server, &Ask, Form, &mut Vec<u8>),
    /// Reads the body of a successful answer.
    pub(crate) read: fn(&[u8]) -> Result<Said, Unsaid>,
    /// The token limit of a reply where nobody says one, which few APIs have.
    limit: fn(&Server, &Parameters) -> Option<u64>,
    /// The field that the schema goes by.
    schema: &'static str,
    /// Whether the token limit has two names.
    limits: bool,
}

/// OpenAI's chat completions.
pub(crate) const CHAT: Wire = Wire {
    place: place::chat,
    key: ("authorization", "Bearer "),
    headers: &[],
    body: chat::body,
    read: chat::read,
    limit: |_, _| None,
    schema: "response_format",
    limits: true,
};

/// The same at Azure.
pub(crate) const AZURE: Wire = Wire { place: place::azure, key: ("api-key", ""), ..CHAT };

/// Anthropic's messages.
pub(crate) const MESSAGES: Wire = Wire {
    place: place::messages,
    key: ("x-api-key", ""),
    headers: &[("anthropic-version", "2023-06-01")],
    body: messages::body,
    read: messages::read,
    limit: |server, prompt| Some(messages::limit(server, prompt)),
    schema: "tools",
    limits: false,
};

/// Amazon Bedrock's Converse, with an API key of its own.
pub(crate) const CONVERSE: Wire = Wire {
    place: place::converse,
    body: converse::body,
    read: converse::read,
    schema: "toolConfig",
    limits: false,
    ..CHAT
};

/// Tokens that a provider may spend on explaining a tool to its model: Anthropic names some hundreds.
const EXPLAINED: u64 = 1000;

/// One request, ready to be sent in any form.
#[derive(Debug)]
pub(crate) struct Request {
    ask: Box<Ask>,
}

/// How a request is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    schema: Dialect,
    /// Nothing is said of a schema but words.
    plain: bool,
    limit: Limit,
    temperature: Temperature,
}

/// Which temperature is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Temperature {
    /// The user's, else the prompt's.
    Any,
    /// The user's alone.
    Flag,
    /// None.
    Unsaid,
}

impl Form {
    /// How `server` is asked before it has refused anything.
    pub(crate) fn first(server: &Server) -> Form {
        let reasons = reasons(&server.model);
        Form {
            schema: server.provider.schema,
            plain: false,
            limit: if reasons { Limit::MaxCompletionTokens } else { server.provider.limit },
            temperature: if reasons { Temperature::Flag } else { Temperature::Any },
        }
    }

    /// The same after a refusal.
    pub(crate) fn turned(self, turn: Turn) -> Form {
        match turn {
            Turn::Schema => Form { plain: true, ..self },
            Turn::Limit => Form { limit: self.limit.turned(), ..self },
            Turn::Temperature => Form { temperature: Temperature::Unsaid, ..self },
        }
    }

    /// What a request in this form is the first to leave out or say otherwise, in words for the user.
    pub(crate) fn remark(self, turn: Turn) -> String {
        match turn {
            Turn::Schema => "takes no JSON Schema; it is asked in words instead".to_owned(),
            Turn::Limit => {
                format!("takes no {}; {} is sent instead", self.limit.field(), self.limit.turned().field())
            }
            Turn::Temperature => "takes no temperature; none is sent".to_owned(),
        }
    }
}

impl Request {
    pub(crate) fn new(ask: Box<Ask>) -> Request {
        Request { ask }
    }

    /// What asks `server` in this form. What the user set by flag wins over what the prompt set.
    pub(crate) fn body(&self, server: &Server, form: Form) -> Vec<u8> {
        let said: usize = self.ask.messages.iter().map(|message| message.content.len()).sum();
        // Quotes and line ends take two bytes, and there are other fields.
        let mut body = Vec::with_capacity(said + said / 8 + 512);
        (server.provider.wire.body)(server, &self.ask, form, &mut body);
        body
    }

    /// The same before `server` has refused anything, for people to read.
    pub(crate) fn shown(&self, server: &Server) -> String {
        let body = self.body(server, Form::first(server));
        let value: Value = serde_json::from_slice(&body).unwrap_or_default();
        format!("{value:#}")
    }

    /// The most tokens that its prompt, whose body has so many bytes, and its reply can have; nothing where the reply has
    /// no limit. A token is at least a byte; a tool is explained to the model in the provider's own words.
    pub(crate) fn most(&self, server: &Server, bytes: usize) -> Option<(u64, u64)> {
        let explained = if server.provider.schema == Dialect::Tool { EXPLAINED } else { 0 };
        let input = u64::try_from(bytes).unwrap_or(u64::MAX).saturating_add(explained);
        Some((input, server.limit(&self.ask.parameters)?))
    }

    /// What of this request in this form the server may refuse, and take otherwise.
    pub(crate) fn refusable(&self, server: &Server, form: Form) -> Vec<Turn> {
        let (flags, prompt) = (&server.parameters, &self.ask.parameters);
        let free = |key: &str| !flags.other.contains_key(key) && !prompt.other.contains_key(key);
        let schema = !form.plain && self.ask.schema.is_some() && self.ask.want != Want::Text;
        let Wire { schema: field, limits, .. } = *server.provider.wire;
        let limit = limits && flags.max_tokens.or(prompt.max_tokens).is_some();
        let mut turns = Vec::new();
        let warm = form.temperature(server, &self.ask).is_some();
        // The names of fields tell more than the word schema, which any refusal may use.
        turns.extend((warm && free("temperature")).then_some(Turn::Temperature));
        turns.extend((limit && free(form.limit.field())).then_some(Turn::Limit));
        turns.extend((schema && free(field)).then_some(Turn::Schema));
        turns
    }
}

impl Server {
    /// The token limit of a reply by these parameters, where it has one.
    pub(crate) fn limit(&self, prompt: &Parameters) -> Option<u64> {
        let told = self.parameters.limit().or_else(|| prompt.limit());
        told.or_else(|| (self.provider.wire.limit)(self, prompt))
    }
}

impl Form {
    fn temperature(self, server: &Server, ask: &Ask) -> Option<f64> {
        let (flag, prompt) = (server.parameters.temperature, ask.parameters.temperature);
        match self.temperature {
            Temperature::Any => flag.or(prompt),
            Temperature::Flag => flag,
            Temperature::Unsaid => None,
        }
    }
}

#[cfg(test)]
mod tests;
