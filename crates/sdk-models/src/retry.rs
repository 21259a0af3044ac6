//! What the status of an answer means: read it, send again, or give up. Pure; waits and sockets are elsewhere.

mod sight;

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

use sdk_record::{Fault, Kind};

use crate::breaker::Sign;
use crate::turns::Turn;
use crate::{Server, wait};

pub(crate) use sight::seen;

/// What to do about an answer.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// A completion, probably.
    Read,
    /// Worth another try.
    Again {
        /// The wait that the server asks for.
        asked: Option<Duration>,
        /// It has too much to do.
        busy: bool,
        /// What to say when it was the last try.
        fault: Fault,
    },
    /// The server does not take a part of the request; it may be put in another way.
    Turn(Turn),
    /// Another try would end the same.
    Fail(Fault),
}

/// Judges an answer of `server`. `open`: what could be put in another way; `answered`: the server has answered well before.
pub(crate) fn judge(
    server: &Server,
    (open, answered): (&[Turn], bool),
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Verdict {
    if status.is_success() {
        return Verdict::Read;
    }
    let said = said(server, body);
    let fault = |what: &str, stops: bool| {
        let end = if said.is_empty() { String::new() } else { format!(": {said}") };
        let mut fault =
            Fault::new(Kind::Http, format!("{}: {what} ({}){end}", server.name(), status.as_u16()));
        fault.status = Some(status.as_u16());
        fault.stops = stops;
        fault
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let text = String::from_utf8_lossy(&body[..body.len().min(64 * 1024)]).to_lowercase();
    let code = status.as_u16();
    match code {
        403 if is_flagged(body) => {
            let fault = fault("the provider's moderation refuses the prompt", false);
            return Verdict::Fail(Fault { kind: Kind::Filtered, ..fault });
        }
        // Once the key has opened the door, a 403 without a word of it is about this one request.
        401 | 403 if code == 401 || !answered || is_of_keys(&said) => {
            let by_header = server.connection.headers.contains_key(server.provider.wire.key.0);
            let (what, key) = match &server.key {
                _ if by_header => ("the key is refused; look at", "--header"),
                Some(key) => ("the key is refused; look at", key.from()),
                None => {
                    ("a key is wanted; set", *server.provider.key_variables.first().unwrap_or(&"--key-file"))
                }
            };
            return Verdict::Fail(fault(&format!("{what} {key}"), true));
        }
        402 => return Verdict::Fail(fault("the account has nothing left to pay with", true)),
        404 if !answered || (text.contains("model") && text.contains(&server.model.to_lowercase())) => {
            let what =
                format!("no such model or address; look at -m, and at --base-url ({})", server.address());
            return Verdict::Fail(fault(&what, true));
        }
        429 if text.contains("insufficient_quota") => {
            return Verdict::Fail(fault("the account's quota is used up", true));
        }
        400 if text.contains("credit balance is too low") => {
            return Verdict::Fail(fault("the account has nothing left to pay with", true));
        }
        400 if text.contains("content_filter") => {
            let fault = fault("the provider's content filter refuses the prompt", false);
            return Verdict::Fail(Fault { kind: Kind::Filtered, ..fault });
        }
        400 | 422 if let Some(turn) = Turn::wanted(&text, open) => return Verdict::Turn(turn),
        300..=399 => {
            let to = header("location").unwrap_or("elsewhere").split('?').next().unwrap_or_default();
            let to = quoted(server.hide(to).as_bytes());
            let what = format!("it points to {to}; set --base-url to the address that answers");
            return Verdict::Fail(fault(&what, !answered));
        }
        _ => {}
    }
    let passing = matches!(code, 408 | 409 | 425 | 429 | 500..);
    let again = match header("x-should-retry") {
        Some("true") => true,
        Some("false") => false,
        _ => passing,
    };
    if !again {
        let what = if passing {
            "the server failed and asks not to be asked again"
        } else {
            "the request is refused"
        };
        return Verdict::Fail(fault(what, false));
    }
    let asked = wait::asked(header("retry-after-ms"), header("retry-after"), SystemTime::now());
    if let Some(wait) = asked.filter(|wait| *wait > wait::LONGEST) {
        let what =
            format!("the server asks to wait for {} s; run the same command again then", wait.as_secs());
        return Verdict::Fail(fault(&what, matches!(code, 429 | 503 | 529)));
    }
    let busy = matches!(code, 429 | 503 | 529);
    let what = match code {
        429 => "too many requests",
        503 | 529 => "the server is busy",
        _ => "the server failed",
    };
    Verdict::Again { asked, busy, fault: fault(what, false) }
}

/// Whether it is the prompt that is refused: `OpenRouter` says so where a model's prompts are looked over first.
fn is_flagged(body: &[u8]) -> bool {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    ["reasons", "flagged_input"].iter().any(|name| !json["error"]["metadata"][name].is_null())
}

/// Whether the server speaks of what opens its door: keys of some places live for an hour.
fn is_of_keys(said: &str) -> bool {
    const WORDS: [&str; 7] = ["key", "keys", "token", "credential", "credentials", "expired", "unauthorized"];
    said.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&&*word.to_lowercase()))
}

/// What a refusal that may pass says of the server; `busy`: it has too much to do.
pub(crate) fn sign(status: StatusCode, busy: bool) -> Sign {
    match status.as_u16() {
        // A gateway speaks, and not the server.
        502 | 504 | 520..=527 => Sign::Failure,
        500.. if !busy => Sign::Trouble,
        _ => Sign::Life,
    }
}

/// The server's own words in an error's body, without the key.
fn said(server: &Server, body: &[u8]) -> String {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let words = [
        &json["error"]["message"],
        &json["error"],
        &json["message"],
        &json["detail"],
        &json["detail"][0]["msg"],
    ]
    .into_iter()
    .find_map(|value| value.as_str().map(str::to_owned))
    .unwrap_or_else(|| String::from_utf8_lossy(&body[..body.len().min(4096)]).into_owned());
    quoted(server.hide(&words).as_bytes())
}

/// The first 200 characters of a text, on one line, without control characters.
pub(crate) fn quoted(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(&text[..text.len().min(4096)]);
    let line: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let line = line.join(" ");
    if line.chars().count() <= 200 { line } else { line.chars().take(200).chain(['…']).collect() }
}

#[cfg(test)]
mod tests;
