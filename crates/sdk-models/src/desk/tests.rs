//! Runs against simulated servers: what is wasted and how long they take, exactly.

use proptest::prelude::*;

use super::simulated::{Client, MS, Run, Server, auto, fixed, run};
use crate::breaker::Sign;
use crate::limit::{INPUT, METERS, OUTPUT, REQUESTS, SECOND, TOKENS, float};

/// 500 rows where 20 a second are taken and 20 are saved up: the run, and its time over the shortest one.
fn twenty(headers: bool, retry_after: bool, client: Client) -> (Run, f64) {
    let server = Server { rps: Some(20.0), headers, retry_after, ..Server::default() };
    let run = run(&server, client, 500);
    let over = run.took / ((500.0 - 20.0) / 20.0 + 0.1);
    (run, over)
}

#[test]
fn twenty_a_second_with_headers() {
    for seed in 1..9 {
        let (run, over) = twenty(true, true, Client { seed, ..auto() });
        assert!(run.waste() <= 0.03 && over <= 1.05, "waste {}, time {over}", run.waste());
    }
}

#[test]
fn twenty_a_second_with_retry_after_alone() {
    for seed in 1..9 {
        let (run, over) = twenty(false, true, Client { seed, ..auto() });
        assert!(run.waste() <= 0.05 && over <= 1.1, "waste {}, time {over}", run.waste());
    }
}

#[test]
fn twenty_a_second_without_a_word() {
    for jobs in [None, Some(8), Some(64)] {
        for seed in 1..9 {
            let (run, over) = twenty(false, false, Client { jobs, seed, ..auto() });
            assert!(run.waste() <= 0.2 && over <= 1.15, "{jobs:?}: waste {}, time {over}", run.waste());
        }
    }
}

/// What is refused by chance is refused as often where less is sent.
#[test]
fn refusals_by_chance_slow_no_run_down() {
    for (moody, pause) in [(0.01, 0.0), (0.03, 0.0), (0.1, 0.0), (0.01, 1.0), (0.03, 1.0)] {
        for seed in 1..5 {
            let server = Server { latency: 50 * MS, moody: (moody, pause), ..Server::default() };
            let run = run(&server, Client { seed, ..fixed(64) }, 40_000);
            // A pause is for all; those who are refused at the same time have it together.
            let possible = 1.0 / (0.05 / 64.0 + pause * moody / 3.0);
            let share = run.rate() / possible;
            assert!(share > if pause > 0.0 { 0.35 } else { 0.6 }, "{moody} {pause}: {share}");
            assert_eq!(run.spent, 0);
        }
    }
}

/// The same, and a limit besides.
#[test]
fn a_limit_is_found_among_refusals_by_chance() {
    for seed in 1..9 {
        let server = Server { latency: 50 * MS, moody: (0.02, 0.0), rps: Some(100.0), ..Server::default() };
        let run = run(&server, Client { seed, ..fixed(64) }, 5000);
        assert!(run.rate() > 70.0 && run.waste() < 0.3, "{} a second, waste {}", run.rate(), run.waste());
    }
}

#[test]
fn settles_under_a_cap() {
    for (limited, way) in [(true, 0), (true, 2), (false, 0), (false, 2)] {
        for client in [auto(), fixed(64), fixed(17)] {
            let (latency, way) = (50 * MS, way * MS);
            let server = Server { latency, way, cap: Some((16, limited)), ..Server::default() };
            let run = run(&server, client, 5000);
            let (least, most) = run.settled();
            assert!(least >= 12 && most <= 16, "429 {limited}, {:?}: {least} to {most}", client.jobs);
            assert!(run.rate() >= 0.9 * 320.0 && run.waste() < 0.03, "{} {}", run.rate(), run.waste());
        }
    }
}

#[test]
fn finds_the_knee_within_a_factor_of_two() {
    for knee in [8, 16, 20, 32, 40, 100] {
        for seed in 1..9 {
            let server = Server { latency: 50 * MS, knee: Some(knee), ..Server::default() };
            let run = run(&server, Client { seed, ..auto() }, 200 * knee as u64);
            let usual = run.usual();
            assert!(usual * 2 >= knee && usual <= knee * 2, "knee {knee}: {usual}");
            assert!(run.rate() >= 0.95 * 20.0 * float(knee), "knee {knee}: {} a second", run.rate());
        }
    }
}

#[test]
fn grows_to_its_end_where_nothing_objects() {
    let run = run(&Server { latency: 50 * MS, ..Server::default() }, auto(), 20_000);
    assert_eq!(run.limit, 512);
    // 10,240 a second are possible; eight to 512 takes some ten latencies.
    assert!(run.took < 20_000.0 / 10_240.0 + 1.2, "{}", run.took);
}

#[test]
fn tokens_are_counted_as_the_server_counts_them() {
    for (meter, each) in [(TOKENS, 200.0), (INPUT, 100.0), (OUTPUT, 100.0)] {
        let server =
            Server { tokens: Some((2000.0, meter)), headers: true, retry_after: true, ..Server::default() };
        let learned = run(&server, auto(), 400);
        let over = learned.took / ((400.0 * each - 12_000.0) / 2000.0 + 0.1);
        assert!(learned.waste() <= 0.05 && over < 1.1, "{meter}: waste {}, time {over}", learned.waste());
        let mut set = [None; METERS];
        set[meter] = Some(2000.0 * 60.0);
        let told = run(&Server { headers: false, ..server }, Client { set, ..auto() }, 400);
        let over = told.took / (400.0 * each / 2000.0);
        assert!(told.wasted == 0 && over < 1.1, "{meter}: {} wasted, time {over}", told.wasted);
    }
}

#[test]
fn a_limit_of_requests_is_kept_from_the_first_second() {
    let mut set = [None; METERS];
    set[REQUESTS] = Some(20.0 * 60.0);
    let run = run(&Server::default(), Client { set, ..fixed(64) }, 200);
    for (at, time) in run.times.iter().enumerate() {
        let within = run.times[at..].iter().take_while(|other| **other < time + SECOND).count();
        assert!(within <= 21, "{within} in one second");
    }
    assert!(run.took < 10.3, "{}", run.took);
}

#[test]
fn a_burst_of_refusals_is_one_cut() {
    use crate::limit::{How, Limiter, Next, Shared};
    for limited in [true, false] {
        let mut limiter = Limiter::new(Some(64), [None; METERS], Shared::alone());
        let lease = |limiter: &mut Limiter, now| match limiter.next(now, 400) {
            Next::Go(lease) => lease,
            other => panic!("{other:?}"),
        };
        let first: Vec<_> = (0..64).map(|_| lease(&mut limiter, 1)).collect();
        for one in first {
            limiter.ended(2, one, How::Good(None));
        }
        let burst: Vec<_> = (0..64).map(|_| lease(&mut limiter, 3)).collect();
        for one in burst {
            limiter.ended(4, one, How::Busy { limited, asked: None });
        }
        // As many were answered before: with a 429 the rate is at fault, else the server has less to give.
        assert_eq!(limiter.limit(), if limited { 64 } else { 48 });
    }
}

#[test]
fn what_is_not_used_does_not_grow() {
    let run = run(&Server::default(), Client { ahead: 6, ..auto() }, 3000);
    assert_eq!(run.highest, 8);
}

/// 5 % of the answers take 30 s: no worse than 64 workers who each take the next row when they are free.
#[test]
fn slow_answers_stall_nobody() {
    let server = Server { latency: 50 * MS, tail: (0.05, 30 * SECOND), ..Server::default() };
    let run = run(&server, fixed(64), 20_000);
    let work = 20_000.0 * (0.05 * 30.0 + 0.95 * 0.05) / 64.0;
    // The last rows are as slow as any.
    assert!(run.took < work * 1.02 + 30.0, "{} for {work}", run.took);
}

#[test]
fn a_server_that_is_gone_for_a_while_costs_no_row() {
    for retries in [1, 5] {
        let server = Server { gone: (5 * SECOND, 65 * SECOND), ..Server::default() };
        let run = run(&server, Client { retries, ..fixed(16) }, 2000);
        assert_eq!((run.spent, run.good), (0, 2000));
        assert!(run.wasted <= 16 + 12 && run.took < 100.0, "{} in {}", run.wasted, run.took);
    }
}

#[test]
fn a_server_that_stays_away_ends_the_run() {
    let server = Server { gone: (5 * SECOND, Server::NEVER), ..Server::default() };
    let run = run(&server, fixed(16), 2000);
    assert!(run.over && run.took > 120.0 && run.took < 150.0, "{}", run.took);
    assert!(run.spent == 0 && run.wasted <= 16 + 12, "{} wasted", run.wasted);
}

/// Rows that the server can never answer get all their tries and no more, alone or among others: a server that fails
/// over them alone is not gone.
#[test]
fn what_can_never_be_answered_costs_only_itself() {
    for (rows, never) in [(6, 0..6), (40, 0..40), (400, 200..220), (400, 0..30), (2000, 1000..1030)] {
        for client in [fixed(1), fixed(8), fixed(64), auto()] {
            let count = never.end - never.start;
            let server = Server { never: (never.clone(), Sign::Trouble), ..Server::default() };
            let run = run(&server, Client { ahead: 128, ..client }, rows);
            assert_eq!((run.over, run.spent, run.good), (false, count, rows - count), "{never:?}");
            assert_eq!(run.sent, rows + 5 * count, "{never:?}");
        }
    }
}

/// The same where nothing is heard of them.
#[test]
fn what_is_never_heard_of_costs_only_itself() {
    for (rows, never) in [(6, 0..6), (400, 200..219), (400, 0..19)] {
        let server = Server { never: (never.clone(), Sign::Failure), ..Server::default() };
        let run = run(&server, Client { ahead: 128, ..fixed(16) }, rows);
        let count = never.end - never.start;
        assert_eq!((run.over, run.spent, run.good), (false, count, rows - count), "{never:?}");
    }
}

/// A server that fails over everything ends the run, whether it was good before or not; and the driver, who stops at the
/// twentieth row that is no good, need not wait for long.
#[test]
fn a_server_that_fails_over_everything_ends_the_run() {
    for from in [0, 1000] {
        let server = Server { never: (from..Server::NEVER, Sign::Trouble), ..Server::default() };
        let run = run(&server, Client { ahead: 128, ..fixed(8) }, 3000);
        assert!(run.over && run.took < 300.0 && run.spent < 10, "{} in {}", run.spent, run.took);
    }
    let server = Server { never: (0..60, Sign::Trouble), ..Server::default() };
    let run = run(&server, Client { ahead: 60, ..fixed(8) }, 60);
    assert!(run.twenty < 120.0, "{}", run.twenty);
}

#[test]
fn a_request_that_is_put_in_another_way_was_not_tried_before() {
    use super::{After, Came, Desk, Step};
    use crate::limit::{Limiter, Shared};
    let mut desk = Desk::new(Limiter::new(Some(1), [None; METERS], Shared::alone()), 5, 1);
    desk.push(0, 400, ());
    let mut sent = |came| {
        let Step::Send(item, lease) = desk.next(1) else { panic!("nothing to send") };
        let tries = item.tries();
        (tries, item.attempts, matches!(desk.ended(2, item, lease, came), After::Done(_)))
    };
    assert_eq!(sent(Came::Turned), (1, 1, false));
    assert_eq!(sent(Came::Said(None)), (1, 2, true));
}

#[test]
fn limits_cost_no_row_its_tries() {
    let server = Server { rps: Some(5.0), ..Server::default() };
    let run = run(&server, Client { retries: 0, ..fixed(64) }, 300);
    assert_eq!((run.good, run.spent), (300, 0));
}

#[test]
fn many_failures_do_not_strangle_a_run() {
    let server = Server { failing: 0.3, ..Server::default() };
    let run = run(&server, fixed(64), 5000);
    assert!(run.spent <= 10 && run.took < 60.0, "{} given up in {} s", run.spent, run.took);
}

/// Where everything fails, sending it all again makes it no better.
#[test]
fn retries_are_few_where_hardly_anything_is_answered() {
    let server = Server { failing: 0.9, ..Server::default() };
    let run = run(&server, fixed(64), 400);
    assert!(run.took > 60.0, "{} sent in {} s", run.sent, run.took);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// The simulation itself asserts that every row ends once, that every lease comes back, and that nothing goes out
    /// in a pause.
    #[test]
    fn every_row_ends_whatever_the_server_does(
        seed: u64, jobs in proptest::option::of(1_usize..80), latency in 1_u64..400, rps in proptest::option::of(5.0..200.0),
        cap in proptest::option::of((1_usize..40, any::<bool>())), knee in proptest::option::of(1_usize..40),
        headers: bool, retry_after: bool, failing in 0.0..0.3, ahead in 1_usize..200,
    ) {
        let server = Server {
            latency: latency * MS, rps, cap, knee, headers, retry_after, failing, gone: (SECOND, 4 * SECOND),
            ..Server::default()
        };
        let run = run(&server, Client { jobs, ahead, seed, ..auto() }, 300);
        prop_assert!(!run.over && run.took < 600.0, "{} s", run.took);
    }
}
