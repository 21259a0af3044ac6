//! Is there anybody: `--ping` and `--wait-for-model`.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use sdk_stub::{Fault, Options, Stub};

use crate::passages::folder;
use crate::shell::{command, sh, signal, wait};

const KEY: &str = "sk-ping-19c4e8";

#[test]
fn a_ping_says_what_it_found() {
    let folder = folder(0);
    for (model, path, way) in [
        ("openai", "/v1", "as response_format, kept"),
        ("anthropic", "", "as a tool, kept"),
        ("bedrock", "", "as a tool, kept"),
    ] {
        let stub = Stub::start(Options { require_key: Some(KEY.into()), ..Options::default() }).unwrap();
        let host = stub.base_url().trim_end_matches("/v1").to_owned();
        let line = format!("-m {model}:stub --base-url {host}{path} --key-command 'echo {KEY}' --ping");
        for tool in ["sdk-gen", "sdk-judge"] {
            let ran = sh(&format!("{tool} {line}"), folder.path()).ended(0);
            assert!(ran.text().contains(&host) && ran.text().contains("answered in"), "{}", ran.text());
            assert!(ran.text().contains(way), "{}", ran.text());
            assert!(!ran.text().contains(KEY) && !ran.stderr.contains(KEY), "{}", ran.text());
        }
        assert_eq!(stub.stats().requests, 2, "one question each");
    }
    let on = vec![("response_format".to_owned(), Fault::NoSchema)];
    let stub = Stub::start(Options { on, ..Options::default() }).unwrap();
    let ran =
        sh(&format!("sdk-gen -m vllm:stub --base-url {} --ping", stub.base_url()), folder.path()).ended(0);
    assert!(ran.text().contains("takes no JSON Schema") && ran.text().contains("in words"), "{}", ran.text());
    assert!(sh("sdk-gen -m offline --ping", folder.path()).ended(0).text().contains("rules"));
}

#[test]
fn a_ping_without_an_answer_is_exit_3() {
    let folder = folder(0);
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dead = sh(&format!("sdk-gen -q -m vllm:x --base-url {address} --ping"), folder.path()).ended(3);
    assert!(dead.stderr.contains(&address.to_string()) && dead.stdout.is_empty(), "{}", dead.stderr);
    let stub = Stub::start(Options { require_key: Some("another".into()), ..Options::default() }).unwrap();
    let line = format!("OPENAI_API_KEY={KEY} sdk-gen -m openai:x --base-url {} --ping", stub.base_url());
    let ran = sh(&line, folder.path()).ended(3);
    assert!(ran.stderr.contains("OPENAI_API_KEY") && !ran.stderr.contains(KEY), "{}", ran.stderr);
}

/// A server that nobody has started yet, then one that loads, then one that answers.
#[test]
fn a_loading_model_is_waited_for() {
    let folder = folder(3);
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(700));
        let (listener, mut looks) = (TcpListener::bind(address).unwrap(), 0);
        for stream in listener.incoming() {
            let (mut stream, mut head) = (stream.unwrap(), vec![0; 64 * 1024]);
            let count = stream.read(&mut head).unwrap();
            looks += usize::from(head.starts_with(b"GET"));
            let posted = head[..count].starts_with(b"POST");
            counted.fetch_add(usize::from(posted), Ordering::SeqCst);
            let status = if looks < 3 { 503 } else { 200 };
            let body = r#"{"choices":[{"message":{"content":"{\"items\":[{\"question\":\"q\",\"answer\":\"a\"}]}"}}]}"#;
            let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}", body.len());
            stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
        }
    });
    let line =
        format!("sdk-gen --task qa -m vllm:x --base-url {address} --wait-for-model --retries 0 in.jsonl");
    let ran = sh(&line, folder.path()).ended(0);
    assert_eq!(ran.stderr.matches("waits for").count(), 1, "{}", ran.stderr);
    assert_eq!(asked.load(Ordering::SeqCst), 3, "every passage once");
}

/// Nobody is there: the first Ctrl-C is enough, also where a server takes the connection and says nothing.
#[test]
fn waiting_ends_at_the_first_interrupt() {
    let folder = folder(3);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for address in [free, silent.local_addr().unwrap()] {
        let mut line = command("sdk-gen", folder.path());
        line.args([
            "--task",
            "qa",
            "-m",
            "vllm:x",
            "--wait-for-model",
            "in.jsonl",
            "--base-url",
            &address.to_string(),
        ]);
        let mut child =
            line.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(1500));
        assert!(child.try_wait().unwrap().is_none(), "it did not wait");
        signal("INT", &child.id().to_string());
        assert_eq!(wait(&mut child, Duration::from_secs(5)), Some(130), "{address}");
    }
}
