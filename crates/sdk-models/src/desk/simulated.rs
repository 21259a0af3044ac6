//! A simulated server and a run against it, in simulated time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use sdk_prompt::Usage;

use super::{After, Came, Desk, Step};
use crate::breaker::Sign;
use crate::limit::{Bucket, Limits, Shared, float, nanoseconds, seconds};
use crate::limit::{How, INPUT, Lease, Limiter, METERS, Now, OUTPUT, REQUESTS, SECOND, TOKENS};

pub(super) const MS: Now = SECOND / 1000;

/// How the server behaves.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) latency: Now,
    /// A request is up to so long on its way to the server.
    pub(super) way: Now,
    /// This share of answers takes so long.
    pub(super) tail: (f64, Now),
    /// More at once are refused, with a 429 or not.
    pub(super) cap: Option<(usize, bool)>,
    /// It works on so many at once; others wait.
    pub(super) knee: Option<usize>,
    /// Requests a second, of which a second's worth is saved up.
    pub(super) rps: Option<f64>,
    /// Tokens a second, saved up for six; with which meter they are counted.
    pub(super) tokens: Option<(f64, usize)>,
    pub(super) headers: bool,
    pub(super) retry_after: bool,
    /// Gone for a while.
    pub(super) gone: (Now, Now),
    /// This share fails.
    pub(super) failing: f64,
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
        }
    }
}

impl Server {
    /// The end of time.
    pub(super) const NEVER: Now = Now::MAX;
}

/// How a run went.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) took: f64,
    pub(super) sent: u64,
    /// Sent and not answered well.
    pub(super) wasted: u64,
    pub(super) good: u64,
    pub(super) spent: u64,
    pub(super) over: bool,
    /// Accepted requests in flight when one came back, with the time.
    pub(super) flying: Vec<(f64, usize)>,
    /// When each was answered well.
    pub(super) goods: Vec<f64>,
    /// When each was sent.
    pub(super) times: Vec<Now>,
    /// The client's limit at each answer, when the run ended, and the highest.
    pub(super) limits: Vec<usize>,
    pub(super) limit: usize,
    pub(super) highest: usize,
}

impl Run {
    /// Accepted requests in flight in the last half of the run: least and most, but for the first and last per cent
    /// of the values.
    pub(super) fn settled(&self) -> (usize, usize) {
        let half = self.took / 2.0;
        // The end of a run is a run that empties.
        let end = self.took * 0.97;
        let mut last: Vec<usize> =
            self.flying.iter().filter(|(at, _)| *at > half && *at < end).map(|(_, count)| *count).collect();
        last.sort_unstable();
        (last[last.len() / 100], last[last.len() - 1 - last.len() / 100])
    }

    /// The limit that was in force most of the time in the last half of the run.
    pub(super) fn usual(&self) -> usize {
        let mut limits = self.limits[self.limits.len() / 2..].to_vec();
        limits.sort_unstable();
        limits[limits.len() / 2]
    }

    /// Answers a second in the last half of the run, but for its very end.
    pub(super) fn rate(&self) -> f64 {
        let (from, to) = (self.took / 2.0, self.took * 0.97);
        let good = self.goods.iter().filter(|at| (from..to).contains(*at)).count();
        float(good) / (to - from)
    }

    /// Wasted requests as a share of rows.
    pub(super) fn waste(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)]
        let share = self.wasted as f64 / (self.good + self.spent).max(1) as f64;
        share
    }
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

/// What the client is like.
#[derive(Clone, Copy)]
pub(super) struct Client {
    pub(super) jobs: Option<usize>,
    pub(super) set: [Option<f64>; METERS],
    pub(super) retries: u32,
    /// So many rows are there at once; the others come when one has ended.
    pub(super) ahead: usize,
    pub(super) seed: u64,
}

pub(super) fn auto() -> Client {
    Client { jobs: None, set: [None; METERS], retries: 5, ahead: usize::MAX, seed: 1 }
}

pub(super) fn fixed(jobs: usize) -> Client {
    Client { jobs: Some(jobs), ..auto() }
}

struct Flight {
    item: super::Item<u64>,
    lease: Lease,
    /// `None` until it has arrived.
    came: Option<Came>,
    limits: Option<Limits>,
}

/// A number in `0..1` for this event.
fn luck(seed: u64, number: u64) -> f64 {
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
struct World<'a> {
    server: &'a Server,
    requests: Option<Fill>,
    tokens: Option<(Fill, usize)>,
    /// When each of those who work is free again.
    free: BinaryHeap<Reverse<Now>>,
    accepted: usize,
}

impl World<'_> {
    fn new(server: &Server) -> World<'_> {
        World {
            server,
            requests: server.rps.map(|rate| Fill::new(rate, 1.0)),
            tokens: server.tokens.map(|(rate, meter)| (Fill::new(rate, 6.0), meter)),
            free: (0..server.knee.unwrap_or(0)).map(|_| Reverse(0)).collect(),
            accepted: 0,
        }
    }

    /// What becomes of a request, and when it is heard of.
    fn arrived(&mut self, now: Now, number: u64, seed: u64) -> (Came, Now) {
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
        if luck(seed ^ 7, number) < server.failing {
            return again(How::Other, Sign::Failure, None);
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

    fn said(&self) -> Option<Limits> {
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

/// Asks `rows` rows of 400 bytes of the server.
pub(super) fn run(server: &Server, client: Client, rows: u64) -> Run {
    let mut desk =
        Desk::new(Limiter::new(client.jobs, client.set, Shared::alone()), client.retries, client.seed);
    let mut world = World::new(server);
    let mut events: BinaryHeap<Reverse<(Now, u64)>> = BinaryHeap::new();
    let mut flights = std::collections::HashMap::new();
    let (mut now, mut pushed, mut paused) = (0, 0, 0);
    let mut run = Run::default();
    loop {
        while pushed < rows && (pushed - run.good - run.spent) < client.ahead as u64 {
            desk.push(pushed, 400, pushed);
            pushed += 1;
        }
        let wake = loop {
            match desk.next(now) {
                Step::Nothing => break None,
                Step::At(at) => {
                    assert!(at > now, "a wait that is over");
                    break Some(at);
                }
                Step::Send(item, lease) => {
                    assert!(now >= paused, "sent in a pause");
                    run.sent += 1;
                    run.times.push(now);
                    let way = nanoseconds(luck(11, run.sent) * seconds(server.way));
                    events.push(Reverse((now + way, run.sent)));
                    flights.insert(run.sent, Flight { item, lease, came: None, limits: None });
                }
            }
        };
        run.highest = run.highest.max(desk.limiter.limit());
        let next = events.peek().map(|Reverse((at, _))| *at);
        let (Some(at), true) = (next.into_iter().chain(wake).min(), !run.over) else { break };
        now = at;
        while let Some(Reverse((at, number))) = events.peek().copied()
            && at <= now
        {
            events.pop();
            let Some(mut flight) = flights.remove(&number) else { continue };
            let Some(came) = flight.came else {
                let (came, back) = world.arrived(now, number, client.seed);
                flight.came = Some(came);
                flight.limits = world.said();
                flights.insert(number, flight);
                events.push(Reverse((back, number)));
                continue;
            };
            run.flying.push((seconds(now), world.accepted));
            let taken = matches!(came, Came::Said(_));
            world.accepted -= usize::from(taken);
            run.wasted += u64::from(!taken);
            if let Some(limits) = flight.limits {
                desk.learned(now, &limits);
            }
            if let Came::Again { asked: Some(asked), .. } = came {
                paused = paused.max(now + u64::try_from(asked.as_nanos()).unwrap_or(0));
            }
            match desk.ended(now, flight.item, flight.lease, came) {
                After::Done(_) => {
                    run.good += 1;
                    run.limits.push(desk.limiter.limit());
                    run.goods.push(seconds(now));
                }
                After::Spent(_) => run.spent += 1,
                After::Over(..) => run.over = true,
                After::Kept | After::Opened => {}
            }
        }
    }
    run.took = seconds(now);
    run.limit = desk.limiter.limit();
    if !run.over {
        assert_eq!(run.good + run.spent, rows, "a row was lost");
        assert!(flights.is_empty() && desk.limiter.flying() == 0, "a lease was lost");
    }
    run
}
