//! HTTP/1.1 without TLS and without a proxy: a connection for each request in flight, kept for the next one.
//!
//! Servers of this kind stand in the same room (vLLM, llama.cpp, Ollama) and may answer faster than a general client asks:
//! reqwest puts together a stack of services and reads the address anew for every request, and hyper beneath it gives each
//! connection a task, two channels and some 40 KB, which is most of what a request costs. Here it is a write and a read.
//! `scripts/bench --client` has the figures.

mod exchange;
mod framing;
mod head;
mod idle;

use std::error::Error;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use reqwest::{StatusCode, Url};
use rustix::net::{RecvFlags, recv, sockopt};
use tokio::net::TcpStream;
use tokio::time::Instant as Moment;

use self::exchange::{Answer, Bounds, exchange};
use self::idle::Idle;
use super::reach::reach;

/// How often a silent peer is asked whether it is still there.
const ALIVE: Duration = Duration::from_secs(15);

/// Why no answer came.
#[derive(Debug)]
pub(super) enum Broken {
    /// There is nobody, or no way there.
    Unreached(Box<dyn Error + Send + Sync>),
    /// No connection in time.
    Slow,
    /// The connection had ended before anything was sent.
    Unsent(Box<dyn Error + Send + Sync>),
    /// The answer ended before its end.
    Off(Box<dyn Error + Send + Sync>),
    /// It stopped in the middle.
    Stalled,
    /// It is larger than anybody wants; it had this status.
    Large(StatusCode),
}

/// The way to one address.
#[derive(Debug)]
pub(super) struct Plain {
    host: String,
    port: u16,
    path: String,
    headers: HeaderMap,
    /// What every request begins with.
    head: Vec<u8>,
    connect: Duration,
    largest: usize,
    idle: Mutex<Idle<TcpStream>>,
}

impl Plain {
    /// The way to `address`, every request with `headers`; `None` where TLS or a proxy is needed, which `local` ones never
    /// have.
    pub(super) fn new(address: &Url, local: bool, headers: &HeaderMap, connect: Duration) -> Option<Plain> {
        let uri = address.as_str().parse().ok()?;
        let bare = address.username().is_empty() && address.password().is_none();
        if address.scheme() != "http" || !bare || (!local && Matcher::from_system().intercept(&uri).is_some())
        {
            return None;
        }
        let mut headers = headers.clone();
        headers.entry(HOST).or_insert(HeaderValue::from_str(uri.authority()?.as_str()).ok()?);
        // How long it is, each request says for itself.
        headers.remove(CONTENT_LENGTH);
        headers.remove(TRANSFER_ENCODING);
        let path = uri.path_and_query()?.as_str().to_owned();
        Some(Plain {
            host: address.host_str()?.trim_matches(['[', ']']).to_owned(),
            port: address.port_or_known_default()?,
            head: head(&path, &headers),
            path,
            headers,
            connect,
            largest: super::LARGEST,
            idle: Mutex::default(),
        })
    }

    /// Posts `body`, with headers of its own beside those of all, and reads what comes back, whole; within the answer
    /// nothing may be missing for longer than `idle`. `last` becomes the time of its last byte.
    pub(super) async fn post(
        &self,
        body: &[u8],
        own: &HeaderMap,
        idle: Duration,
        last: &mut Moment,
    ) -> Result<(StatusCode, HeaderMap, Vec<u8>), Broken> {
        let head = self.head(own, body.len());
        let bounds = Bounds { largest: self.largest, idle };
        loop {
            let (stream, new) = match self.waiting() {
                Some(stream) => (stream, false),
                // Few requests need one: the others have no room for what that takes.
                None => (Box::pin(self.connect()).await?, true),
            };
            match exchange(&stream, [&head, body], bounds, last).await {
                // One that was closed meanwhile, unnoticed, has taken nothing: the next one is used.
                Err(Broken::Unsent(_)) if !new => {}
                ended => return self.ended(stream, ended),
            }
        }
    }

    /// The head of one request, with headers of its own.
    fn head(&self, own: &HeaderMap, length: usize) -> Vec<u8> {
        let mut head = if own.is_empty() {
            self.head.clone()
        } else {
            let mut headers = self.headers.clone();
            headers.extend(own.clone());
            head(&self.path, &headers)
        };
        // To memory, which takes it.
        let _ = write!(head, "content-length: {length}\r\n\r\n");
        head
    }

    /// Keeps the connection for the next request, if it is still of use.
    fn ended(
        &self,
        stream: TcpStream,
        ended: Result<Answer, Broken>,
    ) -> Result<(StatusCode, HeaderMap, Vec<u8>), Broken> {
        let Answer { status, headers, body, keeps } = ended?;
        if keeps {
            self.idle().put(stream, Instant::now());
        }
        Ok((status, headers, body))
    }

    /// A connection that is there, as far as anybody can tell.
    fn waiting(&self) -> Option<TcpStream> {
        let mut idle = self.idle();
        loop {
            let stream = idle.take(Instant::now())?;
            if is_quiet(&stream) {
                return Some(stream);
            }
        }
    }

    async fn connect(&self) -> Result<TcpStream, Broken> {
        let stream = reach(&self.host, self.port, self.connect).await?;
        // Without them it is slower, or a dead peer is noticed later.
        let _ = stream.set_nodelay(true);
        let _ = sockopt::set_socket_keepalive(&stream, true);
        let _ = sockopt::set_tcp_keepidle(&stream, ALIVE).and(sockopt::set_tcp_keepintvl(&stream, ALIVE));
        Ok(stream)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Idle<TcpStream>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first line of a request, and these headers.
fn head(path: &str, headers: &HeaderMap) -> Vec<u8> {
    let mut head = format!("POST {path} HTTP/1.1\r\n").into_bytes();
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            head.extend_from_slice(part);
        }
    }
    head
}

/// Whether nothing has come on a connection that nobody uses: neither its end nor what nobody has asked for.
fn is_quiet(stream: &TcpStream) -> bool {
    let came = recv(stream, &mut [0_u8], RecvFlags::PEEK | RecvFlags::DONTWAIT);
    matches!(came, Err(rustix::io::Errno::AGAIN))
}

#[cfg(test)]
mod tests;
