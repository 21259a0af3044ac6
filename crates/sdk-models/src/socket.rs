//! One request over the network and its answer, whole or not at all. Decides nothing about either.

mod plain;

use std::error::Error;
use std::sync::Once;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{RequestBuilder, StatusCode, Url};
use tokio::time::timeout;

use sdk_record::{Fault, Kind};

use crate::Server;
use crate::address::is_local;
use crate::connection::Connection;
use crate::wire::Wire;
use plain::{Broken, Plain};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// The largest answer that is read.
const LARGEST: usize = 64 * 1024 * 1024;

/// An answer that came whole.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Why there is none.
#[derive(Debug)]
pub(crate) struct Lost {
    pub(crate) fault: Fault,
    /// There was not even a connection.
    pub(crate) unreached: bool,
    /// Another try would end the same.
    pub(crate) last: bool,
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
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(USER_AGENT, HeaderValue::from_static(concat!("sdk/", env!("CARGO_PKG_VERSION"))));
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
        let local = is_local(&server.endpoint);
        let plain = Plain::new(&server.endpoint, local, &headers);
        let mut builder = reqwest::Client::builder()
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT)
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
        let client =
            builder.build().map_err(|error| format!("cannot speak HTTP here{}", reason(&error)))?;
        Ok(Socket { client, plain, server })
    }

    /// Sends `body` and reads what comes back.
    pub(crate) async fn send(&self, body: Vec<u8>) -> Result<Answered, Lost> {
        let Some(plain) = &self.plain else {
            return self.read(self.client.post(self.server.endpoint.clone()).body(body)).await;
        };
        match timeout(self.server.connection.timeout, plain.post(body)).await {
            Ok(Ok((status, headers, body))) => Ok(Answered { status, headers, body }),
            Ok(Err(Broken::Unreached(error))) => Err(self.unreached(&reason(&*error))),
            Ok(Err(Broken::Slow)) => Err(self.unreached(&slow())),
            Ok(Err(Broken::Off(error))) => Err(self.broken_off(&reason(&*error))),
            Ok(Err(Broken::Large(status))) => Err(self.too_large(status)),
            Err(_) => Err(self.late()),
        }
    }

    /// Reads what stands at this address.
    pub(crate) async fn get(&self, address: Url) -> Result<Answered, Lost> {
        self.read(self.client.get(address)).await
    }

    async fn read(&self, request: RequestBuilder) -> Result<Answered, Lost> {
        let lost = |error: reqwest::Error| self.lost(&error);
        let mut response = request.send().await.map_err(lost)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(lost)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(self.too_large(status));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answered { status, headers, body })
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

    fn lost(&self, error: &reqwest::Error) -> Lost {
        let lost = match (error.is_connect(), error.is_timeout()) {
            (true, true) => self.unreached(&slow()),
            (true, false) => self.unreached(&reason(error)),
            (false, true) => self.late(),
            (false, false) => self.broken_off(&reason(error)),
        };
        Lost { last: error.is_builder(), ..lost }
    }

    fn unreached(&self, why: &str) -> Lost {
        Lost { unreached: true, ..self.no_answer(Kind::NoAnswer, &format!("no connection{why}")) }
    }

    fn broken_off(&self, why: &str) -> Lost {
        self.no_answer(Kind::NoAnswer, &format!("the answer broke off{why}"))
    }

    fn late(&self) -> Lost {
        let seconds = self.server.connection.timeout.as_secs();
        self.no_answer(Kind::Timeout, &format!("no whole answer within {seconds} s"))
    }

    fn no_answer(&self, kind: Kind, what: &str) -> Lost {
        let message = format!("{} at {}: {what}", self.server.name(), self.server.address());
        Lost { fault: Fault::new(kind, message), unreached: false, last: false }
    }

    fn too_large(&self, status: StatusCode) -> Lost {
        let message = format!("{}: the answer is larger than 64 MB", self.server.name());
        let fault = Fault { status: Some(status.as_u16()), ..Fault::new(Kind::TooLarge, message) };
        Lost { fault, unreached: false, last: true }
    }
}

/// No connection in time.
fn slow() -> String {
    format!(" within {} s", CONNECT.as_secs())
}

/// The innermost reason of an error, after a colon; the outer ones repeat the address.
fn reason(error: &(dyn Error + 'static)) -> String {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    format!(": {}", crate::retry::quoted(inner.to_string().as_bytes()))
}
