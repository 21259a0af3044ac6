//! Calls on their way to whoever answers: equal ones in flight become one, known answers are not asked again.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use sdk_prompt::{Answer, Call, Counts, Done, Key, Reply};
use sdk_record::Fault;

use crate::store::Store;

/// Who waits for a reply: a job's number and the place among its calls.
type Waiter = (u64, usize);

pub(super) struct Calls<'a> {
    with: &'a mut dyn Answer,
    model: Arc<str>,
    done: Done,
    store: Box<dyn Store>,
    queue: VecDeque<(Waiter, Call)>,
    /// By ticket: the request's key and who waits for it.
    flying: HashMap<u64, (Key, Vec<Waiter>)>,
    tickets: HashMap<Key, u64>,
    next: u64,
    asked: Asked,
}

#[derive(Default)]
struct Asked {
    requests: u64,
    cached: u64,
    retries: u64,
    input: u64,
    output: u64,
}

impl<'a> Calls<'a> {
    pub(super) fn new(with: &'a mut dyn Answer, done: Done, store: impl Store + 'static) -> Self {
        Calls {
            model: with.model(),
            with,
            done,
            store: Box::new(store),
            queue: VecDeque::new(),
            flying: HashMap::new(),
            tickets: HashMap::new(),
            next: 0,
            asked: Asked::default(),
        }
    }

    pub(super) fn jobs(&self) -> usize {
        self.with.jobs()
    }

    /// Whether a new job's call could go out at once.
    pub(super) fn room(&self) -> bool {
        self.queue.is_empty() && self.flying.len() < self.with.jobs()
    }

    pub(super) fn in_flight(&self) -> bool {
        !self.flying.is_empty()
    }

    pub(super) fn queue(&mut self, number: u64, calls: Vec<Call>) {
        self.queue.extend(calls.into_iter().enumerate().map(|(index, call)| ((number, index), call)));
    }

    /// Sends what there is room for.
    pub(super) fn dispatch(&mut self) {
        while self.flying.len() < self.with.jobs() {
            let Some((waiter, call)) = self.queue.pop_front() else { return };
            let key = Key::of(&call, &self.model);
            if let Some((_, waiters)) = self.tickets.get(&key).and_then(|ticket| self.flying.get_mut(ticket))
            {
                waiters.push(waiter);
                self.asked.cached += 1;
                continue;
            }
            let ticket = self.next;
            self.next += 1;
            self.flying.insert(ticket, (key, vec![waiter]));
            if let Some(reply) = self.store.get(key) {
                self.asked.cached += 1;
                // Through the same door as any answer, so that a job is never played inside another's step.
                (self.done)(ticket, Ok(Reply { attempts: 0, ..reply }));
                continue;
            }
            self.tickets.insert(key, ticket);
            self.asked.requests += 1;
            self.with.submit(ticket, key, call, &self.done);
        }
    }

    /// Who gets the answer to `ticket`.
    pub(super) fn answered(
        &mut self,
        ticket: u64,
        result: Result<Reply, Fault>,
    ) -> Vec<(u64, usize, Result<Reply, Fault>)> {
        let Some((key, waiters)) = self.flying.remove(&ticket) else { return Vec::new() };
        if self.tickets.get(&key) == Some(&ticket) {
            self.tickets.remove(&key);
            let attempts = match &result {
                Ok(reply) => Some(reply.attempts),
                Err(fault) => fault.attempts,
            };
            self.asked.retries += u64::from(attempts.unwrap_or(1).saturating_sub(1));
            if let Ok(reply) = &result {
                let usage = reply.usage.unwrap_or_default();
                self.asked.input = self.asked.input.saturating_add(usage.input);
                self.asked.output = self.asked.output.saturating_add(usage.output);
                self.store.put(key, reply);
            }
        }
        waiters.into_iter().map(|(number, index)| (number, index, result.clone())).collect()
    }

    pub(super) fn count(&self, counts: &mut Counts) {
        counts.requests = self.asked.requests;
        counts.cached = self.asked.cached;
        counts.retries = self.asked.retries;
        counts.input_tokens = self.asked.input;
        counts.output_tokens = self.asked.output;
    }
}
