//! The budget of a run while it is spent: before a request goes out the most that it can cost is held, and when it has ended
//! what it did cost is kept. What is spent and held together never exceeds the budget, as long as no server counts more
//! tokens than it was sent bytes and was told to reply.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use sdk_prompt::{Price, Usage};
use sdk_record::{Fault, Kind};

use super::budget::{Budget, Measure};
use crate::Say;

/// The money of a run.
pub(crate) struct Purse {
    shared: Arc<Shared>,
    measure: Measure,
    budget: Budget,
    say: Say,
}

/// What the purses of several models have in common.
#[derive(Default)]
struct Shared {
    books: Mutex<Books>,
    /// Something came back, or nothing will.
    freed: Notify,
}

impl fmt::Debug for Purse {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.books().fmt(to)
    }
}

/// What is spent and held, in the budget's unit.
#[derive(Debug, Default)]
struct Books {
    budget: u64,
    spent: u64,
    held: u64,
    /// The budget was found too small: nothing goes out any more.
    over: bool,
    /// Tokens of replies, and how many replies.
    output: u64,
    replies: u64,
    /// Whether it was said that something may have been lost.
    said: bool,
}

/// Whether a request may go out.
#[derive(Debug, PartialEq, Eq)]
enum Room {
    Held,
    /// Others that are out may leave something over.
    Wait,
    Over,
}

impl Books {
    fn hold(&mut self, most: u64) -> Room {
        let fits = self.spent.saturating_add(self.held).saturating_add(most) <= self.budget;
        if fits && !self.over {
            self.held += most;
            return Room::Held;
        }
        self.over |= self.held == 0;
        if self.over { Room::Over } else { Room::Wait }
    }

    fn settle(&mut self, held: u64, spent: u64) {
        self.held -= held;
        self.spent = self.spent.saturating_add(spent);
    }

    /// What a reply that nobody saw has, if it is like the others; the most it may have, before there was another.
    fn usual(&self, most: u64) -> u64 {
        if self.replies == 0 { most } else { self.output.div_ceil(self.replies).min(most) }
    }
}

impl Purse {
    /// A purse with `budget` in it, for tokens that cost `price`.
    ///
    /// # Errors
    /// The budget is money and nobody knows the price.
    pub(crate) fn new(budget: Budget, price: Option<Price>, say: Say) -> Result<Purse, String> {
        let (measure, amount) = match (budget, price) {
            (Budget::Tokens(tokens), _) => (Measure::Tokens, tokens),
            (Budget::Cost(cost), Some(price)) => (Measure::Cost(price), cost.0),
            (Budget::Cost(_), None) => {
                return Err(
                    "--budget: no price is known; tell it (--price IN,OUT), or give the budget in tokens (2Mtok)"
                        .to_owned(),
                );
            }
        };
        let books = Mutex::new(Books { budget: amount, ..Books::default() });
        Ok(Purse { shared: Arc::new(Shared { books, ..Shared::default() }), measure, budget, say })
    }

    /// The same money, for tokens of another model, which cost `price`.
    ///
    /// # Errors
    /// As [`Purse::new`].
    pub(crate) fn beside(&self, price: Option<Price>) -> Result<Purse, String> {
        let own = Purse::new(self.budget, price, Say::clone(&self.say))?;
        Ok(Purse { shared: Arc::clone(&self.shared), ..own })
    }

    /// Holds the most that a request of at most `input` and `output` tokens can cost, as soon as the budget has so much left.
    ///
    /// # Errors
    /// It never will: a fault that stops the run.
    pub(crate) async fn hold(&self, input: u64, output: u64) -> Result<Hold<'_>, Fault> {
        let most = self.measure.most(input, output);
        loop {
            let mut freed = pin!(self.shared.freed.notified());
            freed.as_mut().enable();
            let room = self.books().hold(most);
            match room {
                Room::Held => return Ok(Hold(Some(Held { purse: self, most, input, output }))),
                Room::Wait => freed.await,
                Room::Over => {
                    self.shared.freed.notify_waiters();
                    return Err(self.over(most));
                }
            }
        }
    }

    fn over(&self, most: u64) -> Fault {
        let (spent, most) = (self.measure.shown(self.books().spent), self.measure.shown(most));
        let message = format!(
            "the budget of {} does not cover the next request, which may take up to {most} ({spent} are spent); run the same command again to go on with as much once more",
            self.budget
        );
        Fault { stops: true, ..Fault::new(Kind::NoAnswer, message) }
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.shared.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is held for one request; nothing where nobody bounds what may be spent. If nothing is said of how it ended, it was
/// not paid for.
pub(crate) struct Hold<'a>(Option<Held<'a>>);

struct Held<'a> {
    purse: &'a Purse,
    most: u64,
    input: u64,
    output: u64,
}

impl Hold<'_> {
    /// Where nothing is bounded.
    pub(crate) fn free() -> Hold<'static> {
        Hold(None)
    }

    /// The request was answered; `usage` is what the server says.
    pub(crate) fn paid(mut self, usage: Option<Usage>) {
        if let Some(held) = self.0.take() {
            held.paid(usage);
        }
    }

    /// The request was sent and no answer came: it may have been paid for.
    pub(crate) fn lost(mut self) {
        let Some(held) = self.0.take() else { return };
        let first = !std::mem::replace(&mut held.purse.books().said, true);
        if first {
            let what = "a request was sent and its answer lost; what it may have cost counts as spent";
            (held.purse.say)(what);
        }
        held.paid(None);
    }
}

impl Held<'_> {
    /// What is not known is the most of the prompt, and a usual reply.
    fn paid(self, usage: Option<Usage>) {
        let Held { purse, input, output, .. } = self;
        let mut books = purse.books();
        let spent = if let Some(usage) = usage {
            books.output = books.output.saturating_add(usage.output);
            books.replies += 1;
            purse.measure.of(usage)
        } else {
            purse.measure.most(input, books.usual(output))
        };
        drop(books);
        self.end(spent);
    }

    fn end(self, spent: u64) {
        self.purse.books().settle(self.most, spent);
        self.purse.shared.freed.notify_waiters();
    }
}

impl Drop for Hold<'_> {
    fn drop(&mut self) {
        if let Some(held) = self.0.take() {
            held.end(0);
        }
    }
}

#[cfg(test)]
mod tests;
