//! What the walk finds is what `serde_json` finds; on what is no JSON it ends.

use proptest::prelude::*;
use serde_json::value::RawValue;

use super::{elements, members};

fn json() -> impl Strategy<Value = String> {
    let string = prop_oneof![
        "[a-z ,:{}\\[\\]é😀]{0,9}",
        Just(r#"\""#.to_owned()),
        Just(r"\\".to_owned()),
        Just(r#"\\\""#.to_owned()),
        Just(r"\ud800\n".to_owned()),
    ];
    let string =
        proptest::collection::vec(string, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()));
    let space = || proptest::sample::select(vec!["", "", " ", "\t", " \r"]);
    let scalar = proptest::sample::select(vec!["null", "true", "-0", "1e400", "12345678901234567890.50"]);
    let leaf = prop_oneof![string.clone(), scalar.prop_map(str::to_owned)];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let padded =
            (space(), inner, space()).prop_map(|(left, value, right)| format!("{left}{value}{right}"));
        let member = (space(), string.clone(), space(), padded.clone())
            .prop_map(|(left, key, right, value)| format!("{left}{key}{right}:{value}"));
        prop_oneof![
            (space(), proptest::collection::vec(padded, 0..5))
                .prop_map(|(space, list)| format!("[{space}{}]", list.join(","))),
            (space(), proptest::collection::vec(member, 0..5))
                .prop_map(|(space, list)| format!("{{{space}{}}}", list.join(","))),
        ]
    })
}

/// An array of this object's keys and values: what `serde_json` lists of an array is not in doubt.
fn listed(array: &str) -> Vec<String> {
    serde_json::from_str::<Vec<Box<RawValue>>>(array)
        .unwrap()
        .iter()
        .map(|raw| raw.get().to_owned())
        .collect()
}

proptest! {
    #[test]
    fn an_array_has_its_elements(values in proptest::collection::vec(json(), 0..6)) {
        let array = format!("[ {} ]", values.join(" ,"));
        prop_assert_eq!(elements(&array).collect::<Vec<_>>(), listed(&array));
        prop_assert_eq!(members(&array).count(), 0);
    }

    #[test]
    fn an_object_has_its_members(pairs in proptest::collection::vec(("\"[a-c\\\\]?[a-c]\"", json()), 0..6)) {
        let pairs: Vec<_> = pairs.into_iter().map(|(key, value)| (key.replace('\\', "\\u0061"), value)).collect();
        let spelled: Vec<_> = pairs.iter().map(|(key, value)| format!("{key} :{value}")).collect();
        let object = format!("{{{}}}", spelled.join(", "));
        prop_assert!(serde_json::from_str::<&RawValue>(&object).is_ok());
        let trimmed = |pairs: &[(String, String)]| -> Vec<(String, String)> {
            pairs.iter().map(|(key, value)| (key.clone(), value.trim().to_owned())).collect()
        };
        let found: Vec<_> = members(&object).map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        prop_assert_eq!(found, trimmed(&pairs));
        prop_assert_eq!(elements(&object).count(), 0);
    }

    #[test]
    fn what_is_no_json_ends(text in "[\\[{\"\\\\,: }\\]a1é😀]{0,24}", cut in json(), at in 0_usize..40) {
        for text in [text.as_str(), cut.get(..at).unwrap_or(&cut)] {
            for text in [text.to_owned(), format!("[{text}"), format!("{{{text}")] {
                prop_assert!(elements(&text).count() + members(&text).count() <= text.len());
            }
        }
    }
}
