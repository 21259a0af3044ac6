//! One request of a call: put into words, sent, and judged by what came back.

use std::sync::atomic::Ordering;
use std::time::SystemTime;

use reqwest::StatusCode;
use tokio::time::Instant;

use sdk_record::{Fault, Kind};

use super::{Calls, Outcome, State};
use crate::breaker::Sign;
use crate::dispatch::now;
use crate::keys::Key;
use crate::limit::{How, limits};
use crate::money::Hold;
use crate::reply::{Said, Unsaid};
use crate::retry::{self, Verdict};
use crate::wire::{Form, Request};

impl Calls {
    /// Asks once, whatever the desk may say.
    pub(crate) async fn once(&self, request: &Request) -> Result<Box<Said>, Fault> {
        loop {
            match self.send(request, true).await {
                Outcome::Said(said) => return Ok(said),
                Outcome::Turned => {}
                Outcome::Again { fault, .. } => return Err(self.given_up(fault)),
                Outcome::Fail(fault) => return Err(fault),
            }
        }
    }

    /// Holds what the request may cost, where the budget is bounded.
    async fn hold(&self, request: &Request, bytes: usize) -> Result<Hold<'_>, Fault> {
        let Some(purse) = &self.server.purse else { return Ok(Hold::free()) };
        let (input, output) = request.most(&self.server, bytes).unwrap_or((u64::MAX, u64::MAX));
        let hold = purse.hold(input, output).await?;
        // The run may have stopped while this waited.
        self.halted().map_or(Ok(hold), Err)
    }

    /// Sends a request and reads what comes back. `first`: it was not sent before.
    pub(crate) async fn send(&self, request: &Request, first: bool) -> Outcome {
        let State { turns, seen, reached, answered, .. } = &self.state;
        let again = |fault, sign| Outcome::Again { fault, asked: None, how: How::Other, sign, once: false };
        self.streams(self.streams.asked(request.tokens(&self.server)));
        let repeats = request.stable(&self.server).is_some_and(|beginning| seen.again(beginning));
        let form = Form::first(&self.server).streamed(self.streams.on()).repeated(repeats);
        let form = turns.form(form);
        let body = request.body(&self.server, form);
        let hold = match self.hold(request, body.len()).await {
            Ok(hold) => hold,
            Err(fault) => return Outcome::Fail(fault),
        };
        if first {
            self.load.asked();
        }
        let age = self.server.key.as_ref().map(Key::age).unwrap_or_default();
        let begun = Instant::now();
        let answer = match self.socket.send(body, form.stream).await {
            Ok(answer) => answer,
            Err(lost) => {
                if !lost.unreached {
                    hold.lost();
                }
                self.streams(self.streams.lost(lost.silent));
                reached.fetch_or(!lost.unreached, Ordering::Relaxed);
                let sign = if lost.unreached { Sign::Absence } else { Sign::Failure };
                return if lost.last { Outcome::Fail(lost.fault) } else { again(lost.fault, sign) };
            }
        };
        reached.store(true, Ordering::Relaxed);
        if let Some(limits) = limits(&answer.headers, SystemTime::now) {
            self.desk().learned(now(), &limits);
        }
        let refused = !answer.status.is_success();
        let open = if refused { request.refusable(&self.server, form) } else { Vec::new() };
        let known = (open.as_slice(), answered.load(Ordering::Relaxed));
        let mut verdict = retry::judge(&self.server, known, answer.status, &answer.headers, &answer.body);
        if request.shows() {
            verdict = retry::seen(&self.server, answer.status, &answer.body, verdict);
        }
        match verdict {
            Verdict::Read => {}
            Verdict::Fail(fault) if answer.status == StatusCode::UNAUTHORIZED => {
                return match self.renewed(age).await {
                    Ok(true) => Outcome::Turned,
                    Ok(false) => Outcome::Fail(fault),
                    Err(why) => {
                        Outcome::Fail(Fault { message: format!("{}; {why}", fault.message), ..fault })
                    }
                };
            }
            Verdict::Fail(fault) => return Outcome::Fail(fault),
            Verdict::Turn(turn) => {
                if turns.take(turn) {
                    (self.say)(&format!("{} {}", self.name, form.remark(turn)));
                }
                return Outcome::Turned;
            }
            Verdict::Again { asked, busy, fault } => {
                let limited = answer.status.as_u16() == 429;
                let how = if busy { How::Busy { limited, asked } } else { How::Other };
                let sign = retry::sign(answer.status, busy);
                return Outcome::Again { fault, asked, how, sign, once: false };
            }
        }
        let status = Some(answer.status.as_u16());
        let said = answer.said.unwrap_or_else(|| self.read(&answer.body));
        // A refusal is an answer, too: key, model and address are right.
        if !matches!(said, Err(Unsaid::Broken(_))) {
            answered.store(true, Ordering::Relaxed);
            if let Some(key) = &self.server.key {
                key.opened();
            }
        }
        // Whatever it is, it was made and will be charged.
        match said {
            Ok(said) => {
                hold.paid(said.usage);
                if !form.stream {
                    self.streams(self.streams.answered(begun.elapsed()));
                }
                Outcome::Said(Box::new(said))
            }
            Err(Unsaid::Broken(message)) => {
                hold.lost();
                let fault = Fault::new(Kind::Http, format!("{}: {}", self.name, self.server.hide(&message)));
                again(Fault { status, ..fault }, Sign::Life)
            }
            Err(Unsaid::Nothing(fault)) => {
                hold.paid(fault.usage);
                let (fault, how, sign) = (Fault { status, ..fault }, How::Other, Sign::Life);
                Outcome::Again { fault, asked: None, how, sign, once: true }
            }
            Err(Unsaid::Final(fault)) => {
                hold.paid(fault.usage);
                Outcome::Fail(Fault { status, ..fault })
            }
        }
    }

    /// What a body says. What is quoted of one that says nothing is quoted without what no message shows: a key that is
    /// cut could not be found any more.
    fn read(&self, body: &[u8]) -> Result<Said, Unsaid> {
        let read = |body: &[u8]| self.server.provider.wire.said(body);
        match read(body) {
            Err(Unsaid::Broken(why)) => {
                let hidden = self.server.hide(&String::from_utf8_lossy(body));
                Err(read(hidden.as_bytes()).err().unwrap_or(Unsaid::Broken(why)))
            }
            said => said,
        }
    }

    /// Whether there is a new key for a request that was refused with one of this age; whoever says it may take a while.
    async fn renewed(&self, age: usize) -> Result<bool, String> {
        let Some(key) = self.server.key.clone() else { return Ok(false) };
        let renewed = tokio::task::spawn_blocking(move || key.renewed(age)).await;
        renewed.unwrap_or_else(|error| Err(format!("--key-command: {error}")))
    }

    /// Says why replies come in pieces from now on, if they do.
    fn streams(&self, why: Option<&str>) {
        if let Some(why) = why.filter(|_| self.verbose > 0) {
            (self.say)(&format!("{}: replies are streamed from now on: {why}", self.name));
        }
    }
}
