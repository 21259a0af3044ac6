//! A client against a server that misbehaves on purpose: loopback, its own threads, one closure a test.

#![allow(clippy::unwrap_used, clippy::format_collect)]

mod serving;

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};
use sdk_models::{ModelFlags, Server, Whom, choose};
use sdk_prompt::Finish;
use sdk_record::Kind;

use serving::{Act, answer, ask, ask_of, completion, echo, request, stub};

#[test]
fn a_reply_comes_back_whole() {
    let stub = stub(|_, body| Act::Send(echo(body)));
    let run = ask(&stub.address, 1, 4, 0);
    let reply = run.reply();
    assert_eq!((reply.text.as_str(), reply.attempts, reply.finish), ("say 0", 1, Finish::Stop));
    assert_eq!(&*reply.model, "vllm:tiny");
    assert_eq!(reply.usage.map(|usage| (usage.input, usage.output)), Some((5, 2)));
    let heads = stub.heads.lock().unwrap();
    assert!(heads[0].starts_with("POST /v1/chat/completions HTTP/1.1"), "{}", heads[0]);
    assert!(!heads[0].to_lowercase().contains("authorization"), "{}", heads[0]);
}

type Faulty = dyn Fn() -> Act + Send + Sync;

#[test]
fn what_passes_is_sent_again() {
    let broken = || answer(200, "", "{\"choices\":[{\"message\":{\"content\":\"sa");
    let cut = || "HTTP/1.1 200 X\r\ncontent-length: 900\r\n\r\n{\"choices\":".to_owned();
    let faults: [(&str, Box<Faulty>); 8] = [
        ("500", Box::new(|| Act::Send(answer(500, "", "oops")))),
        ("truncated", Box::new(move || Act::SendAndClose(cut()))),
        ("half JSON", Box::new(move || Act::Send(broken()))),
        ("empty", Box::new(|| Act::Send(answer(200, "", "")))),
        ("HTML", Box::new(|| Act::Send(answer(200, "", "<html>busy</html>")))),
        ("no choice", Box::new(|| Act::Send(answer(200, "", "{\"choices\":[]}")))),
        ("closed", Box::new(|| Act::Close)),
        ("nothing said", Box::new(|| Act::Send(completion(" ")))),
    ];
    for (name, fault) in faults {
        let stub = stub(move |number, body| if number == 0 { fault() } else { Act::Send(echo(body)) });
        let run = ask(&stub.address, 1, 1, 2);
        assert_eq!((run.reply().text.as_str(), run.reply().attempts), ("say 0", 2), "{name}");
        assert!(run.took >= Duration::from_millis(250), "{name}: {:?}", run.took);
    }
}

#[test]
fn a_reset_is_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        // Closed with the request unread: the kernel answers with an RST.
        let (first, _) = listener.accept().unwrap();
        let mut byte = [0];
        first.peek(&mut byte).unwrap();
        drop(first);
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            while let Some((_, body)) = request(&stream) {
                stream.write_all(echo(&body).as_bytes()).unwrap();
            }
        }
    });
    let run = ask(&address, 1, 1, 2);
    assert_eq!((run.reply().text.as_str(), run.reply().attempts), ("say 0", 2));
}

#[test]
fn a_server_that_stays_broken_costs_the_row_alone() {
    let stub = stub(|_, body| {
        let broken = body["messages"][0]["content"] == "say 0";
        Act::Send(if broken { answer(500, "", "{\"error\":{\"message\":\"no luck\"}}") } else { echo(body) })
    });
    let run = ask(&stub.address, 3, 3, 1);
    let fault = run.fault();
    assert_eq!(
        (fault.kind, fault.status, fault.attempts, fault.stops),
        (Kind::Http, Some(500), Some(2), false)
    );
    assert!(fault.message.ends_with("(500): no luck"), "{}", fault.message);
    assert!(run.results[1..].iter().all(Result::is_ok));
    assert_eq!(stub.requests.load(Ordering::SeqCst), 4);
}

#[test]
fn nothing_said_twice_is_a_fault() {
    let stub = stub(|_, _| Act::Send(completion("")));
    let run = ask(&stub.address, 1, 1, 5);
    assert_eq!((run.fault().kind, run.fault().attempts, run.fault().stops), (Kind::Empty, Some(2), false));
}

#[test]
fn retry_after_pauses_everybody() {
    let stub = stub(|number, body| {
        Act::Send(if number == 0 { answer(429, "retry-after: 1\r\n", "{}") } else { echo(body) })
    });
    let run = ask(&stub.address, 6, 1, 3);
    assert!(run.results.iter().all(Result::is_ok));
    assert!(run.took >= Duration::from_secs(1) && run.took < Duration::from_secs(3), "{:?}", run.took);
    assert_eq!(stub.requests.load(Ordering::SeqCst), 7);
}

#[test]
fn a_long_wait_ends_the_run() {
    let stub = stub(|number, body| {
        Act::Send(if number == 0 { answer(429, "retry-after: 900\r\n", "{}") } else { echo(body) })
    });
    let run = ask(&stub.address, 2, 1, 3);
    assert_eq!((run.fault().kind, run.fault().stops, run.fault().attempts), (Kind::Http, true, Some(1)));
    assert!(run.fault().message.contains("900 s"), "{}", run.fault().message);
    assert_eq!(stub.requests.load(Ordering::SeqCst), 1, "nobody else is sent");
}

#[test]
fn what_cannot_get_better_stops_the_run() {
    let quota = "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"pay\"}}";
    for (status, body) in
        [(401, "{}"), (403, "{}"), (429, quota), (404, "{\"error\":\"model 'tiny' not found\"}")]
    {
        let stub = stub(move |_, _| Act::Send(answer(status, "", body)));
        let run = ask(&stub.address, 50, 2, 5);
        for result in &run.results {
            let fault = result.as_ref().expect_err("a fault");
            assert_eq!((fault.kind, fault.status, fault.stops), (Kind::Http, Some(status), true), "{fault}");
        }
        assert_eq!(run.fault().attempts, Some(1));
        assert!(stub.requests.load(Ordering::SeqCst) <= 3, "{status}: {:?}", stub.requests);
    }
}

/// A refusal in words is an answer: what is forbidden after it is forbidden to one prompt and not to the key.
#[test]
fn a_model_that_refuses_has_answered() {
    let said = "{\"choices\":[{\"message\":{\"refusal\":\"I cannot\"},\"finish_reason\":\"stop\"}]}";
    let first = AtomicUsize::new(0);
    let stub = stub(move |_, _| match first.fetch_add(1, Ordering::SeqCst) {
        0 => Act::Send(answer(200, "content-type: application/json\r\n", said)),
        _ => Act::Send(answer(403, "", "{\"error\":{\"message\":\"blocked by our policy\"}}")),
    });
    let run = ask(&stub.address, 3, 1, 0);
    let faults: Vec<_> = run.results.iter().map(|result| result.as_ref().expect_err("a fault")).collect();
    assert_eq!(faults.len(), 3);
    assert!(faults.iter().all(|fault| !fault.stops), "{faults:?}");
}

#[test]
fn what_the_server_refuses_is_a_fault_of_the_row() {
    let stub = stub(|_, _| Act::Send(answer(400, "", "{\"error\":{\"message\":\"context too long\"}}")));
    let run = ask(&stub.address, 2, 2, 5);
    for result in &run.results {
        let fault = result.as_ref().expect_err("a fault");
        assert_eq!((fault.kind, fault.attempts, fault.stops), (Kind::Http, Some(1), false));
        assert!(fault.message.contains("context too long"), "{fault}");
    }
}

#[test]
fn a_refused_schema_is_put_in_words() {
    let stub = stub(|_, body| {
        Act::Send(if body.get("response_format").is_some() {
            answer(400, "", "{\"error\":{\"message\":\"response_format is not supported\"}}")
        } else {
            echo(body)
        })
    });
    let run = ask(&stub.address, 4, 1, 0);
    for result in &run.results {
        let reply = result.as_ref().expect("a reply");
        assert!(reply.text.contains("JSON Schema") && reply.text.contains("\"q\""), "{}", reply.text);
    }
    assert_eq!(run.said.len(), 1, "{:?}", run.said);
    assert_eq!(stub.requests.load(Ordering::SeqCst), 5);
}

#[test]
fn a_closed_connection_is_opened_again() {
    let stub = stub(|_, body| {
        let text = echo(body).replace("content-type", "connection: close\r\ncontent-type");
        Act::SendAndClose(text)
    });
    let run = ask(&stub.address, 5, 2, 0);
    assert!(run.results.iter().all(|result| result.as_ref().is_ok_and(|reply| reply.attempts == 1)));
}

#[test]
fn no_more_than_jobs_at_once() {
    let stub = stub(|_, body| {
        std::thread::sleep(Duration::from_millis(20));
        Act::Send(echo(body))
    });
    let run = ask(&stub.address, 24, 3, 0);
    assert!(run.results.iter().all(Result::is_ok));
    assert_eq!(stub.most.load(Ordering::SeqCst), 3);
}

#[test]
fn nobody_there_stops_the_run() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let run = ask(&free, 3, 1, 1);
    for result in &run.results {
        let fault = result.as_ref().expect_err("a fault");
        assert_eq!((fault.kind, fault.stops), (Kind::NoAnswer, true));
        assert!(fault.message.contains(&free), "{fault}");
    }
    assert_eq!(run.fault().attempts, Some(2));
}

#[test]
fn a_redirect_is_not_followed() {
    let stub = stub(|_, _| Act::Send(answer(307, "location: http://127.0.0.1:9/v1\r\n", "")));
    let run = ask(&stub.address, 1, 1, 5);
    assert_eq!((run.fault().status, run.fault().stops, run.fault().attempts), (Some(307), true, Some(1)));
}

/// Keys of some places live for an hour: the command is run again, once, however many were refused at that moment.
#[test]
fn a_key_that_has_run_out_is_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    for keys in [&["k1", "k2", "k3"][..], &["k1"], &["k1", "k9"]] {
        let file = folder.path().join("keys");
        std::fs::write(&file, keys.iter().map(|key| format!("{key}\n")).collect::<String>()).unwrap();
        let command =
            format!("head -n 1 {0}; if test $(wc -l < {0}) -gt 1; then sed -i 1d {0}; fi", file.display());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let given = Arc::new(AtomicUsize::new(0));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let given = Arc::clone(&given);
                std::thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    while let Some((head, body)) = request(&stream) {
                        // Each key is good for ten answers.
                        let key = format!("bearer k{}\r\n", given.load(Ordering::SeqCst) / 10 + 1);
                        let good = head.to_lowercase().contains(&key);
                        given.fetch_add(usize::from(good), Ordering::SeqCst);
                        let said = format!("no {head}");
                        let text = if good { echo(&body) } else { answer(401, "", &said) };
                        stream.write_all(text.as_bytes()).unwrap();
                    }
                });
            }
        });
        let flags = ModelFlags {
            model: vec!["vllm:tiny".into()],
            base_url: Some(address),
            key_command: Some(command),
            ..ModelFlags::default()
        };
        let Ok(Whom::Server(server)) = choose(&flags) else { panic!() };
        let run = ask_of(*server, 25, 4, 0);
        let good = run.results.iter().filter(|result| result.is_ok()).count();
        if keys.len() == 3 {
            assert_eq!(good, 25, "{:?}", run.results);
            continue;
        }
        // The same key, or another one that is refused too: the run stops.
        assert_eq!(good, 10);
        let fault = run.results.iter().find_map(|result| result.as_ref().err()).unwrap();
        assert!(fault.stops && fault.status == Some(401), "{fault}");
        assert!(fault.message.contains("look at --key-command"), "{fault}");
        for key in keys {
            assert!(run.results.iter().flatten().all(|reply| reply.attempts <= 2));
            assert!(!fault.message.contains(key), "{fault}");
        }
    }
}

fn with(flags: ModelFlags) -> Server {
    match choose(&ModelFlags { model: vec!["vllm:tiny".into()], ..flags }).unwrap() {
        Whom::Server(server) => *server,
        Whom::Offline => panic!("offline"),
    }
}

/// A secret that is cut in two could not be found any more.
#[test]
fn a_key_is_hidden_before_anything_is_cut() {
    const SECRET: &str = "sk-1234567890abcdef";
    let body = format!("{}{SECRET}", "x".repeat(190));
    let event = format!("data: {body}\n\n");
    for (stream, head, body) in [(false, "", body), (true, "content-type: text/event-stream\r\n", event)] {
        let stub = stub(move |_, _| Act::Send(answer(200, head, &body)));
        let flags = ModelFlags {
            base_url: Some(stub.address.clone()),
            header: vec![format!("X-Key: {SECRET}")],
            ..ModelFlags::default()
        };
        let run = ask_of(with(flags).idle(Duration::from_secs(9), stream), 1, 1, 0);
        let said = &run.fault().message;
        assert!(said.contains("xxx***") && !said.contains("sk-"), "{said}");
    }
}

/// Somebody who lets callers wait for ever: `--timeout` is no longer than what a connection may take, and still it was no
/// connection.
#[test]
fn no_connection_is_no_late_answer() {
    let silent = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&silent, &SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    listen(&silent, 0).unwrap();
    let address = SocketAddr::try_from(getsockname(&silent).unwrap()).unwrap();
    let wait = Duration::from_millis(200);
    let _queue: Vec<_> =
        std::iter::from_fn(|| std::net::TcpStream::connect_timeout(&address, wait).ok()).collect();
    for scheme in ["http", "https"] {
        let base_url = Some(format!("{scheme}://{address}/v1"));
        let run = ask_of(with(ModelFlags { base_url, timeout: Some(1), ..ModelFlags::default() }), 1, 1, 0);
        let said = &run.fault().message;
        assert!(said.contains("no connection within 0.9 s"), "{scheme}: {said}");
        assert_eq!(run.fault().kind, Kind::NoAnswer);
    }
}

/// What waiting would not mend.
#[test]
fn only_a_server_that_is_not_there_yet_is_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = Some(format!("https://{}/v1", listener.local_addr().unwrap()));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // It speaks no TLS.
            let _ = stream.unwrap().write_all(b"HTTP/1.1 400 X\r\n\r\n");
        }
    });
    let run = ask_of(with(ModelFlags { base_url, wait_for_model: true, ..ModelFlags::default() }), 1, 1, 0);
    assert!(run.fault().stops && run.fault().message.contains("no connection"), "{}", run.fault().message);
    assert!(run.said.iter().all(|line| !line.contains("waits for")), "{:?}", run.said);
}

#[test]
fn a_token_limit_that_is_refused_by_both_names_is_refused() {
    let stub = stub(|_, body| {
        let name = if body.get("max_tokens").is_some() { "max_tokens" } else { "max_completion_tokens" };
        let error = format!("{{\"error\":{{\"message\":\"Unsupported parameter: '{name}'\"}}}}");
        Act::Send(answer(400, "", &error))
    });
    let flags = ModelFlags {
        model: vec!["vllm:tiny".into()],
        base_url: Some(stub.address.clone()),
        max_tokens: Some(50),
        ..ModelFlags::default()
    };
    let Whom::Server(server) = choose(&flags).unwrap() else { panic!("offline") };
    let run = ask_of(*server, 1, 1, 3);
    // To put it in another way is no second try.
    assert_eq!((run.fault().status, run.fault().attempts), (Some(400), Some(1)));
    assert!(run.fault().message.contains("max_completion_tokens"), "{}", run.fault().message);
    assert_eq!(stub.requests.load(Ordering::SeqCst), 2);
}

#[test]
fn half_a_surrogate_pair_is_a_reply() {
    for half in ["\\ud83d", "\\udc00", "\\ud83d \\ud83d"] {
        let stub = stub(move |_, _| {
            let body = completion("a @ \\ud800 b").split_once("\r\n\r\n").unwrap().1.replace('@', half);
            Act::Send(answer(200, "content-type: application/json\r\n", &body))
        });
        let run = ask(&stub.address, 1, 1, 3);
        let wanted =
            format!("a {} \\ud800 b", half.replace("\\ud83d", "\u{fffd}").replace("\\udc00", "\u{fffd}"));
        assert_eq!((&run.reply().text, run.reply().attempts), (&wanted, 1));
        assert_eq!(stub.requests.load(Ordering::SeqCst), 1);
    }
}
