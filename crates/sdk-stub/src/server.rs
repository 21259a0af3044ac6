//! The server: accepts, asks the books, answers.

use std::io::{Result, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use serde_json::json;

use crate::asked::Asked;
use crate::batches::Service;
use crate::door::Door;
use crate::http::{self, Request};
use crate::play::{self, JSON, error};
use crate::reply;
use crate::seen::Seen;
use crate::wire::Wire;
use crate::{Fault, Options, Stats};

/// A running server; it ends with this value.
pub struct Stub {
    address: SocketAddr,
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) options: Options,
    seen: Mutex<Seen>,
    pub(crate) door: Door,
    service: Mutex<Service>,
    pub(crate) stop: AtomicBool,
}

impl Stub {
    /// Starts a server on a free port of the loopback.
    ///
    /// # Errors
    /// There is none.
    pub fn start(options: Options) -> Result<Stub> {
        Stub::start_at(0, options)
    }

    /// The same on this port: a server that is started anew.
    ///
    /// # Errors
    /// Somebody else has the port.
    pub fn start_at(port: u16, options: Options) -> Result<Stub> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            door: Door::new(options.limits.clone()),
            options,
            seen: Mutex::default(),
            service: Mutex::default(),
            stop: AtomicBool::new(false),
        });
        let own = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if own.stop.load(Ordering::Relaxed) {
                    break;
                }
                let own = Arc::clone(&own);
                if let Ok(stream) = stream {
                    thread::spawn(move || own.serve(stream));
                }
            }
        });
        Ok(Stub { address, shared })
    }

    /// What a client is given as `--base-url`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What was seen so far.
    pub fn stats(&self) -> Stats {
        let most_inside = self.shared.door.most() as u64;
        Stats { most_inside, ..self.shared.seen().stats.clone() }
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves one connection until either side has enough.
    fn serve(&self, mut stream: TcpStream) {
        let _ = stream.set_nodelay(true);
        while let Ok(Some(request)) = http::read(&mut stream) {
            if self.stop.load(Ordering::Relaxed) || !matches!(self.answer(&mut stream, &request), Ok(true)) {
                break;
            }
        }
    }

    /// Answers one request; `false`: the connection ends with it.
    fn answer(&self, stream: &mut TcpStream, request: &Request) -> Result<bool> {
        let path = request.path.trim_end_matches('/');
        if let Some(served) = self.serve_batches(stream, request) {
            return served;
        }
        if request.method == "GET" {
            http::taken(stream, request)?;
            return match path {
                _ if self.door.is_loading() => error(stream, 503, "unavailable_error", "Loading model"),
                _ if path.ends_with("/models") => {
                    let models = json!({ "object": "list", "data": [{ "id": "stub", "object": "model" }] });
                    http::write(stream, 200, JSON, &models.to_string(), None).map(|()| true)
                }
                _ => error(stream, 404, "not_found", "There is nothing here"),
            };
        }
        let Some(wire) = Wire::at(path) else {
            http::taken(stream, request)?;
            return error(stream, 404, "not_found", "There is nothing here");
        };
        let asked = Asked::read(wire, &request.body, |text| self.seen().spoilt(text));
        let asked = match asked {
            Ok(asked) => asked,
            Err(why) => {
                http::taken(stream, request)?;
                return error(stream, 400, "invalid_request_error", &why);
            }
        };
        let attempt = self.seen().begin(asked.hash, &asked.body);
        let mut fault = self.options.fault(&String::from_utf8_lossy(&request.body), asked.hash, attempt);
        if self.options.require_key.as_ref().is_some_and(|key| !request.has(key)) {
            fault = Some(Fault::Unauthorized);
        } else if self.options.quota.is_some_and(|quota| self.seen().stats.answered >= quota) {
            fault = Some(Fault::Quota);
        }
        self.log(&asked, attempt, fault);
        let tokens = || f64::from(u32::try_from(reply::tokens(&asked, &self.options)).unwrap_or(u32::MAX));
        let end = match self.door.enter(tokens, self.options.delay(asked.hash, attempt)) {
            Ok(end) => end,
            Err(status) => {
                self.seen().refuse();
                http::taken(stream, request)?;
                let body = json!({ "error": { "message": "Not now", "code": "rate_limit_exceeded" } });
                return play::write(stream, status, &body.to_string(), &self.door.headers(status));
            }
        };
        self.seen().stats.inside.push(self.door.count());
        thread::sleep(end.saturating_duration_since(Instant::now()));
        self.door.leave();
        if self.stop.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let played = play::answer(self, stream, request, &asked, fault);
        self.seen().end(asked.hash, played.is_ok() && fault.is_none_or(Fault::harmless));
        played
    }

    fn log(&self, asked: &Asked, attempt: u32, fault: Option<Fault>) {
        let Some(path) = &self.options.log else { return };
        let line =
            format!("{} {attempt} {}\n", &asked.hash.to_hex()[..16], fault.map_or("good", Fault::name));
        let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
        let _ = file.and_then(|mut file| file.write_all(line.as_bytes()));
    }
}
