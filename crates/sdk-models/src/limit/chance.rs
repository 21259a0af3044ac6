//! Refusals that come by chance: some providers refuse a few of a hundred requests, however slow they go out. To go
//! slower and slower helps nobody then; what is refused is sent again, and that is all.
//!
//! A limit is told from chance by what cuts of the pace bring. Below a limit as much is answered as before, pauses counted
//! in, and hardly anything refused; where less and less is answered, and some of that refused, it was no limit.

use super::{Now, SECOND, seconds};

/// What is left of a rate when its cuts have shown that they help nothing: less than what a limit leaves that lets
/// a second's worth be saved up.
const LEFT: f64 = 0.4;
/// Beyond this share it is no chance.
const MOST: f64 = 0.25;
/// Nor is it with so much more than there was by chance.
const MORE: f64 = 3.0;
/// So many refusals tell what share they are.
const TELL: u32 = 8;

/// Requests and refusals, counted from cut to cut.
#[derive(Debug, Default)]
pub(crate) struct Chance {
    now: Count,
    /// 0: nothing was sent.
    since: Now,
    /// Those of cuts of a small share, one after the other, and the most that was answered a second before one of them.
    series: Count,
    rate: f64,
    /// The share that is refused by chance.
    known: Option<f64>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Count {
    sent: u32,
    refused: u32,
}

impl Count {
    fn share(self) -> f64 {
        f64::from(self.refused) / f64::from(self.sent.max(self.refused).max(1))
    }

    fn and(self, more: Count) -> Count {
        let Count { sent, refused } = more;
        Count { sent: self.sent.saturating_add(sent), refused: self.refused.saturating_add(refused) }
    }
}

impl Chance {
    /// A request goes out.
    pub(crate) fn sent(&mut self, now: Now) {
        if self.since == 0 {
            self.since = now;
        }
        self.now.sent = self.now.sent.saturating_add(1);
    }

    /// One was refused. Whether that comes by chance, as is known.
    pub(crate) fn refused(&mut self, now: Now) -> bool {
        self.now.refused = self.now.refused.saturating_add(1);
        let Some(known) = self.known else { return false };
        if self.now.refused < TELL {
            return true;
        }
        let (count, time) = self.begin(now);
        let most = if time < SECOND { MOST } else { 0.0 };
        count.share() <= most.max(known * MORE)
    }

    /// The pace is about to be cut. Where that was for nothing all the time, how many a second were answered before.
    pub(crate) fn cut(&mut self, now: Now) -> Option<f64> {
        // Refusals of one second may belong to one burst.
        if self.known.is_some() || now.saturating_sub(self.since) < SECOND {
            return None;
        }
        let (count, time) = self.begin(now);
        if count.share() > MOST {
            (self.series, self.rate) = (Count::default(), 0.0);
            return None;
        }
        let rate = f64::from(count.sent.saturating_sub(count.refused)) / seconds(time);
        (self.series, self.rate) = (self.series.and(count), self.rate.max(rate));
        let is_chance = rate <= self.rate * LEFT && self.series.refused >= TELL;
        self.known = is_chance.then(|| self.series.share());
        is_chance.then_some(self.rate)
    }

    /// Begins to count anew. Gives what was counted, and in what time.
    fn begin(&mut self, now: Now) -> (Count, Now) {
        let before = std::mem::replace(&mut self.since, now);
        (std::mem::take(&mut self.now), now.saturating_sub(before))
    }
}
