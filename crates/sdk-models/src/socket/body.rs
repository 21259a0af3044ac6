//! The body of an answer while it comes.

use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::{Response, StatusCode};

use super::pieces::Pieces;
use crate::stream::Stream;

/// What has come so far.
pub(super) enum Body {
    /// All of it, to be read in the end.
    Whole(Pieces),
    /// A reply that is put together as it comes.
    Stream(Stream),
}

impl Body {
    /// Before the first byte.
    pub(super) fn whole(response: &Response) -> Body {
        Body::Whole(Pieces::new(response.content_length().unwrap_or_default()))
    }

    /// Takes the next bytes; `false`: nothing more is of use.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> bool {
        match self {
            Body::Whole(body) => {
                body.end().extend_from_slice(bytes);
                true
            }
            Body::Stream(stream) => stream.feed(bytes),
        }
    }

    /// Whether the reply says that it is whole.
    pub(super) fn is_done(&self) -> bool {
        matches!(self, Body::Stream(stream) if stream.is_done())
    }
}

/// Whether an answer is a stream of events: a server may not do as it is asked.
pub(super) fn in_pieces(status: StatusCode, headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    status.is_success() && kind.trim_start().to_ascii_lowercase().starts_with("text/event-stream")
}
