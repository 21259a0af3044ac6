//! One request to a batch service and its answer: tried again where that helps, with keys renewed, and waited for.

use std::time::{Duration, Instant};

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;

use super::Api;
use crate::batch::service::Trouble;
use crate::keys::Key;
use crate::retry::{self, Verdict};
use crate::wait;

/// How often a wait looks for Ctrl-C.
const TICK: Duration = Duration::from_millis(100);

/// The largest answer that is no file.
const LARGEST: usize = 16 * 1024 * 1024;

/// Why there is no answer.
pub(super) enum Failed {
    Again {
        why: String,
        asked: Option<Duration>,
        unheard: bool,
    },
    /// The key had run out, and there is a new one.
    Renewed,
    Final(String),
}

impl Api {
    /// Waits, unless the user asks to stop.
    pub(in crate::batch::service) fn sleep(&self, wait: Duration) -> Result<(), Trouble> {
        let begun = Instant::now();
        while !self.stops() {
            let left = wait.saturating_sub(begun.elapsed());
            if left.is_zero() {
                return Ok(());
            }
            std::thread::sleep(left.min(TICK));
        }
        Err(Trouble::Interrupted)
    }

    pub(super) fn json(&self, request: impl Fn() -> RequestBuilder) -> Result<Value, Trouble> {
        self.tried(|| self.once(request()))
    }

    /// Tries until it goes well or there is no use in it.
    pub(super) fn tried<T>(&self, mut one: impl FnMut() -> Result<T, Failed>) -> Result<T, Trouble> {
        let mut failures = 0;
        loop {
            let (why, asked) = match one() {
                Ok(done) => return Ok(done),
                Err(Failed::Final(why)) => return Err(Trouble::Stopped(why)),
                Err(Failed::Renewed) => continue,
                Err(Failed::Again { why, asked, .. }) => (why, asked),
            };
            if failures >= self.retries {
                return Err(Trouble::Stopped(why));
            }
            self.sleep(wait::before_retry(self.seed, 0, failures, asked))?;
            failures += 1;
        }
    }

    pub(super) fn once(&self, request: RequestBuilder) -> Result<Value, Failed> {
        let body = self.runtime.block_on(async { self.whole(self.sent(request).await?).await })?;
        serde_json::from_slice(&body).map_err(|_| Failed::Again {
            why: format!(
                "{}: the answer is not JSON; it begins: {}",
                self.server.name(),
                self.shown(&String::from_utf8_lossy(&body))
            ),
            asked: None,
            unheard: true,
        })
    }

    /// Sends a request; gives its answer if it is a good one.
    pub(super) async fn sent(&self, request: RequestBuilder) -> Result<Response, Failed> {
        let key = self.server.key.as_ref();
        let age = key.map(Key::age).unwrap_or_default();
        let request = request.headers(self.socket.renewed());
        let mut response = request.send().await.map_err(|error| self.lost(&error))?;
        let status = response.status();
        if status.is_success() {
            if let Some(key) = key {
                key.opened();
            }
            return Ok(response);
        }
        let headers = std::mem::take(response.headers_mut());
        let body = self.whole(response).await.unwrap_or_default();
        let refused = self.refused(status, &headers, &body);
        // A batch takes a day, and keys of some places live for an hour.
        match (key.filter(|_| status == StatusCode::UNAUTHORIZED).map(|key| key.renewed(age)), refused) {
            (Some(Ok(true)), _) => Err(Failed::Renewed),
            (Some(Err(more)), Failed::Final(why)) => Err(Failed::Final(format!("{why}; {more}"))),
            (_, refused) => Err(refused),
        }
    }

    /// All of an answer that is no file.
    async fn whole(&self, mut response: Response) -> Result<Vec<u8>, Failed> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.lost(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                let name = self.server.name();
                return Err(Failed::Final(format!(
                    "{name}: the batch service's answer is larger than 16 MB"
                )));
            }
        }
        Ok(body)
    }

    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Failed {
        if matches!(status.as_u16(), 404 | 405 | 501) {
            let address = self.address();
            return Failed::Final(format!(
                "{} at {address}: there is no batch service, or no such batch for this key ({}); --emit-batch writes a \
                 file for other services, and a batch is found with the key that sent it",
                self.server.name(),
                status.as_u16()
            ));
        }
        match retry::judge(&self.server, (&[], true), status, headers, body) {
            Verdict::Again { asked, fault, .. } => {
                Failed::Again { why: fault.message, asked, unheard: status.is_server_error() }
            }
            Verdict::Fail(fault) => Failed::Final(fault.message),
            Verdict::Read | Verdict::Turn(_) => Failed::Final(format!(
                "{}: {}",
                self.server.name(),
                self.shown(&String::from_utf8_lossy(body))
            )),
        }
    }

    pub(super) fn lost(&self, error: &reqwest::Error) -> Failed {
        let why = self.socket.lost(error, tokio::time::Instant::now()).fault.message;
        Failed::Again { why, asked: None, unheard: !error.is_connect() }
    }
}
