//! One request over the network and its answer, whole or not at all. Decides nothing about either.

mod body;

use std::error::Error;
use std::sync::Once;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{RequestBuilder, StatusCode, Url};
use tokio::time::{Instant, timeout};

use sdk_record::{Fault, Kind};

use crate::Server;
use crate::address::is_local;
use crate::connection::Connection;
use crate::reply::{Said, Unsaid};
use crate::stream::{Ended, Stream};
use crate::wire::Wire;

use body::{Body, in_pieces};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the end of a connection may take after the end of a stream.
const LAST: Duration = Duration::from_secs(1);
/// The largest answer that is read.
const LARGEST: usize = 64 * 1024 * 1024;

/// An answer that came whole.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// What was said, where it came in pieces: then there is no body.
    pub(crate) said: Option<Result<Said, Unsaid>>,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) struct Lost {
    pub(crate) fault: Fault,
    /// There was not even a connection.
    pub(crate) unreached: bool,
    /// Another try would end the same.
    pub(crate) last: bool,
    /// How long nothing had come.
    pub(crate) silent: Duration,
}

/// The way to one server.
#[derive(Debug)]
pub(crate) struct Socket {
    client: reqwest::Client,
    server: Server,
}

impl Socket {
    /// Prepares the way; connects nowhere yet.
    ///
    /// # Errors
    /// What this machine lacks.
    pub(crate) fn new(server: Server) -> Result<Socket, String> {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            // An error means that one is installed already.
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let Wire { key: (name, before), headers: own, .. } = server.provider.wire;
        headers.extend(
            own.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))),
        );
        if let Some(key) = server.key.as_ref().and_then(|key| key.value(before)) {
            headers.insert(HeaderName::from_static(name), key);
        }
        let Connection { headers: added, authorities, timeout, .. } = &server.connection;
        for name in added.keys() {
            headers.remove(name);
        }
        headers.extend(added.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("sdk/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
            .timeout(*timeout)
            // One HTTP/2 connection would hold up all requests behind the slowest, and servers bound its streams.
            .http1_only();
        if is_local(&server.endpoint) {
            builder = builder.no_proxy();
        }
        if server.endpoint.scheme() == "http" {
            // No certificate is looked at, so a machine without any must do.
            builder = builder.tls_certs_only([]);
        } else if !authorities.is_empty() {
            builder = builder.tls_certs_merge(authorities.clone());
        }
        let client =
            builder.build().map_err(|error| format!("cannot speak HTTP here: {}", reason(&error)))?;
        Ok(Socket { client, server })
    }

    /// Sends `body` and reads what comes back, which may come in pieces where `stream` was asked for.
    pub(crate) async fn send(&self, body: Vec<u8>, stream: bool) -> Result<Answered, Lost> {
        self.read(self.client.post(self.server.endpoint.clone()).body(body), stream).await
    }

    /// For what is no request to a model.
    pub(crate) fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Reads what stands at this address.
    pub(crate) async fn get(&self, address: Url) -> Result<Answered, Lost> {
        self.read(self.client.get(address), false).await
    }

    async fn read(&self, request: RequestBuilder, stream: bool) -> Result<Answered, Lost> {
        let mut last = Instant::now();
        let mut response = request.send().await.map_err(|error| self.lost(&error, last))?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let begin = self.server.provider.wire.stream.filter(|_| stream && in_pieces(status, &headers));
        let mut body =
            begin.map_or_else(|| Body::whole(&response), |begin| Body::Stream(Stream::new(begin())));
        let mut size = 0;
        loop {
            let wait = if body.is_done() { LAST } else { self.server.connection.idle };
            let next = match size {
                0 => Ok(response.chunk().await),
                _ => timeout(wait, response.chunk()).await,
            };
            let chunk = match next {
                Ok(Ok(Some(chunk))) => chunk,
                Ok(Ok(None)) => break,
                // All of it has come; that nobody ends the connection is of no matter.
                _ if body.is_done() => break,
                Ok(Err(error)) => return Err(self.lost(&error, last)),
                Err(_) => return Err(self.stalled()),
            };
            (size, last) = (size + chunk.len(), Instant::now());
            if size > LARGEST {
                let message = format!("{}: the answer is larger than 64 MB", self.server.name());
                let fault = Fault { status: Some(status.as_u16()), ..Fault::new(Kind::TooLarge, message) };
                return Err(Lost { fault, unreached: false, last: true, silent: Duration::ZERO });
            }
            if !body.feed(&chunk) {
                break;
            }
        }
        let answered = |status, body, said| Answered { status, headers, body, said };
        Ok(match body {
            Body::Whole(body) => answered(status, body, None),
            Body::Stream(stream) => match stream.end() {
                Ended::Said(said) => answered(status, Vec::new(), Some(said)),
                Ended::Refused(status, body) => answered(status, body, None),
            },
        })
    }

    /// Whether somebody is there who is not still loading: neither the usual place of a server's health nor the list of
    /// its models refuses the connection or says 503.
    pub(crate) async fn is_up(&self) -> bool {
        let mut health = self.server.endpoint.clone();
        health.set_query(None);
        let mut models = health.clone();
        health.set_path("/health");
        let base = models.path().strip_suffix("/chat/completions").map(|base| format!("{base}/models"));
        models.set_path(base.as_deref().unwrap_or("/"));
        for url in [health, models] {
            match self.client.get(url).timeout(CONNECT).send().await {
                Ok(answer) if answer.status() == StatusCode::SERVICE_UNAVAILABLE => return false,
                Err(error) if error.is_connect() => return false,
                _ => {}
            }
        }
        true
    }

    /// Why there is no answer; the last byte came `last`.
    pub(crate) fn lost(&self, error: &reqwest::Error, last: Instant) -> Lost {
        let (kind, what) = match (error.is_connect(), error.is_timeout()) {
            (true, true) => (Kind::NoAnswer, format!("no connection within {} s", CONNECT.as_secs())),
            (true, false) => (Kind::NoAnswer, format!("no connection: {}", reason(error))),
            (false, true) => (
                Kind::Timeout,
                format!("no whole answer within {} s", self.server.connection.timeout.as_secs()),
            ),
            (false, false) => (Kind::NoAnswer, format!("the answer broke off: {}", reason(error))),
        };
        let unreached = error.is_connect();
        let silent = if unreached { Duration::ZERO } else { last.elapsed() };
        Lost { fault: self.fault(kind, &what), unreached, last: error.is_builder(), silent }
    }

    /// Nothing comes any more.
    fn stalled(&self) -> Lost {
        let silent = self.server.connection.idle;
        let what = format!("the answer stopped in the middle; nothing came for {} s", silent.as_secs());
        Lost { fault: self.fault(Kind::Timeout, &what), unreached: false, last: false, silent }
    }

    fn fault(&self, kind: Kind, what: &str) -> Fault {
        Fault::new(kind, format!("{} at {}: {what}", self.server.name(), self.server.address()))
    }
}

/// The innermost reason of an error; the outer ones repeat the address.
fn reason(error: &reqwest::Error) -> String {
    let mut inner: &dyn Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    crate::retry::quoted(inner.to_string().as_bytes())
}
