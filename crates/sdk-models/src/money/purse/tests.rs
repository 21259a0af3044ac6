//! What is held and what is spent never exceed what may be.

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
