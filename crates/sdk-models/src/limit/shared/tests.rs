//! Several limiters by one file, in simulated time.

use std::os::unix::fs::PermissionsExt;

use tempfile::TempDir;

use super::*;
use crate::limit::{How, Lease, Limiter, Next, REQUESTS, float};

const MS: Now = SECOND / 1000;

/// A stage: its limiter, its requests on their way (when they are back, and whether they were taken), when it sent.
struct Stage {
    limiter: Limiter,
    flying: Vec<(Now, Lease, bool)>,
    sent: Vec<Now>,
    refused: usize,
}

fn stage(folder: &TempDir, jobs: usize, set: Option<f64>) -> Stage {
    let mut minute = [None; METERS];
    minute[REQUESTS] = set;
    let limiter = Limiter::new(Some(jobs), minute, Shared::at(folder.path().join("limits")));
    Stage { limiter, flying: Vec::new(), sent: Vec::new(), refused: 0 }
}

/// Lets the stages send all they may from `from` to `to`. `server` says whether a request is taken.
fn go(stages: &mut [&mut Stage], from: Now, to: Now, mut server: impl FnMut(Now) -> bool) {
    for now in (from..to).step_by(usize::try_from(MS).unwrap()) {
        for stage in stages.iter_mut() {
            while let Some(at) = stage.flying.iter().position(|(back, ..)| *back <= now) {
                let (_, lease, taken) = stage.flying.swap_remove(at);
                let busy = How::Busy { limited: true, asked: None };
                stage.refused += usize::from(!taken);
                stage.limiter.ended(now, lease, if taken { How::Good(None) } else { busy });
            }
            while let Next::Go(lease) = stage.limiter.next(now, 400) {
                let taken = server(now);
                stage.flying.push((now + if taken { 100 * MS } else { MS }, lease, taken));
                stage.sent.push(now);
            }
        }
    }
}

/// The most of these within one second.
fn busiest<'a>(times: impl IntoIterator<Item = &'a Now>) -> usize {
    let mut times: Vec<Now> = times.into_iter().copied().collect();
    times.sort_unstable();
    let within = |at: usize| times[at..].iter().take_while(|time| **time < times[at] + SECOND).count();
    (0..times.len()).map(within).max().unwrap_or(0)
}

/// A second's worth is saved up.
fn bucket(rate: f64) -> impl FnMut(Now) -> bool {
    let (mut left, mut at) = (rate, SECOND);
    move |now| {
        left = (left + crate::limit::seconds(now - at) * rate).min(rate);
        at = now;
        let taken = left >= 1.0;
        left -= if taken { 1.0 } else { 0.0 };
        taken
    }
}

#[test]
fn the_sum_keeps_to_the_limit_and_is_split_fairly() {
    let folder = TempDir::new().unwrap();
    // However many each would have at once.
    let (mut first, mut second) = (stage(&folder, 64, Some(1200.0)), stage(&folder, 2, Some(1200.0)));
    go(&mut [&mut first, &mut second], SECOND, 21 * SECOND, |_| true);
    let all = first.sent.len() + second.sent.len();
    assert!(busiest(first.sent.iter().chain(&second.sent)) <= 21);
    assert!((398..=402).contains(&all), "{all} in 20 s");
    assert!(first.sent.len().abs_diff(second.sent.len()) < 40, "{} of {all}", first.sent.len());
    // The other one is killed: it loses what it had reserved, and no more.
    drop(second);
    let before = first.sent.len();
    go(&mut [&mut first], 21 * SECOND, 31 * SECOND, |_| true);
    assert!((197..=201).contains(&(first.sent.len() - before)), "{}", first.sent.len() - before);
}

#[test]
fn a_limit_that_one_finds_holds_for_all() {
    let folder = TempDir::new().unwrap();
    let (mut first, mut second) = (stage(&folder, 8, None), stage(&folder, 8, None));
    let mut server = bucket(20.0);
    go(&mut [&mut first, &mut second], SECOND, 31 * SECOND, &mut server);
    let (refused, all) = (first.refused + second.refused, first.sent.len() + second.sent.len());
    let good = float(all - refused);
    assert!(refused * 5 < all, "{refused} of {all} refused");
    assert!(good >= 0.85 * 30.0 * 20.0, "{good} taken in 30 s");
    for stage in [&first, &second] {
        assert!(stage.sent.len() * 4 > all, "{} of {all}", stage.sent.len());
    }
    // A third comes, and finds it there.
    let mut third = stage(&folder, 64, None);
    go(&mut [&mut first, &mut second, &mut third], 31 * SECOND, 36 * SECOND, &mut server);
    assert!(third.sent.len() < 60, "{}", third.sent.len());
}

#[test]
fn a_pause_is_everybodys() {
    let folder = TempDir::new().unwrap();
    let (mut first, mut second) = (stage(&folder, 4, None), stage(&folder, 4, None));
    go(&mut [&mut first, &mut second], SECOND, 2 * SECOND, |_| true);
    let (_, lease, _) = first.flying.pop().unwrap();
    let asked = Some(Duration::from_secs(5));
    first.limiter.ended(2 * SECOND, lease, How::Busy { limited: true, asked });
    go(&mut [&mut first, &mut second], 2 * SECOND, 10 * SECOND, |_| true);
    let paused = |time: &&Now| (2 * SECOND + GLANCE..7 * SECOND).contains(*time);
    assert_eq!(first.sent.iter().chain(&second.sent).filter(paused).count(), 0);
    assert!(second.sent.iter().any(|time| *time >= 7 * SECOND));
}

#[test]
fn what_is_of_another_time_or_no_such_file_is_nothing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("limits");
    let (mut shared, mut ledger) = (Shared::at(path.clone()), Ledger::default());
    shared.enter(SECOND, &mut ledger);
    let far = Ledger { pause: 1000 * SECOND, ..Ledger::default() };
    shared.leave(&far);
    let mode = path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // The clock began anew, or the file is of somebody else's making.
    for text in [None, Some(vec![7; 9]), Some(vec![0xff; WORDS * 8]), Some(Vec::new())] {
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
        }
        shared.enter(2 * SECOND, &mut ledger);
        shared.leave(&Ledger::default());
        assert_eq!(ledger, Ledger::default());
    }
    shared.enter(900 * SECOND, &mut ledger);
    shared.leave(&far);
    shared.enter(900 * SECOND, &mut ledger);
    shared.leave(&far);
    assert_eq!(ledger, far);
    // Where nothing can be written, everybody is alone.
    let mut nowhere = Shared::at(folder.path().join("no/limits"));
    nowhere.enter(SECOND, &mut ledger);
    nowhere.leave(&ledger);
    assert_eq!(ledger, far);
}

#[test]
fn the_name_of_the_file_tells_neither_address_nor_key() {
    let by = |parts: &[&str]| Shared::by(parts, "m").path.map(|path| path.to_string_lossy().into_owned());
    let path = by(&["https://h/v1", "sk-secret"]);
    if let Some(path) = &path {
        assert!(!path.contains("sk-") && !path.contains("//"), "{path}");
    }
    assert_eq!(path, by(&["https://h/v1", "sk-secret"]));
    assert!(path.is_none() || path != by(&["https://h/v1", "sk-other"]));
}
