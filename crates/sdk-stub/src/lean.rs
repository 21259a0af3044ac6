//! A server for measuring clients: the same good reply to everything, at next to no cost, and no fault.
//!
//! [`crate::Stub`] keeps books and takes a thread a connection, which is what a test wants; beside a fast client it would
//! itself be what is measured. This one keeps nothing, and serves all connections in one thread.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// How long replies take, and what they say.
#[derive(Debug, Clone, Default)]
pub struct Lean {
    /// Every reply; what is got, as a list of models is, comes at once.
    pub latency: Duration,
    /// Every n-th reply takes so long instead; 0: none.
    pub slow: (u64, Duration),
    /// Their text; none: 64 words.
    pub say: Option<String>,
}

impl Lean {
    /// Serves on a free port of the loopback for ever; `ready` is given the address once it listens.
    ///
    /// # Errors
    /// No port or no runtime can be had.
    pub fn serve(self, ready: impl FnOnce(String)) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async move {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            ready(format!("http://{}/v1", listener.local_addr()?));
            let (reply, mut number) = (Arc::new(reply(self.say.as_deref())), 0);
            loop {
                let (stream, _) = listener.accept().await?;
                number += 1;
                // A connection that breaks is its client's affair.
                let (own, reply) = (self.clone(), Arc::clone(&reply));
                tokio::spawn(async move { own.connection(stream, number, &reply).await.ok() });
            }
        })
    }

    async fn connection(self, mut stream: TcpStream, number: u64, reply: &[u8]) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut served = number;
        let mut buffer = Vec::with_capacity(16 * 1024);
        loop {
            let length = loop {
                if let Some(length) = whole(&buffer) {
                    break length;
                }
                if stream.read_buf(&mut buffer).await? == 0 {
                    return Ok(());
                }
            };
            let got = buffer.starts_with(b"GET ");
            buffer.drain(..length);
            let wait = match self.slow {
                _ if got => Duration::ZERO,
                (every, wait) if every > 0 && served.is_multiple_of(every) => wait,
                _ => self.latency,
            };
            // Connections come in together; their slow replies must not.
            served += 7;
            if !wait.is_zero() {
                sleep(wait).await;
            }
            stream.write_all(reply).await?;
        }
    }
}

/// Bytes of the request that the buffer begins with, if it is whole.
fn whole(buffer: &[u8]) -> Option<usize> {
    let head = buffer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let lines = buffer[..head].split(|byte| *byte == b'\n');
    let mut length = lines.filter_map(|line| {
        let (name, value) = line.split_at_checked(15)?;
        let value = name.eq_ignore_ascii_case(b"content-length:").then_some(value)?;
        std::str::from_utf8(value).ok()?.trim().parse::<usize>().ok()
    });
    let all = head + length.next_back().unwrap_or(0);
    (buffer.len() >= all).then_some(all)
}

/// A completion of this text, or of 64 words.
fn reply(say: Option<&str>) -> Vec<u8> {
    let text = say.map_or_else(|| vec!["measured"; 64].join(" "), str::to_owned);
    let body = serde_json::json!({
        "id": "chatcmpl-lean", "object": "chat.completion", "created": 1_700_000_000, "model": "stub",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 120, "completion_tokens": 64, "total_tokens": 184},
    })
    .to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length:";
    format!("{head} {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_with_its_body() {
        let get = b"GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n";
        assert_eq!(whole(get), Some(get.len()));
        let post = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcPOST";
        assert_eq!(whole(post), Some(post.len() - 4));
        assert_eq!(whole(&post[..post.len() - 5]), None);
        assert_eq!(whole(b"POST / HT"), None);
    }
}
