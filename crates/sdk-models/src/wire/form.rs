//! The form of a request: what the provider's row and the model's name say of it, turned by what the server refuses.

use sdk_prompt::Ask;

use super::fields::Fields;
use crate::Server;
use crate::providers::{Dialect, Limit, reasons};
use crate::turns::Turn;

/// How a request is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing of its own that a request says or not")]
pub(crate) struct Form {
    pub(super) schema: Dialect,
    /// Nothing is said of a schema but words.
    pub(super) plain: bool,
    pub(super) limit: Limit,
    temperature: Temperature,
    /// The reply comes in pieces.
    pub(crate) stream: bool,
    /// Its beginning was that of another request before.
    pub(super) repeats: bool,
    /// Its tokens have to be asked for then.
    pub(super) counted: bool,
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
            stream: false,
            repeats: false,
            counted: server.provider.usage_in_streams,
        }
    }

    /// The same, with the reply in pieces or not.
    pub(crate) fn streamed(self, stream: bool) -> Form {
        Form { stream, ..self }
    }

    /// The same, with a beginning that was there before or not.
    pub(crate) fn repeated(self, repeats: bool) -> Form {
        Form { repeats, ..self }
    }

    /// The same after a refusal.
    pub(crate) fn turned(self, turn: Turn) -> Form {
        match turn {
            Turn::Schema => Form { plain: true, ..self },
            Turn::Limit => Form { limit: self.limit.turned(), ..self },
            Turn::Temperature => Form { temperature: Temperature::Unsaid, ..self },
            Turn::Counts => Form { counted: false, ..self },
            Turn::Stream => Form { stream: false, ..self },
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
            Turn::Counts => "takes no stream_options; the tokens of a reply may go uncounted".to_owned(),
            Turn::Stream => "does not stream; replies are awaited whole".to_owned(),
        }
    }

    /// Adds what asks for a reply in pieces.
    pub(super) fn stream(self, body: &mut Fields<'_>) {
        if self.stream {
            body.field("stream", |to| to.extend_from_slice(b"true"));
            if self.counted {
                body.field("stream_options", |to| to.extend_from_slice(br#"{"include_usage":true}"#));
            }
        }
    }

    pub(super) fn temperature(self, server: &Server, ask: &Ask) -> Option<f64> {
        let (flag, prompt) = (server.parameters.temperature, ask.parameters.temperature);
        match self.temperature {
            Temperature::Any => flag.or(prompt),
            Temperature::Flag => flag,
            Temperature::Unsaid => None,
        }
    }
}
