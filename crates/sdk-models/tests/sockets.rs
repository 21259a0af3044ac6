//! What servers do to a connection, and what a reply is made of.

#![allow(clippy::unwrap_used)]

mod serving;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sdk_models::{ModelFlags, Server, Whom, choose};
use sdk_record::Kind;
use serde_json::{Value, json};

use serving::{Act, Stub, answer, ask, ask_of, completion, echo, request, server, stub};

const IDLE: Duration = Duration::from_millis(600);

fn hasty(stub: &Stub) -> Server {
    server("vllm:tiny", &stub.address).idle(IDLE, false)
}

/// The server closes what is kept open for the next request, at any moment: nothing was sent, nothing is a retry.
#[test]
fn a_stale_connection_is_no_retry() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            std::thread::spawn(move || {
                let mut stream = stream.unwrap();
                let (_, body) = request(&stream).unwrap();
                stream.write_all(echo(&body).as_bytes()).unwrap();
            });
        }
    });
    let server = server("vllm:tiny", &address);
    // One after the other, each when the server has hung up.
    let run = serving::ask_slowly(server, 5, Duration::from_millis(60));
    assert!(
        run.results.iter().all(|result| result.as_ref().is_ok_and(|reply| reply.attempts == 1)),
        "{:?}",
        run.results
    );
}

/// Neither a length nor chunks: the answer ends with its connection, and the head comes before it.
#[test]
fn an_answer_may_end_with_its_connection() {
    let body = completion("x").split_once("\r\n\r\n").unwrap().1.to_owned();
    for version in ["HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n"] {
        for (head, half) in [(version.len(), body.len()), (10, body.len() / 2)] {
            let pieces = [&version[..head], &version[head..], &body[..half], &body[half..]];
            let pieces: Vec<_> = pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect();
            let stub = stub(move |_, _| Act::Pieces(pieces.clone(), Duration::from_millis(20)));
            let run = ask(&stub.address, 2, 1, 0);
            for result in &run.results {
                assert!(
                    result.as_ref().is_ok_and(|reply| reply.text == "x" && reply.attempts == 1),
                    "{result:?}"
                );
            }
        }
    }
}

#[test]
fn lengths_that_lie_are_noticed() {
    let body = completion("x").split_once("\r\n\r\n").unwrap().1.to_owned();
    let (length, half) = (body.len(), &body[..body.len() / 2]);
    let chunk = format!("{:x}\r\n{half}\r\n", half.len());
    for (name, text) in [
        ("too long", format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n{body}", length + 9)),
        ("too short", format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n{body}", length - 9)),
        ("no last chunk", format!("HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n{chunk}")),
        ("half a chunk", format!("HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n{}", &chunk[..20])),
        ("half a head", "HTTP/1.1 200 X\r\ncontent-le".to_owned()),
    ] {
        let stub = stub(move |number, body| match number {
            0 => Act::SendAndClose(text.clone()),
            _ => Act::Send(echo(body)),
        });
        let run = ask(&stub.address, 1, 1, 2);
        assert_eq!((run.reply().text.as_str(), run.reply().attempts), ("say 0", 2), "{name}");
    }
}

#[test]
fn what_is_no_reply_is_quoted() {
    let long = "busy ".repeat(100);
    for (body, said) in [(long.as_str(), "busy busy"), ("", "is empty"), ("{\"choices\":[]}", "no choice")] {
        let text = answer(200, "content-type: text/html\r\n", body);
        let stub = stub(move |_, _| Act::Send(text.clone()));
        let run = ask(&stub.address, 1, 1, 1);
        assert_eq!((run.fault().kind, run.fault().attempts, run.fault().stops), (Kind::Http, Some(2), false));
        assert!(run.fault().message.contains(said) && run.fault().message.len() < 400, "{}", run.fault());
    }
}

/// Silence in the middle is a timeout, after which another row goes on; a body that only comes slowly is none.
#[test]
fn slow_is_not_silent() {
    let pieces = |body: &Value| {
        let text = echo(body).into_bytes();
        text.chunks(text.len() / 5 + 1).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let slow = stub(move |_, body| Act::Pieces(pieces(body), IDLE / 2));
    assert_eq!(ask_of(hasty(&slow), 1, 1, 0).reply().text, "say 0");
    let stops = stub(move |_, body| {
        let mut pieces = pieces(body);
        let wait = if body["messages"][0]["content"] == "say 0" { IDLE * 3 } else { Duration::ZERO };
        let rest = pieces.split_off(3).concat();
        Act::Pieces(vec![pieces.concat(), rest], wait)
    });
    let run = ask_of(hasty(&stops), 3, 3, 0);
    assert_eq!((run.fault().kind, run.fault().stops), (Kind::Timeout, false));
    assert!(run.results[1..].iter().all(Result::is_ok), "{:?}", run.results);
    assert!(run.took < IDLE * 3, "{:?}", run.took);
}

#[test]
fn chunks_and_interim_answers_are_read() {
    let stub = stub(|_, body| {
        let whole = echo(body);
        let body = whole.split_once("\r\n\r\n").unwrap().1;
        let chunks: Vec<String> = body
            .as_bytes()
            .chunks(7)
            .map(|part| format!("{:x}\r\n{}\r\n", part.len(), std::str::from_utf8(part).unwrap()))
            .collect();
        let head = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n";
        Act::Send(format!("{head}{}0\r\n\r\n", chunks.concat()))
    });
    let run = ask(&stub.address, 3, 1, 0);
    assert!(
        run.results.iter().all(|result| result.as_ref().is_ok_and(|reply| reply.attempts == 1)),
        "{:?}",
        run.results
    );
}

#[test]
fn nothing_said_is_told_apart() {
    for (message, finish, wanted) in [
        (json!({"content": null}), "stop", (Kind::Empty, 2)),
        (json!({"content": ""}), "stop", (Kind::Empty, 2)),
        (json!({}), "stop", (Kind::Empty, 2)),
        (json!({"content": null, "refusal": "No."}), "stop", (Kind::Refused, 1)),
        (json!({"content": null}), "content_filter", (Kind::Filtered, 1)),
        (json!({"content": null}), "length", (Kind::Truncated, 1)),
        (json!({"content": "<think>so"}), "length", (Kind::Truncated, 1)),
    ] {
        let body = json!({"choices": [{"message": message, "finish_reason": finish}]}).to_string();
        let stub = stub(move |_, _| Act::Send(answer(200, "", &body)));
        let run = ask(&stub.address, 1, 1, 5);
        assert_eq!((run.fault().kind, run.fault().attempts), (wanted.0, Some(wanted.1)), "{finish}");
        assert!(
            !run.fault().stops && u32::try_from(stub.requests.load(Ordering::SeqCst)).unwrap() == wanted.1
        );
    }
}

#[test]
fn a_reply_may_be_large_and_not_without_end() {
    for (megabytes, good) in [(50, true), (70, false)] {
        let text = completion(&"0123456789".repeat(megabytes * 100_000));
        let stub = stub(move |_, _| Act::Send(text.clone()));
        let run = ask(&stub.address, 1, 1, 2);
        // Not shown, whatever it is.
        assert!(run.results[0].is_ok() == good, "{megabytes} MB");
        if good {
            assert_eq!(run.reply().text.len(), megabytes * 1_000_000);
        } else {
            assert_eq!(
                (run.fault().kind, run.fault().attempts, run.fault().stops),
                (Kind::TooLarge, Some(1), false)
            );
        }
    }
}

/// What a server does with a connection that its client is to give up on: nothing at all, or half an answer, until the
/// client has closed it.
fn given_up(half: bool) -> serving::Run {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let mut held = true;
        // One after the other: as long as the first is open nobody else is heard.
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            while let Some((_, body)) = request(&stream) {
                let answer = echo(&body);
                if std::mem::take(&mut held) {
                    let part = if half { answer.len() / 2 } else { 0 };
                    stream.write_all(&answer.as_bytes()[..part]).unwrap();
                    let closed = stream.read(&mut [0]);
                    assert!(closed.is_err() || closed.is_ok_and(|count| count == 0), "more is sent");
                    break;
                }
                stream.write_all(answer.as_bytes()).unwrap();
            }
        }
    });
    let flags = ModelFlags {
        model: vec!["vllm:tiny".into()],
        base_url: Some(address),
        timeout: Some(if half { 20 } else { 1 }),
        ..ModelFlags::default()
    };
    let Ok(Whom::Server(server)) = choose(&flags) else { panic!("no server") };
    ask_of(server.idle(IDLE, false), 1, 1, 1)
}

#[test]
fn what_is_given_up_on_is_closed() {
    for half in [false, true] {
        let run = given_up(half);
        assert!(run.results[0].is_ok(), "half {half}: the connection was kept: {:?}", run.results);
        assert_eq!(run.reply().attempts, 2);
    }
}

/// A server that never ends its answer is hung up on, soon after the answer is larger than any may be.
#[test]
fn an_answer_without_end_is_hung_up_on() {
    const MOST: usize = 256 * 1024 * 1024;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let sent = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        request(&stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 X\r\ncontent-length: 99000000000\r\n\r\n").unwrap();
        let (block, mut sent) = (vec![b' '; 1024 * 1024], 0);
        while sent < MOST && stream.write_all(&block).is_ok() {
            sent += block.len();
        }
        sent
    });
    let run = ask(&address, 1, 1, 2);
    assert_eq!((run.fault().kind, run.fault().attempts), (Kind::TooLarge, Some(1)));
    assert!(sent.join().unwrap() < MOST, "the connection was kept");
}
