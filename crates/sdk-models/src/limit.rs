//! How much may be asked at once and in a while. Pure: the clock is given, so that a simulated server can be asked.
//!
//! Two things are limited apart. The *window* is how many requests are in flight: a server that works on many at once
//! refuses more. The *rate* is how many go out in a while: a provider counts requests and tokens a minute. A refusal says
//! which it was by how many were in flight when it was sent; headers say more.

mod chance;
mod learn;
mod pace;
mod rate;
mod shared;
mod window;

use std::time::Duration;

use sdk_prompt::Usage;

#[cfg(test)]
pub(crate) use learn::Bucket;
pub(crate) use learn::{INPUT, Limits, METERS, OUTPUT, REQUESTS, TOKENS, limits};
use rate::Rate;
pub(crate) use shared::Shared;
pub(crate) use window::AUTO;
use window::{Cut, Window};

/// Nanoseconds of the machine's clock, which all processes share and nobody sets.
pub(crate) type Now = u64;

pub(crate) const SECOND: Now = 1_000_000_000;

/// The longest pause that no server has asked for.
const PAUSE: Now = 30 * SECOND;

/// What a request will use, as far as one can tell before.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Need {
    /// Tokens.
    pub(crate) input: f64,
    /// Tokens.
    pub(crate) output: f64,
}

/// A request in flight. Every one is given back with [`Limiter::ended`].
#[derive(Debug)]
pub(crate) struct Lease {
    /// How many cuts and refusals there were before.
    epoch: u32,
    refusals: u32,
    /// Its number among those in flight.
    place: usize,
    pub(crate) begun: Now,
    need: Need,
}

/// Whether another request may go out.
#[derive(Debug)]
pub(crate) enum Next {
    Go(Lease),
    /// Not before then.
    At(Now),
    /// Not before one has come back.
    Full,
}

/// What became of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// It was answered.
    Good(Option<Usage>),
    /// The server has too much to do.
    Busy {
        /// It says that it is asked too often (429).
        limited: bool,
        /// How long it wants to be left alone.
        asked: Option<Duration>,
    },
    /// Anything else says nothing of limits.
    Other,
}

/// How much may be asked.
#[derive(Debug)]
pub(crate) struct Limiter {
    window: Window,
    rate: Rate,
    /// The place in time of the next request.
    reserved: Option<Now>,
    /// Cuts without a good answer between them.
    barren: u32,
    answered: bool,
}

impl Limiter {
    /// `jobs`: requests at once, else as many as pay. `set`: what the user allows a minute; `shared` with whom.
    pub(crate) fn new(jobs: Option<usize>, set: [Option<f64>; METERS], shared: Shared) -> Limiter {
        Limiter {
            window: Window::new(jobs),
            rate: Rate::new(set, shared),
            reserved: None,
            barren: 0,
            answered: true,
        }
    }

    /// How many requests may be in flight.
    pub(crate) fn limit(&self) -> usize {
        self.window.limit()
    }

    /// How many are in flight.
    #[cfg(test)]
    pub(crate) fn flying(&self) -> usize {
        self.window.flying()
    }

    /// Lets a request of so many bytes out, or says when to ask again.
    pub(crate) fn next(&mut self, now: Now, bytes: usize) -> Next {
        let flying = self.window.flying();
        if flying >= self.window.limit() {
            return Next::Full;
        }
        let pause = self.rate.pause(now);
        if now < pause {
            return Next::At(pause);
        }
        let need = self.rate.need(bytes);
        // One ahead, and no more: whoever shares the limit has a place behind it.
        let at = self.reserved.take().unwrap_or_else(|| self.rate.reserve(now, need, flying));
        if at > now {
            self.reserved = Some(at);
            return Next::At(at);
        }
        self.rate.sent(now);
        Next::Go(self.window.begin(now, need))
    }

    /// A request has come back, or never will.
    pub(crate) fn ended(&mut self, now: Now, lease: Lease, how: How) {
        self.window.end();
        match how {
            How::Good(usage) => {
                (self.barren, self.answered) = (0, true);
                self.window.good(now, &lease, usage.map_or(1, |usage| usage.output));
                if let Some(usage) = usage {
                    self.rate.settle(now, lease.need, usage, self.window.flying());
                }
            }
            How::Busy { limited, asked } => self.busy(now, &lease, limited, asked),
            How::Other => {}
        }
    }

    fn busy(&mut self, now: Now, lease: &Lease, limited: bool, asked: Option<Duration>) {
        let asked = asked.map(|asked| u64::try_from(asked.as_nanos()).unwrap_or(PAUSE));
        // What comes by chance says nothing of limits; the server is left alone as long as it asks for.
        if self.rate.is_chance(now) {
            return self.rate.refused(now, lease.begun, false, asked);
        }
        let low = self.rate.is_low(now, lease.need, self.window.flying());
        let cut = self.window.refused(lease, limited, asked.is_some(), low);
        // More refusals of the same burst: it was even less that was taken.
        let same = cut == Cut::Old && self.rate.cut(now).is_some_and(|ago| ago < SECOND);
        let barren = cut != Cut::Old && !std::mem::take(&mut self.answered);
        self.barren += u32::from(barren);
        let own = (barren && asked.is_none()).then(|| (SECOND << (self.barren - 1).min(5)).min(PAUSE));
        // Where the server has said how much is left, that is the better rate.
        self.rate.refused(now, lease.begun, !low && (cut == Cut::Rate || same), asked.or(own));
    }

    /// A server has said what is left.
    pub(crate) fn learned(&mut self, now: Now, limits: &Limits) {
        self.rate.learn(now, limits);
    }
}

/// A count, which is far below what a float holds exactly.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn float(count: usize) -> f64 {
    count as f64
}

#[allow(clippy::cast_precision_loss)]
pub(crate) fn seconds(time: Now) -> f64 {
    time as f64 / SECOND as f64
}

/// Seconds as nanoseconds; nothing below zero.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
pub(crate) fn nanoseconds(seconds: f64) -> Now {
    (seconds * SECOND as f64) as Now
}
