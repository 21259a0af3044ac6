//! Property tests of the tolerant reader: nothing makes it panic, and no wrapping loses an item.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use sdk_prompt::{Want, items, one};
use serde_json::{Map, Value, json};

/// Any JSON value, not very deep.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
        "[\\[\\]{}\"'`,:\\\\ \n<>/think]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// A list of objects.
fn objects() -> impl Strategy<Value = Vec<Value>> {
    let object = prop::collection::vec((any::<String>(), value()), 1..4)
        .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>()));
    prop::collection::vec(object, 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        let _ = (items(&text, Want::Items(3)), one(&text));
    }

    #[test]
    fn any_rubble_is_read(text in "[\\[\\]{}\"'`,:\\\\ \n\t0-9aeu€“<>/-]{0,200}") {
        let _ = (items(&text, Want::Items(3)), one(&text));
    }

    #[test]
    fn any_cut_is_read(list in objects(), at in any::<prop::sample::Index>()) {
        let text = Value::from(list.clone()).to_string();
        let at = (0..=at.index(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        if let Ok(found) = items(&text[..at], Want::Items(3)) {
            prop_assert!(!found.whole);
            prop_assert_eq!(&found.values[..], &list[..found.values.len()]);
        }
    }

    #[test]
    fn any_list_survives_any_wrapping(
        list in objects(),
        before in "[A-Za-z0-9 .,;:!?\"'€“”\n]{0,40}",
        after in "[A-Za-z0-9 .,;:!?\"'€“”\n\\[\\]]{0,40}",
        thought in "[A-Za-z \n\\[\\]{}\"']{0,40}",
        fenced in any::<bool>(),
        pretty in any::<bool>(),
        wrapped in any::<bool>(),
        thinking in any::<bool>(),
    ) {
        let value = if wrapped { json!({"items": list}) } else { Value::from(list.clone()) };
        let mut text = if pretty { format!("{value:#}") } else { value.to_string() };
        if fenced {
            text = format!("```json\n{text}\n```\n");
        }
        text = format!("{before}{text}{after}");
        if thinking {
            text = format!("<think>{thought}</think>{text}");
        }
        let found = items(&text, Want::Items(list.len())).map_err(|fault| TestCaseError::fail(fault.to_string()))?;
        prop_assert_eq!(found.values, list);
        prop_assert!(found.whole);
    }
}
