//! `--pack K`: rows that are judged in one request, and the judgments that careless models give of them.

use std::fs;

use sdk_stub::{Fault, Options, Script, Stub};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::shell::{self, Ran, sh};

/// A rubric of one criterion, from 1 to 10.
const RUBRIC: &str = "---\ntemperature: 0.1\nmax_tokens: 50\ncriteria:\n  rating: {scale: [1, 10]}\nscore: mean\n---\n\
                      # system\nRate.\n# user\n{{ .answer }}\n";

/// Rows that are worth so many points, with all that a careless tool would write anew.
fn folder(points: &[u32]) -> TempDir {
    let folder = shell::folder();
    let row = |(at, points): (usize, &u32)| {
        format!(
            "{{ \"id\":\"r{at}\",\"answer\":\"worth {points}. No {at}.\\n\\tprint(\\\"a\\\\nb\\\")\", \"n\":1.50,\"reasoning\":\"\\u00e9\"}}\n"
        )
    };
    fs::write(folder.path().join("in.jsonl"), points.iter().enumerate().map(row).collect::<String>())
        .unwrap();
    fs::write(folder.path().join("r.md"), RUBRIC).unwrap();
    folder
}

/// What the rows of a request are worth, in its order.
fn worth(body: &Value) -> Vec<u32> {
    let words = body["messages"].as_array().unwrap().iter().filter_map(|message| message["content"].as_str());
    let words: String = words.collect();
    let number = |rest: &str| rest.split(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok();
    words.split("worth ").skip(1).filter_map(number).collect()
}

/// Good judgments: by number, or the one that was asked for.
fn good(body: &Value) -> Value {
    match worth(body).as_slice() {
        [one] => json!({ "rating": { "score": one, "reason": "r" } }),
        all => {
            let item =
                |(one, id): (&u32, usize)| json!({ "id": id, "rating": { "score": one, "reason": "r" } });
            json!({ "items": all.iter().zip(1..).map(item).collect::<Vec<_>>() })
        }
    }
}

fn says(script: Script) -> Stub {
    Stub::start(Options { script: Some(script), ..Options::default() }).unwrap()
}

fn judge(stub: &Stub, folder: &TempDir, more: &str) -> Ran {
    let line =
        format!("sdk-judge --rubric r.md -m openai:stub --base-url {} {more} in.jsonl", stub.base_url());
    sh(&line, folder.path())
}

fn scores(ran: &Ran) -> Vec<String> {
    ran.rows().iter().map(|row| row["score"].to_string()).collect()
}

/// Every row is there with all its bytes, and only the two keys are new.
fn unchanged(folder: &TempDir, ran: &Ran) {
    let before = fs::read_to_string(folder.path().join("in.jsonl")).unwrap();
    let after = ran.text();
    assert_eq!(before.lines().count(), after.lines().count(), "{}", ran.stderr);
    for (before, after) in before.lines().zip(after.lines()) {
        assert!(
            after.starts_with(&format!("{},\"score\":", before.trim_end_matches('}'))),
            "{before}\n{after}"
        );
    }
}

/// The tokens of all rows, and those that the server has counted.
fn same_usage(ran: &Ran, stub: &Stub) {
    let sum = |key: &str| -> u64 {
        ran.rows().iter().map(|row| row["judge"]["usage"][key].as_u64().unwrap()).sum()
    };
    let told = |word: &str| -> u64 {
        let line = ran.stderr.lines().find(|line| line.contains("tokens ")).unwrap();
        let both = line.split("tokens ").nth(1).unwrap().split([',', '+']).collect::<Vec<_>>();
        both[usize::from(word == "out")].trim().parse().unwrap()
    };
    assert_eq!(
        (sum("input_tokens"), sum("output_tokens")),
        (told("in"), told("out")),
        "{:?}",
        stub.stats().requests
    );
}

#[test]
fn a_pack_is_one_request() {
    let (folder, stub) = (folder(&[3, 9, 1, 10, 7]), says(|body| Some(good(body).to_string())));
    let ran = judge(&stub, &folder, "--pack 2 -j 1").ended(0);
    assert_eq!(scores(&ran), ["3", "9", "1", "10", "7"]);
    unchanged(&folder, &ran);
    same_usage(&ran, &stub);
    let bodies = stub.stats().bodies;
    assert_eq!(bodies.len(), 3);
    let format = &bodies[0]["response_format"]["json_schema"]["schema"]["properties"]["items"];
    assert_eq!((&format["minItems"], &format["maxItems"]), (&2.into(), &2.into()), "{format}");
    assert_eq!(format["items"]["properties"]["id"]["type"], "integer");
    // A reply about two rows may be twice as long; the last row is alone and asked about as ever.
    assert_eq!((&bodies[0]["max_tokens"], &bodies[2]["max_tokens"]), (&100.into(), &50.into()));
    assert!(bodies[2]["response_format"]["json_schema"]["schema"]["properties"]["items"].is_null());
    // The same command again asks nothing and says the same.
    let again = judge(&stub, &folder, "--pack 2").ended(0);
    assert_eq!((again.text(), stub.stats().requests), (ran.text(), 3));
}

#[test]
fn careless_judgments_are_read_and_nobody_s_is_taken() {
    let all: [Script; 5] = [
        // Another order, numbers as text, scores as text and of so many, rows in other words.
        |body| {
            let mut said = good(body);
            let items = said["items"].as_array_mut()?;
            items.reverse();
            for item in items {
                let score = item["rating"]["score"].to_string();
                *item = json!({ "id": item["id"].to_string(), "rating": score, "answer": "an echo" });
            }
            Some(said.to_string())
        },
        |body| {
            let item = |(one, id): (u32, usize)| json!({ "id": id, "rating": format!("{one}/10") });
            Some(Value::from(worth(body).into_iter().zip(1..).map(item).collect::<Vec<_>>()).to_string())
        },
        |body| {
            let item = |(one, id): (u32, usize)| (id.to_string(), json!({ "rating": { "rating": one } }));
            let map: serde_json::Map<_, _> = worth(body).into_iter().zip(1..).map(item).collect();
            Some(format!("<think>[1] {{x}}</think>\n```json\n{}\n```", Value::from(map)))
        },
        |body| {
            let lines: Vec<String> = good(body)["items"].as_array()?.iter().map(Value::to_string).collect();
            Some(format!("Here you are:\n\n{}\n\nI hope this helps.", lines.join("\n")))
        },
        |body| Some(format!("{},]}}", good(body).to_string().trim_end_matches("]}"))),
    ];
    for script in all {
        let (folder, stub) = (folder(&[3, 9, 1, 10]), says(script));
        let ran = judge(&stub, &folder, "--pack 4").ended(0);
        assert_eq!(
            (scores(&ran), stub.stats().requests),
            (["3", "9", "1", "10"].map(String::from).to_vec(), 1)
        );
        unchanged(&folder, &ran);
        assert!(!ran.text().contains("an echo"));
    }
}

#[test]
fn a_bad_judgment_is_asked_again_alone_and_the_good_ones_are_kept() {
    let all: [Script; 4] = [
        // One is missing; one has no score; one is out of range; two name the same row and differ.
        |body| {
            let mut said = good(body);
            said["items"].as_array_mut().map(|items| items.remove(1));
            Some(said.to_string())
        },
        |body| {
            let mut said = good(body);
            if said["items"].is_array() {
                said["items"][1] = json!({ "id": 2, "reason": "r" });
            }
            Some(said.to_string())
        },
        |body| {
            let mut said = good(body);
            if said["items"].is_array() {
                said["items"][1]["rating"]["score"] = 95.into();
            }
            Some(said.to_string())
        },
        |body| {
            let mut said = good(body);
            if let Some(items) = said["items"].as_array_mut() {
                items.push(json!({ "id": 2, "rating": { "score": 1, "reason": "r" } }));
            }
            Some(said.to_string())
        },
    ];
    for script in all {
        let (folder, stub) = (folder(&[3, 9, 1, 10]), says(script));
        let ran = judge(&stub, &folder, "--pack 4").ended(0);
        assert_eq!(scores(&ran), ["3", "9", "1", "10"], "{}", ran.stderr);
        let asked: Vec<Vec<u32>> = stub.stats().bodies.iter().map(worth).collect();
        assert_eq!(asked, [vec![3, 9, 1, 10], vec![9]], "the good ones are not asked again");
        unchanged(&folder, &ran);
        same_usage(&ran, &stub);
    }
}

#[test]
fn what_stays_no_score_is_unrated_and_never_zero() {
    let (folder, stub) = (folder(&[95, 3, 95, 10]), says(|body| Some(good(body).to_string())));
    let ran = judge(&stub, &folder, "--pack 4 --threshold 0 --stats s.json").ended(0);
    assert_eq!(scores(&ran), ["null", "3", "null", "10"]);
    // The pack, and each of the two alone as often as a reply is mended.
    assert_eq!((stub.stats().requests, ran.count("sdk-judge", "unrated")), (1 + 2 * 2, 2));
    let error = ran.rows()[0]["judge"]["error"].clone();
    assert_eq!(error["kind"], "invalid", "{error}");
    assert!(error["message"].as_str().unwrap().contains("from 1 to 10, found 95"), "{error}");
    let stats: Value = serde_json::from_slice(&fs::read(folder.path().join("s.json")).unwrap()).unwrap();
    assert_eq!(
        (&stats["unrated"], &stats["score"]["mean"], &stats["threshold"]["rows"]),
        (&2.into(), &json!(6.5), &2.into())
    );
    same_usage(&ran, &stub);
    let none = judge(&stub, &folder, "--pack 4 --repairs 0 --no-journal").ended(0);
    assert_eq!((scores(&none), stub.stats().requests), (scores(&ran), 6));
}

#[test]
fn prose_costs_no_row() {
    // Together it says nothing, alone it does.
    let (folder, stub) = (
        folder(&[3, 9, 1]),
        says(|body| {
            Some(if worth(body).len() > 1 { "They are all fine.".to_owned() } else { good(body).to_string() })
        }),
    );
    let ran = judge(&stub, &folder, "--pack 3").ended(0);
    assert_eq!((scores(&ran), stub.stats().requests), (["3", "9", "1"].map(String::from).to_vec(), 4));
    let stub = Stub::start(Options { always: Some(Fault::Garbage), ..Options::default() }).unwrap();
    let ran = judge(&stub, &folder, "--pack 3 --no-journal").ended(0);
    assert_eq!(scores(&ran), ["null"; 3]);
    assert!(ran.rows().iter().all(|row| row["judge"]["error"]["kind"] == "unparseable"), "{}", ran.text());
    unchanged(&folder, &ran);
}

#[test]
fn a_lost_request_refuses_its_rows_and_no_others() {
    let folder = folder(&[3, 9, 77, 1, 10]);
    let options = Options {
        on: vec![("worth 77".to_owned(), Fault::ServerError)],
        script: Some(|body| Some(good(body).to_string())),
        ..Options::default()
    };
    let stub = Stub::start(options).unwrap();
    let ran = judge(&stub, &folder, "--pack 2 --retries 0 --rejects bad.jsonl").ended(1);
    assert_eq!(scores(&ran), ["3", "9", "10"]);
    let bad = fs::read_to_string(folder.path().join("bad.jsonl")).unwrap();
    let ids: Vec<Value> =
        bad.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["row"]["id"].clone()).collect();
    assert_eq!(ids, ["r2", "r3"]);
    assert_eq!(
        (
            ran.count("sdk-judge", "read"),
            ran.count("sdk-judge", "written"),
            ran.count("sdk-judge", "rejected")
        ),
        (5, 3, 2)
    );
    // Again, and the other one of the pack is judged by what was lost before.
    let line = format!(
        "jq -c 'select(.row.id == \"r3\") | .row' bad.jsonl | sdk-judge --rubric r.md -m openai:stub --base-url {} --pack 2",
        stub.base_url()
    );
    assert_eq!(scores(&sh(&line, folder.path()).ended(0)), ["1"]);
}

#[test]
fn a_stopped_run_counts_the_rows_of_its_packs() {
    let (folder, stub) = (
        folder(&[3, 9, 1, 10, 7, 8]),
        Stub::start(Options { quota: Some(1), ..Options::default() }).unwrap(),
    );
    let ran = judge(&stub, &folder, "--pack 3 -j 1 --repairs 0").ended(3);
    let count = |word: &str| ran.count("sdk-judge", word);
    assert_eq!(count("read"), count("written") + count("rejected") + 2, "{}", ran.stderr);
    assert!(count("written") == 3 && count("rejected") == 1, "{}", ran.stderr);
}

/// The server refuses a request for what one row says: that row alone is lost.
#[test]
fn a_row_that_the_server_refuses_takes_no_other_with_it() {
    let folder = folder(&[3, 9, 77, 1, 10]);
    let options = Options {
        on: vec![("worth 77".to_owned(), Fault::BadRequest)],
        script: Some(|body| Some(good(body).to_string())),
        ..Options::default()
    };
    let stub = Stub::start(options).unwrap();
    let ran = judge(&stub, &folder, "--pack 4 -j 1 --rejects bad.jsonl").ended(1);
    assert_eq!((scores(&ran), stub.stats().requests), (["3", "9", "1", "10"].map(String::from).to_vec(), 6));
    let bad: Value = serde_json::from_slice(&fs::read(folder.path().join("bad.jsonl")).unwrap()).unwrap();
    assert_eq!((&bad["row"]["id"], &bad["error"]["status"]), (&"r2".into(), &400.into()), "{bad}");
    // To ask again is a repair.
    let ran = judge(&stub, &folder, "--pack 4 --repairs 0 --no-journal").ended(1);
    assert_eq!(scores(&ran), ["10"]);
}

/// Each judgment would be its neighbour's.
#[test]
fn judgments_that_are_numbered_from_zero_are_asked_for_again() {
    let script: Script = |body| {
        let mut said = good(body);
        for item in said["items"].as_array_mut().into_iter().flatten() {
            item["id"] = (item["id"].as_u64()? - 1).into();
        }
        Some(said.to_string())
    };
    let (folder, stub) = (folder(&[3, 9, 1]), says(script));
    let ran = judge(&stub, &folder, "--pack 3").ended(0);
    assert_eq!((scores(&ran), stub.stats().requests), (["3", "9", "1"].map(String::from).to_vec(), 4));
    let none = judge(&stub, &folder, "--pack 3 --repairs 0 --no-journal").ended(0);
    assert_eq!(scores(&none), ["null"; 3]);
    let error = none.rows()[0]["judge"]["error"]["message"].clone();
    assert_eq!(error, "the rows are numbered from 0, expected from 1");
}

#[test]
fn an_estimate_counts_rows_and_not_packs() {
    let (folder, stub) = (folder(&[3; 40]), says(|body| Some(good(body).to_string())));
    let ran = judge(&stub, &folder, "--pack 4 --estimate 10 --price 1,2").ended(0);
    assert_eq!(stub.stats().requests, 3, "as many packs as hold ten rows");
    assert!(ran.text().contains("\nrows\t12\t28\t28\t28\nrequests\t3\t7\t7\t7\n"), "{}", ran.text());
    judge(&stub, &folder, "--pack 4 --price 1,2").ended(0);
    assert_eq!(stub.stats().requests, 10);
}
