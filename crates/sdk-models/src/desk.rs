//! Which request goes out next, and what becomes of one that failed. Pure: neither clock nor socket.
//!
//! What is sent again goes before what is new, so that rows need not wait long for their elders. A failure of a row's
//! own costs one of its tries; a limit of the server does not as long as the run gets on, and neither does a server that
//! is gone.

mod item;

use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::time::Duration;

use sdk_prompt::Usage;

pub(crate) use self::item::Item;
use self::item::Later;
use crate::breaker::{Breaker, Sign, State};
use crate::limit::{How, Lease, Limiter, Limits, Next, Now, SECOND};
use crate::wait;

/// How long limits cost no tries though nothing is answered.
const PROGRESS: Now = 120 * SECOND;
/// In a time of this length so many may be sent again without anything being answered.
const SPAN: Now = 10 * SECOND;
const AGAIN: u64 = 10;

/// All that is to be sent.
#[derive(Debug)]
pub(crate) struct Desk<J> {
    pub(crate) limiter: Limiter,
    breaker: Breaker,
    fresh: VecDeque<Item<J>>,
    /// What waits to be sent again; by row, what has waited long enough. The eldest go first: so some rows have had all
    /// their tries while others still have most of them, and where everything fails that soon shows.
    later: BinaryHeap<Later<J>>,
    due: BTreeMap<u64, Item<J>>,
    span: Span,
    retries: u32,
    seed: u64,
    /// When something was answered, or a request was first sent.
    good: Option<Now>,
    first: Option<Now>,
}

/// Whose turn it is.
enum Turn {
    Fresh,
    Again(u64),
}

/// What happened in the present stretch of time.
#[derive(Debug, Default)]
struct Span {
    since: Now,
    sent: u64,
    again: u64,
    good: u64,
}

/// What to do now.
pub(crate) enum Step<J> {
    Send(Item<J>, Lease),
    /// Look again then.
    At(Now),
    /// Look again when something comes.
    Nothing,
}

/// What came of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Came {
    /// An answer.
    Said(Option<Usage>),
    /// A refusal that is final.
    Final,
    /// It may be put in another way at once.
    Turned,
    /// It may be sent again.
    Again { how: How, sign: Sign, asked: Option<Duration>, once: bool },
}

/// What becomes of it.
#[derive(Debug)]
pub(crate) enum After<J> {
    /// It has ended.
    Done(Item<J>),
    /// It will be sent again.
    Kept,
    /// The same, and nothing is sent for a while: the server is gone.
    Opened,
    /// It was sent often enough.
    Spent(Item<J>),
    /// The server has been gone for too long; so many failures.
    Over(Item<J>, u32),
}

impl<J> Desk<J> {
    pub(crate) fn new(limiter: Limiter, retries: u32, seed: u64) -> Desk<J> {
        Desk {
            limiter,
            breaker: Breaker::default(),
            fresh: VecDeque::new(),
            later: BinaryHeap::new(),
            due: BTreeMap::new(),
            span: Span::default(),
            retries,
            seed,
            good: None,
            first: None,
        }
    }

    /// Takes a request of so many bytes.
    pub(crate) fn push(&mut self, ticket: u64, bytes: usize, job: J) {
        self.fresh.push_back(Item {
            job,
            ticket,
            bytes,
            attempts: 0,
            turns: 0,
            failures: 0,
            busy: 0,
            nothings: 0,
        });
    }

    /// How many wait to be sent again.
    pub(crate) fn sleeping(&self) -> usize {
        self.later.len() + self.due.len()
    }

    /// Takes out all that was not sent.
    pub(crate) fn drain(&mut self) -> Vec<Item<J>> {
        let later = std::mem::take(&mut self.later).into_iter().map(|later| later.item);
        self.fresh.drain(..).chain(std::mem::take(&mut self.due).into_values()).chain(later).collect()
    }

    /// What to do at this moment.
    pub(crate) fn next(&mut self, now: Now) -> Step<J> {
        if self.fresh.is_empty() && self.sleeping() == 0 {
            return Step::Nothing;
        }
        match self.breaker.next(now) {
            None => return Step::Nothing,
            Some(at) if at > now => return Step::At(at),
            Some(_) => {}
        }
        while self.later.peek().is_some_and(|later| later.at <= now) {
            self.due.extend(self.later.pop().map(|later| (later.item.ticket, later.item)));
        }
        let span = self.span(now);
        let held = span.again >= AGAIN + span.good.max(span.sent / 5);
        let ready = span.since + SPAN;
        let Some(turn) = self.turn(held) else {
            let due = self.later.peek().map_or(ready, |later| later.at);
            return Step::At(if held || !self.due.is_empty() { due.max(ready) } else { due });
        };
        let bytes = match turn {
            Turn::Fresh => self.fresh.front().map_or(0, |item| item.bytes),
            Turn::Again(row) => self.due.get(&row).map_or(0, |item| item.bytes),
        };
        let lease = match self.limiter.next(now, bytes) {
            Next::Go(lease) => lease,
            Next::At(at) => return Step::At(at),
            Next::Full => return Step::Nothing,
        };
        let (item, again) = match turn {
            Turn::Fresh => (self.fresh.pop_front(), false),
            Turn::Again(row) => (self.due.remove(&row), true),
        };
        let Some(mut item) = item else { return Step::Nothing };
        item.attempts += 1;
        self.span.sent += 1;
        self.span.again += u64::from(again);
        self.first.get_or_insert(now);
        self.breaker.begin();
        Step::Send(item, lease)
    }

    /// Whose turn it is, if anybody may go. `held`: nothing may be sent again for now. Where the server is looked for,
    /// with a row that has failed less often than others: those may be what it cannot answer.
    fn turn(&self, held: bool) -> Option<Turn> {
        let fresh = (!self.fresh.is_empty()).then_some(Turn::Fresh);
        let looks = self.breaker.looks();
        let again = match (held, looks) {
            (true, _) => None,
            (false, true) => self.due.values().min_by_key(|item| (item.failures, item.ticket)),
            (false, false) => self.due.values().next(),
        };
        let again = again.map(|item| Turn::Again(item.ticket));
        if looks { fresh.or(again) } else { again.or(fresh) }
    }

    /// A request has ended.
    pub(crate) fn ended(&mut self, now: Now, mut item: Item<J>, lease: Lease, came: Came) -> After<J> {
        let begun = lease.begun;
        let (how, sign) = match came {
            Came::Said(usage) => (How::Good(usage), Sign::Good),
            Came::Final | Came::Turned => (How::Other, Sign::Life),
            Came::Again { how, sign, .. } => (how, sign),
        };
        self.limiter.ended(now, lease, how);
        let verdict = self.breaker.ended(now, begun, item.failures == 0, sign);
        let Came::Again { asked, once, .. } = came else {
            if let Came::Said(_) = came {
                self.good = Some(now);
                self.span(now).good += 1;
            }
            if let Came::Turned = came {
                item.turns += 1;
                self.fresh.push_front(item);
                return After::Kept;
            }
            return After::Done(item);
        };
        if verdict.state == State::Over {
            return After::Over(item, self.breaker.failures());
        }
        item.nothings += u32::from(once);
        let step = if verdict.free {
            item.failures
        } else if self.is_free(now, how) {
            item.busy += 1;
            // Whose turn it is, the limits decide.
            (item.busy - 1).min(3)
        } else if item.failures >= self.retries || item.nothings > 1 {
            return After::Spent(item);
        } else {
            item.failures += 1;
            item.failures - 1
        };
        let wait = wait::before_retry(self.seed, item.ticket, step, asked);
        let at = now.saturating_add(u64::try_from(wait.as_nanos()).unwrap_or(Now::MAX));
        self.later.push(Later { at, item });
        if verdict.state == State::Opens { After::Opened } else { After::Kept }
    }

    /// A server has said what is left.
    pub(crate) fn learned(&mut self, now: Now, limits: &Limits) {
        self.limiter.learned(now, limits);
    }

    /// Whether a failure is the server's limit while the run gets on: it costs the row nothing.
    fn is_free(&self, now: Now, how: How) -> bool {
        let How::Busy { limited, .. } = how else { return false };
        let since = self.good.or(self.first.filter(|_| limited));
        since.is_some_and(|since| now.saturating_sub(since) < PROGRESS)
    }

    /// The present stretch of time.
    fn span(&mut self, now: Now) -> &mut Span {
        if now.saturating_sub(self.span.since) >= SPAN {
            self.span = Span { since: now, ..Span::default() };
        }
        &mut self.span
    }
}

#[cfg(test)]
mod simulated;
#[cfg(test)]
mod tests;
