//! Asking again after a reply that could not be used, with the validator's words.

use std::sync::Arc;

use sdk_record::Fault;

use crate::{Ask, Call, Key, Message, Move, Reply, Role};

/// One request and the rounds that are left to mend its reply.
#[derive(Debug)]
pub struct Repair {
    ask: Arc<Ask>,
    first: Option<Key>,
    left: u32,
    attempts: u32,
}

/// Longest reply that is shown to the model again.
const SHOWN: usize = 8000;

impl Repair {
    /// Rounds that mend a reply, unless the user says so.
    pub const ROUNDS: u32 = 2;

    /// Asks `ask`, and at most `rounds` times more.
    pub fn new(ask: Ask, rounds: u32) -> Repair {
        Repair { first: None, ask: Arc::new(ask), left: rounds, attempts: 0 }
    }

    /// The request as it stands.
    pub fn ask(&self) -> &Ask {
        &self.ask
    }

    /// The key of the request before any repair, of which `reply` is the last answer: what rows are named after, so
    /// that a mended row is the same row.
    pub fn question(&self, reply: &Reply) -> Key {
        self.first.unwrap_or(reply.key)
    }

    /// The move that sends it.
    pub fn call(&self) -> Move {
        Move::Call(vec![self.asked()])
    }

    /// The request, to be sent by whoever makes the move.
    pub fn asked(&self) -> Call {
        Call::Model(Arc::clone(&self.ask))
    }

    /// The next round after an unusable reply, or the fault to give up with.
    ///
    /// # Errors
    /// No round is left.
    pub fn again(&mut self, reply: &Reply, fault: Fault) -> Result<Move, Box<Fault>> {
        self.first.get_or_insert(reply.key);
        self.attempts += reply.attempts;
        if self.left == 0 {
            let mut fault = fault.after(&reply.text);
            fault.attempts = Some(self.attempts);
            return Err(Box::new(fault));
        }
        self.left -= 1;
        let shown: String = reply.text.chars().take(SHOWN).collect();
        let ask = Arc::make_mut(&mut self.ask);
        if !shown.trim().is_empty() {
            ask.messages.push(Message::new(Role::Assistant, shown));
        }
        let wanted = match &ask.schema {
            Some(_) => "Reply again with the JSON alone, complete and in the form asked for.",
            None => "Reply again.",
        };
        let content = format!("That reply cannot be used: {}. {wanted}", fault.message);
        ask.messages.push(Message::new(Role::User, content));
        Ok(self.call())
    }
}
