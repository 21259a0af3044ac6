//! Which expressions a row's text answers, and what the others see of a row.

use super::agreement::agree;
use super::*;

/// Each expression with whether the row's text is enough for the condition (`c`) and for the value (`v`).
#[test]
fn what_a_row_says_by_itself() {
    let rows = [
        r#"{"a":{"b":7.5,"c":[1,"x",null],"b":8.50},"s":"Ein \"Mo\u0064el\" 😀\ud83d\ude00","n":null,"t":true,"k d":[]}"#,
        r#"{"a":{"b":null,"\u0063":[]},"s":"","n":-3.0e0,"t":false,"k d":{}}"#,
        r#"{ "a" : { "b" : "9" , "c" : [ { "x" : 1 } , 2 ] } , "s" : "model" , "n" : 2 , "t" : null , "k d" : [ ] }"#,
        "{}",
    ];
    for (expression, native) in [
        (".a", "cv"),
        (".a.b", "cv"),
        (".[\"a\"].b", "cv"),
        (".a[\"b\"]", "cv"),
        (".\"k d\"", "cv"),
        (".a?", "cv"),
        (".a.c[0]", "cv"),
        (".a.c[-1]", "cv"),
        (".a.c[-9]", "cv"),
        (".a | .c | .[1]", "cv"),
        (".", "cv"),
        (".a.b // .n", "cv"),
        (".n // .a", "cv"),
        ("if .t then .a else .s end", "cv"),
        ("if .t then .a end", "cv"),
        (".a.b >= 7.5", "cv"),
        ("8 < .a.b", "cv"),
        (".a.b == null", "cv"),
        (".a.b != .n", "cv"),
        (".s == \"model\"", "cv"),
        (".s < \"F\"", "cv"),
        (".a.c == []", "cv"),
        (".\"k d\" == {}", "cv"),
        (".a > [] and .t", "cv"),
        (".t or .n", "cv"),
        ("(.t and .n) | not", "cv"),
        (".t | not | not", "cv"),
        ("(.s | length) > 4", "cv"),
        ("(.a.c | length) == 2", "cv"),
        (".s | length == 18", "cv"),
        ("(.n | length) == 3", "cv"),
        (".a.b | type == \"number\"", "cv"),
        ("(.a|type) == \"object\"", "cv"),
        ("has(\"n\")", "cv"),
        (".a | has(\"c\")", "cv"),
        (".s | contains(\"Model\")", "cv"),
        (".s | startswith(\"mo\")", "cv"),
        (".s | endswith(\"😀\")", "cv"),
        (".s | test(\"Mo[dt]el\")", "cv"),
        (".s | ascii_downcase | test(\"model\")", "cv"),
        (".s | test(\"MODEL\"; \"i\")", "cv"),
        ("(.a.b // 0) + 1 > 9", "cv"),
        (".n * 2 - 1 == 3", "cv"),
        (".n / 2 == 1", "cv"),
        ("-1 < .n", "cv"),
        ("true", "cv"),
        ("null", "cv"),
        ("select(.t)", "c"),
        (".s | length", "c"),
        (".n + 1", "c"),
        ("\"x\"", "c"),
        ("[]", "c"),
        (".a, .b", ""),
        (".a.c[]", ""),
        (".a == 9007199254740993", ""),
        ("keys", ""),
        (".n % 2 == 0", ""),
        ("[.a]", ""),
        (".a |= 1", ""),
        (". as {$a} | $a", ""),
        ("def f: .a; f", ""),
        (".s | test(.s)", ""),
        (".s[1:]", ""),
        (".a[.s]", ""),
    ] {
        let select = Select::new(expression, &[]).unwrap();
        let planned = |speed: &Speed| !format!("{speed:?}").contains("plan: None");
        assert_eq!(planned(&select.condition), native.contains('c'), "{expression}");
        let told = rows.map(|row| agree(expression, row));
        assert_eq!(told.iter().any(|told| told.0), native.contains('c'), "{expression}");
        assert_eq!(told.iter().any(|told| told.1), native.contains('v'), "{expression}");
    }
}

#[test]
fn what_an_expression_sees() {
    let keys = |expression: &str| {
        let select = Select::new(expression, &[]).unwrap();
        let told = format!("{:?}", select.condition);
        let told = told.split("keys: ").nth(1).unwrap().trim_end_matches(" }").to_owned();
        told.replace("These([])", "_").replace("These(", "").replace([')', '(', '"', ' '], "")
    };
    for (expression, seen) in [
        (".a.b + .a.c > .d", "[a,[b,All,c,All],d,All]"),
        (".a as $x | .b | map(. + $x)", "[a,All,b,All]"),
        (".a | .b == 1 and .c", "[a,[b,All,c,All]]"),
        (".a | keys", "[a,All]"),
        (".a.b, .a", "[a,All]"),
        ("select(.a > 1) | .b.c", "[a,All,b,[c,All]]"),
        ("{a, b: .c, \"d e\", (.f): 1}", "[a,All,c,All,de,All,f,All]"),
        ("[.a[.b]] | length", "[a,All,b,All]"),
        ("any(.a[]; .b)", "[a,All]"),
        (".a.b | true", "[a,[b,_]]"),
        ("reduce .a[] as $x (.b; . + $x)", "[a,All,b,All]"),
        ("\"\\(.a) \\(.b)\" | test(\"x\")", "[a,All,b,All]"),
        ("try error(.a) catch .b", "[a,All]"),
        ("has(\"a\")", "[a,All]"),
        ("select(.)", "All"),
        ("keys", "All"),
        (".a = 1", "All"),
        ("def f: .a; .b | f", "All"),
        ("if .a then .b end", "All"),
        (".[.a]", "All"),
        ("..", "All"),
        ("to_entries", "All"),
        ("[.[] | .a]", "All"),
    ] {
        assert_eq!(keys(expression), seen, "{expression}");
    }
}
