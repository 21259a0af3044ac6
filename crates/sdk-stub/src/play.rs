//! Plays one reply on the wire: the good one, or the fault that stands for it.

use std::io::Result;
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::Fault;
use crate::asked::Asked;
use crate::door::Header;
use crate::http::{self, Request};
use crate::reply;
use crate::server::Shared;
use crate::stream;
use crate::wire::Wire;

/// Sends the reply, or what stands for it.
pub(crate) fn answer(
    shared: &Shared,
    stream: &mut TcpStream,
    request: &Request,
    asked: &Asked,
    fault: Option<Fault>,
) -> Result<bool> {
    if fault == Some(Fault::Reset) {
        return Ok(false);
    }
    http::taken(stream, request)?;
    if let Some((status, code, message)) = fault.and_then(Fault::status) {
        let wait = match fault {
            Some(Fault::RateLimit) => Some("0"),
            Some(Fault::RateLimitSecond) => Some("1"),
            _ => None,
        };
        // A server that says the key back is a server that a client must be safe from.
        let said = [request.key.as_deref(), request.header("x-amz-security-token")];
        let said: Vec<&str> = said.into_iter().flatten().filter(|_| status == 401).collect();
        return refuse(stream, status, code, &format!("{message} {}", said.join(" ")), wait);
    }
    let said = reply::say(asked, &shared.options, fault);
    if fault.is_some_and(Fault::spoils) || shared.options.script.is_some() {
        shared.seen().spoil(&said.content);
    }
    let whole = matches!(
        fault,
        Some(
            Fault::Close
                | Fault::Stall
                | Fault::InvalidJson
                | Fault::EmptyBody
                | Fault::Html
                | Fault::Endless
        )
    );
    let counts = reply::counted(asked, &said);
    if asked.body["stream"] == true && !whole {
        let counted = asked.wire != Wire::Chat || asked.body["stream_options"]["include_usage"] == true;
        let played = stream::answer(stream, asked, &said, fault);
        let cut = matches!(fault, Some(Fault::Truncated | Fault::HalfStream | Fault::StreamError));
        if counted && !cut && played.is_ok() {
            shared.seen().count(counts);
        }
        return played;
    }
    let body = reply::body(asked, &said, shared.options.cached);
    match fault {
        Some(Fault::Close) => Ok(false),
        Some(Fault::Stall) => {
            while !shared.stop.load(Ordering::Relaxed) && stream.peek(&mut [0]).is_ok_and(|count| count > 0) {
                thread::sleep(Duration::from_millis(20));
            }
            Ok(false)
        }
        Some(Fault::Endless) => {
            let left = http::write_without_end(stream).is_err();
            shared.seen().stats.abandoned += u64::from(left);
            Ok(false)
        }
        Some(Fault::Truncated | Fault::HalfStream | Fault::StreamError) => {
            http::write(stream, 200, JSON, &body, Some(body.len() / 2)).map(|()| false)
        }
        Some(Fault::InvalidJson) => {
            http::write(stream, 200, JSON, &body[..body.len() / 2], None).map(|()| true)
        }
        Some(Fault::EmptyBody) => http::write(stream, 200, JSON, "", None).map(|()| true),
        Some(Fault::Html) => http::write(stream, 200, HTML, BUSY, None).map(|()| true),
        _ => {
            let written = write(stream, 200, &body, &shared.door.headers(200))?;
            shared.seen().count(counts);
            Ok(written)
        }
    }
}

/// Writes a whole answer with these headers.
pub(crate) fn write(stream: &mut TcpStream, status: u16, body: &str, headers: &[Header]) -> Result<bool> {
    let mut all = JSON.to_vec();
    all.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
    http::write(stream, status, &all, body, None).map(|()| true)
}

pub(crate) const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
const HTML: &[(&str, &str)] = &[("content-type", "text/html")];
const BUSY: &str = "<html><body><h1>502 Bad Gateway</h1></body></html>";

pub(crate) fn error(stream: &mut TcpStream, status: u16, code: &str, message: &str) -> Result<bool> {
    refuse(stream, status, code, message, None)
}

fn refuse(
    stream: &mut TcpStream,
    status: u16,
    code: &str,
    message: &str,
    wait: Option<&str>,
) -> Result<bool> {
    let body = json!({ "error": { "message": message.trim(), "type": code, "code": code } }).to_string();
    let mut headers = JSON.to_vec();
    headers.extend(wait.map(|wait| ("retry-after", wait)));
    http::write(stream, status, &headers, &body, None).map(|()| true)
}
