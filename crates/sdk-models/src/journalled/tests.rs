//! Known, unknown, and kept before it is heard of.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;
use sdk_prompt::{
    About, Answer, Ask, Call, Done, Finish, Hear, Key, Message, Parameters, Reply, Role, Spent, Want,
};
use sdk_record::{Fault, Kind};
use tempfile::TempDir;

use super::{AHEAD, Journalled, Place};
use crate::journal::{Journal, Use};

type Flying = Arc<Mutex<VecDeque<(u64, Key, Done)>>>;

/// Takes two calls at once and answers when a test says so.
struct Slow(Flying);

impl Answer for Slow {
    fn model(&self) -> Arc<str> {
        "stub:slow".into()
    }
    fn room(&self) -> usize {
        2_usize.saturating_sub(self.0.lock().unwrap().len())
    }
    fn submit(&mut self, ticket: u64, key: Key, _: Call, done: &Done) {
        self.0.lock().unwrap().push_back((ticket, key, Arc::clone(done)));
    }
    fn flush(&mut self) {}
    fn show(&self, _: &Call) -> String {
        String::new()
    }
    fn spent(&self) -> Spent {
        Spent { requests: 1, ..Spent::default() }
    }
}

enum Heard {
    Reply(u64, Result<Reply, Fault>),
    Room,
    Stop(Fault),
}

struct Ear(Sender<Heard>);

impl Hear for Ear {
    fn reply(&self, ticket: u64, result: Result<Reply, Fault>) {
        let _ = self.0.send(Heard::Reply(ticket, result));
    }
    fn room(&self) {
        let _ = self.0.send(Heard::Room);
    }
    fn stop(&self, fault: Fault) {
        let _ = self.0.send(Heard::Stop(fault));
    }
}

struct Bench {
    folder: TempDir,
    flying: Flying,
    with: Journalled<Slow>,
    done: Done,
    heard: Receiver<Heard>,
}

impl Bench {
    fn new() -> Bench {
        Bench::at(TempDir::new().unwrap())
    }

    fn at(folder: TempDir) -> Bench {
        let flying = Flying::default();
        let (sender, heard) = channel();
        let journal = Journal::open(&path(&folder), &"stub:slow".into(), Use::default()).unwrap();
        let with = Journalled::new(Slow(Arc::clone(&flying)), journal, Place::Named("h:1".into())).unwrap();
        Bench { folder, flying, with, done: Arc::new(Ear(sender)), heard }
    }

    /// The same journal in another run.
    fn again(self) -> Bench {
        let Bench { folder, with, .. } = self;
        drop(with);
        Bench::at(folder)
    }

    fn ask(&mut self, number: u64) {
        let call = call(number);
        self.with.submit(number, Key::of(&call, "stub:slow"), call, &self.done);
        self.with.flush();
    }

    /// Answers the eldest call, once there is one.
    fn answer(&self) -> u64 {
        for _ in 0..5000 {
            let next = self.flying.lock().unwrap().pop_front();
            if let Some((ticket, key, done)) = next {
                done.reply(ticket, Ok(reply(ticket, key)));
                return ticket;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("nothing was asked");
    }

    fn hear(&self) -> (u64, Result<Reply, Fault>) {
        loop {
            match self.heard.recv_timeout(Duration::from_secs(5)).expect("an answer") {
                Heard::Reply(ticket, result) => return (ticket, result),
                Heard::Room => {}
                Heard::Stop(fault) => panic!("{fault}"),
            }
        }
    }
}

fn path(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("j.sqlite")
}

fn call(number: u64) -> Call {
    Call::Model(Arc::new(Ask {
        messages: vec![Message::new(Role::User, number.to_string())],
        want: Want::Text,
        schema: None,
        parameters: Parameters::default(),
        sample: 0,
        about: About::default(),
    }))
}

fn reply(number: u64, key: Key) -> Reply {
    let text = format!("answer {number}");
    let model = "stub:slow".into();
    Reply { text, reasoning: None, finish: Finish::Stop, usage: None, key, model, attempts: 1 }
}

fn rows(path: &Path) -> u64 {
    let count = |row: &rusqlite::Row| row.get::<_, i64>(0);
    let rows = Connection::open(path).unwrap().query_row("SELECT count(*) FROM answers", (), count).unwrap();
    u64::try_from(rows).unwrap()
}

#[test]
fn an_answer_is_kept_before_it_is_heard_of() {
    let mut bench = Bench::new();
    for number in 0..20 {
        bench.ask(number);
        bench.answer();
        let (ticket, result) = bench.hear();
        assert_eq!(ticket, number);
        assert_eq!(rows(&path(&bench.folder)), number + 1);
        assert_eq!(result.unwrap().key, Key::of(&call(number), "stub:slow"), "the key is the request's");
    }
}

#[test]
fn what_is_known_passes_those_who_wait() {
    let mut bench = Bench::new();
    for number in 0..30 {
        bench.ask(number);
        bench.answer();
        bench.hear().1.unwrap();
    }
    let mut bench = bench.again();
    // Nobody answers these, and only two are asked.
    (100..105).for_each(|number| bench.ask(number));
    for number in 0..30 {
        bench.ask(number);
        let (ticket, result) = bench.hear();
        let reply = result.unwrap();
        assert_eq!((ticket, &*reply.text), (number, &*format!("answer {number}")));
        assert_eq!(reply.key, Key::of(&call(number), "stub:slow"));
    }
    assert_eq!(bench.with.spent().cached, 30);
    assert_eq!(bench.with.room(), AHEAD - 3);
    let mut answered: Vec<u64> = (0..5).map(|_| bench.answer()).collect();
    answered.sort_unstable();
    assert_eq!(answered, [100, 101, 102, 103, 104]);
}

/// The driver looks at who is asked many times a second, and never hands on what waits.
#[test]
fn a_call_that_comes_while_somebody_looks_is_asked() {
    let mut bench = Bench::new();
    let line = Arc::clone(&bench.with.line);
    for number in 0..2 {
        let looks = line.inner();
        bench.ask(number);
        std::thread::sleep(Duration::from_millis(100));
        drop(looks);
        assert_eq!(bench.answer(), number);
        bench.hear().1.unwrap();
    }
}

#[test]
fn a_halt_ends_what_was_not_sent() {
    let mut bench = Bench::new();
    (0..6).for_each(|number| bench.ask(number));
    while bench.flying.lock().unwrap().len() < 2 || bench.with.room() < AHEAD - 4 {
        std::thread::sleep(Duration::from_millis(1));
    }
    bench.with.halt();
    for _ in 0..4 {
        let (ticket, result) = bench.hear();
        assert!(ticket >= 2 && result.unwrap_err().stops);
    }
    bench.ask(9);
    assert!(bench.hear().1.unwrap_err().stops);
    assert_eq!((bench.answer(), bench.answer()), (0, 1));
    assert!(bench.hear().1.is_ok() && bench.hear().1.is_ok());
    assert_eq!(bench.with.room(), AHEAD);
}

#[test]
fn a_journal_that_breaks_stops_the_run_and_loses_nothing() {
    let mut bench = Bench::new();
    let trigger =
        "CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT raise(ABORT, 'disk is full'); END";
    Connection::open(path(&bench.folder)).unwrap().execute_batch(trigger).unwrap();
    bench.ask(1);
    bench.answer();
    let Ok(Heard::Stop(fault)) = bench.heard.recv_timeout(Duration::from_secs(5)) else { panic!("no stop") };
    assert!(fault.stops && fault.message.contains("disk is full"), "{fault}");
    assert_eq!(bench.hear().1.unwrap().text, "answer 1");
}

#[test]
fn a_fault_on_the_way_is_not_kept() {
    let mut bench = Bench::new();
    bench.ask(1);
    while bench.flying.lock().unwrap().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let (ticket, _, done) = bench.flying.lock().unwrap().pop_front().unwrap();
    done.reply(ticket, Err(Fault::new(Kind::Timeout, "slow")));
    assert!(bench.hear().1.is_err());
    assert_eq!(rows(&path(&bench.folder)), 0);
}
