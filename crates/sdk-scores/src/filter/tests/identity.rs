//! Values are the same where jq says so, and nowhere else.

use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::filter::identity::of;

#[test]
fn spelling_does_not_count() {
    for same in [
        &["1", "1.0", "1e0", "10e-1", "0.1E+1", " 1 ", "100000e-5", "0.00001e5"][..],
        &["0", "-0", "0.0", "0e999999999999999999999", "-0.0e-5"],
        &["1e400", "10e399", "0.1e401"],
        &["9007199254740993", "9007199254740993.0", "9007199254740993000e-3"],
        &["-120", "-1.2e2"],
        &[r#""é""#, r#""\u00e9""#, r#""\u00E9""#],
        &["\"\u{1f600}\"", r#""\ud83d\ude00""#],
        &[r#""\/\b\n\"\\""#, r#""/\u0008\u000A\u0022\u005c""#],
        &[r#"{"a":1,"b":[2]}"#, r#"{ "b" : [ 2.0 ], "\u0061": 1 }"#, r#"{"a":5,"b":[2],"a":1}"#],
        &[r#"{"a":1}"#, r#"{"a":2,"a":1}"#],
        &[r#""\ud800""#, r#""\udc00""#, r#""\ufffd""#, "\"\u{fffd}\""],
        &[r#""\udc00\ud800""#, r#""\ufffd\ufffd""#],
        &["[]", "[ ]"],
        &[r#"{"":{"b":0,"a":{}}}"#, r#"{"":1,"":{"a":{},"b":-0}}"#],
    ] {
        for other in same {
            assert_eq!(of(other), of(same[0]), "{other} is {}", same[0]);
        }
    }
}

#[test]
fn different_values_differ() {
    let all = [
        "null",
        "true",
        "false",
        "0",
        "1",
        "-1",
        "10",
        "0.1",
        "9007199254740992",
        "9007199254740993",
        "1e400",
        "1e401",
        "1e99999999999999999999",
        r#""""#,
        r#""0""#,
        r#""1""#,
        r#""null""#,
        r#""é""#,
        r#""e\u0301""#,
        r#""\ud800x""#,
        r#""\udc00\ud800""#,
        r#""�""#,
        r#""\"""#,
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "[1]",
        "[\"1\"]",
        "[1,2]",
        "[12]",
        "[[1],2]",
        "[[1,2]]",
        r#"["a","b"]"#,
        r#"["a\"b"]"#,
        r#"["ab"]"#,
        r#"["a\",\"b"]"#,
        r#"{"a":"b"}"#,
        r#"["a",{"b":1}]"#,
        r#"{"a":{"b":1}}"#,
        r#"{"a":1,"b":1}"#,
        r#"{"b":1}"#,
        r#"[{"a":1},{"b":1}]"#,
        r#"{"a":[],"b":{}}"#,
        r#"{"a":{},"b":[]}"#,
        r#"{"a":null}"#,
    ];
    for (at, one) in all.iter().enumerate() {
        for other in &all[at + 1..] {
            assert_ne!(of(one), of(other), "{one} is not {other}");
        }
    }
}

#[test]
fn depth_and_what_is_no_json_are_harmless() {
    let deep = |open: &str, close: &str, depth| format!("{}1{}", open.repeat(depth), close.repeat(depth));
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{\"b\":0,\"a\":", "}")] {
        for depth in [1024, 100_000].into_iter().filter(|depth| open.len() < 8 || *depth == 1024) {
            assert_eq!(of(&deep(open, close, depth)), of(&deep(&open.replace(':', " : "), close, depth)));
        }
    }
    for broken in [
        "",
        "\"",
        "\"\\",
        "\"\\u",
        "\"\\u00",
        "\"\\ud800\\u",
        "[\"",
        "]",
        "}",
        "{,",
        "1e",
        "-",
        "\u{1}",
        "[é",
    ] {
        let _ = of(broken);
    }
}

/// Any value whose numbers are plain.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-30_i64..30).prop_map(Value::from),
        "[a-c\"\\\\é\u{1f600}\n]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-c\"é]{0,2}", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The same value, spelled otherwise: `turn` says how, anew at every token.
fn respelled(value: &Value, turn: &mut impl FnMut() -> usize) -> String {
    match value {
        Value::Number(number) => match turn() % 4 {
            0 => format!("{number}.0"),
            1 => format!("{number}0e-1"),
            2 => format!("{number}.00E+0"),
            _ => number.to_string(),
        },
        Value::String(text) => spelled(text, turn),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| respelled(item, turn)).collect();
            format!("[ {} ]", items.join(" ,\t"))
        }
        Value::Object(map) => {
            let mut pairs: Vec<String> = Vec::new();
            for (key, value) in map {
                let pair = format!("{} : {}", spelled(key, turn), respelled(value, turn));
                pairs.insert(turn() % (pairs.len() + 1), pair);
            }
            if let Some(key) = map.keys().next().filter(|_| turn().is_multiple_of(2)) {
                pairs.insert(0, format!("{}:[0]", spelled(key, turn)));
            }
            format!("{{{}}}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}

fn spelled(text: &str, turn: &mut impl FnMut() -> usize) -> String {
    let mut out = String::from("\"");
    for char in text.chars() {
        if turn().is_multiple_of(2) || char < ' ' {
            for unit in char.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04X}"));
            }
        } else {
            let token = sdk_record::quote(&char.to_string());
            out.push_str(&token[1..token.len() - 1]);
        }
    }
    out.push('"');
    out
}

proptest! {
    #[test]
    fn one_value_has_one_identity(value in value(), turns in prop::collection::vec(0_usize..64, 64)) {
        let mut at = 0;
        let mut turn = || { at += 1; turns[at % turns.len()] };
        let other = respelled(&value, &mut turn);
        let plain = value.to_string();
        prop_assert_eq!(of(&plain), of(&other), "{} and {}", plain, other);
    }

    #[test]
    fn two_values_have_two(one in value(), other in value()) {
        let (left, right) = (one.to_string(), other.to_string());
        prop_assert_eq!(one == other, of(&left) == of(&right), "{} and {}", left, right);
    }

    #[test]
    fn numbers_count_exactly(one in "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?(e-?[0-9])?", other in "-?(0|[1-9][0-9]?)(\\.[0-9]{1,2})?(e-?[0-3])?") {
        let exact = |text: &str| {
            let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
            let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            let digits: i128 = format!("{whole}{fraction}").parse().unwrap();
            let power = 20 + power.parse::<i64>().unwrap() - i64::try_from(fraction.len()).unwrap();
            digits * 10_i128.pow(u32::try_from(power).unwrap())
        };
        prop_assert_eq!(exact(&one) == exact(&other), of(&one) == of(&other), "{} and {}", one, other);
    }
}
