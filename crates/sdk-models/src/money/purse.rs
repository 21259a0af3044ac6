//! The budget of a run while it is spent: before a request goes out the most that it can cost is held, and when it has ended
//! what it did cost is kept. What is spent and held together never exceeds the budget, as long as no server counts more
//! tokens than it was sent bytes and was told to reply.

use std::fmt;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use sdk_prompt::{Price, Usage};
use sdk_record::{Fault, Kind};

use super::budget::{Budget, Measure};
use crate::Say;

/// The money of a run.
pub(crate) struct Purse {
    books: Mutex<Books>,
    measure: Measure,
    budget: Budget,
    /// Something came back, or nothing will.
    freed: Notify,
    say: Say,
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
        Ok(Purse { books, measure, budget, freed: Notify::new(), say })
    }

    /// Holds the most that a request of at most `input` and `output` tokens can cost, as soon as the budget has so much left.
    ///
    /// # Errors
    /// It never will: a fault that stops the run.
    pub(crate) async fn hold(&self, input: u64, output: u64) -> Result<Hold<'_>, Fault> {
        let most = self.measure.most(input, output);
        loop {
            let mut freed = pin!(self.freed.notified());
            freed.as_mut().enable();
            let room = self.books().hold(most);
            match room {
                Room::Held => return Ok(Hold(Some(Held { purse: self, most, input, output }))),
                Room::Wait => freed.await,
                Room::Over => {
                    self.freed.notify_waiters();
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
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
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
        self.purse.freed.notify_waiters();
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
mod tests {
    use std::sync::Arc;
    use std::task::Poll;

    use proptest::prelude::*;
    use sdk_prompt::Cost;

    use super::*;

    fn purse(budget: &str, price: Option<Price>) -> Result<Purse, String> {
        Purse::new(budget.parse().unwrap(), price, Arc::new(|_: &str| ()))
    }

    /// What is spent and held.
    fn books(purse: &Purse) -> (u64, u64) {
        let books = purse.books();
        (books.spent, books.held)
    }

    fn run<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    /// Both at once.
    async fn both<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
        let (mut one, mut other) = (pin!(one), pin!(other));
        let (mut first, mut second) = (None, None);
        std::future::poll_fn(|context| {
            if first.is_none()
                && let Poll::Ready(came) = one.as_mut().poll(context)
            {
                first = Some(came);
            }
            if second.is_none()
                && let Poll::Ready(came) = other.as_mut().poll(context)
            {
                second = Some(came);
            }
            match (first.take(), second.take()) {
                (Some(one), Some(other)) => Poll::Ready((one, other)),
                (one, other) => {
                    (first, second) = (one, other);
                    Poll::Pending
                }
            }
        })
        .await
    }

    #[allow(clippy::unnecessary_wraps)] // as a reply has it
    fn used(input: u64, output: u64) -> Option<Usage> {
        Some(Usage { input, output, ..Usage::default() })
    }

    #[test]
    fn money_needs_a_price_and_tokens_none() {
        assert!(purse("5usd", None).unwrap_err().contains("--price"));
        assert!(purse("5tok", None).is_ok());
    }

    #[test]
    fn what_is_left_over_lets_others_go() {
        let purse = purse("1000tok", None).unwrap();
        run(async {
            let first = purse.hold(400, 400).await.unwrap();
            let waits = purse.hold(300, 300);
            let gives = async {
                tokio::task::yield_now().await;
                first.paid(used(100, 50));
            };
            let (second, ()) = both(waits, gives).await;
            let second = second.unwrap();
            assert_eq!(books(&purse), (150, 600));
            // A request that came to nothing costs nothing.
            drop(second);
            assert_eq!(books(&purse), (150, 0));
            let fault = purse.hold(500, 500).await.map(drop).unwrap_err();
            assert!(fault.stops && fault.message.contains("budget of 1000 tokens"), "{}", fault.message);
            assert!(fault.message.contains("up to 1000 tokens (150 tokens are spent)"), "{}", fault.message);
            // Not even a smaller one, once the run has stopped.
            assert!(purse.hold(1, 1).await.is_err());
        });
    }

    #[test]
    fn who_waits_hears_that_there_will_be_nothing() {
        let purse = purse("1000tok", None).unwrap();
        run(async {
            let first = purse.hold(400, 400).await.unwrap();
            let gives = async {
                tokio::task::yield_now().await;
                first.paid(used(400, 400));
            };
            let waits = both(purse.hold(300, 300), purse.hold(300, 300));
            let ((one, other), ()) = both(waits, gives).await;
            assert!(one.is_err() && other.is_err());
        });
    }

    #[test]
    fn what_is_lost_counts_as_a_usual_reply() {
        let purse = purse("10ktok", None).unwrap();
        run(async {
            purse.hold(100, 500).await.unwrap().lost();
            assert_eq!(purse.books().spent, 600);
            purse.hold(100, 500).await.unwrap().paid(used(30, 40));
            purse.hold(100, 500).await.unwrap().lost();
            assert_eq!(purse.books().spent, 600 + 70 + 140);
        });
    }

    #[derive(Debug, Clone)]
    enum Step {
        Hold(u64, u64),
        Paid(usize, u64, u64),
        Unsaid(usize),
        Lost(usize),
        Free(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        let share = 0u64..=100;
        prop_oneof![
            3 => (0u64..3000, 0u64..3000).prop_map(|(input, output)| Step::Hold(input, output)),
            2 => (0usize..8, share.clone(), share).prop_map(|(at, input, output)| Step::Paid(at, input, output)),
            1 => (0usize..8).prop_map(Step::Unsaid),
            1 => (0usize..8).prop_map(Step::Lost),
            1 => (0usize..8).prop_map(Step::Free),
        ]
    }

    proptest! {
        /// Whatever comes of requests in whatever order, what is held and spent together stays within the budget.
        #[test]
        fn never_over(
            steps in prop::collection::vec(step(), 1..80),
            budget in 0u64..20_000,
            prices in prop::option::of(prop::array::uniform4(0u64..50)),
        ) {
            let price = prices.map(|[input, output, cached, written]| Price { input, output, cached, written });
            let whole = if price.is_some() { Budget::Cost(Cost(budget)) } else { Budget::Tokens(budget) };
            let purse = Purse::new(whole, price, Arc::new(|_: &str| ())).unwrap();
            run(async {
                let mut holds: Vec<Hold> = Vec::new();
                for step in steps {
                    let at = |at: usize| at % holds.len().max(1);
                    match step {
                        Step::Hold(input, output) => {
                            // One that would have to wait is not waited for here.
                            let hold = tokio::time::timeout(std::time::Duration::ZERO, purse.hold(input, output));
                            if let Ok(Ok(hold)) = hold.await {
                                holds.push(hold);
                            }
                        }
                        _ if holds.is_empty() => {}
                        Step::Paid(which, input, output) => {
                            let hold = holds.swap_remove(at(which));
                            let Held { input: most, output: limit, .. } = *hold.0.as_ref().unwrap();
                            let (input, output) = (most * input / 100, limit * output / 100);
                            let usage = Usage { input, output, cached: input / 3, written: input / 4 };
                            hold.paid(Some(usage));
                        }
                        Step::Unsaid(which) => holds.swap_remove(at(which)).paid(None),
                        Step::Lost(which) => holds.swap_remove(at(which)).lost(),
                        Step::Free(which) => drop(holds.swap_remove(at(which))),
                    }
                    let books = purse.books();
                    prop_assert!(books.spent + books.held <= books.budget, "{books:?}");
                    prop_assert_eq!(books.held, holds.iter().flat_map(|hold| &hold.0).map(|held| held.most).sum::<u64>());
                }
                drop(holds);
                prop_assert_eq!(purse.books().held, 0);
                Ok(())
            })?;
        }
    }
}
