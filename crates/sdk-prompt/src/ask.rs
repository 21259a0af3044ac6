//! One request and one reply, before and after any wire.

use std::sync::Arc;

use serde_json::{Map, Value};

use sdk_record::Record;

use crate::{Key, Picture, Schema, Usage};

/// What a row wants of the world.
#[derive(Debug, Clone)]
pub enum Call {
    /// A model's reply.
    Model(Arc<Ask>),
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Role {
    System,
    User,
    Assistant,
}

impl Role {
    /// The role's name on every wire.
    pub fn name(self) -> &'static str {
        match self {
            Role::System => "system",
            Role::User => "user",
            Role::Assistant => "assistant",
        }
    }
}

/// One message of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What is said.
    pub content: String,
    /// What is shown with it.
    pub pictures: Vec<Picture>,
}

impl Message {
    /// A message of words alone.
    pub fn new(role: Role, content: impl Into<String>) -> Message {
        Message { role, content: content.into(), pictures: Vec::new() }
    }
}

/// The form of the reply that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// Text as it is.
    Text,
    /// One item of the schema.
    Item,
    /// So many items of the schema, as `{"items":[…]}`.
    Items(usize),
}

/// Sampling parameters that go with a request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameters {
    /// Sampling temperature.
    pub temperature: Option<f64>,
    /// Token limit of one reply.
    pub max_tokens: Option<u64>,
    /// Any other request field.
    pub other: Map<String, Value>,
}

/// What the request is about: for the answerer that works by rules, and for provenance. It is not part of the
/// request's identity; what matters of it stands in the messages.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Name of the task or rubric.
    pub name: Arc<str>,
    /// The row, where the request is about one.
    pub row: Option<Record>,
    /// The examples shown.
    pub seeds: Vec<Record>,
    /// What the items must not repeat.
    pub avoid: Vec<String>,
    /// The rows, where the request is about several at once: an item each, with its number from 1 as `id`.
    pub pack: Vec<Record>,
    /// Which of the run's models is asked, where there are several, from 0.
    pub whom: usize,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The conversation so far; the stable part first.
    pub messages: Vec<Message>,
    /// What is wanted.
    pub want: Want,
    /// Schema of one item, unless text is wanted.
    pub schema: Option<Arc<Schema>>,
    /// Sampling parameters.
    pub parameters: Parameters,
    /// Which of several answers to the same question this is.
    pub sample: u32,
    /// The row and the examples behind the words.
    pub about: About,
}

/// Why a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// By itself.
    Stop,
    /// At the token limit: the text is cut.
    Length,
    /// By the provider's content filter.
    Filtered,
}

impl Finish {
    /// The name that rows carry in `sdk.finish`.
    pub fn name(self) -> &'static str {
        match self {
            Finish::Stop => "stop",
            Finish::Length => "length",
            Finish::Filtered => "content_filter",
        }
    }
}

/// One reply.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The model's text.
    pub text: String,
    /// What a thinking model thought, apart from its text.
    pub reasoning: Option<String>,
    /// Why it ended.
    pub finish: Finish,
    /// Tokens, where the server says.
    pub usage: Option<Usage>,
    /// The request that it answers.
    pub key: Key,
    /// Who answered, as `provider:model` or `offline`.
    pub model: Arc<str>,
    /// Requests sent for it.
    pub attempts: u32,
}
