//! Who is let in: limits of requests and tokens in a while, of requests at once, a queue, and a server that is loading.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What is limited. The default is nothing.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Requests a second; a second's worth is saved up.
    pub rps: Option<f64>,
    /// Tokens a minute; a tenth of them is saved up.
    pub tpm: Option<f64>,
    /// Answers say what is left, in OpenAI's headers.
    pub headers: bool,
    /// Those who come too often are told to wait so many seconds.
    pub retry_after: Option<u64>,
    /// So many at once; more get this status.
    pub at_once: Option<(usize, u16)>,
    /// It works on so many at once; others wait for their turn.
    pub knee: Option<usize>,
    /// For so long everybody gets a 503.
    pub loading: Duration,
}

/// The door of a running server.
#[derive(Debug)]
pub(crate) struct Door {
    limits: Limits,
    begun: Instant,
    inside: Mutex<Inside>,
}

#[derive(Debug)]
struct Inside {
    requests: Option<Bucket>,
    tokens: Option<Bucket>,
    count: usize,
    most: usize,
    /// When each of those who work is free again.
    free: BinaryHeap<Reverse<Instant>>,
}

#[derive(Debug)]
struct Bucket {
    /// A second.
    rate: f64,
    capacity: f64,
    left: f64,
    at: Instant,
}

/// A header of an answer.
pub(crate) type Header = (&'static str, String);

impl Door {
    pub(crate) fn new(limits: Limits) -> Door {
        let now = Instant::now();
        let bucket = |rate: f64, seconds: f64| {
            let capacity = rate * seconds;
            Bucket { rate, capacity, left: capacity, at: now }
        };
        let inside = Inside {
            requests: limits.rps.map(|rps| bucket(rps, 1.0)),
            tokens: limits.tpm.map(|tpm| bucket(tpm / 60.0, 6.0)),
            count: 0,
            most: 0,
            free: (0..limits.knee.unwrap_or(0)).map(|_| Reverse(now)).collect(),
        };
        Door { limits, begun: now, inside: Mutex::new(inside) }
    }

    pub(crate) fn is_loading(&self) -> bool {
        self.begun.elapsed() < self.limits.loading
    }

    /// Lets in a request of so many tokens, whose work takes so long. Gives when the work will be done.
    ///
    /// # Errors
    /// The status of who is not let in.
    pub(crate) fn enter(&self, tokens: impl FnOnce() -> f64, work: Duration) -> Result<Instant, u16> {
        let now = Instant::now();
        if self.is_loading() {
            return Err(503);
        }
        let mut inside = self.inside();
        if let Some((_, status)) = self.limits.at_once.filter(|(most, _)| inside.count >= *most) {
            return Err(status);
        }
        if inside.requests.as_mut().is_some_and(|bucket| !bucket.take(now, 1.0))
            || inside.tokens.as_mut().is_some_and(|bucket| !bucket.take(now, tokens()))
        {
            return Err(429);
        }
        inside.count += 1;
        inside.most = inside.most.max(inside.count);
        Ok(match inside.free.pop() {
            Some(Reverse(free)) => {
                let end = free.max(now) + work;
                inside.free.push(Reverse(end));
                end
            }
            None => now + work,
        })
    }

    /// A request that was let in is about to be answered.
    pub(crate) fn leave(&self) {
        self.inside().count -= 1;
    }

    /// How many are inside.
    pub(crate) fn count(&self) -> usize {
        self.inside().count
    }

    /// The most that were inside at once.
    pub(crate) fn most(&self) -> usize {
        self.inside().most
    }

    /// What an answer with this status says of the limits.
    pub(crate) fn headers(&self, status: u16) -> Vec<Header> {
        let wait = self.limits.retry_after.filter(|_| matches!(status, 429 | 503 | 529));
        let mut headers: Vec<Header> =
            wait.map(|wait| ("retry-after", wait.to_string())).into_iter().collect();
        let inside = self.inside();
        let names = [
            "x-ratelimit-limit-requests",
            "x-ratelimit-remaining-requests",
            "x-ratelimit-reset-requests",
            "x-ratelimit-limit-tokens",
            "x-ratelimit-remaining-tokens",
            "x-ratelimit-reset-tokens",
        ];
        for (bucket, names) in [&inside.requests, &inside.tokens].into_iter().zip(names.chunks(3)) {
            if let (Some(bucket), true, [limit, remaining, reset]) = (bucket, self.limits.headers, names) {
                let full = (bucket.capacity - bucket.left) / bucket.rate;
                headers.push((*limit, format!("{:.0}", bucket.capacity.floor())));
                headers.push((*remaining, format!("{:.0}", bucket.left.floor())));
                headers.push((*reset, format!("{:.0}ms", full * 1000.0)));
            }
        }
        headers
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bucket {
    fn take(&mut self, now: Instant, cost: f64) -> bool {
        let filled = self.left + now.saturating_duration_since(self.at).as_secs_f64() * self.rate;
        (self.left, self.at) = (filled.min(self.capacity), now.max(self.at));
        let taken = self.left >= cost;
        if taken {
            self.left -= cost;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: Duration = Duration::from_millis(10);

    #[test]
    fn each_limit_lets_in_what_it_says() {
        let enter = |limits: Limits, tokens: f64| {
            let door = Door::new(limits);
            (0..30).filter(|_| door.enter(|| tokens, WORK).is_ok()).count()
        };
        assert_eq!(enter(Limits::default(), 1e9), 30);
        assert_eq!(enter(Limits { rps: Some(0.5), ..Limits::default() }, 1.0), 0);
        assert_eq!(enter(Limits { rps: Some(5.0), ..Limits::default() }, 1.0), 5);
        assert_eq!(enter(Limits { tpm: Some(700.0), ..Limits::default() }, 10.0), 7);
        assert_eq!(enter(Limits { at_once: Some((3, 529)), ..Limits::default() }, 1.0), 3);
        assert_eq!(enter(Limits { loading: Duration::from_mins(1), ..Limits::default() }, 1.0), 0);
    }

    #[test]
    fn who_leaves_makes_room_and_who_waits_is_done_later() {
        let door = Door::new(Limits { at_once: Some((1, 503)), knee: Some(1), ..Limits::default() });
        let first = door.enter(|| 1.0, WORK).unwrap();
        assert_eq!(door.enter(|| 1.0, WORK), Err(503));
        door.leave();
        assert!(door.enter(|| 1.0, WORK).unwrap() >= first + WORK);
        assert_eq!(door.most(), 1);
    }

    #[test]
    fn what_is_left_is_said() {
        let door =
            Door::new(Limits { rps: Some(4.0), headers: true, retry_after: Some(2), ..Limits::default() });
        let _ = door.enter(|| 1.0, WORK);
        let headers = door.headers(200);
        assert_eq!(headers[0], ("x-ratelimit-limit-requests", "4".to_owned()));
        assert_eq!(headers[1].1, "3");
        assert_eq!(headers[2].1, "250ms");
        assert_eq!((door.headers(429)[0].0, headers.len()), ("retry-after", 3));
    }
}
