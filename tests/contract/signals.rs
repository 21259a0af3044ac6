//! Ctrl-C: what is in flight is drained, nothing new is begun, exit 130.

use std::fs::{self, File};
use std::io::Write;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use sdk_stub::{Options, Stub};

use crate::shell::{command, folder, signal, wait};

fn interrupt(child: &mut Child) -> Option<i32> {
    signal("INT", &child.id().to_string());
    wait(child, Duration::from_secs(20))
}

/// Of rows that stand on a line each, and of such as are read ahead.
#[test]
fn a_filter_waiting_for_input() {
    for row in ["{\"a\":1}\n", "{\n  \"a\": 1\n}\n"] {
        let folder = folder();
        let out = folder.path().join("out");
        let mut filter = command("sdk-filter", folder.path());
        filter.arg(".").stdin(Stdio::piped()).stdout(File::create(&out).unwrap()).stderr(Stdio::null());
        let mut child = filter.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(row.as_bytes()).unwrap();
        sleep(Duration::from_millis(500));
        assert_eq!(interrupt(&mut child), Some(130));
        assert!(["", "{\"a\":1}\n"].contains(&fs::read_to_string(out).unwrap().as_str()));
    }
}

#[test]
fn a_complete_file_outlives_an_interrupted_run() {
    let folder = folder();
    let (whole, err) = (folder.path().join("x.parquet"), folder.path().join("err"));
    fs::write(&whole, "complete").unwrap();
    let mut format = command("sdk-format", folder.path());
    format.args(["jsonl", "-o", "x.parquet"]);
    format.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(File::create(&err).unwrap());
    let mut child = format.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"{\"a\":1}\n").unwrap();
    sleep(Duration::from_millis(500));
    assert_eq!(interrupt(&mut child), Some(130));
    assert_eq!(fs::read_to_string(&whole).unwrap(), "complete");
    assert!(!folder.path().join("x.parquet.part").exists());
    let said = fs::read_to_string(err).unwrap();
    assert!(said.contains("nothing is written") && said.contains("written 0"), "{said}");
}

#[test]
fn a_generator_waiting_for_a_model() {
    let folder = folder();
    let stub = Stub::start(Options { latency: Duration::from_millis(400), ..Options::default() }).unwrap();
    let rows: String =
        (0..60).map(|n| format!("{{\"id\":\"{n}\",\"text\":\"Passage {n} is about rules.\"}}\n")).collect();
    fs::write(folder.path().join("in.jsonl"), rows).unwrap();
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    let mut generate = command("sdk-gen", folder.path());
    generate.args([
        "--task",
        "qa",
        "-m",
        "openai:stub",
        "-j",
        "2",
        "in.jsonl",
        "--base-url",
        &stub.base_url(),
    ]);
    generate.stdin(Stdio::null()).stdout(File::create(&out).unwrap()).stderr(File::create(&err).unwrap());
    let mut child = generate.spawn().unwrap();
    while stub.stats().requests < 4 {
        assert!(child.try_wait().unwrap().is_none(), "ended: {}", fs::read_to_string(&err).unwrap());
        sleep(Duration::from_millis(10));
    }
    let asked = stub.stats().requests;
    assert_eq!(interrupt(&mut child), Some(130), "{}", fs::read_to_string(&err).unwrap());
    assert!(stub.stats().requests <= asked + 2, "new requests were sent");
    let out = fs::read_to_string(out).unwrap();
    assert!(out.is_empty() || out.ends_with('\n'), "half a row: {out}");
    assert!(out.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}
