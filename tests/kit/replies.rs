//! Lines 15 and 16: replies that are not what was asked for, and asking so that they are.

use sdk_stub::{Fault, Options, Stub};
use serde_json::Value;

use crate::passages::{ask, folder};
use crate::server::{is_repair, number, says};
use crate::shell::sh;

/// What a careless model says of each passage, and the pairs in it. `\n` is written as JSON has it.
const REPLIES: [(&str, usize); 11] = [
    ("```json\n{\"items\":[{\"question\":\"Q?\",\"answer\":\"one\\ntwo\"}]}\n```", 1),
    ("Sure! Here [they] are:\n\n[{\"question\":\"Q?\",\"answer\":\"A\"}]\n\nI hope this [helps].", 1),
    ("{\"items\":[{\"question\":\"Q?\",\"answer\":\"A\",},{\"question\":\"R?\",\"answer\":\"B\"},],}", 2),
    (
        "[{\"question\":\"Q?\",\"answer\":\"A\"},{\"question\":\"R?\",\"answer\":\"B\"},{\"question\":\"S?\",\"ans",
        2,
    ),
    ("{\"question\":\"Q?\",\"answer\":\"A\"}", 1),
    ("<think>\nThe list [x] needs {\"a\":1}.\n</think>\n\n[{\"question\":\"Q?\",\"answer\":\"A\"}]", 1),
    ("[{\"answer\":\"A\",\"question\":\"Q?\"},{\"answer\":\"B\",\"question\":\"R?\"}]", 2),
    ("[{\"answer\":\"A\",\"question\":\"Q?\"},{\"answer\":\"B\",\"questi", 1),
    ("{\"question\":\"Q?\",\"answer\":\"A\"}\n{\"question\":\"R?\",\"answer\":\"B\"}", 2),
    ("{\"items\":[{\"question\":\"Q?\",\"answer\":\"print(\\\"a\\\\nb\\\")\\tend\"}]}", 1),
    ("[{\"question\":\"“Q” costs ₹5 – or €3?\",\"answer\":\"‘A’\"}]", 1),
];

#[test]
fn line_15_careless_replies_are_read() {
    let (folder, stub) =
        (folder(REPLIES.len()), says(|body| Some(REPLIES[number(body, "The lock of gate ")?].0.to_owned())));
    let ran = sh(&format!("{} --repairs 0", ask(&stub)), folder.path()).ended(0);
    let rows = ran.rows();
    for (passage, (reply, count)) in REPLIES.iter().enumerate() {
        let of: Vec<_> = rows.iter().filter(|row| row["sdk"]["parent"] == format!("p{passage}")).collect();
        assert_eq!(of.len(), *count, "of {reply}\n{}", ran.stderr);
        assert!(of.iter().all(|row| row["question"].is_string() && row["answer"].is_string()), "{of:?}");
    }
    let answer = |passage: usize| {
        let row = rows.iter().find(|row| row["sdk"]["parent"] == format!("p{passage}"));
        row.unwrap()["answer"].as_str().unwrap().to_owned()
    };
    assert_eq!(answer(0), "one\ntwo");
    assert_eq!(answer(6), "A");
    assert_eq!(answer(9), "print(\"a\\nb\")\tend");
    assert!(rows.iter().any(|row| row["question"] == "“Q” costs ₹5 – or €3?"), "signs were changed");
    assert_eq!(stub.stats().requests, REPLIES.len() as u64, "something was asked again");
}

/// Replies without a pair.
const NOTHING: [&str; 4] =
    ["[\"a\",\"b\"]", "[[\"a\",\"b\"]]", "{\"items\":[{\"question\":\"Q?\"}]}", "Four pairs, as you wish."];

#[test]
fn line_15_what_is_no_pair_is_none() {
    let folder = folder(NOTHING.len());
    let stub = says(|body| Some(NOTHING[number(body, "The lock of gate ")?].to_owned()));
    let ran = sh(&format!("{} --rejects bad.jsonl", ask(&stub)), folder.path()).ended(1);
    assert!(ran.stdout.is_empty(), "taken for pairs: {}", ran.text());
    let bad = std::fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    let replies: Vec<Value> = bad.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let replies: Vec<&str> = replies.iter().map(|bad| bad["reply"].as_str().unwrap()).collect();
    assert_eq!(replies, NOTHING);
    assert_eq!(stub.stats().requests, 3 * NOTHING.len() as u64, "each is asked for again, twice");
}

#[test]
fn line_15_what_is_wrong_is_said_to_the_model() {
    let (folder, stub) = (
        folder(1),
        says(|body| {
            let good = "[{\"question\":\"Q?\",\"answer\":\"A\"}]";
            Some(if is_repair(body) { good } else { "[{\"question\":\"Q?\"}]" }.to_owned())
        }),
    );
    let rows = sh(&ask(&stub), folder.path()).ended(0).rows();
    assert_eq!((rows.len(), stub.stats().requests), (1, 2));
    let last = stub.stats().bodies[1]["messages"].as_array().unwrap().last().unwrap().clone();
    assert!(last["content"].as_str().unwrap().contains("answer"), "{last}");
}

#[test]
fn line_16_a_schema_is_sent() {
    let (folder, stub) = (folder(3), crate::server::stub());
    sh(&ask(&stub), folder.path()).ended(0);
    for body in stub.stats().bodies {
        let format = &body["response_format"];
        assert_eq!(format["type"], "json_schema", "{body}");
        let item = &format["json_schema"]["schema"]["properties"]["items"]["items"];
        assert!(
            item["properties"]["question"].is_object() && item["properties"]["answer"].is_object(),
            "{item}"
        );
    }
}

#[test]
fn line_16_a_cut_reply_is_asked_for_again_or_flagged() {
    let cut = |options: Options| {
        let (folder, stub) = (folder(20), Stub::start(options).unwrap());
        let ran = sh(&format!("{} -n 60 --rejects bad.jsonl", ask(&stub)), folder.path());
        (ran, std::fs::read_to_string(folder.path().join("bad.jsonl")).unwrap_or_default())
    };
    // Half of them: what is lost is named, and what is lacking is said.
    let (ran, bad) = cut(Options { share: 0.5, kinds: vec![Fault::Length], ..Options::default() });
    let lacking = 60 - ran.rows().len();
    assert_eq!((ran.status, lacking), (i32::from(lacking > 0), bad.lines().count()), "{}", ran.stderr);
    assert!(bad.lines().all(|line| line.contains("\"kind\":\"truncated\"")), "{bad}");
    assert!(
        lacking == 0
            || ran.stderr.contains(&format!("lacking of -n (add rows, or try another --seed): {lacking}"))
    );
    // Always: what could be read says so, and the rest is a reject.
    let (ran, bad) = cut(Options { always: Some(Fault::Length), ..Options::default() });
    assert_ne!(ran.status, 0);
    assert!(ran.rows().iter().all(|row| row["sdk"]["finish"] == "length"), "{}", ran.text());
    assert!(bad.lines().all(|line| line.contains("truncated") || line.contains("unparseable")), "{bad}");
    assert!(!bad.is_empty() || !ran.rows().is_empty());
}
