//! Random bytes that look like JSON: all scanners find what `serde_json` does.
#![allow(clippy::unwrap_used)]

mod reference;

use proptest::prelude::*;
use proptest::sample::select;
use reference::agree;

const TOKENS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\"a\"",
    "\"b\":",
    "\"c\":1,",
    "1",
    "-1.5e3",
    "0",
    "01",
    ".",
    "e",
    "-",
    "true",
    "false",
    "null",
    "\\",
    "\\\\",
    "\\\"",
    "\\u",
    "\\u12aF",
    "\\u00",
    "ab",
    "12345678",
    "\n",
    "\n",
    "{\"a\":1}\n",
    " ",
    "  ",
    "\t",
    "\r",
    "é",
    "\u{7f}",
    "\u{0}",
    "\u{1f}",
    "\u{c}",
    "\u{1a}",
    "{}",
    "[]",
    "/",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

/// Bytes that may be anything, few of them.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..3)
}

fn soup() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![40 => select(TOKENS).prop_map(|token| token.as_bytes().to_vec()), 1 => noise()];
    prop::collection::vec(token, 0..120).prop_map(|tokens| tokens.concat())
}

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => Just(""), 3 => Just(" "), 1 => select(&["\t", "\r", "   ", "\r \t"][..])]
}

fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[ -!#-\\[\\]-~é😀]{0,12}",
        1 => select(&["\\\"", "\\\\", "\\/", "\\n", "\\u00e9", "\\ud83d\\uDE00", "{\\\"a\\\":[1,2]}", "\\ud800"][..])
            .prop_map(str::to_owned),
        1 => "x{0,70}",
    ];
    prop::collection::vec(part, 0..5).prop_map(|parts| format!("\"{}\"", parts.concat()))
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        text(),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
        select(&["true", "false", "null", "[]", "{}", "{ }"][..]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let item = (space(), inner.clone(), space()).prop_map(|(a, item, b)| format!("{a}{item}{b}"));
        let member = (space(), text(), space(), space(), inner, space())
            .prop_map(|(a, key, b, c, value, d)| format!("{a}{key}{b}:{c}{value}{d}"));
        prop_oneof![
            prop::collection::vec(item, 1..6).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 1..6).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

/// Lines that are JSON, each with white space around it.
fn lines() -> impl Strategy<Value = Vec<u8>> {
    let line = (space(), value(), space()).prop_map(|(a, value, b)| format!("{a}{value}{b}"));
    prop::collection::vec(line, 1..8).prop_map(|lines| lines.join("\n").into_bytes())
}

/// A few bytes of it become other ones.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    let other = prop_oneof![select(&b"{}[]:,\"\\\n 0e.-tu\x00\x1f\x80"[..]), any::<u8>()];
    (lines(), prop::collection::vec((any::<prop::sample::Index>(), other), 1..4)).prop_map(
        |(mut bytes, changes)| {
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            bytes
        },
    )
}

/// Records before it, so that the borders of what is marked together come to lie anywhere.
fn padded(body: &[u8], before: usize) -> Vec<u8> {
    let mut block = b"{\"a\":1}\n".repeat(before / 8);
    block.extend(b"\n".repeat(before % 8));
    block.extend(body);
    block
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        agree(&bytes);
    }

    #[test]
    fn any_tokens(bytes in soup(), before in 0_usize..8200) {
        agree(&bytes);
        agree(&padded(&bytes, before));
    }

    #[test]
    fn any_lines(bytes in lines(), before in 0_usize..8200) {
        agree(&bytes);
        agree(&padded(&bytes, before));
    }

    #[test]
    fn any_spoilt_lines(bytes in spoilt(), before in 0_usize..200) {
        agree(&padded(&bytes, before));
    }
}
