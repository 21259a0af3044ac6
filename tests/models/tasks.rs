//! The tasks: a long text, a conversation, a picture, many seeds.

use std::collections::BTreeSet;
use std::fs;

use sdk_stub::{Fault, Options, Stub};
use serde_json::{Value, json};

use crate::shell::{folder, sh};

fn server(stub: &Stub) -> String {
    format!("-m openai:stub --base-url {}", stub.base_url())
}

/// What the user says in a request.
fn said(body: &Value) -> String {
    let messages = body["messages"].as_array().unwrap();
    messages
        .iter()
        .filter(|message| message["role"] == "user")
        .map(|message| message["content"].to_string())
        .collect()
}

#[test]
fn a_long_text_is_summed_up_whole() {
    let folder = folder();
    let text: String = (0..3000).map(|number| format!("Gate {number} opens at noon. ")).collect();
    let row = json!({ "id": "a", "text": text, "n": 1.5 }).to_string();
    fs::write(folder.path().join("in.jsonl"), format!("{row}\n{{\"id\":\"b\",\"text\":\"A short one.\"}}\n"))
        .unwrap();
    let stub = Stub::start(Options::default()).unwrap();
    let ran = sh(&format!("sdk-gen --task summary {} in.jsonl", server(&stub)), folder.path()).ended(0);
    assert_eq!((ran.rows().len(), ran.count("sdk-gen", "read")), (2, 2));
    assert!(ran.text().starts_with(row.trim_end_matches('}')));
    let bodies = stub.stats().bodies;
    assert!(bodies.iter().all(|body| said(body).len() < 9000));
    for gate in [0, 1500, 2999] {
        let holds = |body: &&Value| said(body).contains(&format!("Gate {gate} opens"));
        assert_eq!(bodies.iter().filter(holds).count(), 1, "gate {gate}");
    }
    assert!(bodies.iter().any(|body| said(body).contains("Summaries of the ")));
    // Nothing is paid twice, and the rows are the same.
    let again = sh(&format!("sdk-gen --task summary {} in.jsonl", server(&stub)), folder.path()).ended(0);
    assert_eq!((again.text(), again.count("sdk-gen", "requests")), (ran.text(), 0));
}

#[test]
fn a_document_s_passages_give_one_summary() {
    let folder = folder();
    fs::create_dir(folder.path().join("docs")).unwrap();
    for name in ["one", "two"] {
        let text: String = (0..800).map(|number| format!("Gate {number} of {name} opens. ")).collect();
        fs::write(folder.path().join(format!("docs/{name}.txt")), text).unwrap();
    }
    let stub = Stub::start(Options::default()).unwrap();
    let line = format!(
        "sdk-extract -q docs --chunk-size 1000 | sdk-gen --task summary --per .document {} -j 4",
        server(&stub)
    );
    let ran = sh(&line, folder.path()).ended(0);
    let rows = ran.rows();
    let sources: Vec<&str> = rows.iter().map(|row| row["source"].as_str().unwrap()).collect();
    assert_eq!(sources, ["docs/one.txt", "docs/two.txt"]);
    for row in &rows {
        assert!(row["summary"].is_string() && row["document"].is_string() && row["text"].is_null(), "{row}");
        assert_eq!(row["id"].as_str().unwrap().len(), 16);
    }
    // What passages share is read once.
    for body in stub.stats().bodies {
        let said = said(&body);
        let gates: Vec<&str> = said.split(". ").filter(|part| part.contains("Gate ")).collect();
        assert_eq!(gates.iter().collect::<BTreeSet<_>>().len(), gates.len(), "{said}");
    }
}

#[test]
fn reasoning_joins_conversations_at_once() {
    let folder = folder();
    let row = |number: u32| {
        let messages = json!([
            { "role": "user", "content": format!("What is {number} + 2?") },
            { "role": "assistant", "content": (number + 2).to_string(), "weight": 1 },
            { "role": "user", "content": "Thanks." },
            { "role": "assistant", "content": "You are welcome." }
        ]);
        json!({ "id": number, "messages": messages }).to_string() + "\n"
    };
    let rows: String = (0..40).map(row).collect();
    fs::write(folder.path().join("in.jsonl"), &rows).unwrap();
    let latency = std::time::Duration::from_millis(100);
    let kinds = vec![Fault::InvalidItem, Fault::Garbage];
    let stub = Stub::start(Options { latency, share: 0.3, kinds, ..Options::default() }).unwrap();
    let line = format!("sdk-gen --task cot-enhance {} -j 20 in.jsonl", server(&stub));
    let ran = sh(&line, folder.path()).ended(0);
    assert!(stub.stats().max_in_flight >= 10, "{} at once", stub.stats().max_in_flight);
    for (before, after) in rows.lines().zip(ran.text().lines()) {
        let (before, after): (Value, Value) =
            (serde_json::from_str(before).unwrap(), serde_json::from_str(after).unwrap());
        let mut messages = after["messages"].clone();
        for (number, message) in messages.as_array_mut().unwrap().iter_mut().enumerate() {
            let thought = message.as_object_mut().unwrap().remove("reasoning_content");
            assert_eq!(
                thought.is_some_and(|thought| thought.as_str() != Some("")),
                number % 2 == 1,
                "{after}"
            );
        }
        assert_eq!((&messages, &after["id"]), (&before["messages"], &before["id"]));
    }
    // What cannot be mended is a reject, and never the row as it was.
    let stub = Stub::start(Options { always: Some(Fault::InvalidItem), ..Options::default() }).unwrap();
    let line = format!(
        "head -n 3 in.jsonl | sdk-gen --task cot-enhance {} --no-journal --rejects bad.jsonl",
        server(&stub)
    );
    let ran = sh(&line, folder.path()).ended(1);
    assert!(ran.stdout.is_empty());
    assert_eq!(fs::read_to_string(folder.path().join("bad.jsonl")).unwrap().lines().count(), 3);
}

#[test]
fn five_hundred_from_two_seeds() {
    let folder = folder();
    let seeds = "{\"examples\":[{\"OCR text\":\"Preis: 5 €\",\"Structured Output\":{\"price\":\"₹ 5\"}},{\"OCR text\":\"“Tee”\",\"Structured Output\":{\"price\":\"3\"}}]}";
    fs::write(folder.path().join("seeds.json"), seeds).unwrap();
    let stub = Stub::start(Options::default()).unwrap();
    let line = format!("sdk-gen --task instruct -n 500 {} -j 16 seeds.json", server(&stub));
    let ran = sh(&line, folder.path()).ended(0);
    let rows = ran.rows();
    let different: BTreeSet<String> = rows.iter().map(|row| row["OCR text"].to_string()).collect();
    assert_eq!((rows.len(), different.len()), (500, 500));
    assert!(rows.iter().all(|row| row["Structured Output"]["price"].is_string()));
    let bodies = stub.stats().bodies;
    assert!(bodies.len() >= 100, "{}", bodies.len());
    assert!(bodies.iter().all(|body| said(body).contains("₹ 5") && said(body).contains("“Tee”")));
}

#[test]
fn a_picture_is_sent_and_known_by_its_content() {
    let folder = folder();
    fs::write(folder.path().join("a.jpg"), b"GIF89a-one").unwrap();
    fs::write(
        folder.path().join("in.jsonl"),
        "{\"id\":1,\"image\":\"a.jpg\"}\n{\"id\":2,\"image\":\"none.png\"}\n",
    )
    .unwrap();
    let stub = Stub::start(Options::default()).unwrap();
    let line = format!("sdk-gen --task multimodal-qa {} --rejects bad.jsonl in.jsonl", server(&stub));
    let ran = sh(&line, folder.path()).ended(1);
    assert!(
        ran.rows().iter().all(|row| row["image"] == "a.jpg" && row["answer"].is_string()),
        "{}",
        ran.text()
    );
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    assert!(bad.contains("\"kind\":\"missing\"") && bad.contains("none.png"), "{bad}");
    let content = &stub.stats().bodies[0]["messages"][1]["content"];
    assert_eq!(content[0]["image_url"]["url"], "data:image/gif;base64,R0lGODlhLW9uZQ==");
    assert!(content[1]["text"].as_str().unwrap().contains("Write exactly 3 pairs"), "{content}");
    assert_eq!(sh(&line, folder.path()).ended(1).count("sdk-gen", "requests"), 0);
    // Where a number is asked for, what cannot be had is no row to ask again.
    let number = format!("{line} -n 4");
    let ran = sh(&number, folder.path()).ended(1);
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    assert_eq!((ran.rows().len(), bad.lines().count()), (4, 1), "{}", ran.stderr);
    fs::write(folder.path().join("a.jpg"), b"GIF89a-two").unwrap();
    assert_eq!(sh(&line, folder.path()).ended(1).count("sdk-gen", "requests"), 1);
}

/// The same for a rubric: what is judged may be a picture.
#[test]
fn a_picture_is_judged() {
    let folder = folder();
    fs::write(folder.path().join("a.jpg"), b"GIF89a-one").unwrap();
    let rows = "{\"id\":1,\"image\":\"none.png\",\"text\":\"A cat.\"}\n{\"id\":2,\"image\":\"a.jpg\",\"text\":\"A dog.\"}\n";
    fs::write(folder.path().join("in.jsonl"), rows).unwrap();
    let head = "---\nneeds: [image]\nimages: .image\ncriteria:\n  fits: {scale: [0, 4]}\n---\n";
    fs::write(folder.path().join("see.md"), format!("{head}# system\nRate.\n# user\n{{{{ .text }}}}\n"))
        .unwrap();
    let script = |_: &Value| Some(json!({ "fits": { "score": 3, "reason": "r" } }).to_string());
    let stub = Stub::start(Options { script: Some(script), ..Options::default() }).unwrap();
    let line = format!("sdk-judge --rubric see.md {} --rejects bad.jsonl in.jsonl", server(&stub));
    // The first row is no reason not to begin.
    let ran = sh(&line, folder.path()).ended(1);
    assert_eq!(ran.rows().iter().map(|row| row["score"].clone()).collect::<Vec<_>>(), [3]);
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    assert!(bad.contains("\"kind\":\"missing\"") && bad.contains("none.png"), "{bad}");
    let content = &stub.stats().bodies[0]["messages"][1]["content"];
    assert_eq!(content[0]["image_url"]["url"], "data:image/gif;base64,R0lGODlhLW9uZQ==");
    assert!(content[1]["text"].as_str().unwrap().starts_with("A dog."), "{content}");
    assert_eq!(sh(&line, folder.path()).ended(1).count("sdk-judge", "requests"), 0);
    fs::write(folder.path().join("a.jpg"), b"GIF89a-two").unwrap();
    assert_eq!(sh(&line, folder.path()).ended(1).count("sdk-judge", "requests"), 1);
    // A picture alone is a question, too.
    fs::write(folder.path().join("see.md"), format!("{head}# user\n{{{{ .none // \"\" }}}}\n")).unwrap();
    sh(&line, folder.path()).ended(1);
    let bodies = stub.stats().bodies;
    let content = &bodies.last().unwrap()["messages"][0]["content"];
    assert_eq!(content[0]["type"], "image_url", "{content}");
}

#[test]
fn no_row_vanishes_on_a_reply_that_holds_nothing() {
    let folder = folder();
    let rows = ["[]", "{\"items\":[]}", "<think>Is it?</think>"].map(|reply| {
        let messages = json!([{ "role": "user", "content": reply }, { "role": "assistant", "content": "A" }]);
        json!({ "id": reply, "text": reply, "messages": messages }).to_string() + "\n"
    });
    fs::write(folder.path().join("in.jsonl"), rows.concat()).unwrap();
    let reply: fn(&Value) -> Option<String> = |body| {
        let said = said(body);
        let reply = if said.contains("items") { "{\"items\":[]}" } else { "[]" };
        Some(if said.contains("<think>") { "<think>It is.</think>" } else { reply }.to_owned())
    };
    let stub = Stub::start(Options { script: Some(reply), ..Options::default() }).unwrap();
    for task in ["summary", "cot-enhance"] {
        // A list without an item is asked for twice more; and nothing that was said is an answer for the next run.
        for _ in 0..2 {
            let line = format!("sdk-gen --task {task} {} in.jsonl", server(&stub));
            let ran = sh(&line, folder.path()).ended(1);
            let counts = ["empty", "rejected", "requests"].map(|count| ran.count("sdk-gen", count));
            assert_eq!((ran.text(), counts), (String::new(), [0, 3, 7]), "{task}: {}", ran.stderr);
        }
    }
    // To have nothing to ask about is an honest answer; to think and say nothing is none.
    let ran = sh(&format!("sdk-gen --task qa {} in.jsonl", server(&stub)), folder.path()).ended(1);
    assert_eq!((ran.count("sdk-gen", "empty"), ran.count("sdk-gen", "rejected")), (2, 1), "{}", ran.stderr);
}
