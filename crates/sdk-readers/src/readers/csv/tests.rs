use std::io::Cursor;

use super::*;

fn read(name: &str, bytes: &[u8], wishes: &Wishes) -> Content {
    let input = Input::open(name, Box::new(Cursor::new(bytes.to_vec())), u64::MAX).unwrap();
    super::read(input, wishes).unwrap()
}

fn rows(name: &str, bytes: &[u8]) -> Vec<String> {
    let wishes = Wishes { max_line: 100_000, ..Wishes::default() };
    let Content::Rows(rows) = read(name, bytes, &wishes) else { panic!("rows") };
    rows.map(|row| match row {
        Ok(row) => row.into_text(),
        Err(fault) => format!("{}: {}", fault.place.unwrap(), fault.kind.name()),
    })
    .collect()
}

#[test]
fn rows_are_records_of_strings() {
    let text = "\u{FEFF}a,b\r\n1,\"two\nlines, \"\"quoted\"\"\"\r\n3\r\n4,5,6\r\n\r\n7,é\r\n";
    let expected = [
        "{\"a\":\"1\",\"b\":\"two\\nlines, \\\"quoted\\\"\"}",
        "a.csv:4: damaged",
        "a.csv:5: damaged",
        "{\"a\":\"7\",\"b\":\"é\"}",
    ];
    assert_eq!(rows("a.csv", text.as_bytes()), expected);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(rows("a.csv", &utf16), expected);
    assert_eq!(rows("a.csv", b"a;b\n1,5;2\n"), [r#"{"a":"1,5","b":"2"}"#]);
    assert_eq!(rows("a.tsv", b"a,b\tc\n1\t\"2\"\n"), [r#"{"a,b":"1","c":"2"}"#]);
    assert_eq!(rows("a.csv", b"a\n1\n2"), [r#"{"a":"1"}"#, r#"{"a":"2"}"#]);
    assert!(rows("a.csv", b"").is_empty() && rows("a.csv", b"a,b\n").is_empty());
}

#[test]
fn a_quote_that_is_open_at_the_end_hides_no_row() {
    let first = r#"{"a":"1","b":"2"}"#;
    assert_eq!(rows("a.csv", b"a,b\n1,2\n3,\"open\n4,5\n6,7\n"), [first, "a.csv:3: damaged"]);
    assert_eq!(rows("a.csv", b"a,b\n1,2\n3,\"open\n4,5"), [first, "a.csv:3: damaged"]);
    for closed in ["a,b\n1,2\n3,\"x\ny\"", "a,b\n1,2\n3,\"x\ny\"\n", "a,b\n1,2\n3,\"x\ny\"\n\n"] {
        assert_eq!(rows("a.csv", closed.as_bytes()), [first, r#"{"a":"3","b":"x\ny"}"#]);
    }
}

#[test]
fn a_quote_that_a_later_one_closes_hides_no_row() {
    let last = r#"{"a":"8","b":"9"}"#;
    assert_eq!(rows("a.csv", b"a,b\n3,\"open\n4,\"5\"\n8,9\n"), ["a.csv:2: damaged", last]);
    // On one line it is what its writer meant.
    assert_eq!(rows("a.csv", b"a,b\n3,\"5\" pipe\n8,9\n"), [r#"{"a":"3","b":"5 pipe"}"#, last]);
}

#[test]
fn a_quote_within_a_name_is_none_of_the_first_row_s() {
    let found = rows("a.csv", b"\"Size\" cm,Notes\n1,\"a\nb\"\n2,c\n");
    assert_eq!(found, [r#"{"Size cm":"1","Notes":"a\nb"}"#, r#"{"Size cm":"2","Notes":"c"}"#]);
}

#[test]
fn a_refused_row_is_named_whole() {
    let Content::Rows(mut rows) = read("a.csv", b"a,b\n\"1,5\",2,3\n", &Wishes::default()) else {
        panic!("rows")
    };
    let fault = rows.next().unwrap().unwrap_err();
    assert_eq!(fault.line.unwrap(), b"\"1,5\",2,3");
    assert!(fault.message.contains("expected 2 values") && fault.message.contains("found 3"));
}

#[test]
fn a_quote_that_is_never_closed_does_not_fill_the_memory() {
    let text = format!("a,b\n1,2\n3,\"{}", "x,y\n".repeat(200_000));
    assert_eq!(rows("a.csv", text.as_bytes())[0], r#"{"a":"1","b":"2"}"#);
    assert!(rows("a.csv", text.as_bytes())[1].ends_with("too_long"));
    assert_eq!(rows("a.csv", "a,b\n1,2\n".repeat(200_000).as_bytes()).len(), 399_999);
}

#[test]
fn a_table() {
    let wishes = Wishes { table: true, ..Wishes::default() };
    let Content::Document(table) = read("a.csv", b"a,b\n1,x|y\n2\n3,\"p\nq\"\n", &wishes) else {
        panic!("a document")
    };
    assert_eq!(table.text, "| a | b |\n| --- | --- |\n| 1 | x\\|y |\n| 3 | p q |\n");
    assert!(table.warning.unwrap().ends_with(": 1"));
}
