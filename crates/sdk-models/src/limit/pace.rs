//! The rate that a server takes but does not say: found out by being refused, and tried again with time.

use super::{Now, SECOND, seconds};

/// What is left of the rate that was taken.
const CUT: f64 = 0.85;
/// How much of it comes back in a second; where nobody objects for long, ever faster.
const GROWS: f64 = 0.02;
const LONG: f64 = 12.0;
/// A pace that has grown to so much of itself says nothing any more.
const FORGOTTEN: f64 = 3.0;
/// The slowest, a second.
const LEAST: f64 = 0.2;

/// Requests a second, unless nothing was found out.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Pace {
    /// At the last cut; 0: none.
    pub(crate) rate: f64,
    /// When that was.
    pub(crate) since: Now,
}

impl Pace {
    fn is_set(&self) -> bool {
        self.rate > 0.0
    }

    /// The pace by now.
    pub(crate) fn at(&self, now: Now) -> Option<f64> {
        let time = seconds(now.saturating_sub(self.since));
        let grown = 1.0 + GROWS * time + GROWS * (time - LONG).max(0.0).powi(2);
        (self.is_set() && grown < FORGOTTEN).then_some(self.rate * grown)
    }

    /// Another one, who had a rate of its own, keeps to this one too.
    pub(crate) fn join(&mut self, taken: f64) {
        self.rate += taken * CUT;
    }

    /// A request was refused, `taken` a second were not. Answers to what was sent before the last cut belong to that
    /// one, which may turn out to have been too small.
    pub(crate) fn refused(&mut self, now: Now, taken: f64) {
        // Where nothing was taken lately, nothing is known: a pause is all there is.
        let taken = if taken > 0.0 { Some(taken) } else { None };
        if self.is_set() && now.saturating_sub(self.since) < SECOND {
            self.rate = taken.map_or(self.rate, |taken| self.rate.min((taken * CUT).max(LEAST)));
        } else if let Some(rate) = [taken, self.at(now)].into_iter().flatten().reduce(f64::min) {
            *self = Pace { rate: (rate * CUT).max(LEAST), since: now };
        }
    }
}

/// How many were sent lately and not refused.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct History {
    /// By fifths of a second.
    parts: [u32; PARTS],
    /// The fifth that was counted last.
    last: u64,
    /// When the first was sent; 0: none was.
    first: Now,
    /// The last pause.
    paused: (Now, Now),
}

const PARTS: usize = 10;
/// What [`History::write`] needs.
pub(crate) const WORDS: usize = 5 + PARTS;
const PART: Now = SECOND / 5;

impl History {
    pub(crate) fn sent(&mut self, now: Now) {
        if self.first == 0 {
            self.first = now;
        }
        self.roll(now);
        self.parts[part(now / PART)] += 1;
    }

    /// What was sent at `begun` was refused.
    pub(crate) fn refused(&mut self, now: Now, begun: Now) {
        self.roll(now);
        if begun / PART + PARTS as u64 > self.last {
            let part = &mut self.parts[part(begun / PART)];
            *part = part.saturating_sub(1);
        }
    }

    /// Nothing is sent until then.
    pub(crate) fn paused(&mut self, now: Now, until: Now) {
        self.paused =
            if now > self.paused.1 { (now, until) } else { (self.paused.0, until.max(self.paused.1)) };
    }

    /// How many were taken in a second, pauses left out.
    pub(crate) fn taken(&mut self, now: Now) -> f64 {
        self.roll(now);
        let first = if self.first == 0 { now } else { self.first };
        let window = (PART * PARTS as u64).min(now.saturating_sub(first));
        let (from, to) = (self.paused.0.max(now.saturating_sub(window)), self.paused.1.min(now));
        let active = window.saturating_sub(to.saturating_sub(from)).max(PART);
        f64::from(self.parts.iter().sum::<u32>()) / seconds(active)
    }

    /// As words, with a rate before them.
    pub(crate) fn write(&self, rate: f64, words: &mut [u64]) {
        words[0] = rate.to_bits();
        words[1..5].copy_from_slice(&[self.last, self.first, self.paused.0, self.paused.1]);
        for (part, word) in self.parts.iter().zip(&mut words[5..]) {
            *word = u64::from(*part);
        }
    }

    /// The same back.
    pub(crate) fn read(words: &[u64]) -> Option<(f64, History)> {
        let mut history =
            History { last: words[1], first: words[2], paused: (words[3], words[4]), ..History::default() };
        for (part, word) in history.parts.iter_mut().zip(&words[5..]) {
            *part = u32::try_from(*word).ok()?;
        }
        Some((f64::from_bits(words[0]), history))
    }

    fn roll(&mut self, now: Now) {
        let at = now / PART;
        for old in (self.last + 1)..=at.min(self.last + PARTS as u64) {
            self.parts[part(old)] = 0;
        }
        self.last = self.last.max(at);
    }
}

fn part(number: u64) -> usize {
    usize::try_from(number % PARTS as u64).unwrap_or(0)
}
