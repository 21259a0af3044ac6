//! The batch service: files, batches made of them, and their results. A batch is asked when it is created and is done
//! a few looks later.

use std::io::Result;
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::asked::Asked;
use crate::http::{self, Request};
use crate::play::{JSON, error};
use crate::reply;
use crate::server::Shared;
use crate::wire::Wire;
use crate::{Fault, Options};

/// Looks at a batch before it is done.
const LOOKS: u32 = 2;

/// Batches on one page of their list: few, so that there are several pages.
const PAGE: usize = 2;

/// A moment at which the service falls silent, once: what was done by then is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// A file comes.
    Upload,
    /// A batch is asked for and not made.
    Create,
    /// A batch is made, and nobody hears of it.
    Created,
    /// Somebody looks whether it is done.
    Look,
    /// Somebody takes the results.
    Content,
}

/// What the service holds.
#[derive(Default)]
pub(crate) struct Service {
    files: Vec<Vec<u8>>,
    batches: Vec<Batch>,
    silent: bool,
    /// Requests that came.
    count: u64,
}

struct Batch {
    /// Who made it: nobody else sees it in the list.
    key: Option<String>,
    metadata: Value,
    looks: u32,
    status: &'static str,
    output: Option<usize>,
    errors: Option<usize>,
    lines: usize,
}

impl Batch {
    fn shown(&self, number: usize) -> Value {
        let file = |number: Option<usize>| number.map(|number| format!("file-{number}"));
        let done = self.looks >= LOOKS;
        let status = if done { self.status } else { "in_progress" };
        json!({
            "id": format!("batch_{number}"), "object": "batch", "status": status, "metadata": self.metadata,
            "output_file_id": file(self.output.filter(|_| done)),
            "error_file_id": file(self.errors.filter(|_| done)),
            "request_counts": {"total": self.lines, "completed": 0, "failed": 0},
            "errors": (done && status == "failed").then(|| json!({"data": [{"code": "token_limit_exceeded", "message": "Too much is enqueued"}]})),
        })
    }
}

impl Shared {
    /// Answers a request to the service; `None`: it is none.
    pub(crate) fn serve_batches(&self, stream: &mut TcpStream, request: &Request) -> Option<Result<bool>> {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let path = path.strip_prefix("/v1/")?.trim_end_matches('/');
        let words: Vec<&str> = path.split('/').collect();
        if self.options.no_batches || !matches!(words[0], "files" | "batches") {
            return None;
        }
        Some(self.served(stream, request, &words, query))
    }

    fn served(&self, stream: &mut TcpStream, request: &Request, words: &[&str], query: &str) -> Result<bool> {
        http::taken(stream, request)?;
        let count = {
            let mut service = self.service();
            service.count += 1;
            service.count
        };
        let later = self.options.batches_key.as_ref().filter(|(first, _)| count > *first).map(|(_, key)| key);
        let wanted = later.or(self.options.require_key.as_ref());
        if wanted.is_some() && wanted != request.key.as_ref() {
            return error(stream, 401, "invalid_api_key", "Incorrect API key provided");
        }
        let number = |word: &str| word.rsplit(['-', '_']).next()?.parse::<usize>().ok();
        let found = match (request.method.as_str(), words) {
            ("POST", ["files"]) => {
                if self.falls_silent(stream, Silence::Upload) {
                    return Ok(false);
                }
                self.service().files.push(part(&request.body).to_vec());
                let number = self.service().files.len() - 1;
                Some(json!({"id": format!("file-{number}"), "object": "file", "purpose": "batch"}))
            }
            ("POST", ["batches"]) => {
                if self.falls_silent(stream, Silence::Create) {
                    return Ok(false);
                }
                let made = self.make(&request.body, request.key.clone());
                if self.falls_silent(stream, Silence::Created) {
                    return Ok(false);
                }
                made
            }
            ("GET", ["batches"]) => Some(self.list(query, request.key.as_ref())),
            ("GET", ["batches", id]) => {
                if self.falls_silent(stream, Silence::Look) {
                    return Ok(false);
                }
                let mut service = self.service();
                let batch = number(id).and_then(|number| Some((number, service.batches.get_mut(number)?)));
                batch.map(|(number, batch)| {
                    batch.looks += 1;
                    batch.shown(number)
                })
            }
            ("GET", ["files", id, "content"]) => {
                if self.falls_silent(stream, Silence::Content) {
                    return Ok(false);
                }
                let file = number(id).and_then(|number| self.service().files.get(number).cloned());
                let Some(file) = file else { return error(stream, 404, "not_found", "No such file") };
                return http::write(stream, 200, &[], &String::from_utf8_lossy(&file), None).map(|()| true);
            }
            _ => None,
        };
        match found {
            Some(found) => http::write(stream, 200, JSON, &found.to_string(), None).map(|()| true),
            None => error(stream, 404, "not_found", "There is nothing here"),
        }
    }

    /// Whether this is the moment; then the client has gone when it is known.
    fn falls_silent(&self, stream: &TcpStream, at: Silence) -> bool {
        let mut service = self.service();
        let silent = self.options.silent == Some(at) && !service.silent;
        service.silent |= silent;
        drop(service);
        self.seen().stats.silent |= silent;
        if silent {
            self.wait(stream);
        }
        silent
    }

    /// Says nothing until the client has gone.
    fn wait(&self, stream: &TcpStream) {
        while !self.stop.load(Ordering::Relaxed) && stream.peek(&mut [0]).is_ok_and(|count| count > 0) {
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The batches after the one that is named, a page of them, youngest first.
    fn list(&self, query: &str, key: Option<&String>) -> Value {
        let after = query.split('&').find_map(|part| part.strip_prefix("after="));
        let service = self.service();
        let all = service.batches.iter().enumerate().rev();
        let all =
            all.filter(|(_, batch)| batch.key.as_ref() == key).map(|(number, batch)| batch.shown(number));
        let endless = self.options.batches_endless;
        let after = after.filter(|_| !endless);
        let mut left = all.skip_while(|batch| after.is_some_and(|after| batch["id"] != after));
        let left: Vec<Value> = if after.is_some() { left.by_ref().skip(1).collect() } else { left.collect() };
        let page: Vec<Value> = left.iter().take(PAGE).cloned().collect();
        json!({
            "object": "list", "has_more": endless || left.len() > PAGE, "last_id": page.last().map(|batch| &batch["id"]),
            "data": page
        })
    }

    /// Makes a batch and asks all of it.
    fn make(&self, body: &[u8], key: Option<String>) -> Option<Value> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let input = body["input_file_id"].as_str()?.strip_prefix("file-")?.parse::<usize>().ok()?;
        let fits = body["endpoint"] == "/v1/chat/completions" && body["completion_window"] == "24h";
        let lines = self.service().files.get(input).filter(|_| fits)?.clone();
        let lines: Vec<Value> =
            lines.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
        let count = {
            let stats = &mut self.seen().stats;
            stats.batches += 1;
            stats.batches
        };
        let Options { batches_fail, batches_expire, .. } = self.options;
        let (mut output, mut errors, mut status) = (String::new(), String::new(), "completed");
        if count <= batches_fail {
            status = "failed";
        } else {
            for (number, line) in lines.iter().enumerate() {
                if count <= batches_expire && number % 2 == 1 {
                    status = "expired";
                    let error =
                        json!({"code": "batch_expired", "message": "The completion window has expired"});
                    errors += &format!(
                        "{}\n",
                        json!({"custom_id": line["custom_id"], "response": null, "error": error})
                    );
                    continue;
                }
                let (status, body) = self.one(&line["body"]);
                let response = json!({"status_code": status, "request_id": "r", "body": body});
                let result =
                    json!({"id": "x", "custom_id": line["custom_id"], "response": response, "error": null});
                *(if status == 200 { &mut output } else { &mut errors }) += &format!("{result}\n");
            }
        }
        let mut service = self.service();
        let mut file = |text: String| {
            (!text.is_empty()).then(|| {
                service.files.push(text.into_bytes());
                service.files.len() - 1
            })
        };
        let (output, errors) = (file(output), file(errors));
        let metadata = body["metadata"].clone();
        service.batches.push(Batch { key, metadata, looks: 0, status, output, errors, lines: lines.len() });
        let number = service.batches.len() - 1;
        Some(service.batches[number].shown(number))
    }

    /// One request of a batch: what it would get if it came by itself.
    fn one(&self, body: &Value) -> (u16, Value) {
        let text = body.to_string();
        let Ok(asked) = Asked::read(Wire::Chat, text.as_bytes(), |text| self.seen().spoilt(text)) else {
            return (400, json!({"error": {"message": "no messages"}}));
        };
        let attempt = self.seen().begin(asked.hash, &asked.body);
        let fault = self.options.fault(&text, asked.hash, attempt);
        self.seen().end(asked.hash, fault.is_none_or(Fault::harmless));
        if let Some((status, code, message)) = fault.and_then(Fault::status) {
            return (status, json!({"error": {"message": message, "code": code}}));
        }
        let said = reply::say(&asked, &self.options, fault);
        if fault.is_some_and(Fault::spoils) || self.options.script.is_some() {
            self.seen().spoil(&said.content);
        }
        self.seen().count(reply::counted(&asked, &said));
        (200, serde_json::from_str(&reply::body(&asked, &said, self.options.cached)).unwrap_or_default())
    }
}

/// The file in a form's body: what stands after its part's head, up to the border.
fn part(body: &[u8]) -> &[u8] {
    let find = |from: usize, what: &[u8]| {
        body[from..].windows(what.len()).position(|window| window == what).map(|at| from + at)
    };
    let begin = find(0, b"filename=").and_then(|at| find(at, b"\r\n\r\n")).map_or(0, |at| at + 4);
    &body[begin..find(begin, b"\r\n--").unwrap_or(body.len())]
}
