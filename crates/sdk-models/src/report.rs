//! Which model a server says it has.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use crate::Server;
use crate::socket::Socket;

/// How long a server may take to say it: most say it at once, and some never.
const SOON: Duration = Duration::from_secs(2);

/// How long a server that is still loading is asked again.
const LOADING: Duration = Duration::from_mins(1);

/// The model that the server has: the one that is asked for if it is in its list, else the first.
pub(crate) async fn model(socket: &Socket, server: &Server) -> Option<String> {
    let mut address = server.endpoint.clone();
    let path = address.path().strip_suffix("/chat/completions")?;
    address.set_path(&format!("{path}/models"));
    let begun = Instant::now();
    loop {
        let answer = timeout(SOON, socket.get(address.clone())).await.ok()?.ok()?;
        if answer.status == StatusCode::SERVICE_UNAVAILABLE && begun.elapsed() < LOADING {
            sleep(Duration::from_millis(500)).await;
            continue;
        }
        return answer.status.is_success().then(|| named(&answer.body, &server.model))?;
    }
}

fn named(body: &[u8], asked: &str) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let names = || body["data"].as_array().into_iter().flatten().filter_map(|model| model["id"].as_str());
    names().find(|name| *name == asked).or_else(|| names().next()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_is_asked_for_or_the_first() {
        let body = br#"{"data":[{"id":"a"},{"id":"b"},{}]}"#;
        assert_eq!(named(body, "b").as_deref(), Some("b"));
        assert_eq!(named(body, "default").as_deref(), Some("a"));
        for body in [&b"{}"[..], b"", b"[1]", br#"{"data":[]}"#] {
            assert_eq!(named(body, "b"), None);
        }
    }
}
