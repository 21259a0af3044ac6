//! A server on the loopback, its own threads, one closure a test; and a client that asks it.
#![allow(dead_code, missing_docs, unreachable_pub)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use sdk_models::{Client, ModelFlags, Pace, Server, Whom, choose};
use sdk_prompt::{About, Answer, Ask, Call, Done, Hear, Key, Message, Parameters, Reply, Role, Schema, Want};
use sdk_record::Fault;
use serde_json::{Value, json};

/// What the server does with one request: bytes to send, and whether the connection ends after them.
pub enum Act {
    Send(String),
    SendAndClose(String),
    /// One after the other with a pause between, then the connection ends.
    Pieces(Vec<Vec<u8>>, Duration),
    /// Closes at once, with an RST where there is something unread.
    Close,
}

type Play = dyn Fn(usize, &Value) -> Act + Send + Sync;

pub struct Stub {
    pub address: String,
    pub requests: Arc<AtomicUsize>,
    pub most: Arc<AtomicUsize>,
    pub heads: Arc<Mutex<Vec<String>>>,
}

pub fn stub(play: impl Fn(usize, &Value) -> Act + Send + Sync + 'static) -> Stub {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stub = Stub {
        address: listener.local_addr().unwrap().to_string(),
        requests: Arc::default(),
        most: Arc::default(),
        heads: Arc::default(),
    };
    let (requests, most, heads) =
        (Arc::clone(&stub.requests), Arc::clone(&stub.most), Arc::clone(&stub.heads));
    let (play, open): (Arc<Play>, Arc<AtomicUsize>) = (Arc::new(play), Arc::default());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (requests, most, heads) = (Arc::clone(&requests), Arc::clone(&most), Arc::clone(&heads));
            let (play, open) = (Arc::clone(&play), Arc::clone(&open));
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                while let Some((head, body)) = request(&stream) {
                    heads.lock().unwrap().push(head);
                    most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    let act = play(requests.fetch_add(1, Ordering::SeqCst), &body);
                    open.fetch_sub(1, Ordering::SeqCst);
                    match act {
                        Act::Send(text) => {
                            // The client may have had enough.
                            if stream.write_all(text.as_bytes()).is_err() {
                                return;
                            }
                        }
                        Act::SendAndClose(text) => {
                            stream.write_all(text.as_bytes()).unwrap();
                            return;
                        }
                        Act::Pieces(pieces, pause) => {
                            for piece in pieces {
                                // The client may have had enough.
                                if stream.write_all(&piece).is_err() {
                                    break;
                                }
                                std::thread::sleep(pause);
                            }
                            return;
                        }
                        Act::Close => return,
                    }
                }
            });
        }
    });
    stub
}

pub fn request(stream: &TcpStream) -> Option<(String, Value)> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        if let Some(number) = line.to_lowercase().strip_prefix("content-length:") {
            length = number.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, serde_json::from_slice(&body).unwrap()))
}

pub fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\n\r\n{body}", body.len())
}

pub fn completion(content: &str) -> String {
    let body = json!({
        "choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2}
    });
    answer(200, "content-type: application/json\r\n", &body.to_string())
}

/// Replies with what the user said.
pub fn echo(body: &Value) -> String {
    completion(body["messages"][0]["content"].as_str().unwrap())
}

pub fn server(model: &str, address: &str) -> Server {
    let flags =
        ModelFlags { model: vec![model.into()], base_url: Some(address.to_owned()), ..ModelFlags::default() };
    match choose(&flags).unwrap() {
        Whom::Server(server) => *server,
        Whom::Offline => panic!("offline"),
    }
}

pub struct Run {
    pub results: Vec<Result<Reply, Fault>>,
    pub said: Vec<String>,
    pub took: Duration,
}

impl Run {
    pub fn fault(&self) -> &Fault {
        self.results[0].as_ref().expect_err("a fault")
    }

    pub fn reply(&self) -> &Reply {
        self.results[0].as_ref().expect("a reply")
    }
}

pub fn ask(address: &str, calls: u64, jobs: usize, retries: u32) -> Run {
    ask_of(server("vllm:tiny", address), calls, jobs, retries)
}

/// So many calls to one server, with a pause after each.
pub fn ask_slowly(server: Server, calls: u64, pause: Duration) -> Run {
    asked(server, calls, 1, 0, pause)
}

/// So many calls at once to one server.
pub fn ask_of(server: Server, calls: u64, jobs: usize, retries: u32) -> Run {
    asked(server, calls, jobs, retries, Duration::ZERO)
}

fn asked(server: Server, calls: u64, jobs: usize, retries: u32, pause: Duration) -> Run {
    let said: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&said);
    let say = Arc::new(move |line: &str| heard.lock().unwrap().push(line.to_owned()));
    let pace = Pace { jobs: Some(jobs), retries, seed: 7, ..Pace::default() };
    let mut client = Client::new(server, pace, say, 1).unwrap();
    let (sender, receiver) = mpsc::channel();
    let done: Done = Arc::new(Ear(sender));
    let begun = Instant::now();
    for ticket in 0..calls {
        let item = json!({"type": "object", "properties": {"q": {"type": "string"}}});
        let ask = Ask {
            messages: vec![Message::new(Role::User, format!("say {ticket}"))],
            want: Want::Item,
            schema: Some(Arc::new(Schema::new(item).unwrap())),
            parameters: Parameters::default(),
            sample: 0,
            about: About::default(),
        };
        let call = Call::Model(Arc::new(ask));
        client.submit(ticket, Key::of(&call, "vllm:tiny"), call, &done);
        std::thread::sleep(pause);
    }
    let mut results: Vec<_> =
        (0..calls).map(|_| receiver.recv_timeout(Duration::from_secs(30)).expect("an answer")).collect();
    results.sort_by_key(|result| result.0);
    let said = said.lock().unwrap().clone();
    Run { results: results.into_iter().map(|result| result.1).collect(), said, took: begun.elapsed() }
}

/// Keeps the answers.
struct Ear(mpsc::Sender<(u64, Result<Reply, Fault>)>);

impl Hear for Ear {
    fn reply(&self, ticket: u64, result: Result<Reply, Fault>) {
        self.0.send((ticket, result)).unwrap();
    }

    fn room(&self) {}

    fn stop(&self, fault: Fault) {
        panic!("{fault}");
    }
}
