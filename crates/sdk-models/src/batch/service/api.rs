//! The few requests that a batch service knows: send a file, make a batch, look at one or all, take a file.

mod exchange;

use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, Write};
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Body, Url};
use serde_json::{Value, json};

use self::exchange::Failed;
use super::Trouble;
use super::form::{self, Form};
use crate::retry;
use crate::socket::Socket;
use crate::{Server, wait};

/// A file may take its time.
const LONG: Duration = Duration::from_hours(1);

/// Pages of batches that are looked through for one that may have been made.
const PAGES: u32 = 100;

/// Speaks to one service.
pub(super) struct Api {
    server: Server,
    socket: Socket,
    runtime: tokio::runtime::Runtime,
    retries: u32,
    seed: u64,
    interrupted: fn() -> bool,
}

/// What the service says of a batch.
pub(super) struct State {
    pub(super) status: String,
    pub(super) done: u64,
    /// The files of answers and of failures, as far as there are any.
    pub(super) files: Vec<String>,
    /// Why it failed as a whole.
    pub(super) why: String,
}

impl Api {
    pub(super) fn new(
        server: &Server,
        retries: u32,
        seed: u64,
        interrupted: fn() -> bool,
    ) -> Result<Api, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("cannot begin to ask {}: {error}", server.name()))?;
        let socket = Socket::new(server.clone())?;
        Ok(Api { server: server.clone(), socket, runtime, retries, seed, interrupted })
    }

    /// Where the service is: the same as its models.
    pub(super) fn address(&self) -> String {
        self.server.address()
    }

    /// Sends a file; gives its id. `form` is called for each try.
    pub(super) fn upload(&self, form: impl Fn() -> Form) -> Result<String, Trouble> {
        let said = self.json(|| {
            let request = self.socket.client().post(self.at("files"));
            request.header(CONTENT_TYPE, form::content_type()).timeout(LONG).body(Body::wrap(form()))
        })?;
        text(&said["id"]).ok_or_else(|| self.strange(&said))
    }

    /// Makes a batch of a file; gives its id. An answer that is lost leaves open whether it was made: then it is looked
    /// for before another is made.
    pub(super) fn create(&self, file: &str, name: &str) -> Result<String, Trouble> {
        let body = json!({
            "input_file_id": file, "endpoint": "/v1/chat/completions", "completion_window": "24h",
            "metadata": {"sdk": name}
        });
        let make = || self.socket.client().post(self.at("batches")).body(body.to_string());
        let mut failures = 0;
        loop {
            let (why, asked, unheard) = match self.once(make()) {
                Ok(said) => return text(&said["id"]).ok_or_else(|| self.strange(&said)),
                Err(Failed::Final(why)) => return Err(Trouble::Stopped(why)),
                Err(Failed::Renewed) => continue,
                Err(Failed::Again { why, asked, unheard }) => (why, asked, unheard),
            };
            if failures >= self.retries {
                return Err(Trouble::Stopped(why));
            }
            self.sleep(wait::before_retry(self.seed, 0, failures, asked))?;
            failures += 1;
            if unheard && let Some(id) = self.find(&[name])?.remove(name) {
                return Ok(id);
            }
        }
    }

    /// The batches that were made under these names.
    pub(super) fn find(&self, names: &[&str]) -> Result<HashMap<String, String>, Trouble> {
        let (mut found, mut after) = (HashMap::new(), String::new());
        let mut seen = 0;
        for _ in 0..PAGES {
            let mut address = self.at("batches");
            address.query_pairs_mut().append_pair("limit", "100");
            if !after.is_empty() {
                address.query_pairs_mut().append_pair("after", &after);
            }
            let said = self.json(|| self.socket.client().get(address.clone()))?;
            let page = said["data"].as_array().map(Vec::as_slice).unwrap_or_default();
            seen += page.len();
            for batch in page {
                let name = batch["metadata"]["sdk"].as_str().filter(|name| names.contains(name));
                found.extend(name.map(str::to_owned).zip(text(&batch["id"])));
            }
            let last = page.last().and_then(|batch| text(&batch["id"]));
            match last.filter(|_| found.len() < names.len() && said["has_more"] == true) {
                Some(last) => after = last,
                None => return Ok(found),
            }
        }
        Err(Trouble::Stopped(format!(
            "{}: a batch that may have been sent is not among the {seen} youngest, and the service has more; it is not \
             known whether it was made, and nothing is bought",
            self.server.name()
        )))
    }

    /// How a batch stands.
    pub(super) fn look(&self, id: &str) -> Result<State, Trouble> {
        let said = self.json(|| self.socket.client().get(self.at(&format!("batches/{id}"))))?;
        let Some(status) = text(&said["status"]) else { return Err(self.strange(&said)) };
        let counts = &said["request_counts"];
        let count = |name: &str| counts[name].as_u64().unwrap_or_default();
        let error = &said["errors"]["data"][0];
        let words = ["code", "message"].iter().filter_map(|key| error[*key].as_str());
        Ok(State {
            status: self.shown(&status),
            done: count("completed") + count("failed"),
            files: ["output_file_id", "error_file_id"].iter().filter_map(|key| text(&said[*key])).collect(),
            why: self.shown(&words.collect::<Vec<_>>().join(": ")),
        })
    }

    /// Takes a file into `to`.
    pub(super) fn content(&self, id: &str, to: &mut File) -> Result<(), Trouble> {
        self.tried(|| {
            let begin = to.rewind().and_then(|()| to.set_len(0));
            begin.map_err(|error| Failed::Final(unwritten(&error)))?;
            let request = self.socket.client().get(self.at(&format!("files/{id}/content"))).timeout(LONG);
            self.runtime.block_on(async {
                let mut response = self.sent(request).await?;
                while let Some(chunk) = response.chunk().await.map_err(|error| self.lost(&error))? {
                    to.write_all(&chunk).map_err(|error| Failed::Final(unwritten(&error)))?;
                }
                Ok(())
            })
        })
    }

    /// What the service says, as people may see it: short, and without the key.
    pub(super) fn shown(&self, text: &str) -> String {
        retry::quoted(self.server.hide(text).as_bytes())
    }

    /// Whether the user asked to stop.
    pub(super) fn stops(&self) -> bool {
        (self.interrupted)()
    }

    /// Decides the jitter of waits.
    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    fn at(&self, path: &str) -> Url {
        let mut address = self.server.endpoint.clone();
        let base = address.path().strip_suffix("/chat/completions").unwrap_or_default();
        let path = format!("{base}/{path}");
        address.set_path(&path);
        address
    }

    fn strange(&self, said: &Value) -> Trouble {
        let said = self.shown(&said.to_string());
        Trouble::Stopped(format!("{}: expected a batch service's answer, found {said}", self.server.name()))
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

fn unwritten(error: &std::io::Error) -> String {
    format!("results cannot be written to the temporary folder: {error}; set TMPDIR")
}
