//! The life of one call: wait for a slot, send, and send again while that helps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, timeout_at};

use sdk_prompt::{Hear, Key, Reply};
use sdk_record::{Fault, Kind};

use crate::load::Load;
use crate::money::Hold;
use crate::reply::{Said, Unsaid};
use crate::retry::{self, Verdict};
use crate::socket::Socket;
use crate::stream::When;
use crate::turns::{Turn, Turns};
use crate::wait::{self, Gate};
use crate::wire::{Form, Request};
use crate::{Say, Server};

/// What all calls of a run share.
pub(crate) struct Calls {
    pub(crate) server: Server,
    pub(crate) name: Arc<str>,
    pub(crate) socket: Socket,
    pub(crate) slots: Semaphore,
    pub(crate) retries: u32,
    pub(crate) seed: u64,
    pub(crate) say: Say,
    pub(crate) verbose: u8,
    pub(crate) load: Load,
    pub(crate) streams: When,
    pub(crate) state: State,
}

/// What the run has learned of the server.
#[derive(Default)]
pub(crate) struct State {
    gate: Gate,
    halt: watch::Sender<Option<Fault>>,
    /// What the server does not take.
    turns: Turns,
    /// It has been connected to.
    reached: AtomicBool,
    /// It has given a reply.
    answered: AtomicBool,
}

/// What came of one request.
enum Outcome {
    Said(Box<Said>),
    Turned,
    Again { fault: Fault, asked: Option<Duration>, once: bool },
    Fail(Fault),
}

impl Calls {
    /// As [`crate::Client::new`] has it.
    ///
    /// # Errors
    /// What this machine lacks.
    pub(crate) fn new(
        server: Server,
        retries: u32,
        jobs: usize,
        seed: u64,
        say: Say,
        verbose: u8,
    ) -> Result<Calls, String> {
        let jobs = jobs.clamp(1, Semaphore::MAX_PERMITS);
        Ok(Calls {
            socket: Socket::new(server.clone())?,
            streams: When::new(&server),
            name: server.name().into(),
            server,
            slots: Semaphore::new(jobs),
            retries,
            seed,
            say,
            verbose,
            load: Load::new(jobs),
            state: State::default(),
        })
    }

    /// Whether the server has refused a schema.
    pub(crate) fn plain(&self) -> bool {
        self.state.turns.taken(Turn::Schema)
    }

    /// Answers one call; `hear` is told when it makes room for others.
    pub(crate) async fn answer(
        &self,
        ticket: u64,
        key: Key,
        request: Request,
        hear: &dyn Hear,
    ) -> Result<Reply, Fault> {
        let (mut attempts, mut failures, mut nothings) = (0, 0, 0);
        let ended = |fault: Fault, attempts: u32| {
            if fault.stops {
                self.halt(&fault);
            }
            Err(Fault { attempts: Some(attempts), ..fault })
        };
        loop {
            let slot = match self.slot().await {
                Ok(slot) => slot,
                Err(fault) => return ended(fault, attempts),
            };
            attempts += 1;
            let begun = Instant::now();
            let outcome = self.send(&request).await;
            // A waiting retry holds no slot.
            drop(slot);
            self.log(ticket, attempts, begun.elapsed(), &outcome);
            let asked = match outcome {
                Outcome::Said(said) => {
                    let Said { text, reasoning, finish, usage } = *said;
                    return Ok(Reply {
                        text,
                        reasoning,
                        finish,
                        usage,
                        key,
                        model: Arc::clone(&self.name),
                        attempts,
                    });
                }
                Outcome::Turned => continue,
                Outcome::Fail(fault) => return ended(fault, attempts),
                Outcome::Again { fault, asked, once } => {
                    nothings += u32::from(once);
                    if failures >= self.retries || nothings > 1 {
                        return ended(self.given_up(fault), attempts);
                    }
                    asked
                }
            };
            let wait = wait::before_retry(self.seed, ticket, failures, asked);
            failures += 1;
            self.load.sleep();
            hear.room();
            let slept = self.sleep(Instant::now() + wait).await;
            self.load.wake();
            if let Err(halted) = slept {
                return ended(halted, attempts);
            }
        }
    }

    /// Holds what the request may cost, where the budget is bounded.
    async fn hold(&self, request: &Request, bytes: usize) -> Result<Hold<'_>, Fault> {
        let Some(purse) = &self.server.purse else { return Ok(Hold::free()) };
        let (input, output) = request.most(&self.server, bytes).unwrap_or((u64::MAX, u64::MAX));
        let hold = purse.hold(input, output).await?;
        // The run may have stopped while this waited.
        if self.state.halt.borrow().is_some() { Err(self.halted()) } else { Ok(hold) }
    }

    async fn send(&self, request: &Request) -> Outcome {
        let State { gate, turns, reached, answered, .. } = &self.state;
        self.streams(self.streams.asked(request.tokens(&self.server)));
        let form = turns.form(Form::first(&self.server).streamed(self.streams.on()));
        let body = request.body(&self.server, form);
        let hold = match self.hold(request, body.len()).await {
            Ok(hold) => hold,
            Err(fault) => return Outcome::Fail(fault),
        };
        let begun = Instant::now();
        let answer = match self.socket.send(body, form.stream).await {
            Ok(answer) => answer,
            Err(lost) => {
                if !lost.unreached {
                    hold.lost();
                }
                self.streams(self.streams.lost(lost.silent));
                reached.fetch_or(!lost.unreached, Ordering::Relaxed);
                return if lost.last {
                    Outcome::Fail(lost.fault)
                } else {
                    Outcome::Again { fault: lost.fault, asked: None, once: false }
                };
            }
        };
        reached.store(true, Ordering::Relaxed);
        let refused = !answer.status.is_success();
        let open = if refused { request.refusable(&self.server, form) } else { Vec::new() };
        let known = (open.as_slice(), answered.load(Ordering::Relaxed));
        match retry::judge(&self.server, known, answer.status, &answer.headers, &answer.body) {
            Verdict::Read => {}
            Verdict::Fail(fault) => return Outcome::Fail(fault),
            Verdict::Turn(turn) => {
                if turns.take(turn) {
                    (self.say)(&format!("{} {}", self.name, form.remark(turn)));
                }
                return Outcome::Turned;
            }
            Verdict::Again { asked, everybody, fault } => {
                if let (Some(wait), true) = (asked, everybody) {
                    gate.shut(wait);
                }
                return Outcome::Again { fault, asked, once: false };
            }
        }
        let status = Some(answer.status.as_u16());
        // Whatever it is, it was made and will be charged.
        match answer.said.unwrap_or_else(|| (self.server.provider.wire.read)(&answer.body)) {
            Ok(said) => {
                hold.paid(said.usage);
                answered.store(true, Ordering::Relaxed);
                if !form.stream {
                    self.streams(self.streams.answered(begun.elapsed()));
                }
                Outcome::Said(Box::new(said))
            }
            Err(Unsaid::Broken(message)) => {
                hold.lost();
                let fault = Fault::new(Kind::Http, format!("{}: {}", self.name, self.server.hide(&message)));
                Outcome::Again { fault: Fault { status, ..fault }, asked: None, once: false }
            }
            Err(Unsaid::Nothing(fault)) => {
                hold.paid(None);
                Outcome::Again { fault: Fault { status, ..fault }, asked: None, once: true }
            }
            Err(Unsaid::Final(fault)) => {
                hold.paid(None);
                Outcome::Fail(Fault { status, ..fault })
            }
        }
    }

    /// Says why replies come in pieces from now on, if they do.
    fn streams(&self, why: Option<&str>) {
        if let Some(why) = why.filter(|_| self.verbose > 0) {
            (self.say)(&format!("{}: replies are streamed from now on: {why}", self.name));
        }
    }

    /// A slot to send in, once nobody asks everybody to wait.
    async fn slot(&self) -> Result<SemaphorePermit<'_>, Fault> {
        loop {
            if let Some(until) = self.state.gate.until() {
                self.sleep(until).await?;
                continue;
            }
            let Ok(slot) = self.slots.acquire().await else { return Err(self.halted()) };
            if self.state.gate.until().is_none() {
                return Ok(slot);
            }
        }
    }

    /// Sleeps, unless the run is stopped meanwhile.
    pub(crate) async fn sleep(&self, until: Instant) -> Result<(), Fault> {
        let mut halt = self.state.halt.subscribe();
        let stopped = timeout_at(until, halt.wait_for(Option::is_some)).await.is_ok();
        if stopped { Err(self.halted()) } else { Ok(()) }
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
        self.slots.close();
    }

    fn halted(&self) -> Fault {
        let fault = self.state.halt.borrow().clone();
        fault.unwrap_or_else(|| Fault { stops: true, ..Fault::new(Kind::NoAnswer, "the run has stopped") })
    }

    /// The fault of the last try. A server that nobody ever reached will not be reached by the next row either.
    fn given_up(&self, fault: Fault) -> Fault {
        if self.state.reached.load(Ordering::Relaxed) {
            return fault;
        }
        let message = format!("{}; is the server running, and is --base-url right?", fault.message);
        Fault { message, stops: true, ..fault }
    }

    fn log(&self, ticket: u64, attempt: u32, took: Duration, outcome: &Outcome) {
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
        (self.say)(&format!("request {ticket}, attempt {attempt}, {:.1} s: {came}", took.as_secs_f64()));
    }
}
