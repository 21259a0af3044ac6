//! A filter as a whole, and the laws of its parts.

mod identity;
mod laws;
mod schema;

use clap::Parser;
use sdk_record::Record;

use super::*;

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    flags: FilterFlags,
}

/// The flags of this command line.
fn flags(line: &[&str]) -> FilterFlags {
    Command::try_parse_from([&["sdk-filter"], line].concat()).expect("flags").flags
}

fn wrong(line: &[&str]) -> String {
    Filter::new(&flags(line), None, 0).unwrap_err().to_string()
}

/// What a run writes: kept rows, dropped rows (with the reason, if asked), rejects, and the counts as JSON.
#[derive(Debug, Default)]
struct Ran {
    kept: Vec<String>,
    dropped: Vec<String>,
    rejected: Vec<String>,
    stats: String,
}

fn run(line: &[&str], rows: &[&str]) -> Ran {
    filtered(&Filter::new(&flags(line), None, 0).unwrap(), line.contains(&"--why"), rows)
}

/// What the doorway does, without its files.
fn filtered(filter: &Filter, why: bool, rows: &[&str]) -> Ran {
    let (tester, mut chooser, mut counts, mut ran) =
        (filter.worker(), filter.chooser(), Counts::default(), Ran::default());
    let line = |dropped: &Dropped, row: &str| match why {
        true => dropped.line(filter.names(), row).trim_end().to_owned(),
        false => row.to_owned(),
    };
    for text in rows {
        let record = Record::parse(text).unwrap();
        let chosen = match tester.test(&record.row()) {
            Ok(Tested::Passes(marks)) => chooser.choose(marks, || record.text()),
            Ok(Tested::Dropped(place, why)) => Chosen::Dropped(Dropped::by(place, why)),
            Ok(Tested::Unrated(place, why)) => Chosen::Unrated(Dropped::by(place, why)),
            Err(fault) => Chosen::Rejected(fault),
        };
        match chosen {
            Chosen::Keep => ran.kept.push((*text).to_owned()),
            Chosen::Dropped(dropped) => {
                counts.drop(&dropped);
                ran.dropped.push(line(&dropped, text));
            }
            Chosen::Unrated(dropped) => {
                counts.unrated += 1;
                counts.drop(&dropped);
                ran.dropped.push(line(&dropped, text));
            }
            Chosen::Rejected(fault) => ran.rejected.push(fault.message),
            Chosen::Held { evicted } => {
                if let Some(Evicted { row, dropped }) = evicted {
                    counts.drop(&dropped);
                    ran.dropped.push(line(&dropped, &row));
                }
            }
        }
    }
    ran.kept.extend(chooser.finish());
    ran.stats = counts.stats(filter.names()).map(|(key, raw)| format!("{key}={raw}")).join(" ");
    ran
}

#[test]
fn conditions_are_tried_in_the_order_of_the_table() {
    let line = [
        "--top",
        "2",
        "--max",
        "9",
        "-w",
        ".a",
        "--min",
        "7.50",
        "-w",
        "-.b < 0",
        "--unique",
        ".q",
        "--dropped",
        "d",
        "--why",
    ];
    let ran = run(
        &line,
        &[
            r#"{"a":1,"b":1,"score":8,"q":1}"#,
            r#"{"a":null,"b":1}"#,
            r#"{"b":[1],"a":false,"score":"x"}"#,
            r#"{"a":1,"b":-1}"#,
            r#"{"a":1,"b":1,"score":6.0}"#,
            r#"{"a":1,"b":1,"score":9.5}"#,
            r#"{"a":1,"b":1,"score":null}"#,
            r#"{"a":1,"b":1}"#,
            r#"{"a":1,"b":1,"score":[8]}"#,
            r#"{"a":1,"b":1,"score":9,"q":1.0}"#,
            r#"{"a":1,"b":1,"score":9,"q":2}"#,
            r#"{"a":1,"b":1,"score":7.5,"q":3}"#,
            r#"{"a":1,"b":1,"score":8.5,"q":4}"#,
            r#"{"a":1,"b":1,"score":8.5,"q":3}"#,
        ],
    );
    let said = |text: &str| text.replace("ROW", "\"row\":{\"a\":1,\"b\":1");
    assert_eq!(
        ran.dropped,
        [
            r#"{"dropped":{"condition":"-w .a","value":null,"message":"gives null"},"row":{"a":null,"b":1}}"#,
            r#"{"dropped":{"condition":"-w .a","value":false,"message":"gives false"},"row":{"b":[1],"a":false,"score":"x"}}"#,
            r#"{"dropped":{"condition":"-w -.b < 0","value":false,"message":"gives false"},"row":{"a":1,"b":-1}}"#,
            r#"{"dropped":{"condition":"--min 7.50","value":6.0,"message":"6.0 is below 7.50"},ROW,"score":6.0}}"#,
            r#"{"dropped":{"condition":"--max 9","value":9.5,"message":"9.5 is above 9"},ROW,"score":9.5}}"#,
            r#"{"dropped":{"condition":"--min 7.50","value":null,"message":"null: not a number"},ROW,"score":null}}"#,
            r#"{"dropped":{"condition":"--min 7.50","message":"missing"},ROW}}"#,
            r#"{"dropped":{"condition":"--unique .q","value":1.0,"message":"the same value as an earlier row"},ROW,"score":9,"q":1.0}}"#,
            r#"{"dropped":{"condition":"--top 2","value":7.5,"message":"not among the 2 highest"},ROW,"score":7.5,"q":3}}"#,
            r#"{"dropped":{"condition":"--top 2","value":8,"message":"not among the 2 highest"},ROW,"score":8,"q":1}}"#,
            r#"{"dropped":{"condition":"--unique .q","value":3,"message":"the same value as an earlier row"},ROW,"score":8.5,"q":3}}"#,
        ]
        .map(said)
    );
    assert_eq!(ran.kept, [r#"{"a":1,"b":1,"score":9,"q":2}"#, r#"{"a":1,"b":1,"score":8.5,"q":4}"#]);
    assert_eq!(
        ran.rejected,
        ["`score`: expected a number or null, found [8]; a jq expression can make one of it"]
    );
    assert_eq!(
        ran.stats,
        "unrated=2 conditions=[{\"condition\":\"-w .a\",\"dropped\":2},{\"condition\":\"-w -.b < 0\",\"dropped\":1},\
         {\"condition\":\"--min 7.50\",\"dropped\":3},{\"condition\":\"--max 9\",\"dropped\":1},\
         {\"condition\":\"--unique .q\",\"dropped\":2},{\"condition\":\"--top 2\",\"dropped\":2}]"
    );
}

#[test]
fn the_first_argument_is_named_by_itself() {
    let filter = Filter::new(&FilterFlags::default(), Some(".a | empty"), 0).unwrap();
    assert_eq!(filter.names(), [".a | empty"]);
    assert!(!filter.ordered());
    let ran = filtered(&filter, false, &["{}"]);
    assert_eq!(ran.dropped, ["{}"]);
}

#[test]
fn a_double_is_dropped_before_its_number_is_asked_for() {
    let ran = run(
        &["--unique", ".q", "--top", "1", "--by", ".n.m"],
        &[
            r#"{"q":1}"#,
            r#"{"q":1,"n":{"m":5}}"#,
            r#"{"q":2,"n":{"m":"x"}}"#,
            r#"{"q":2,"n":3}"#,
            r#"{"q":3,"n":3}"#,
            r#"{"q":4,"n":{"m":-1}}"#,
        ],
    );
    assert_eq!(ran.kept, [r#"{"q":4,"n":{"m":-1}}"#]);
    assert_eq!(ran.dropped, [r#"{"q":1}"#, r#"{"q":1,"n":{"m":5}}"#, r#"{"q":2,"n":3}"#]);
    assert_eq!(ran.rejected.len(), 2);
    assert!(ran.rejected[0].starts_with("`.n.m`: expected a number or null, found \"x\""));
    assert!(ran.stats.starts_with("unrated=1 "));
}

#[test]
fn unique_takes_all_values_together() {
    let rows = [
        r#"{"a":1,"b":2}"#,
        r#"{"a":1,"b":3}"#,
        r#"{"b":2.0,"a":10e-1}"#,
        r#"{"a":[1,2]}"#,
        "{}",
        r#"{"a":null,"b":null}"#,
    ];
    for exact in [&["--unique", ".a, .b"][..], &["--unique", ".a,.b", "--exact"]] {
        let ran = run(exact, &rows);
        assert_eq!(ran.dropped, [rows[2], rows[5]], "{exact:?}");
    }
    assert_eq!(run(&["--unique", "."], &rows).dropped, [rows[2]]);
    assert_eq!(run(&["--unique", ".c[]?"], &rows).kept, [rows[0]]);
    assert_eq!(run(&["--unique", ".c"], &rows).kept, [rows[0]]);
}

#[test]
fn a_reason_prints_values_as_jq_does() {
    let rows = [r#"{"q":"caf\u00e9","p":[1.50, 2]}"#, " {\"p\":[1.50,2],\"q\":\"café\"}\r"];
    let why = |by: &str| {
        let ran = run(&["--unique", by, "--dropped", "d", "--why"], &rows);
        assert_eq!(ran.dropped.len(), 1, "{by}");
        ran.dropped[0].clone()
    };
    assert!(why(".q").contains("\"value\":\"café\",\"message\""));
    assert!(why(".p").contains("\"value\":[1.50,2],"));
    assert!(why(".p[]").contains("\"value\":[1.50,2],"));
    assert!(why("1E400").contains("\"value\":1E400,"));
    assert!(why("empty").contains("{\"condition\":\"--unique empty\",\"message\""));
    assert!(why(".q").ends_with(r#""row":{"p":[1.50,2],"q":"café"}}"#), "{}", why(".q"));
}

#[test]
fn what_by_means_must_be_plain() {
    assert!(wrong(&["--by", ".a", "--min", "1"]).contains("--top or --sample"));
    assert!(wrong(&["--by", ".a", "--top", "1", "--sample", "0.5"]).contains("two filters"));
    assert!(Filter::new(&flags(&["--top", "1", "--sample", "0.5"]), None, 0).is_ok());
    assert!(wrong(&["--top", "1", "--by", ".["]).contains("jq expression `.[`"));
    assert!(wrong(&["--unique", "foo"]).contains("no filter `foo`"));
    for line in [
        &["-w", "--min", "7"][..],
        &["--exact"],
        &["--why"],
        &["--min", "x"],
        &["--sample", "1.5"],
        &["--sample", "-0.5"],
        &["--top", "0"],
        &["--sample", "nan"],
    ] {
        assert!(Command::try_parse_from([&["sdk-filter"], line].concat()).is_err(), "{line:?}");
    }
    assert!(flags(&["--top", "1"]).any() && flags(&["-w", "."]).any());
    assert!(!flags(&["--by", ".", "--dropped", "d", "--why"]).any());
}

#[test]
fn the_lowest_are_the_highest_of_the_negative() {
    let rows = [r#"{"n":3}"#, r#"{"n":-0}"#, r#"{"n":0}"#, r#"{"n":1e400}"#, r#"{"n":-1}"#];
    assert_eq!(run(&["--top", "2", "--by", "-.n"], &rows).kept, [rows[1], rows[4]]);
    assert_eq!(run(&["--top", "2", "--by", ".n"], &rows).kept, [rows[0], rows[3]]);
    assert_eq!(run(&["--top", "9", "--by", ".n"], &rows).kept, rows);
}
