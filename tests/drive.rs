//! The law of the driver: whatever goes wrong on the way, the rows of a run are those of a run without it.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use sdk_models::{Way, drive};
use sdk_prompt::{Answer, Call, Counts, Done, Finish, Key, Parameters, Reply, Want, id};
use sdk_recipes::{GenFlags, Generation, Task, named};
use sdk_record::{Fault, Kind, Record, Sink};

/// Answers by the words asked, after a while that has nothing to do with them; spoils some first tries.
struct Scripted {
    jobs: usize,
    luck: u64,
    spoils: bool,
}

impl Answer for Scripted {
    fn model(&self) -> Arc<str> {
        "test:scripted".into()
    }

    fn jobs(&self) -> usize {
        self.jobs
    }

    fn submit(&mut self, ticket: u64, key: Key, call: Call, done: &Done) {
        let Call::Model(ask) = call;
        let done = Arc::clone(done);
        let number = |what: &str| {
            u64::from_str_radix(&id(&[what, &ask.messages[1].content, &ask.sample.to_string()])[..8], 16)
                .unwrap()
        };
        let luck = number(&self.luck.to_string());
        let first_try = ask.messages.len() == 2;
        let asked = if let Want::Items(count) = ask.want { count } else { 1 };
        // Some rows honestly have less than is asked, one in eight has nothing.
        let count = match number("count") % 8 {
            0 => 0,
            1 | 2 => asked.min(1),
            _ => asked,
        };
        let items: Vec<_> = (0..count)
            .map(
                |n| json!({"question": format!("q{} {n}?", number("q")), "answer": "a", "text": number("t")}),
            )
            .map(|mut item| {
                item.as_object_mut().unwrap().remove("text");
                item
            })
            .collect();
        let text = if self.spoils && first_try && luck % 3 == 0 {
            ["", "no JSON here", "{\"items\":[{\"question\":1}]}", "{\"items\": 7}"][(luck / 3 % 4) as usize]
                .to_owned()
        } else {
            json!({ "items": items }).to_string()
        };
        thread::spawn(move || {
            thread::sleep(Duration::from_micros(luck % 500));
            let (reasoning, usage) = (None, None);
            let model = "test:scripted".into();
            done(ticket, Ok(Reply { text, reasoning, finish: Finish::Stop, usage, key, model, attempts: 1 }));
        });
    }

    fn show(&self, _: &Call) -> String {
        String::new()
    }
}

/// Takes rows until it breaks, as a pipe or a process does.
#[derive(Default)]
struct Taken {
    rows: Vec<String>,
    rejects: u64,
    breaks_after: Option<usize>,
}

impl Sink for Taken {
    fn row(&mut self, row: Record) -> io::Result<()> {
        if self.breaks_after == Some(self.rows.len()) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        self.rows.push(row.into_text());
        Ok(())
    }

    fn reject(&mut self, _: Fault) -> io::Result<()> {
        self.rejects += 1;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn run(
    rows: usize,
    number: Option<u64>,
    per: bool,
    mut answer: Scripted,
    breaks_after: Option<usize>,
) -> (Taken, Counts) {
    let flags = GenFlags { number, per: per.then(|| ".group".to_owned()), ..GenFlags::default() };
    let task = Task::new("qa", named("qa").unwrap().text, &flags, &Parameters::default()).unwrap();
    let mut plan = Generation::new(task, &flags, 0).unwrap();
    let row = |n: usize| match n % 7 {
        6 => Err(Fault::new(Kind::NotJson, "torn")),
        _ => Record::parse(&format!("{{\"id\":{n},\"group\":{},\"text\":\"passage {n}\"}}", n / 5)),
    };
    let mut taken = Taken { breaks_after, ..Taken::default() };
    let (counts, _) = drive(&mut plan, (0..rows).map(row), &mut taken, &mut answer, Way::default());
    (taken, counts)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn faults_order_and_kills_change_no_row(
        rows in 0_usize..60, asked in 0_u64..90, per: bool, jobs in 1_usize..20, luck: u64, kill in 0_usize..60,
    ) {
        let number = (asked > 0).then_some(asked);
        let per = per && number.is_some();
        let calm = Scripted { jobs: 1, luck: 1, spoils: false };
        let (plain, counts) = run(rows, number, per, calm, None);
        let wild = || Scripted { jobs, luck, spoils: true };
        let (spoilt, _) = run(rows, number, per, wild(), None);
        prop_assert_eq!(&spoilt.rows, &plain.rows);
        prop_assert_eq!(spoilt.rejects, plain.rejects);

        let (killed, _) = run(rows, number, per, wild(), Some(kill));
        prop_assert!(plain.rows.starts_with(&killed.rows), "what was written before a kill is a prefix");

        prop_assert_eq!(counts.read, rows as u64);
        prop_assert_eq!(counts.written, plain.rows.len() as u64);
        prop_assert_eq!(counts.rejected, plain.rejects);
        match number {
            Some(number) if !per => prop_assert_eq!(counts.written + counts.lacking, number),
            Some(_) => {}
            None => {
                let parents: std::collections::HashSet<String> =
                    plain.rows.iter().map(|row| Record::parse(row).unwrap().get("sdk").unwrap().to_owned()).collect();
                prop_assert_eq!(parents.len() as u64 + counts.empty + counts.rejected, counts.read);
            }
        }
    }
}
