//! How much goes out in a while: requests and tokens, each by its slowest known limit. A place in time is reserved
//! before a request goes out, so that nobody has to be refused to learn that it was too many.

use std::time::Duration;

use sdk_prompt::Usage;

use super::chance::Chance;
use super::learn::{INPUT, Limits, METERS, OUTPUT, REQUESTS, TOKENS};
use super::pace::{History, Pace};
use super::shared::Shared;
use super::{Need, Now, SECOND, float, nanoseconds, seconds};

/// So much may go out at once though its time comes later: timers are not exact.
const BURST: Now = SECOND / 20;
/// Headers say nothing of the length of their limits; most are a minute's.
const MINUTE: f64 = 60.0;
/// A bucket that is emptier than this is kept from running dry.
const LOW: f64 = 0.1;
/// The share of its limit that is used then, and where hardly anything is left.
const CAREFUL: f64 = 0.98;
const EMPTY: f64 = 0.9;

/// What stages that use one key have in common. Times are of the machine's clock.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Ledger {
    /// Until when nothing goes out. This is of all who use the key.
    pub(crate) pause: Now,
    /// When the next of each meter may go out by what the user has set: of all who were told the same.
    pub(crate) told: [Now; METERS],
    /// The same by what was found out: this and what follows is of all who ask the same model.
    pub(crate) next: [Now; METERS],
    /// The rate that was found out by being refused.
    pub(crate) pace: Pace,
    /// What was sent while there was a limit.
    pub(crate) history: History,
    /// What servers have said.
    pub(crate) known: [Known; METERS],
}

/// A limit as a server has said it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Known {
    pub(crate) limit: f64,
    pub(crate) remaining: f64,
    /// Seconds in which an empty one is full again.
    pub(crate) period: f64,
    pub(crate) seen: Now,
}

/// Requests and tokens in a while.
#[derive(Debug, Default)]
pub(crate) struct Rate {
    ledger: Ledger,
    shared: Shared,
    /// The pace is one's own, or one has joined it.
    joined: bool,
    /// What was sent from here.
    history: History,
    /// What is refused of it whatever the rate.
    chance: Chance,
    /// What the user has set, a second.
    set: [Option<f64>; METERS],
    /// Tokens of a reply, on average.
    output: Option<f64>,
}

impl Rate {
    /// `set`: what the user has set, a minute.
    pub(crate) fn new(set: [Option<f64>; METERS], shared: Shared) -> Rate {
        Rate { set: set.map(|limit| limit.map(|limit| limit / MINUTE)), shared, ..Rate::default() }
    }

    /// What a request of so many bytes will use.
    pub(crate) fn need(&self, bytes: usize) -> Need {
        Need { input: float(bytes) / 4.0, output: self.output.unwrap_or(200.0) }
    }

    /// Whether a bucket of the server is known to be nearly empty.
    pub(crate) fn is_low(&self, now: Now, need: Need, flying: usize) -> bool {
        (0..METERS).any(|meter| self.refill(now, meter, need, flying).is_some())
    }

    /// Whether a rate was found out by being refused.
    pub(crate) fn is_paced(&self, now: Now) -> bool {
        self.ledger.pace.at(now).is_some()
    }

    /// Until when nothing goes out.
    pub(crate) fn pause(&mut self, now: Now) -> Now {
        if self.shared.glances(now) {
            self.common(now, |_| ());
        }
        self.ledger.pause
    }

    /// Reserves a place in time for a request, where anything is limited.
    pub(crate) fn reserve(&mut self, now: Now, need: Need, flying: usize) -> Now {
        if (0..METERS).all(|meter| self.slowest(now, meter, need, flying) == [None, None]) {
            return now;
        }
        self.common(now, |rate| {
            let mut at = now;
            for meter in 0..METERS {
                for (slowest, next) in rate.clocks(now, meter, need, flying) {
                    *next = (*next).max(now.saturating_sub(BURST));
                    at = at.max(*next);
                    *next = next.saturating_add(nanoseconds(need.of(meter) / slowest));
                }
            }
            rate.ledger.history.sent(at);
            at
        })
    }

    /// A request goes out.
    pub(crate) fn sent(&mut self, now: Now) {
        self.history.sent(now);
        self.chance.sent(now);
    }

    /// Counts a refusal. Whether that is as many as come by chance.
    pub(crate) fn is_chance(&mut self, now: Now) -> bool {
        self.chance.refused(now)
    }

    /// A request was refused that went out at `begun`. `too_fast`: because it was too many in a while; `asked`: for so
    /// long nothing shall go out.
    pub(crate) fn refused(&mut self, now: Now, begun: Now, too_fast: bool, asked: Option<Now>) {
        self.history.refused(now, begun);
        let limited = too_fast || asked.is_some() || self.is_paced(now);
        if !limited {
            return;
        }
        self.common(now, |rate| {
            let Ledger { history, pause, pace, .. } = &mut rate.ledger;
            history.refused(now, begun);
            if too_fast {
                match rate.chance.cut(now) {
                    Some(before) => *pace = Pace { rate: before, since: now },
                    None => pace.refused(now, history.taken(now).max(rate.history.taken(now))),
                }
                rate.joined = true;
            }
            if let Some(asked) = asked {
                let until = now.saturating_add(asked);
                history.paused(now, until);
                rate.history.paused(now, until);
                *pause = until.max(*pause);
            }
        });
    }

    /// How long ago the pace was cut.
    pub(crate) fn cut(&self, now: Now) -> Option<Now> {
        self.is_paced(now).then(|| now.saturating_sub(self.ledger.pace.since))
    }

    /// Puts what was used in the place of what was thought.
    pub(crate) fn settle(&mut self, now: Now, need: Need, usage: Usage, flying: usize) {
        let used = Need {
            input: float(usize::try_from(usage.input).unwrap_or(usize::MAX)),
            output: float(usize::try_from(usage.output).unwrap_or(usize::MAX)),
        };
        self.output = Some(self.output.map_or(used.output, |mean| mean + (used.output - mean) / 50.0));
        if (TOKENS..METERS).all(|meter| self.slowest(now, meter, need, flying) == [None, None]) {
            return;
        }
        self.common(now, |rate| {
            for meter in TOKENS..METERS {
                for (slowest, next) in rate.clocks(now, meter, need, flying) {
                    let (thought, used) = (need.of(meter) / slowest, used.of(meter) / slowest);
                    *next = next.saturating_add(nanoseconds(used - thought));
                    *next = next.saturating_sub(nanoseconds(thought - used));
                }
            }
        });
    }

    /// Takes in what a server has said.
    pub(crate) fn learn(&mut self, now: Now, limits: &Limits) {
        for (known, said) in self.ledger.known.iter_mut().zip(limits) {
            let Some(remaining) = said.remaining else { continue };
            let Some(limit) = said.limit.or((known.limit > 0.0).then_some(known.limit)) else { continue };
            // Half used and full again in half a minute: a minute's limit.
            let used = limit - remaining;
            let period = said.reset.filter(|reset| used >= 1.0 && *reset > Duration::ZERO);
            let period = period.map(|reset| reset.as_secs_f64() * limit / used);
            let before = if known.period > 0.0 { known.period } else { MINUTE };
            *known = Known { limit, remaining, period: period.unwrap_or(before), seen: now };
        }
    }

    /// Changes what is shared.
    fn common<T>(&mut self, now: Now, change: impl FnOnce(&mut Rate) -> T) -> T {
        let mut shared = std::mem::take(&mut self.shared);
        shared.enter(now, &mut self.ledger);
        self.joined &= self.is_paced(now);
        if self.is_paced(now) && !self.joined {
            // Who found it out knew nothing of what went out here.
            self.joined = true;
            let taken = self.history.taken(now);
            self.ledger.pace.join(taken);
        }
        let changed = change(self);
        shared.leave(&self.ledger);
        self.shared = shared;
        changed
    }

    /// What may go out of one meter in a second, by what the user has set and by what was found out; `None` is
    /// anything.
    fn slowest(&self, now: Now, meter: usize, need: Need, flying: usize) -> [Option<f64>; 2] {
        let pace = if meter == REQUESTS { self.ledger.pace.at(now) } else { None };
        let found = [pace, self.refill(now, meter, need, flying)];
        [self.set[meter], found.into_iter().flatten().reduce(f64::min)]
    }

    /// Those of them that limit anything, each with when the next may go out by it.
    fn clocks(
        &mut self,
        now: Now,
        meter: usize,
        need: Need,
        flying: usize,
    ) -> impl Iterator<Item = (f64, &mut Now)> {
        let slowest = self.slowest(now, meter, need, flying);
        let Ledger { told, next, .. } = &mut self.ledger;
        let clocks = slowest.into_iter().zip([&mut told[meter], &mut next[meter]]);
        clocks.filter_map(|(slowest, clock)| Some((slowest?, clock)))
    }

    /// What comes back to a server's bucket in a second, if hardly more than that is left.
    fn refill(&self, now: Now, meter: usize, need: Need, flying: usize) -> Option<f64> {
        let Known { limit, remaining, period, seen } = self.ledger.known[meter];
        let one = need.of(meter);
        let low = remaining < (one * float(flying + 1)).max(limit * LOW);
        if limit <= 0.0 || !low || seconds(now.saturating_sub(seen)) > period {
            return None;
        }
        Some(limit / period * if remaining < one * 2.0 { EMPTY } else { CAREFUL })
    }
}

impl Need {
    fn of(self, meter: usize) -> f64 {
        match meter {
            TOKENS => self.input + self.output,
            INPUT => self.input,
            OUTPUT => self.output,
            _ => 1.0,
        }
    }
}
