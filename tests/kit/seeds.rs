//! Lines 28 and 29: rows from seeds and from an outline.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use sdk_stub::{Fault, Options, Stub};
use serde_json::{Value, json};

use crate::server::{asking, rows, says, stub, words};
use crate::shell::{folder, sh};

/// Keys as the fork's own example has them.
const SEEDS: [&str; 2] = [
    r#"{"OCR text":"TOTAL ₹ 120,00 “net”","Structured Output":{"total":"120.00","sign":"₹"}}"#,
    r#"{"OCR text":"Kaffee € 3,50","Structured Output":{"total":"3.50","sign":"€"}}"#,
];

#[test]
fn line_28_new_rows_with_the_keys_of_the_seeds() {
    let list = format!("[{}]", SEEDS.join(","));
    let wraps =
        ["examples", "data", "conversations"].map(|key| format!("{{\"metadata\":{{}},\"{key}\":{list}}}"));
    let mut forms = vec![SEEDS.join("\n"), list.clone()];
    forms.extend(wraps);
    for form in forms {
        let (folder, stub) = (folder(), stub());
        fs::write(folder.path().join("seeds.json"), &form).unwrap();
        let line = format!("sdk-gen --task instruct -n 12 {} seeds.json", asking(&stub));
        let rows = sh(&line, folder.path()).ended(0).rows();
        assert_eq!(rows.len(), 12, "of {form}");
        for row in &rows {
            let keys: Vec<&String> = row.as_object().unwrap().keys().collect();
            assert_eq!(keys, ["OCR text", "Structured Output", "id", "sdk"], "of {form}");
        }
        // What the model sees is what stood there.
        let shown = stub.stats().bodies.iter().map(words).collect::<String>();
        for sign in ["₹ 120,00", "“net”", "€ 3,50"] {
            assert!(shown.contains(sign), "no {sign} in {shown}");
        }
    }
}

#[test]
fn line_28_five_hundred_are_many_requests_and_none_comes_twice() {
    let (folder, stub) = (rows(&SEEDS), stub());
    let line = format!("sdk-gen --task instruct -n 500 -j 16 {} in.jsonl", asking(&stub));
    let made = sh(&line, folder.path()).ended(0).rows();
    let texts: BTreeSet<String> = made.iter().map(|row| row["OCR text"].to_string()).collect();
    assert_eq!((made.len(), texts.len()), (500, 500));
    let bodies = stub.stats().bodies;
    let most = bodies.iter().map(|body| {
        let items = &body["response_format"]["json_schema"]["schema"]["properties"]["items"]["maxItems"];
        items.as_u64().unwrap_or(1)
    });
    assert!(most.max() <= Some(20), "too many are asked of one reply");
    assert!(stub.stats().requests >= 25);
}

#[test]
fn line_28_copies_are_left_out_and_signs_are_kept() {
    // Says a seed again, then the same one twice, then something new.
    let stub = says(|body| {
        let count = body["messages"].to_string().len();
        let row =
            |text: String| json!({ "OCR text": text, "Structured Output": { "total": "1", "sign": "₹" } });
        let seed: Value = serde_json::from_str(SEEDS[0]).unwrap();
        let new = |n: usize| row(format!("₹ 1 – “no {n} of {count}” €"));
        let twice = row("Twice ¥ 2".to_owned());
        Some(json!({ "items": [seed, twice, twice, new(1), new(2)] }).to_string())
    });
    let folder = rows(&SEEDS);
    let ran = sh(&format!("sdk-gen --task instruct -n 9 {} in.jsonl", asking(&stub)), folder.path());
    let made: Vec<String> =
        ran.rows().iter().map(|row| row["OCR text"].as_str().unwrap().to_owned()).collect();
    let different: BTreeSet<&String> = made.iter().collect();
    assert!(made.len() == different.len() && made.len() > 3, "{made:?}\n{}", ran.stderr);
    assert!(!made.iter().any(|text| text.contains("120,00")), "a seed came back: {made:?}");
    assert_eq!(made.iter().filter(|text| text.as_str() == "Twice ¥ 2").count(), 1);
    assert!(ran.text().contains("₹ 1 – “no 1 of "), "signs were changed: {}", ran.text());
}

const OUTLINE: &str = "# Receipts\n\n## Faded\n\n- ink\n- paper\n\n## Torn\n\n# Menus\n\n- wine\n";

#[test]
fn line_29_an_outline_is_covered_evenly() {
    for (name, outline) in
        [("o.md", OUTLINE), ("o.txt", "Receipts\n  Faded\n    ink\n    paper\n  Torn\nMenus\n  wine\n")]
    {
        let (folder, stub) = (folder(), stub());
        fs::write(folder.path().join(name), outline).unwrap();
        let line = format!("sdk-expand --taxonomy {name} -n 20 | sdk-gen {}", asking(&stub));
        let rows = sh(&line, folder.path()).ended(0).rows();
        let mut leaves: BTreeMap<String, u32> = BTreeMap::new();
        for row in &rows {
            assert!(["instruction", "input", "output"].iter().all(|key| row[*key].is_string()), "{row}");
            *leaves.entry(row["topic"].to_string()).or_default() += 1;
        }
        assert_eq!(rows.len(), 20);
        assert_eq!((leaves.len(), leaves.values().collect::<BTreeSet<_>>()), (4, [&5].into()), "{leaves:?}");
        let bodies = stub.stats().bodies;
        assert!(bodies.iter().any(|body| words(body).contains("Receipts › Faded › ink")));
    }
}

#[test]
fn line_29_the_result_goes_straight_on() {
    let folder = folder();
    fs::write(folder.path().join("o.md"), OUTLINE).unwrap();
    let faults = Options { share: 0.2, kinds: vec![Fault::Fenced, Fault::ServerError], ..Options::default() };
    let stub = Stub::start(faults).unwrap();
    let line = format!(
        "sdk-expand --taxonomy o.md -n 8 | sdk-gen {0} | sdk-judge {0} | sdk-filter --min 1 | sdk-format alpaca",
        asking(&stub)
    );
    let rows = sh(&line, folder.path()).ended(0).rows();
    assert_eq!(rows.len(), 8);
    for row in rows {
        assert_eq!(row.as_object().unwrap().keys().collect::<Vec<_>>(), ["instruction", "input", "output"]);
    }
}
