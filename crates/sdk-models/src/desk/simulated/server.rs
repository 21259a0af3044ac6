//! The server of a simulated run.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::Range;
use std::time::Duration;

use sdk_prompt::Usage;

use super::super::Came;
use crate::breaker::Sign;
use crate::limit::{
    Bucket, How, INPUT, Limits, Now, OUTPUT, REQUESTS, SECOND, TOKENS, float, nanoseconds, seconds,
};

pub(in crate::desk) const MS: Now = SECOND / 1000;

/// How the server behaves.
#[derive(Clone)]
pub(in crate::desk) struct Server {
    pub(in crate::desk) latency: Now,
    /// A request is up to so long on its way to the server.
    pub(in crate::desk) way: Now,
    /// This share of answers takes so long.
    pub(in crate::desk) tail: (f64, Now),
    /// More at once are refused, with a 429 or not.
    pub(in crate::desk) cap: Option<(usize, bool)>,
    /// It works on so many at once; others wait.
    pub(in crate::desk) knee: Option<usize>,
    /// Requests a second, of which a second's worth is saved up.
    pub(in crate::desk) rps: Option<f64>,
    /// Tokens a second, saved up for six; with which meter they are counted.
    pub(in crate::desk) tokens: Option<(f64, usize)>,
    pub(in crate::desk) headers: bool,
    pub(in crate::desk) retry_after: bool,
    /// Gone for a while.
    pub(in crate::desk) gone: (Now, Now),
    /// This share fails.
    pub(in crate::desk) failing: f64,
    /// This share is refused by chance, and a pause of so many seconds is asked for; 0: none.
    pub(in crate::desk) moody: (f64, f64),
    /// These rows always do, with this sign.
    pub(in crate::desk) never: (Range<u64>, Sign),
}

impl Default for Server {
    fn default() -> Server {
        Server {
            latency: 100 * MS,
            way: 2 * MS,
            tail: (0.0, 0),
            cap: None,
            knee: None,
            rps: None,
            tokens: None,
            headers: false,
            retry_after: false,
            gone: (0, 0),
            failing: 0.0,
            moody: (0.0, 0.0),
            never: (0..0, Sign::Trouble),
        }
    }
}

impl Server {
    /// The end of time.
    pub(in crate::desk) const NEVER: Now = Now::MAX;
}

/// A bucket that fills with time.
struct Fill {
    rate: f64,
    capacity: f64,
    left: f64,
    at: Now,
}

impl Fill {
    fn new(rate: f64, seconds: f64) -> Fill {
        Fill { rate, capacity: rate * seconds, left: rate * seconds, at: 0 }
    }

    fn take(&mut self, now: Now, cost: f64) -> bool {
        self.left = (self.left + seconds(now - self.at) * self.rate).min(self.capacity);
        self.at = now;
        let taken = self.left >= cost;
        self.left -= if taken { cost } else { 0.0 };
        taken
    }

    fn said(&self) -> Bucket {
        let reset = Duration::from_millis(nanoseconds((self.capacity - self.left) / self.rate) / MS);
        Bucket { limit: Some(self.capacity.floor()), remaining: Some(self.left.floor()), reset: Some(reset) }
    }
}

/// A number in `0..1` for this event.
pub(super) fn luck(seed: u64, number: u64) -> f64 {
    let mut x = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    for _ in 0..3 {
        x ^= x >> 31;
        x = x.wrapping_mul(0x94d0_49bb_1331_11eb);
    }
    #[allow(clippy::cast_precision_loss)]
    let share = (x >> 11) as f64 / (1_u64 << 53) as f64;
    share
}

/// The server at work.
pub(super) struct World<'a> {
    server: &'a Server,
    requests: Option<Fill>,
    tokens: Option<(Fill, usize)>,
    /// When each of those who work is free again.
    free: BinaryHeap<Reverse<Now>>,
    pub(super) accepted: usize,
}

impl World<'_> {
    pub(super) fn new(server: &Server) -> World<'_> {
        World {
            server,
            requests: server.rps.map(|rate| Fill::new(rate, 1.0)),
            tokens: server.tokens.map(|(rate, meter)| (Fill::new(rate, 6.0), meter)),
            free: (0..server.knee.unwrap_or(0)).map(|_| Reverse(0)).collect(),
            accepted: 0,
        }
    }

    /// What becomes of a request of this row, and when it is heard of.
    pub(super) fn arrived(&mut self, now: Now, (number, row): (u64, u64), seed: u64) -> (Came, Now) {
        let server = self.server;
        let dice = luck(seed, number);
        let output = 20 + nanoseconds(dice * 160e-9);
        let usage = Usage { input: 100, output, ..Usage::default() };
        let reply = float(usize::try_from(output).unwrap_or(0));
        let used = |meter| match meter {
            TOKENS => 100.0 + reply,
            INPUT => 100.0,
            OUTPUT => reply,
            _ => 1.0,
        };
        let again = |how, sign, asked| (Came::Again { how, sign, asked, once: false }, now + MS);
        let busy = |limited, asked| again(How::Busy { limited, asked }, Sign::Life, asked);
        if (server.gone.0..server.gone.1).contains(&now) {
            return again(How::Other, Sign::Absence, None);
        }
        if server.never.0.contains(&row) {
            return again(How::Other, server.never.1, None);
        }
        if luck(seed ^ 7, number) < server.failing {
            return again(How::Other, Sign::Trouble, None);
        }
        let (moody, pause) = server.moody;
        if luck(seed ^ 5, number) < moody {
            return busy(true, (pause > 0.0).then(|| Duration::from_secs_f64(pause)));
        }
        if let Some((_, limited)) = server.cap.filter(|(cap, _)| self.accepted >= *cap) {
            return busy(limited, None);
        }
        if self.requests.as_mut().is_some_and(|bucket| !bucket.take(now, 1.0))
            || self.tokens.as_mut().is_some_and(|(bucket, meter)| !bucket.take(now, used(*meter)))
        {
            return busy(true, server.retry_after.then_some(Duration::from_secs(1)));
        }
        self.accepted += 1;
        // Answers do not come all at the same moment.
        let latency = if dice < server.tail.0 { server.tail.1 } else { server.latency };
        let work = nanoseconds(seconds(latency) * (0.9 + 0.2 * luck(3, number)));
        let end = match self.free.pop() {
            Some(Reverse(first)) => {
                let end = first.max(now) + work;
                self.free.push(Reverse(end));
                end
            }
            None => now + work,
        };
        (Came::Said(Some(usage)), end)
    }

    pub(super) fn said(&self) -> Option<Limits> {
        let mut limits = Limits::default();
        if let Some(bucket) = &self.requests {
            limits[REQUESTS] = bucket.said();
        }
        if let Some((bucket, meter)) = &self.tokens {
            limits[*meter] = bucket.said();
        }
        self.server.headers.then_some(limits)
    }
}
