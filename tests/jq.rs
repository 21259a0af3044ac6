//! jq decides: random rows × random expressions, kept, dropped and failed on alike by sdk-filter and by jq. The grammar
//! keeps to what jq 1.6 and jaq agree on: no large or respelled numbers, no number as index of an object, no division by
//! zero, and nothing without a value beside something that fails (the two evaluate operands in another order).
#![allow(
    clippy::format_collect,
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::print_stderr,
    missing_docs
)]

mod shell;

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

const ROWS: usize = 60;
const EXPRESSIONS: usize = 240;

/// What becomes of a row: the index of its word.
const FATES: [&str; 3] = ["drops", "keeps", "fails on"];
const DROPPED: usize = 0;
const KEPT: usize = 1;
const FAILED: usize = 2;

const NUMBERS: &[&str] = &["0", "1", "2", "7", "-3", "7.5", "0.5", "-1.5", "12"];
const TEXTS: &[&str] = &[
    r#""""#,
    r#""a""#,
    r#""ab""#,
    r#""A,b""#,
    r#""é""#,
    r#""\u00e9""#,
    r#""\ud83d\ude00 x""#,
    r#""7""#,
    r#""x y\n""#,
];
const CONSTANTS: &[&str] = &["null", "true", "false"];
const COLONS: &[&str] = &[":", ": "];
const KEYS: &[&str] =
    &[r#""a""#, r#""b""#, r#""c""#, r#""d""#, r#""x""#, r#""y""#, r#""é""#, r#""\u00e9""#, r#""\u0061""#];

const LEAVES: &[&str] = &[
    ".a",
    ".b",
    ".c",
    ".d",
    ".a.x",
    ".b.x",
    ".a.y",
    ".d.b.x",
    ".a.x.y",
    ".[\"a\"]",
    ".[\"é\"]",
    ".\"é\"",
    "(.b.x? // null)",
    "(if (.d | type) == \"array\" then .d[0] else .d end)",
    ".",
    "null",
    "true",
    "false",
    "0",
    "1",
    "2",
    "7.5",
    "\"a\"",
    "\"é\"",
    "\"\\u00e9\"",
    "\"7\"",
    "[]",
    "{}",
];

const FILTERS: &[&str] = &[
    "length",
    "type",
    "not",
    "tostring",
    "ascii_downcase",
    "ascii_upcase",
    "keys",
    "has(\"x\")",
    "startswith(\"a\")",
    "endswith(\"b\")",
    "add",
    "any",
    "all",
    "map(.)",
    "sort",
    "unique",
    "test(\"[a-z]\")",
    "split(\",\")",
    "min",
    "max",
    "[..] | length",
    "floor",
    "explode | length",
    "utf8bytelength",
    "tojson",
    "[.[]?] | length",
    "to_entries | length",
    ". as $v | $v",
    "reduce .[]? as $i (0; . + 1)",
    "(.x? // 0)",
    "map(length)",
    "any(. == 1)",
    "getpath([\"x\"])",
    "try error(\"x\") catch .",
    "[strings] | length",
    ".x",
    ".x.y",
    ".\"é\"",
];

const OPERATORS: &[&str] =
    &["==", "!=", "<", "<=", ">", ">=", "==", ">=", "and", "or", "and", "or", "//", "+", "-"];

fn one_of(texts: &'static [&'static str]) -> BoxedStrategy<String> {
    select(texts).prop_map(str::to_owned).boxed()
}

fn object(value: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let pair = (one_of(KEYS), value).prop_map(|(key, value)| format!("{key}: {value}"));
    proptest::collection::vec(pair, 0..5).prop_map(|pairs| format!("{{ {}}}", pairs.join(","))).boxed()
}

fn array(value: BoxedStrategy<String>) -> BoxedStrategy<String> {
    proptest::collection::vec(value, 0..4).prop_map(|items| format!("[{}]", items.join(", "))).boxed()
}

fn value(depth: usize) -> BoxedStrategy<String> {
    let scalar = prop_oneof![one_of(CONSTANTS), one_of(NUMBERS), one_of(TEXTS)];
    if depth == 0 {
        return scalar.boxed();
    }
    prop_oneof![3 => scalar, 1 => array(value(depth - 1)), 1 => object(value(depth - 1))].boxed()
}

/// The pairs of a row: each key mostly there and mostly of one kind, some written with escapes, some doubled.
fn pairs() -> impl Strategy<Value = Vec<String>> {
    let pair = |key: &'static str, usual: BoxedStrategy<String>| {
        let value = prop_oneof![7 => usual, 3 => value(3)];
        let pair = (select(COLONS), value).prop_map(move |(colon, value)| format!("{key}{colon}{value}"));
        proptest::option::weighted(0.8, pair)
    };
    let doubled = (one_of(KEYS), value(2)).prop_map(|(key, value)| format!("{key}:{value}"));
    (
        pair("\"a\"", object(value(1))),
        pair("\"\\u0062\"", one_of(NUMBERS)),
        pair("\"c\"", one_of(TEXTS)),
        pair("\"d\"", array(value(1))),
        pair("\"é\"", value(2)),
        proptest::option::weighted(0.3, doubled),
    )
        .prop_map(|(a, b, c, d, e, f)| [a, b, c, d, e, f].into_iter().flatten().collect())
}

fn expression(depth: usize) -> BoxedStrategy<String> {
    if depth == 0 {
        return one_of(LEAVES);
    }
    let inner = || expression(depth - 1);
    prop_oneof![
        3 => one_of(LEAVES),
        8 => (inner(), one_of(OPERATORS), inner()).prop_map(|(left, sign, right)| format!("({left} {sign} {right})")),
        4 => (inner(), one_of(FILTERS)).prop_map(|(left, filter)| format!("({left} | {filter})")),
        1 => inner().prop_map(|inner| format!("(({inner} | length) % 3)")),
        1 => (inner(), inner(), inner()).prop_map(|(a, b, c)| format!("(if {a} then {b} else {c} end)")),
        1 => inner().prop_map(|inner| format!("[{inner}]")),
    ]
    .boxed()
}

/// A whole condition, which may also give no value or several.
fn condition() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => expression(1),
        3 => expression(2),
        3 => expression(3),
        1 => expression(2).prop_map(|inner| format!("({inner} | strings)")),
        1 => expression(2).prop_map(|inner| format!("({inner} | .[]?)")),
        1 => (expression(1), expression(1)).prop_map(|(one, other)| format!("{one}, {other}")),
        1 => Just(".d[]? | . == 1 or . == 7".to_owned()),
    ]
}

#[test]
fn jq_and_sdk_filter_agree() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|folder| folder.join("jq").is_file()) {
        shell::lacks("jq (for tests/jq.rs)");
        return;
    }
    let folder = shell::folder();
    // The same rows and expressions in every run.
    let mut runner = TestRunner::deterministic();
    let mut rows = Vec::new();
    for n in 0..ROWS {
        let pairs = pairs().new_tree(&mut runner).unwrap().current();
        rows.push(format!(
            "{{\"n\":{n}{}}}",
            pairs.iter().map(|pair| format!(",{pair}")).collect::<String>()
        ));
    }
    fs::write(folder.path().join("rows"), rows.join("\n") + "\n").unwrap();
    let conditions: Vec<String> =
        (0..EXPRESSIONS).map(|_| condition().new_tree(&mut runner).unwrap().current()).collect();
    let wanted = by_jq(&conditions, folder.path());
    assert_eq!(wanted.len(), ROWS, "jq gives a line for each row");
    for fate in [DROPPED, KEPT, FAILED] {
        let count = wanted.iter().flatten().filter(|found| **found == fate).count();
        assert!(count > ROWS * EXPRESSIONS / 20, "too few rows end as {fate}: {count}");
    }
    let mut differences = String::new();
    for (index, condition) in conditions.iter().enumerate() {
        let found = by_filter(condition, if index % 2 == 0 { "1" } else { "4" }, folder.path());
        if let Some(n) = (0..ROWS).find(|&n| found[n] != wanted[n][index]) {
            let (jqs, ours) = (FATES[wanted[n][index]], FATES[found[n]]);
            differences += &format!("{condition}\n    jq {jqs}, sdk-filter {ours} {}\n", rows[n]);
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

/// What jq does with each row (outer) under each condition (inner), in one run.
fn by_jq(conditions: &[String], folder: &Path) -> Vec<Vec<usize>> {
    let fate = |condition: &String| {
        format!(
            "(try (if [first(({condition}) | select(.))] == [] then {DROPPED} else {KEPT} end) catch {FAILED})"
        )
    };
    let program: Vec<String> = conditions.iter().map(fate).collect();
    fs::write(folder.join("program"), format!("[{}]\n", program.join(",\n"))).unwrap();
    let ran = shell::sh("jq -c -f program rows", folder).ended(0);
    ran.rows().iter().map(|row| row.as_array().unwrap().iter().map(number).collect()).collect()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// What sdk-filter does with each row.
fn by_filter(condition: &str, jobs: &str, folder: &Path) -> Vec<usize> {
    let mut command = shell::command("sdk-filter", folder);
    command.args(["-q", "-j", jobs, "--rejects", "bad", condition, "rows"]);
    let ran = shell::finish(command, None);
    assert!(ran.status < 2, "{condition}: {}", ran.stderr);
    let mut fates = vec![DROPPED; ROWS];
    for row in ran.rows() {
        fates[number(&row["n"])] = KEPT;
    }
    for line in fs::read_to_string(folder.join("bad")).unwrap().lines() {
        let reject: Value = serde_json::from_str(line).unwrap();
        assert_eq!(reject["error"]["kind"], "expression", "{condition}: {line}");
        fates[number(&reject["row"]["n"])] = FAILED;
    }
    fates
}
