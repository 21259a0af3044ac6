//! From an ask to the body of a request. Knows nothing of sockets and nothing of replies.
//!
//! A body has a form: what the provider's row and the model's name say of it, turned by what the server has refused
//! (`turns.rs`).

mod chat;
mod schema;

use serde_json::{Map, Value};

use sdk_prompt::Ask;

use crate::Server;
use crate::providers::{Dialect, Limit, reasons};
use crate::turns::Turn;

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
    pub(crate) fn body(&self, server: &Server, form: Form) -> Map<String, Value> {
        chat::body(server, &self.ask, form)
    }

    /// What of this request in this form the server may refuse, and take otherwise.
    pub(crate) fn refusable(&self, server: &Server, form: Form) -> Vec<Turn> {
        let (flags, prompt) = (&server.parameters, &self.ask.parameters);
        let free = |key: &str| !flags.other.contains_key(key) && !prompt.other.contains_key(key);
        let schema = !form.plain && self.ask.schema.is_some() && self.ask.want != sdk_prompt::Want::Text;
        let limit = flags.max_tokens.or(prompt.max_tokens).is_some();
        let mut turns = Vec::new();
        let warm = form.temperature(server, &self.ask).is_some();
        // The names of fields tell more than the word schema, which any refusal may use.
        turns.extend((warm && free("temperature")).then_some(Turn::Temperature));
        turns.extend((limit && free(form.limit.field())).then_some(Turn::Limit));
        turns.extend((schema && free("response_format")).then_some(Turn::Schema));
        turns
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

/// Adds the fields that nobody but the server knows; `null` is the way to leave one out.
fn others(body: &mut Map<String, Value>, server: &Server, ask: &Ask) {
    for (key, value) in ask.parameters.other.iter().chain(&server.parameters.other) {
        if value.is_null() {
            body.shift_remove(key);
        } else {
            body.insert(key.clone(), value.clone());
        }
    }
}

#[cfg(test)]
mod tests;
