//! One test a case of the tolerant reader, and hostile text.

use std::time::{Duration, Instant};

use serde_json::json;

use super::*;

fn many(text: &str) -> Items {
    items(text, Want::Items(9)).unwrap_or_else(|fault| panic!("{fault}: {text}"))
}

#[track_caller]
fn gives(text: &str, values: Value) {
    let found = many(text);
    assert_eq!(Value::Array(found.values), values, "{text}");
    assert!(found.whole, "{text}");
}

#[track_caller]
fn gives_part(text: &str, values: Value) {
    let found = many(text);
    assert_eq!(Value::Array(found.values), values, "{text}");
    assert!(!found.whole, "{text}");
}

#[track_caller]
fn fails(text: &str, kind: Kind) {
    let fault = items(text, Want::Items(9)).expect_err(text);
    assert_eq!(fault.kind, kind, "{text}: {fault}");
    assert_eq!(fault.reply.as_deref(), Some(text));
}

#[test]
fn bare_object() {
    gives(r#" {"a":1} "#, json!([{"a":1}]));
}

#[test]
fn items_object() {
    gives(r#"{"items":[{"a":1},{"a":2}]}"#, json!([{"a":1},{"a":2}]));
    gives(r#"{"note":"two","items":[{"a":1},{"a":2}]}"#, json!([{"a":1},{"a":2}]));
    gives(r#"{"items":{"a":1}}"#, json!([{"a":1}]));
}

#[test]
fn bare_array() {
    gives(r#"[{"a":1},{"a":2}]"#, json!([{"a":1},{"a":2}]));
}

#[test]
fn objects_in_a_row() {
    let both = json!([{"a":1},{"a":2}]);
    for text in [
        "{\"a\":1}\n{\"a\":2}\n",
        r#"{"a":1}{"a":2}"#,
        r#"{"a":1}, {"a":2}"#,
        "1. {\"a\":1}\n2. {\"a\":2}",
        "Item 1:\n{\"a\":1}\nItem 2:\n{\"a\":2}",
        "```json\n{\"a\":1}\n```\n\n```json\n{\"a\":2}\n```",
        "{\"items\":[{\"a\":1}]}\n{\"items\":[{\"a\":2}]}",
    ] {
        gives(text, both.clone());
    }
}

#[test]
fn fenced() {
    gives("```json\n[{\"a\":1}]\n```", json!([{"a":1}]));
    gives("Here:\n```\n{\"a\":1}\n```\nDone.", json!([{"a":1}]));
    gives("```json\n[{\"a\":\"```sh\\nls\\n```\"}]", json!([{"a":"```sh\nls\n```"}]));
}

#[test]
fn prose_around() {
    gives("Sure! Here you go: [{\"a\":1}] Hope {this} helps :-]", json!([{"a":1}]));
    gives("Use {\"} as in: [{\"a\":1}]", json!([{"a":1}]));
}

#[test]
fn trailing_note_in_brackets() {
    gives(r#"[{"a":1}] see [1]"#, json!([{"a":1}]));
    gives(r#"As [1] and [note] say: {"a":1}"#, json!([{"a":1}]));
}

#[test]
fn think_before() {
    gives("<think>maybe [x] or {\"b\":2}, {\"b\":3}</think>\n[{\"a\":1}]", json!([{"a":1}]));
    gives("Right.\n<think>no</think><think>[{}]</think>{\"a\":1}", json!([{"a":1}]));
    gives("thought [{\"b\":1}]\n</think>\n[{\"a\":1}]", json!([{"a":1}]));
    gives(r#"{"a":"<think>x</think>y"}"#, json!([{"a":"<think>x</think>y"}]));
    fails("<think>[{\"a\":1}] and so on", Kind::Truncated);
    fails("<think>hm</think>\n", Kind::Unparseable);
}

#[test]
fn trailing_commas() {
    gives(r#"[{"a":1,},{"a":[1,2,],},]"#, json!([{"a":1},{"a":[1,2]}]));
}

#[test]
fn missing_commas_and_comments() {
    gives("[{\"a\":1 /* one */ \"b\":2} // two\n {\"a\":2}]", json!([{"a":1,"b":2},{"a":2}]));
}

#[test]
fn truncated_list() {
    gives_part(r#"[{"a":1},{"a":2},{"a":"cut he"#, json!([{"a":1},{"a":2}]));
    gives_part(r#"{"items":[{"a":1},{"a":2},{"a"#, json!([{"a":1},{"a":2}]));
    gives_part("```json\n{\"qa\":[{\"a\":1},", json!([{"a":1}]));
    gives_part("{\"a\":1}\n{\"a\":2}\n{\"a\":", json!([{"a":1},{"a":2}]));
    gives_part(r#"[{"a":1}"#, json!([{"a":1}]));
}

#[test]
fn parts_of_a_cut_item_are_no_items() {
    fails(r#"{"q":"x","options":[{"o":1},{"o":2}],"answer":"cut"#, Kind::Truncated);
    gives_part(
        r#"[{"q":1,"o":[{"x":1},{"x":2}]},{"q":2,"o":[{"x":3},{"x":4}],"a":"c"#,
        json!([{"q":1,"o":[{"x":1},{"x":2}]}]),
    );
    fails(r#"{"q":"x","options":[{"o":1},{"o":2}],"answer": oops}"#, Kind::Unparseable);
    fails(r#"{"options":[{"o":1},{"o":2}],"answer": "cut"#, Kind::Truncated);
    fails("[{\"a\":\"cut", Kind::Truncated);
}

#[test]
fn damaged_item_costs_only_itself() {
    gives_part(r#"[{"a":1},{"a":"say "hi" to"},{"a":3}]"#, json!([{"a":1},{"a":3}]));
    gives_part(r#"{"items":[{"a": oops},{"a":2}]}"#, json!([{"a":2}]));
    gives_part("{\"a\":1}\n{\"a\": oops}\n{\"a\":3}", json!([{"a":1},{"a":3}]));
    gives_part(r#"[{"a":1}, ...]"#, json!([{"a":1}]));
    gives_part(r#"[{"a":1}}, {"a":2}]"#, json!([{"a":1},{"a":2}]));
}

#[test]
fn key_order_is_kept_and_does_not_matter() {
    let text = r#"[{"q":1,"a":2},{"a":3,"q":4}]"#;
    gives(text, json!([{"q":1,"a":2},{"q":4,"a":3}]));
    assert_eq!(Value::Array(many(text).values).to_string(), text);
}

#[test]
fn escaped_newline_is_a_newline() {
    gives(r#"{"a":"one\ntwo\t\u20b9 \ud83d\ude00 \ud83d"}"#, json!([{"a":"one\ntwo\t₹ 😀 \u{fffd}"}]));
}

#[test]
fn raw_newlines_and_tabs() {
    gives("{\"a\":\"one\ntwo\tthree\r\n\"}", json!([{"a":"one\ntwo\tthree\r\n"}]));
}

#[test]
fn unknown_escapes_stand_for_themselves() {
    gives(r#"{"a":"\sigma C:\Users it\'s \u12"}"#, json!([{"a":r"\sigma C:\Users it's \u12"}]));
}

#[test]
fn lone_key_with_a_list() {
    gives(r#"{"qa_pairs":[{"q":1},{"q":2}]}"#, json!([{"q":1},{"q":2}]));
    let turns = json!({"messages":[{"role":"user","content":"x"}]});
    gives(&turns.to_string(), json!([turns]));
}

#[test]
fn typographic_characters_survive() {
    gives("{\"a\":\"₹5 € “so” ‘x’ …\"}", json!([{"a":"₹5 € “so” ‘x’ …"}]));
}

#[test]
fn python_literals() {
    gives(
        r#"[{'a': 'it\'s', "b": "it's", 'c': None, 'd': [True, False,]}]"#,
        json!([{"a":"it's","b":"it's","c":null,"d":[true,false]}]),
    );
    gives(r#"[{"a":1},{"a":None}]"#, json!([{"a":1},{"a":null}]));
    gives_part(r"[{'a': 'b'}, {'a': 'cu", json!([{"a":"b"}]));
}

#[test]
fn strings_are_no_items() {
    fails(r#"["a","b"]"#, Kind::Unparseable);
    fails(r#"{"items":["a","b"]}"#, Kind::Unparseable);
    fails(r#""text""#, Kind::Unparseable);
    fails("42", Kind::Unparseable);
    fails("There is nothing to ask about.", Kind::Unparseable);
}

#[test]
fn empty_replies() {
    for text in ["", " \n", "[]", "{\"items\":[]}", "```json\n[]\n```"] {
        fails(text, Kind::Empty);
    }
}

#[test]
fn refusals() {
    for text in [
        "I'm sorry, but I can't help with that.",
        "I’m sorry, but I cannot assist.",
        "**Sorry, but** no.",
        "As an AI language model, I cannot [do] that.",
        "I can't create questions about this text.",
    ] {
        fails(text, Kind::Refused);
    }
    gives("I'm sorry, but only one: {\"a\":1}", json!([{"a":1}]));
}

#[test]
fn most_items_win_and_the_earlier_of_equals() {
    gives(r#"Like {"a":0}. Now: [{"a":1},{"a":2}]"#, json!([{"a":1},{"a":2}]));
    gives(r#"First {"a":1} and then {"a":2}"#, json!([{"a":1}]));
    gives(r#"[] or rather {"a":2}"#, json!([{"a":2}]));
    gives(r#"f() {} gives {"a":2}"#, json!([{"a":2}]));
}

#[test]
fn one_item() {
    assert_eq!(one(r#"Score: {"score":8}"#).unwrap(), json!({"score":8}));
    assert_eq!(one(r#"[{"score":8}]"#).unwrap(), json!({"score":8}));
    assert_eq!(one(r#"{"items":[{"score":8}]}"#).unwrap(), json!({"score":8}));
    assert_eq!(one(r#"{"steps":[{"x":1},{"x":2}]}"#).unwrap(), json!({"steps":[{"x":1},{"x":2}]}));
    assert_eq!(one(r#"{"score":8,"reason":"cu"#).unwrap_err().kind, Kind::Truncated);
    assert_eq!(one("").unwrap_err().kind, Kind::Empty);
}

#[test]
fn numbers_keep_their_spelling() {
    assert_eq!(
        one(r#"{"a":1.50,"b":-1.5e-7,"c":12345678901234567890123}"#).unwrap().to_string(),
        r#"{"a":1.50,"b":-1.5e-7,"c":12345678901234567890123}"#
    );
}

#[test]
fn hostile_text_is_read_in_linear_time() {
    let parts = [
        "[",
        "{",
        "{\"a\":",
        "[\"",
        "{\"",
        "[{",
        "`",
        "```json\n",
        "\"",
        "'",
        "{'",
        "<think>",
        "</think>",
        "<think></think>",
        "x</think>",
        "\\",
        "{\"a\":\"\\u",
        "[[1],",
        "{}",
        "{\"a\":1}",
        "[]",
        "[1]x",
        "//",
        "[/*",
        "/* ",
        "[ //\n",
        "{\"a\":[{\"a\":[x",
        "]",
        "}",
        "[1,x",
        "{\"a\":1 x",
        "{\"a\":x}",
        "€[“",
        "[t",
        "[-",
    ];
    for part in parts {
        for prefix in ["", "[{\"a\":1},", "{\"items\":[", "{\"a\":\""] {
            let text = format!("{prefix}{}", part.repeat(1_000_000 / part.len()));
            let begun = Instant::now();
            let _ = items(&text, Want::Items(3));
            assert!(begun.elapsed() < Duration::from_secs(4), "{prefix}{part}: {:?}", begun.elapsed());
        }
    }
}
