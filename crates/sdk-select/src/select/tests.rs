//! What expressions give, and what is said of bad ones.

use super::*;
use crate::val;

fn first(expression: &str, row: &str) -> String {
    let select = Select::new(expression, &["n"]).unwrap();
    let value = select.first(val(row).unwrap(), &[Val::from(3_usize)]);
    value.map_or_else(|fault| fault.message, |v| v.map_or("none".to_owned(), |v| raw(&v)))
}

#[test]
fn jq_says_it() {
    for (expression, row, result) in [
        (".a", r#"{"a":1.50,"a":12345678901234567890}"#, "12345678901234567890"),
        (".a >= 7.5", r#"{"a":"9"}"#, "true"),
        (".a >= 7.5", r#"{"a":null}"#, "false"),
        ("[.a[] | select(. > $n)] | length", r#"{"a":[1,5,7]}"#, "2"),
        ("{a, b: (.a|ascii_upcase)}", r#"{"a":"é\u00e9x"}"#, r#"{"a":"ééx","b":"ééX"}"#),
        ("halt", "{}", "`halt` fails: `halt` cannot stop the run; use `empty`"),
        ("empty", "{}", "none"),
        ("nan", "{}", "null"),
        (".a.b", r#"{"a":1}"#, "`.a.b` fails: cannot index 1 with \"b\""),
    ] {
        assert_eq!(first(expression, row), result, "{expression}");
    }
}

#[test]
fn errors_name_the_place() {
    let said = |expression: &str| Select::new(expression, &[]).unwrap_err();
    assert_eq!(said(".a ==").message, "expected term, found the end");
    assert_eq!(
        (said("\"é\" | foo").column, said("\"é\" | foo").message.as_str()),
        (7, "there is no filter `foo`")
    );
    assert_eq!(said(".a == $x").message, "there is no variable `$x`");
    assert_eq!(
        (said(".a[").column, said(".a[").message.as_str()),
        (4, "expected closing bracket, found the end")
    );
    assert!(said(&"[".repeat(100_000)).message.contains("inside each other"));
}

#[test]
fn tokens_leave_as_they_came() {
    let row = sdk_record::Record::parse(r#"{"a":{"b" : 1.50, "c":"\u00e9"},"a":{"b" : -0}}"#).unwrap();
    let one = |select: &str| {
        let select = Select::new(select, &[]).unwrap();
        let one = select.one(row.row()).unwrap();
        one.map(|value| (matches!(value, Cow::Borrowed(_)), value.into_owned()))
    };
    let as_it_came = |token: &str| Some((true, token.to_owned()));
    assert_eq!(one(".a"), as_it_came(r#"{"b" : -0}"#));
    assert_eq!(one(".a.b // 1"), as_it_came("-0"));
    assert_eq!(one(".a.x"), as_it_came("null"));
    assert_eq!(one("empty"), None);
    for fixed in [r#""Be \"brief\".""#, "7.50", "null", "[]"] {
        assert_eq!(one(fixed), as_it_came(fixed));
    }
}

#[test]
fn hostile_expressions() {
    let row = sdk_record::Record::parse(r#"{"a":1}"#).unwrap();
    for deep in [
        "(".repeat(10_000) + "." + &")".repeat(10_000),
        "[".repeat(300),
        "-(".repeat(5000),
        "\"\\(".repeat(3000),
    ] {
        assert!(Select::new(&deep, &[]).unwrap_err().message.contains("inside each other"));
    }
    // Keys of the environment never get into rows, and nobody else's rows are read.
    for unknown in [
        "env",
        "$ENV",
        "env.PATH",
        "input",
        "[inputs]",
        "input_line_number",
        "$__loc__",
        "import \"x\" as x; 1",
    ] {
        assert!(Select::new(unknown, &[]).is_err(), "{unknown}");
    }
    for (stops, said) in [
        ("halt", "`halt` cannot stop the run; use `empty`"),
        ("\"x\" | halt_error", "`halt` cannot stop the run; use `empty`"),
        (".a | halt_error(1)", "`halt` cannot stop the run; use `empty`"),
        ("\"xy\" * 9223372036854775807", r#""`*` would make a text longer than 256 MiB""#),
        ("99999999999 * \"xy\"", r#""`*` would make a text longer than 256 MiB""#),
        ("\"xy\" * 99999999999999999999", r#""`*` would make a text longer than 256 MiB""#),
        ("[1, \"\\(\"xy\" * 99999999999)\"]", r#""`*` would make a text longer than 256 MiB""#),
        (".b = \"xy\" | .b *= 99999999999", r#""`*` would make a text longer than 256 MiB""#),
        (
            "def f($n): reduce 1 as $x (\"xy\"; . * $n); f(99999999999)",
            r#""`*` would make a text longer than 256 MiB""#,
        ),
        (".a, halt", "`halt` cannot stop the run; use `empty`"),
        ("error", "{\"a\":1}"),
        ("error(null)", "null"),
        ("label $x | 1 | error(\"mine\")", "\"mine\""),
    ] {
        let select = Select::new(stops, &[]).unwrap();
        let fault = select.every(row.row()).unwrap_err();
        assert_eq!((fault.kind, fault.message), (Kind::Expression, format!("`{stops}` fails: {said}")));
    }
    // What jq gives stays: the order of values, what is no text, where a path may not be.
    for (expression, said) in [
        ("[(2, 3) * (10, 100)]", "[20,200,30,300]"),
        ("[\"x\" * (0, 1, 3, -1, -99999999999999999999)]", "[null,\"x\",\"xxx\",null,null]"),
        ("[3, .a] * \"x\"", "`[3, .a] * \"x\"` fails: cannot calculate [3,1] * \"x\""),
        ("\"\" * 99999999999999999999", "\"\""),
        ("{b: {c: 1}} * {b: {d: 2}}", "{\"b\":{\"c\":1,\"d\":2}}"),
        (".a *= (2, 3) | .a", "2"),
        ("[.a *= (2, 3) | .a]", "[2,3]"),
        ("1 as $right | {a: 2, b: [3]} | .b[] *= .a * $right | .b", "[6]"),
        ("[limit(3; .a | recurse(. * 2))]", "[1,2,4]"),
        ("path(.a * 2)", "`path(.a * 2)` fails: invalid path expression with input {\"a\":1}"),
        ("2 * 3 + 4 * 5 - 6 / 2 * 2", "20.0"),
    ] {
        assert_eq!(first(expression, row.text()), said, "{expression}");
    }
    for quiet in ["debug", "stderr", "debug(.a)"] {
        assert_eq!(Select::new(quiet, &[]).unwrap().every(row.row()).unwrap(), ["{\"a\":1}"]);
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(1020), "]".repeat(1020));
    super::agreement::agree(".a | tojson | length", &deep);
    super::agreement::agree(".a[0][0] == .b", &deep);
}

#[test]
fn texts_of_json() {
    let deep = |depth: usize| format!("{{\"c\":\"{}{}\"}}", "[".repeat(depth), "]".repeat(depth));
    for (expression, row, said) in [
        ("[.c | fromjson]", r#"{"c":" 1 [2] {\"a\":null} "}"#, "[1,[2],{\"a\":null}]"),
        ("[.c | fromjson]", r#"{"c":""}"#, "[]"),
        ("[.c | fromjson]", r#"{"c":"1.50"}"#, "[1.50]"),
        ("[.c | fromjson?]", r#"{"c":"1 x 2"}"#, "[1]"),
        ("[.c | tonumber?]", r#"{"c":"x"}"#, "[]"),
        ("[.c | toboolean?]", r#"{"c":"true"}"#, "[true]"),
        ("(.c | tonumber) >= .d.x?", r#"{"c":"12","d":1}"#, "none"),
        (".c | try fromjson catch \"no\"", r#"{"c":"[1,"}"#, "\"no\""),
        (".c | fromjson", r#"{"c":1}"#, "`.c | fromjson` fails: cannot use 1 as string"),
    ] {
        assert_eq!(first(expression, row), said, "{expression} {row}");
    }
    // An operator whose other side is empty asks for one error after the other, to the last.
    assert_eq!(first("(.c | tonumber) >= .d.x?", r#"{"c":"abc","d":1}"#), "none");
    assert!(first(".c | tonumber", r#"{"c":"abc"}"#).contains(r#"cannot parse \"abc\" as JSON"#));
    assert_eq!(first(".c | fromjson | length", &deep(1000)), "1");
    for more in [
        &deep(1_000_000),
        &deep(1_000_000).replace(":\"", ":\"# \\\"\\n"),
        &deep(1_000_000).replace('[', "{\\\"a\\\":"),
    ] {
        assert!(first(".c | fromjson", more).contains("nested deeper"));
    }
}
