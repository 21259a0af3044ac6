//! The life of one call: what is sent, what came of it, and what that means for the call and for the run.
//!
//! When it goes out is decided at the desk (`desk.rs`), by whom it is carried in `dispatch.rs`.

mod send;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use sdk_prompt::{Reply, Usage};
use sdk_record::Fault;

use crate::breaker::Sign;
use crate::desk::{After, Came, Desk, Item};
use crate::dispatch::{Job, Work, now};
use crate::keys::Key;
use crate::limit::{How, Lease, Limiter, METERS, Now, Shared};
use crate::load::Load;
use crate::reply::Said;
use crate::socket::Socket;
use crate::stream::When;
use crate::turns::{Turn, Turns};
use crate::wire::Seen;
use crate::{Say, Server};

/// What all calls of a run share.
pub(crate) struct Calls {
    pub(crate) server: Server,
    pub(crate) name: Arc<str>,
    pub(crate) socket: Socket,
    pub(crate) say: Say,
    pub(crate) verbose: u8,
    pub(crate) load: Load,
    pub(crate) streams: When,
    pub(crate) state: State,
    desk: Mutex<Desk<Job>>,
    /// When the thread looks again by itself, and how it is made to look before.
    pub(crate) timer: AtomicU64,
    pub(crate) door: OnceLock<mpsc::WeakUnboundedSender<Work>>,
    /// What is still to be said of calls that have ended.
    pub(crate) ended: Mutex<Vec<(Job, Result<Reply, Fault>)>>,
}

/// How a server is asked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pace {
    /// Requests at once; `None`: as many as pay.
    pub jobs: Option<usize>,
    /// How often a request that failed on the way is sent again.
    pub retries: u32,
    /// Decides the jitter of waits.
    pub seed: u64,
    /// The most of requests, tokens, prompt and reply tokens in a minute.
    pub minute: [Option<f64>; METERS],
}

/// What the run has learned of the server.
#[derive(Default)]
pub(crate) struct State {
    stopped: AtomicBool,
    pub(crate) halt: watch::Sender<Option<Fault>>,
    /// What the server does not take.
    turns: Turns,
    /// What requests began with.
    seen: Seen,
    /// It has been connected to.
    reached: AtomicBool,
    /// It has given a reply.
    answered: AtomicBool,
}

/// What came of one request.
pub(crate) enum Outcome {
    Said(Box<Said>),
    Turned,
    Again { fault: Fault, asked: Option<Duration>, how: How, sign: Sign, once: bool },
    Fail(Fault),
}

impl Outcome {
    /// The tokens of the answer, if one came and the server has counted.
    fn usage(&self) -> Option<Usage> {
        match self {
            Outcome::Said(said) => said.usage,
            Outcome::Again { fault, .. } | Outcome::Fail(fault) => fault.usage,
            Outcome::Turned => None,
        }
    }

    /// The same for the desk.
    fn came(&self) -> Came {
        match self {
            Outcome::Said(said) => Came::Said(said.usage),
            Outcome::Turned => Came::Turned,
            // An answer that is of no use was one, and its tokens count.
            Outcome::Fail(fault) if fault.usage.is_some() => Came::Said(fault.usage),
            Outcome::Fail(_) => Came::Final,
            Outcome::Again { fault, asked, how, sign, once } => {
                let how = if fault.usage.is_some() { How::Good(fault.usage) } else { *how };
                Came::Again { asked: *asked, how, sign: *sign, once: *once }
            }
        }
    }
}

impl Calls {
    /// As [`crate::Client::new`] has it.
    ///
    /// # Errors
    /// What this machine lacks.
    pub(crate) fn new(server: Server, pace: Pace, say: Say, verbose: u8) -> Result<Calls, String> {
        let keys = server.key.as_ref().map(Key::secrets).unwrap_or_default();
        let address = server.address();
        let who = [&*address, keys.first().map_or("", String::as_str)];
        let shared = Shared::by(&who, &server.model, &pace.minute);
        let limiter = Limiter::new(pace.jobs, pace.minute, shared);
        Ok(Calls {
            socket: Socket::new(server.clone())?,
            streams: When::new(&server),
            name: server.name().into(),
            server,
            say,
            verbose,
            load: Load::new(limiter.limit()),
            state: State::default(),
            desk: Mutex::new(Desk::new(limiter, pace.retries, pace.seed)),
            timer: AtomicU64::new(Now::MAX),
            door: OnceLock::new(),
            ended: Mutex::default(),
        })
    }

    /// Whether the server has refused a schema.
    pub(crate) fn plain(&self) -> bool {
        self.state.turns.taken(Turn::Schema)
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk<Job>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request has ended: its call is answered, or it waits to be sent again.
    pub(crate) fn came(&self, item: Item<Job>, lease: Lease, took: Now, outcome: Outcome) {
        let attempts = item.tries();
        self.load.ended(Duration::from_nanos(took), outcome.usage());
        self.log(item.job.ticket, attempts, took, &outcome);
        // A call that waits makes room for others, who must hear of it.
        let hear = matches!(outcome, Outcome::Again { .. }).then(|| Arc::clone(&item.job.done.0));
        let after = {
            let mut desk = self.desk();
            let after = desk.ended(now(), item, lease, outcome.came());
            self.load.set(desk.limiter.limit(), desk.sleeping());
            after
        };
        let failed = |fault: Fault| Err(Fault { attempts: Some(attempts), ..fault });
        match (after, outcome) {
            (After::Done(item), Outcome::Said(said)) => {
                let Said { text, reasoning, finish, usage } = *said;
                let (key, model) = (item.job.key, Arc::clone(&self.name));
                self.end(item.job, Ok(Reply { text, reasoning, finish, usage, key, model, attempts }));
            }
            (After::Done(item), Outcome::Fail(fault)) => self.end(item.job, failed(fault)),
            (After::Spent(item), Outcome::Again { fault, .. }) => {
                self.end(item.job, failed(self.given_up(fault)));
            }
            (After::Over(item, failures), Outcome::Again { fault, .. }) => {
                let message = format!(
                    "{}; {failures} failures and no answer in two minutes; run the same command again when the server is back",
                    fault.message
                );
                self.end(item.job, failed(Fault { message, stops: true, ..fault }));
            }
            (After::Opened, Outcome::Again { fault, .. }) => {
                (self.say)(&format!("{}; one request now and then until it answers again", fault.message));
            }
            _ => {}
        }
        if let Some(hear) = hear {
            hear.room();
        }
    }

    /// Ends everything that is not in flight, with this fault.
    pub(crate) fn halt(&self, fault: &Fault) {
        self.state.halt.send_if_modified(|halt| {
            let first = halt.is_none();
            if first {
                *halt = Some(fault.clone());
            }
            first
        });
        self.state.stopped.store(true, Ordering::Release);
        self.ring(0);
    }

    /// Why the run has stopped.
    pub(crate) fn halted(&self) -> Option<Fault> {
        let stopped = self.state.stopped.load(Ordering::Acquire);
        if stopped { self.state.halt.borrow().clone() } else { None }
    }

    /// The fault of the last try. A server that nobody ever reached will not be reached by the next row either.
    fn given_up(&self, fault: Fault) -> Fault {
        if self.state.reached.load(Ordering::Relaxed) {
            return fault;
        }
        let message = format!("{}; is the server running, and is --base-url right?", fault.message);
        Fault { message, stops: true, ..fault }
    }

    fn log(&self, ticket: u64, attempt: u32, took: Now, outcome: &Outcome) {
        if self.verbose < 2 {
            return;
        }
        let came = match outcome {
            Outcome::Said(said) => match said.usage {
                Some(usage) => format!("{}, {}+{} tokens", said.finish.name(), usage.input, usage.output),
                None => said.finish.name().to_owned(),
            },
            Outcome::Turned => "the request is put in another way".to_owned(),
            Outcome::Again { fault, .. } | Outcome::Fail(fault) => fault.message.clone(),
        };
        (self.say)(&format!(
            "request {ticket}, attempt {attempt}, {:.1} s: {came}",
            crate::limit::seconds(took)
        ));
    }
}
