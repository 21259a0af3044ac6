//! How numbers are spread, counted as they come and without knowing their range.

use std::collections::BTreeMap;

/// Most different numbers that are kept apart.
const KEPT: usize = 4096;

/// Buckets that people are shown, about.
const SHOWN: f64 = 10.0;

/// Counts of numbers, which are rounded where there are too many different ones.
#[derive(Debug)]
pub(super) struct Histogram {
    /// By the number in steps.
    counts: BTreeMap<i64, u64>,
    step: f64,
    sum: f64,
    least: f64,
    most: f64,
}

/// Numbers from `from` up to but not including `to`.
#[derive(Debug, PartialEq)]
pub(super) struct Bucket {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) count: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        let (least, most) = (f64::INFINITY, f64::NEG_INFINITY);
        Histogram { counts: BTreeMap::new(), step: 0.01, sum: 0.0, least, most }
    }
}

impl Histogram {
    /// Counts a raw JSON value, if it is a number.
    pub(super) fn add(&mut self, raw: &str) {
        let Some(number) = raw.parse::<f64>().ok().filter(|number| number.is_finite()) else { return };
        (self.sum, self.least, self.most) =
            (self.sum + number, self.least.min(number), self.most.max(number));
        *self.counts.entry(steps(number, self.step)).or_default() += 1;
        while self.counts.len() > KEPT {
            let step = self.step * 10.0;
            let mut coarse = BTreeMap::new();
            for (at, count) in std::mem::take(&mut self.counts) {
                *coarse.entry(at.div_euclid(10)).or_default() += count;
            }
            (self.counts, self.step) = (coarse, step);
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Mean, least and greatest; none of no numbers.
    #[expect(clippy::cast_precision_loss, reason = "a mean of so many numbers is none to the last digit")]
    pub(super) fn summary(&self) -> Option<[f64; 3]> {
        let count = self.count();
        (count > 0).then(|| [self.sum / count as f64, self.least, self.most])
    }

    /// The numbers in steps of 1, 2 or 5 times a power of ten.
    #[expect(clippy::cast_precision_loss, reason = "numbers were rounded to few digits")]
    pub(super) fn buckets(&self) -> Vec<Bucket> {
        let width = (self.most - self.least) / SHOWN;
        // Scores of one answer or two need no steps of hundredths.
        let width = if width > 0.0 { round(width.max(0.1)) } else { 1.0 };
        let mut buckets: Vec<Bucket> = Vec::new();
        for (at, count) in &self.counts {
            // Half a step keeps what stands on a border off the bucket before it.
            let index = ((*at as f64 + 0.5) * self.step / width).floor();
            let (from, to) = (index * width, (index + 1.0) * width);
            match buckets.last_mut().filter(|last| last.to > from + width / 2.0) {
                Some(last) => last.count += count,
                None => buckets.push(Bucket { from, to, count: *count }),
            }
        }
        buckets
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a number beyond the range is at its end")]
fn steps(number: f64, step: f64) -> i64 {
    (number / step + 1e-6).floor() as i64
}

/// The next of 1, 2 and 5 times a power of ten.
fn round(width: f64) -> f64 {
    let power = 10_f64.powf(width.log10().floor());
    let of = [1.0, 2.0, 5.0, 10.0].into_iter().find(|of| width <= of * power * (1.0 + 1e-9));
    of.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(numbers: &[&str]) -> Vec<(String, u64)> {
        let mut histogram = Histogram::default();
        for number in numbers {
            histogram.add(number);
        }
        let buckets = histogram.buckets();
        buckets.iter().map(|one| (format!("{:.4}–{:.4}", one.from, one.to), one.count)).collect()
    }

    #[test]
    fn borders_are_round() {
        let wanted =
            [("1.0000–2.0000", 1), ("7.0000–8.0000", 2), ("8.0000–9.0000", 1), ("10.0000–11.0000", 1)];
        assert_eq!(
            of(&["7", "1", "7.50", "10", "8", "null", "\"9\""]),
            wanted.map(|(at, n)| (at.to_owned(), n))
        );
        let wanted = [("0.0000–0.1000", 1), ("0.3000–0.4000", 1), ("1.0000–1.1000", 2)];
        assert_eq!(of(&["0", "0.3", "1", "1.0"]), wanted.map(|(at, n)| (at.to_owned(), n)));
        assert_eq!(of(&["-5"]), [("-5.0000–-4.0000".to_owned(), 1)]);
        assert_eq!(of(&[]), []);
    }

    #[test]
    fn many_numbers_take_little_memory() {
        let mut histogram = Histogram::default();
        for n in 0..100_000 {
            histogram.add(&format!("{}", f64::from(n) / 7.0));
        }
        assert!(histogram.counts.len() <= KEPT);
        let total: u64 = histogram.buckets().iter().map(|bucket| bucket.count).sum();
        assert_eq!((histogram.count(), total), (100_000, 100_000));
        assert!(histogram.buckets().len() <= 12);
        let [mean, least, most] = histogram.summary().unwrap();
        assert_eq!(format!("{mean:.1} {least:.1} {most:.1}"), "7142.8 0.0 14285.6");
    }
}
