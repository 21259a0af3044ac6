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
