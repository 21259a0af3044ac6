//! The law of the driver: whatever goes wrong on the way, the rows of a run are those of a run without it.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use sdk_models::{Way, drive};
use sdk_prompt::{Answer, Call, Counts, Done, Finish, Key, Parameters, Reply, Spent, Usage, Want, id};
use sdk_recipes::{GenFlags, Generation, Task, named};
use sdk_record::{Fault, Kind, Record, Sink};

/// Answers by the words asked, after a while that has nothing to do with them; spoils some first tries. It takes at
/// most `jobs` calls at once, and often fewer.
struct Scripted {
    jobs: usize,
    luck: u64,
    spoils: bool,
    flying: Arc<AtomicUsize>,
    looks: AtomicUsize,
}

fn scripted(jobs: usize, luck: u64, spoils: bool) -> Scripted {
    Scripted { jobs, luck, spoils, flying: Arc::default(), looks: AtomicUsize::new(0) }
}

impl Answer for Scripted {
    fn model(&self) -> Arc<str> {
        "test:scripted".into()
    }

    fn room(&self) -> usize {
        let look = self.looks.fetch_add(1, Ordering::Relaxed).to_string();
        let number = u64::from_str_radix(&id(&[&look, &self.luck.to_string()])[..8], 16).unwrap();
        let most = 1 + usize::try_from(number).unwrap() % self.jobs;
        most.saturating_sub(self.flying.load(Ordering::Relaxed))
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
        let flying = Arc::clone(&self.flying);
        assert!(flying.fetch_add(1, Ordering::Relaxed) < self.jobs, "more than asked for");
        thread::spawn(move || {
            thread::sleep(Duration::from_micros(luck % 500));
            flying.fetch_sub(1, Ordering::Relaxed);
            let (reasoning, usage) = (None, None);
            let model = "test:scripted".into();
            done.reply(
                ticket,
                Ok(Reply { text, reasoning, finish: Finish::Stop, usage, key, model, attempts: 1 }),
            );
        });
    }

    fn flush(&mut self) {}
    fn show(&self, _: &Call) -> String {
        String::new()
    }

    fn spent(&self) -> Spent {
        Spent::default()
    }
}

/// Takes rows until it breaks, as a pipe or a process does.
#[derive(Default)]
struct Taken {
    rows: Vec<String>,
    rejects: u64,
    stops: Vec<String>,
    breaks_after: Option<usize>,
    /// How it breaks, else as a pipe that nobody reads.
    breaks: Option<io::ErrorKind>,
}

impl Sink for Taken {
    fn row(&mut self, row: Record) -> io::Result<()> {
        if self.breaks_after == Some(self.rows.len()) {
            return Err(self.breaks.unwrap_or(io::ErrorKind::BrokenPipe).into());
        }
        self.rows.push(row.into_text());
        Ok(())
    }

    fn reject(&mut self, fault: Fault) -> io::Result<()> {
        self.stops.extend(fault.stops.then_some(fault.message));
        self.rejects += 1;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn stop(&mut self, why: &str) {
        self.stops.push(why.to_owned());
    }
}

fn run(
    rows: usize,
    number: Option<u64>,
    per: bool,
    answer: impl Answer,
    breaks_after: Option<usize>,
) -> (Taken, Counts) {
    run_into(rows, number, per, answer, Taken { breaks_after, ..Taken::default() })
}

fn run_into(
    rows: usize,
    number: Option<u64>,
    per: bool,
    mut answer: impl Answer,
    mut taken: Taken,
) -> (Taken, Counts) {
    let flags = GenFlags { number, per: per.then(|| ".group".to_owned()), ..GenFlags::default() };
    let task = Task::new("qa", named("qa").unwrap().text, &flags, &Parameters::default()).unwrap();
    let mut plan = Generation::new(task, &flags, 0).unwrap();
    let row = |n: usize| match n % 7 {
        6 => Err(Fault::new(Kind::NotJson, "torn")),
        _ => Record::parse(&format!("{{\"id\":{n},\"group\":{},\"text\":\"passage {n}\"}}", n / 5)),
    };
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
        let calm = scripted(1, 1, false);
        let (plain, counts) = run(rows, number, per, calm, None);
        let wild = || scripted(jobs, luck, true);
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

/// Answers at once, but keeps some calls: `holds` says which, by ticket. The first of them is let go when `until` calls
/// were taken, the others a while after the driver has left.
struct Holding {
    jobs: usize,
    holds: fn(u64) -> bool,
    until: u64,
    taken: u64,
    held: Vec<Held>,
    left: bool,
    answered: Arc<AtomicUsize>,
}

type Held = Box<dyn FnOnce() + Send>;

fn holding(jobs: usize, holds: fn(u64) -> bool, until: u64) -> Holding {
    Holding { jobs, holds, until, taken: 0, held: Vec::new(), left: false, answered: Arc::default() }
}

impl Answer for Holding {
    fn model(&self) -> Arc<str> {
        "test:holding".into()
    }

    fn room(&self) -> usize {
        self.jobs - self.held.len()
    }

    fn submit(&mut self, ticket: u64, key: Key, call: Call, done: &Done) {
        assert!(!self.left, "asked after the output was closed");
        let Call::Model(ask) = call;
        self.taken += 1;
        let text = json!({"items": [{"question": ask.messages[1].content, "answer": "a"}]}).to_string();
        let usage = Some(Usage { input: 1, output: 1, ..Usage::default() });
        let (reasoning, model) = (None, "test:holding".into());
        let reply = Reply { text, reasoning, finish: Finish::Stop, usage, key, model, attempts: 1 };
        let (done, answered) = (Arc::clone(done), Arc::clone(&self.answered));
        let answer = move || {
            answered.fetch_add(1, Ordering::SeqCst);
            done.reply(ticket, Ok(reply));
        };
        if (self.holds)(ticket) {
            self.held.push(Box::new(answer));
        } else {
            answer();
        }
        if self.taken == self.until {
            self.held.remove(0)();
        }
    }

    fn flush(&mut self) {}
    fn show(&self, _: &Call) -> String {
        String::new()
    }

    fn leave(&mut self) {
        self.left = true;
        let held = std::mem::take(&mut self.held);
        thread::spawn(move || {
            thread::sleep(Duration::from_millis(300));
            for held in held {
                held();
            }
        });
    }

    fn spent(&self) -> Spent {
        let answered = self.answered.load(Ordering::SeqCst) as u64;
        let tokens = Usage { output: answered, ..Usage::default() };
        Spent { requests: self.taken, tokens, ..Spent::default() }
    }
}

/// The first call is answered when 5,000 others were asked; if they had to wait for it, the run would not end.
#[test]
fn a_slow_answer_stalls_nobody() {
    let (ended, end) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let answer = holding(64, |ticket| ticket == 0, 5001);
        ended.send(run(6000, None, false, answer, None)).unwrap();
    });
    let (taken, counts) = end.recv_timeout(Duration::from_mins(1)).expect("it stalls");
    assert_eq!((counts.written + counts.rejected, counts.read), (6000, 6000));
    let first = Record::parse(&taken.rows[0]).unwrap();
    assert!(first.get("question").unwrap().contains("passage 0"), "{}", taken.rows[0]);
}

/// What is in flight when the output closes, or its disk is full, is paid for: it is awaited, and nothing more is
/// asked.
#[test]
fn an_output_that_breaks_awaits_what_is_in_flight() {
    for breaks in [io::ErrorKind::BrokenPipe, io::ErrorKind::StorageFull] {
        // The second row breaks, and is answered when four others are in flight.
        let answer = holding(9, |ticket| ticket > 0, 6);
        let answered = Arc::clone(&answer.answered);
        let taken = Taken { breaks_after: Some(1), breaks: Some(breaks), ..Taken::default() };
        let (taken, counts) = run_into(200, None, false, answer, taken);
        assert_eq!(taken.rows.len(), 1);
        assert!((6..=10).contains(&counts.requests), "{counts:?}");
        assert_eq!(
            (answered.load(Ordering::SeqCst) as u64, counts.tokens.output),
            (counts.requests, counts.requests),
            "{breaks}"
        );
    }
}

/// Stops the run by its third call, and answers.
struct Stopping(u64);

impl Answer for Stopping {
    fn model(&self) -> Arc<str> {
        "test:stopping".into()
    }

    fn room(&self) -> usize {
        1
    }

    fn submit(&mut self, ticket: u64, key: Key, call: Call, done: &Done) {
        self.0 += 1;
        if self.0 == 3 {
            done.stop(Fault::new(Kind::NoAnswer, "enough"));
        }
        let mut answer = holding(1, |_| false, 0);
        answer.submit(ticket, key, call, done);
    }

    fn flush(&mut self) {}
    fn show(&self, _: &Call) -> String {
        String::new()
    }

    fn spent(&self) -> Spent {
        Spent { requests: self.0, ..Spent::default() }
    }
}

#[test]
fn an_answerer_can_stop_the_run() {
    let (taken, counts) = run(1000, None, false, Stopping(0), None);
    // It is heard behind the rows that were read ahead.
    assert!(counts.requests < 100, "{counts:?}");
    assert_eq!(taken.rows.len() as u64, counts.requests, "what was asked has left");
    assert_eq!(taken.stops, ["enough"]);
    // No row is at fault but those that are torn.
    assert_eq!((taken.rows.len() as u64 + taken.rejects, taken.rejects), (counts.read, counts.rejected));
}
