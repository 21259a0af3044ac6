use sdk_prompt::{Call, Finish, Parameters};
use sdk_record::Spool;

use super::*;
use crate::{GenFlags, named};

fn task(parts: usize) -> Rc<Task> {
    let text = named("summary").unwrap().text.replace("parts: 8000", &format!("parts: {parts}"));
    let task = Task::new("summary", &text, &GenFlags::default(), &Parameters::default()).unwrap();
    Rc::new(task)
}

fn reply(text: String, call: &Call) -> Reply {
    let usage = Some(Usage { input: 2, output: 1, ..Usage::default() });
    let (reasoning, finish, attempts) = (None, Finish::Stop, 1);
    Reply { text, reasoning, finish, usage, key: Key::of(call, "m"), model: "m".into(), attempts }
}

/// Plays a job to its end; `say` answers what the user says last. Gives what was asked, and the row or the fault.
fn play(mut job: Digest, say: impl Fn(&str) -> String) -> (Vec<String>, Result<Record, Box<Fault>>) {
    let (mut asked, mut replies, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        match job.next(std::mem::take(&mut replies)) {
            Move::Call(calls) => {
                assert!(calls.len() <= AT_ONCE + 8, "{}", calls.len());
                for call in &calls {
                    let Call::Model(ask) = call;
                    let said = ask.messages.last().unwrap().content.clone();
                    replies.push(Ok(reply(say(&said), call)));
                    asked.push(said);
                }
            }
            Move::Emit(made) => rows.extend(made),
            Move::Done => return (asked, Ok(rows.swap_remove(0))),
            Move::Reject(fault) => return (asked, Err(fault)),
            Move::Refuse(faults) => panic!("{faults:?}"),
        }
    }
}

fn row(text: &str) -> Record {
    Record::from_pairs([("id", "7"), ("text", &quote(text)), ("n", "1.50")])
}

fn of_row(parts: usize, row: &Record) -> Digest {
    Digest::new(task(parts), Whole::Row(row.clone()), Source::of_row(row, "text"))
}

#[test]
fn parts_are_joined_until_one_is_left() {
    let sentences = (0..20_000).map(|number| format!("Sentence {number} says it. "));
    let text = sentences.collect::<Vec<_>>().concat();
    let row = row(&text);
    let (asked, made) =
        play(of_row(2000, &row), |_| format!("{{\"summary\":\"{}\"}}", "A short one. ".repeat(20)));
    let made = made.unwrap();
    assert!(made.text().starts_with(row.text().trim_end_matches('}')), "the row has changed");
    assert!(made.string("summary").unwrap().starts_with("A short one."));
    assert!(asked.iter().all(|said| said.chars().count() < 2200), "a request is too long");
    let parts = asked.iter().filter(|said| said.starts_with("Part ")).count();
    let joins = asked.iter().filter(|said| said.starts_with("Summaries of the ")).count();
    assert_eq!(parts + joins, asked.len());
    assert!(parts >= text.len() / 2000 && joins >= parts / 8, "{parts} {joins}");
    assert!(asked[0].starts_with("Part 1 of a longer text:\nSentence 0 says it."), "{}", asked[0]);
    // No part of the text is asked about twice, and none is left out.
    assert_eq!(asked.iter().filter(|said| said.contains("Sentence 19999 ")).count(), 1);
    let sdk = Record::parse(made.get("sdk").unwrap()).unwrap();
    let usage = format!("{{\"input_tokens\":{},\"output_tokens\":{}}}", 2 * asked.len(), asked.len());
    assert_eq!(sdk.get("usage"), Some(usage.as_str()));
}

#[test]
fn what_is_joined_is_the_text_and_not_what_tells_repeats() {
    let text =
        named("summary").unwrap().text.replace("parts: 8000", "parts: 1000\ndistinct: '.summary | length'");
    let task = Task::new("summary", &text, &GenFlags::default(), &Parameters::default()).unwrap();
    let row = row(&"A sentence is here. ".repeat(200));
    let job = Digest::new(Rc::new(task), Whole::Row(row.clone()), Source::of_row(&row, "text"));
    let (asked, made) = play(job, |_| "{\"summary\":\"A short one.\"}".to_owned());
    assert!(made.is_ok() && asked.last().unwrap().ends_with("A short one.\n\nA short one."), "{asked:?}");
}

#[test]
fn rows_of_a_document_become_one() {
    let mut spool = Spool::default();
    for (start, text) in [(0, "One is first. "), (5, "s first. Two is second.")] {
        let end = start + text.len();
        let pairs = [("text", quote(text)), ("start", start.to_string()), ("end", end.to_string())];
        spool.push(&Record::from_pairs(pairs)).unwrap();
    }
    let common = Record::parse(r#"{"document":"d","title":"T"}"#).unwrap();
    let source = Source::of_rows(spool.read().unwrap(), "text");
    let job = Digest::new(task(2000), Whole::Rows(common, 2), source);
    let (asked, made) = play(job, |_| "{\"summary\":\"S\"}".to_owned());
    // Short enough for one request, it is asked about as the text of any row.
    assert_eq!(asked, ["Title: T\nText:\nOne is first. Two is second."]);
    let made = made.unwrap();
    assert!(
        made.text().starts_with(r#"{"document":"d","title":"T","summary":"S","id":""#),
        "{}",
        made.text()
    );
}

#[test]
fn what_cannot_be_used_is_asked_for_again_and_then_refused() {
    let row = row(&"A sentence is here. ".repeat(200));
    let (asked, made) = play(of_row(1000, &row), |_| "no".to_owned());
    let fault = made.unwrap_err();
    assert_eq!((fault.kind, fault.row.as_deref()), (Kind::Unparseable, Some(row.text())));
    assert!(asked.iter().any(|said| said.contains("That reply cannot be used")));
    let mut spool = Spool::default();
    for text in ["One.", "Two."] {
        spool.push(&Record::from_pairs([("text", quote(text))])).unwrap();
    }
    let common = Record::parse(r#"{"document":"d"}"#).unwrap();
    let job = Digest::new(task(1000), Whole::Rows(common, 2), Source::of_rows(spool.read().unwrap(), "text"));
    let (_, made) = play(job, |_| "no".to_owned());
    assert_eq!(made.unwrap_err().row.as_deref(), Some(r#"{"document":"d","text":"One.\n\nTwo."}"#));
    let blank = self::row(&" \n".repeat(5000));
    assert_eq!(play(of_row(1000, &blank), |_| "no".to_owned()).1.unwrap_err().kind, Kind::Missing);
}

#[test]
fn long_items_end_too() {
    let row = row(&"A sentence is here. ".repeat(500));
    let long = format!("{{\"summary\":\"{}\"}}", "x ".repeat(1500));
    let (asked, made) = play(of_row(1000, &row), |_| long.clone());
    assert!(made.is_ok() && asked.len() < 40, "{}", asked.len());
}
