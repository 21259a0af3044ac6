//! The thread that asks: requests come in over a channel, go out when the desk lets them, and are answered once each.
//!
//! One task a request in flight; the task of a request that has ended takes the next one. Whatever else there is to do
//! is done by whoever comes by, so that a request costs no wake-up of anybody.

use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::sync::mpsc;
use tokio::time::timeout;

use sdk_prompt::{Done, Key, Reply};
use sdk_record::{Fault, Kind};

use crate::call::Calls;
use crate::desk::{After, Came, Item, Step};
use crate::limit::{Lease, Now};
use crate::report;
use crate::wire::Request;

/// Answers that are said together.
const TOGETHER: usize = 16;

/// What the thread is told.
pub(crate) enum Work {
    Ask(Job),
    /// Which model the server says it has.
    Report(Sender<Option<String>>),
    /// There may be something to do.
    Look,
}

/// One call.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) ticket: u64,
    pub(crate) key: Key,
    pub(crate) request: Request,
    pub(crate) done: Ear,
}

/// Who hears of it.
pub(crate) struct Ear(pub(crate) Done);

impl std::fmt::Debug for Ear {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Ear")
    }
}

/// The machine's clock, as all its processes see it.
pub(crate) fn now() -> Now {
    let time = clock_gettime(ClockId::Monotonic);
    let part = |number: i64| u64::try_from(number).unwrap_or(0);
    part(time.tv_sec) * crate::limit::SECOND + part(time.tv_nsec)
}

/// Begins what comes in, until nothing can come any more; what is in flight then is dropped.
pub(crate) async fn serve(calls: Arc<Calls>, mut receiver: mpsc::UnboundedReceiver<Work>) {
    let mut ready = !calls.server.connection.wait;
    loop {
        let wake = calls.begin();
        calls.timer.store(wake.unwrap_or(Now::MAX), Ordering::Relaxed);
        let work = match wake {
            None => receiver.recv().await,
            Some(at) => {
                match timeout(Duration::from_nanos(at.saturating_sub(now())), receiver.recv()).await {
                    Ok(work) => work,
                    Err(_) => continue,
                }
            }
        };
        let Some(mut work) = work else { return };
        loop {
            match work {
                // A run that has stopped meanwhile says so to every call.
                Work::Ask(_) | Work::Report(_) if !ready && calls.halted().is_none() => {
                    ready = calls.ready().await.is_ok();
                    continue;
                }
                Work::Ask(job) => {
                    calls.desk().push(job.ticket, job.request.bytes(), job);
                }
                Work::Report(to) => {
                    let calls = Arc::clone(&calls);
                    tokio::spawn(async move {
                        let model = calls.unless_halted(report::model(&calls.socket, &calls.server)).await;
                        to.send(model.ok().flatten())
                    });
                }
                Work::Look => {}
            }
            match receiver.try_recv() {
                Ok(more) => work = more,
                Err(_) => break,
            }
        }
    }
}

impl Calls {
    /// Begins all that may go out now. Gives the time when there will be more to do.
    fn begin(self: &Arc<Self>) -> Option<Now> {
        loop {
            match self.next() {
                Step::Send(item, lease) => drop(tokio::spawn(work(Arc::clone(self), item, lease))),
                Step::At(at) => return Some(at),
                Step::Nothing => return None,
            }
        }
    }

    /// The next request that may go out. Once the run has stopped, all that wait end here.
    fn next(&self) -> Step<Job> {
        if let Some(fault) = self.halted() {
            let items = self.desk().drain();
            for item in items {
                let attempts = Some(item.tries()).filter(|tries| *tries > 0);
                self.end(item.job, Err(Fault { attempts, ..fault.clone() }));
            }
            return Step::Nothing;
        }
        let mut desk = self.desk();
        let step = desk.next(now());
        if matches!(&step, Step::Send(item, _) if item.attempts > 1) {
            self.load.set(desk.limiter.limit(), desk.sleeping());
        }
        step
    }

    /// Ends a call. Its answer is said with others', before the thread waits for anything: who hears of one after the
    /// other is woken for each.
    pub(crate) fn end(&self, job: Job, result: Result<Reply, Fault>) {
        if let Err(fault) = &result
            && fault.stops
        {
            self.halt(fault);
        }
        self.load.end(&result);
        let many = {
            let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            ended.push((job, result));
            ended.len() >= TOGETHER
        };
        if many {
            self.tell();
        }
    }

    /// Tells what came of calls that have ended.
    pub(crate) fn tell(&self) {
        let ended = std::mem::take(&mut *self.ended.lock().unwrap_or_else(PoisonError::into_inner));
        for (job, result) in ended {
            job.done.0.reply(job.ticket, result);
        }
    }

    /// Has the thread look again, if it would not by itself before `at`.
    pub(crate) fn ring(&self, at: Now) {
        if at < self.timer.load(Ordering::Relaxed)
            && let Some(door) = self.door.get().and_then(mpsc::WeakUnboundedSender::upgrade)
        {
            let _ = door.send(Work::Look);
        }
    }
}

/// Sends one request after another for as long as there is one.
async fn work(calls: Arc<Calls>, item: Item<Job>, lease: Lease) {
    let mut flight = Flight { calls: &calls, held: Some((item, lease)) };
    while let Some((item, _)) = &flight.held {
        let begun = now();
        let outcome = calls.send(&item.job.request, item.attempts == 1).await;
        let Some((item, lease)) = flight.held.take() else { return };
        calls.came(item, lease, now() - begun, outcome);
        match calls.next() {
            Step::Send(item, lease) => {
                flight.held = Some((item, lease));
                if let Some(at) = calls.begin() {
                    calls.ring(at);
                }
            }
            Step::At(at) => calls.ring(at),
            Step::Nothing => {}
        }
    }
}

/// A request in flight. Its call is answered even if sending it panics.
struct Flight<'a> {
    calls: &'a Calls,
    held: Option<(Item<Job>, Lease)>,
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        if let Some((item, lease)) = self.held.take()
            && thread::panicking()
        {
            let after = self.calls.desk().ended(now(), item, lease, Came::Final);
            if let After::Done(item) = after {
                self.calls.end(item.job, Err(broken(&self.calls.name, "it panicked")));
            }
        }
    }
}

/// The client itself has failed.
pub(crate) fn broken(name: &str, why: &str) -> Fault {
    Fault { stops: true, ..Fault::new(Kind::NoAnswer, format!("{name}: the client failed: {why}")) }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Mutex;

    use sdk_prompt::{About, Ask, Hear, Parameters, Want};

    use super::*;
    use crate::{ModelFlags, Pace, Whom, choose};

    #[derive(Default)]
    struct Heard(Mutex<Vec<(u64, Fault)>>);

    impl Hear for Heard {
        fn reply(&self, ticket: u64, result: Result<Reply, Fault>) {
            self.0.lock().unwrap().push((ticket, result.unwrap_err()));
        }
        fn room(&self) {}
        fn stop(&self, _: Fault) {}
    }

    #[test]
    fn a_call_is_answered_even_if_sending_it_panics() {
        let flags = ModelFlags { model: vec!["ollama:tiny".into()], ..ModelFlags::default() };
        let Ok(Whom::Server(server)) = choose(&flags) else { panic!("no server") };
        let calls = Calls::new(*server, Pace::default(), Arc::new(|_| {}), 0).unwrap();
        let heard = Arc::new(Heard::default());
        let ask = Ask {
            messages: Vec::new(),
            want: Want::Text,
            schema: None,
            parameters: Parameters::default(),
            sample: 0,
            about: About::default(),
        };
        let done = Ear(Arc::clone(&heard) as Done);
        let job = Job { ticket: 7, key: Key([0; 32]), request: Request::new(Arc::new(ask)), done };
        calls.load.begin();
        calls.desk().push(7, 0, job);
        let Step::Send(item, lease) = calls.next() else { panic!("nothing to send") };
        let sent = catch_unwind(AssertUnwindSafe(|| {
            let _flight = Flight { calls: &calls, held: Some((item, lease)) };
            panic!("in the middle");
        }));
        assert!(sent.is_err());
        calls.tell();
        let heard = heard.0.lock().unwrap();
        assert!(heard.len() == 1 && heard[0].0 == 7 && heard[0].1.stops, "{heard:?}");
        assert_eq!(calls.desk().limiter.flying(), 0, "its place is free");
    }
}
