//! One request over the network and its answer, whole or not at all. Decides nothing about either.

mod body;
mod lost;
mod pieces;
mod plain;
mod reach;

use std::sync::Once;
use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{RequestBuilder, StatusCode, Url};
use tokio::time::{Instant, timeout};

use crate::Server;
use crate::address::is_local;
use crate::connection::Connection;
use crate::reply::{Said, Unsaid};
use crate::stream::{Ended, Stream};
use crate::wire::Wire;

pub(crate) use lost::Lost;

use body::{Body, in_pieces};
use lost::{is_absence, reason};
use plain::{Broken, Plain};

/// What is sent.
const JSON: &str = "application/json";
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

/// The way to one server.
#[derive(Debug)]
pub(crate) struct Socket {
    client: reqwest::Client,
    /// The short way, where neither TLS nor a proxy lies on it.
    plain: Option<Plain>,
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
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("sdk/", env!("CARGO_PKG_VERSION"))));
        let Wire { key: (name, before), headers: own, .. } = server.provider.wire;
        headers.extend(
            own.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))),
        );
        if let Some(key) = server.key.as_ref().and_then(|key| key.value(before)) {
            headers.insert(HeaderName::from_static(name), key);
        }
        let Connection { headers: added, authorities, timeout, connect, .. } = &server.connection;
        for name in added.keys() {
            headers.remove(name);
        }
        headers.extend(added.iter().map(|(name, value)| (name.clone(), value.clone())));
        let local = is_local(&server.endpoint);
        let plain = Plain::new(&server.endpoint, local, &headers, *connect);
        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(*connect)
            .timeout(*timeout)
            // One HTTP/2 connection would hold up all requests behind the slowest, and servers bound its streams.
            .http1_only();
        if local {
            builder = builder.no_proxy();
        }
        if server.endpoint.scheme() == "http" {
            // No certificate is looked at, so a machine without any must do.
            builder = builder.tls_certs_only([]);
        } else if !authorities.is_empty() {
            builder = builder.tls_certs_merge(authorities.clone());
        }
        let client = builder.build().map_err(|error| format!("cannot speak HTTP here{}", reason(&error)))?;
        Ok(Socket { client, plain, server })
    }

    /// Sends `body` and reads what comes back, which may come in pieces where `stream` was asked for.
    pub(crate) async fn send(&self, body: Vec<u8>, stream: bool) -> Result<Answered, Lost> {
        let own = self.own(&body);
        match &self.plain {
            Some(plain) if !stream => self.short(plain, &body, &own).await,
            _ => {
                let request = self.client.post(self.server.endpoint.clone()).headers(own);
                // Its room is not taken on the short way.
                Box::pin(self.read(request.body(body), stream)).await
            }
        }
    }

    /// The headers that this request has and no other: a key that is new, a signature.
    fn own(&self, body: &[u8]) -> HeaderMap {
        let Server { key, endpoint, connection, provider, .. } = &self.server;
        let (name, before) = provider.wire.key;
        let key = key.as_ref().filter(|_| !connection.headers.contains_key(name));
        match key.map(|key| (key, key.signer())) {
            Some((_, Some(signer))) => {
                let kind = connection.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
                signer.headers(endpoint, kind.unwrap_or(JSON), body, SystemTime::now())
            }
            Some((key, None)) if key.age() > 0 => {
                key.value(before).map(|key| (HeaderName::from_static(name), key)).into_iter().collect()
            }
            _ => HeaderMap::new(),
        }
    }

    async fn short(&self, plain: &Plain, body: &[u8], own: &HeaderMap) -> Result<Answered, Lost> {
        let Connection { timeout: all, idle, .. } = self.server.connection;
        let mut last = Instant::now();
        match timeout(all, plain.post(body, own, idle, &mut last)).await {
            Ok(Ok((status, headers, body))) => Ok(Answered { status, headers, body, said: None }),
            Ok(Err(Broken::Unreached(error))) => Err(self.unreached(&reason(&*error))),
            Ok(Err(Broken::Slow)) => Err(self.unreached(&self.slow())),
            Ok(Err(Broken::Unsent(error) | Broken::Off(error))) => {
                Err(self.broken_off(&reason(&*error), last))
            }
            Ok(Err(Broken::Stalled)) => Err(self.stalled()),
            Ok(Err(Broken::Large(status))) => Err(self.too_large(status)),
            Err(_) => Err(self.late(last)),
        }
    }

    /// The header of a key that is new since the client was made, for what is no request to a model.
    pub(crate) fn renewed(&self) -> HeaderMap {
        self.own(&[])
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
                return Err(self.too_large(status));
            }
            if !body.feed(&chunk) {
                break;
            }
        }
        let answered = |status, body, said| Answered { status, headers, body, said };
        Ok(match body {
            Body::Whole(body) => answered(status, body.whole(), None),
            Body::Stream(stream) => match stream.end(|text| self.server.hide(text)) {
                Ended::Said(said) => answered(status, Vec::new(), Some(said)),
                Ended::Refused(status, body) => answered(status, body, None),
            },
        })
    }

    /// Whether somebody is there who is not still loading: neither the usual place of a server's health nor the list of
    /// its models refuses the connection, or leaves it waiting, or says 503. What no wait would mend (a host of no such
    /// name, a certificate) is for the first request to find out.
    pub(crate) async fn is_up(&self) -> bool {
        let mut health = self.server.endpoint.clone();
        health.set_query(None);
        let mut models = health.clone();
        health.set_path("/health");
        let base = models.path().strip_suffix("/chat/completions").map(|base| format!("{base}/models"));
        models.set_path(base.as_deref().unwrap_or("/"));
        for url in [health, models] {
            match self.client.get(url).timeout(self.server.connection.connect * 2).send().await {
                Ok(answer) if answer.status() == StatusCode::SERVICE_UNAVAILABLE => return false,
                Err(error) if is_absence(&error) => return false,
                _ => {}
            }
        }
        true
    }
}
