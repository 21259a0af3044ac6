//! Calls on their way to whoever answers: equal ones in flight become one, known answers are not asked again.

use std::collections::{HashMap, VecDeque};

use sdk_prompt::{Answer, Call, Counts, Done, Key, Reply, Spent};
use sdk_record::Fault;

use crate::store::Memory;

/// Who waits for a reply: a job's number and the place among its calls.
type Waiter = (u64, usize);

pub(super) struct Calls<'a> {
    /// No row comes out of this run.
    pub(super) withholds: bool,
    with: &'a mut dyn Answer,
    done: Done,
    /// For who does not remember by himself.
    store: Option<Memory>,
    queue: VecDeque<(Waiter, Call)>,
    /// By ticket: the request's key and who waits for it.
    flying: HashMap<u64, (Key, Vec<Waiter>)>,
    tickets: HashMap<Key, u64>,
    next: u64,
    /// Calls that wait for an equal one's reply.
    twins: usize,
    /// Calls that were not sent: their answer was known, or on its way to another.
    cached: u64,
}

/// Jobs that may wait for other jobs' replies: they take no room with whoever answers, but memory.
const TWINS: usize = 1024;

impl<'a> Calls<'a> {
    pub(super) fn new(with: &'a mut dyn Answer, done: Done) -> Self {
        Calls {
            withholds: with.withholds(),
            store: (!with.remembers()).then(Memory::default),
            with,
            done,
            queue: VecDeque::new(),
            flying: HashMap::new(),
            tickets: HashMap::new(),
            next: 0,
            twins: 0,
            cached: 0,
        }
    }

    /// Whether a new job's call could go out at once.
    pub(super) fn room(&self) -> bool {
        self.queue.is_empty() && self.twins < TWINS && self.with.room() > 0
    }

    /// Whether anything was asked of whoever answers, rather than known.
    pub(super) fn has_asked(&self) -> bool {
        self.with.spent().requests > 0
    }

    pub(super) fn in_flight(&self) -> bool {
        !self.flying.is_empty()
    }

    pub(super) fn queue(&mut self, number: u64, calls: Vec<Call>) {
        self.queue.extend(calls.into_iter().enumerate().map(|(index, call)| ((number, index), call)));
    }

    /// Sends what there is room for.
    pub(super) fn dispatch(&mut self) {
        while !self.queue.is_empty() && self.with.room() > 0 {
            let Some((waiter, call)) = self.queue.pop_front() else { return };
            let key = Key::of(&call, &self.with.asked(&call));
            if let Some((_, waiters)) = self.tickets.get(&key).and_then(|ticket| self.flying.get_mut(ticket))
            {
                waiters.push(waiter);
                self.twins += 1;
                self.cached += 1;
                continue;
            }
            let ticket = self.next;
            self.next += 1;
            self.flying.insert(ticket, (key, vec![waiter]));
            if let Some(reply) = self.store.as_ref().and_then(|store| store.get(key)) {
                self.cached += 1;
                // Through the same door as any answer, so that a job is never played inside another's step.
                self.done.reply(ticket, Ok(Reply { attempts: 0, ..reply }));
                continue;
            }
            self.tickets.insert(key, ticket);
            self.with.submit(ticket, key, call, &self.done);
        }
    }

    /// Who gets the answer to `ticket`.
    pub(super) fn answered(
        &mut self,
        ticket: u64,
        result: Result<Reply, Fault>,
    ) -> Vec<(u64, usize, Result<Reply, Fault>)> {
        let (asked, mut waiters) = self.landed(ticket);
        if let (Some(key), Ok(reply), Some(store)) = (asked, &result, &mut self.store) {
            store.put(key, reply);
        }
        // Nearly always there is one, who needs no copy.
        let last = waiters.pop();
        let mut all: Vec<_> =
            waiters.into_iter().map(|(number, index)| (number, index, result.clone())).collect();
        all.extend(last.map(|(number, index)| (number, index, result)));
        all
    }

    /// The jobs whose call with this ticket is put off.
    pub(super) fn put_off(&mut self, ticket: u64) -> Vec<u64> {
        self.landed(ticket).1.into_iter().map(|(number, _)| number).collect()
    }

    /// The call is under way no more: its key if it was asked, and who waits for it.
    fn landed(&mut self, ticket: u64) -> (Option<Key>, Vec<Waiter>) {
        let Some((key, waiters)) = self.flying.remove(&ticket) else { return (None, Vec::new()) };
        self.twins -= waiters.len() - 1;
        let asked = self.tickets.get(&key) == Some(&ticket);
        if asked {
            self.tickets.remove(&key);
        }
        (asked.then_some(key), waiters)
    }

    /// Nothing more is asked for now.
    pub(super) fn flush(&mut self) {
        self.with.flush();
    }

    /// The run has ended; `whole`: it was not stopped.
    pub(super) fn close(&mut self, whole: bool) -> Result<(), Fault> {
        self.with.close(whole)
    }

    /// The run stops: what was not sent yet need not be.
    pub(super) fn halt(&mut self) {
        self.with.halt();
    }

    /// Another run shall ask these anew.
    pub(super) fn aside(&mut self, keys: &[Key]) {
        self.with.aside(keys);
    }

    /// The request behind a ticket.
    pub(super) fn key(&self, ticket: u64) -> Option<Key> {
        self.flying.get(&ticket).map(|(key, _)| *key)
    }

    /// Nothing more is sent; what is in flight still comes.
    pub(super) fn leave(&mut self) {
        self.with.leave();
    }

    /// Requests that are out.
    pub(super) fn flying(&self) -> usize {
        self.with.flying()
    }

    pub(super) fn count(&self, counts: &mut Counts) {
        let Spent { requests, cached, retries, tokens, busy, cost } = self.with.spent();
        (counts.requests, counts.cached, counts.retries) = (requests, cached + self.cached, retries);
        (counts.tokens, counts.busy, counts.cost) = (tokens, busy, cost);
    }
}
