//! The scores of a run in numbers, for `--stats`: mean, least, greatest, and how many rows have which score. Of each row
//! only its score is counted, so that memory does not grow with them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use crate::judgment::plain;

/// Steps of a histogram, at most; with more, ten become one.
const STEPS: f64 = 20.0;

/// The farthest step from 0: beyond it a step is too narrow to be told from the next.
const FARTHEST: f64 = 1e15;

/// What is known of all scores so far.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    rows: u64,
    sum: f64,
    least: f64,
    greatest: f64,
    /// The width of a step: a power of ten, 0.1 at first.
    width: f64,
    /// Rows by their step; step `k` goes from `k × width` up to, but without, the next.
    steps: BTreeMap<i64, u64>,
}

impl Default for Summary {
    fn default() -> Summary {
        Summary {
            rows: 0,
            sum: 0.0,
            least: f64::INFINITY,
            greatest: f64::NEG_INFINITY,
            width: 0.1,
            steps: BTreeMap::new(),
        }
    }
}

impl Summary {
    /// Counts one score.
    pub(crate) fn count(&mut self, score: f64) {
        self.rows += 1;
        self.sum += score;
        (self.least, self.greatest) = (self.least.min(score), self.greatest.max(score));
        while !self.holds() {
            self.width = if self.width < 1.0 { 1.0 } else { self.width * 10.0 };
            let finer = std::mem::take(&mut self.steps);
            for (at, rows) in finer {
                *self.steps.entry(at.div_euclid(10)).or_default() += rows;
            }
        }
        *self.steps.entry(step(score, self.width)).or_default() += 1;
    }

    /// Whether the steps are wide enough for all scores.
    fn holds(&self) -> bool {
        let (first, last) = (place(self.least, self.width), place(self.greatest, self.width));
        first.abs().max(last.abs()) <= FARTHEST && last - first < STEPS
    }

    /// How many there are.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Their mean; of none there is none.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.rows > 0).then(|| (self.sum / self.rows as f64).clamp(self.least, self.greatest))
    }

    /// The members of `score` in `--stats`, as raw JSON; nothing where no row has a score.
    pub(crate) fn stats(&self) -> Option<String> {
        let (first, last) = (*self.steps.first_key_value()?.0, *self.steps.last_key_value()?.0);
        let mut raw = format!(
            "\"mean\":{},\"min\":{},\"max\":{},\"histogram\":[",
            plain(self.mean()?),
            plain(self.least),
            plain(self.greatest)
        );
        for at in first..=last {
            let (comma, rows) = (if at == first { "" } else { "," }, self.steps.get(&at).unwrap_or(&0));
            let (from, to) = (self.bound(at), self.bound(at + 1));
            let _ = write!(raw, "{comma}{{\"from\":{from},\"to\":{to},\"rows\":{rows}}}");
        }
        raw.push(']');
        Some(raw)
    }

    /// The steps that have rows, for people: `6–7: 1, 7–8: 12`.
    pub(crate) fn told(&self) -> String {
        let one = |(at, rows): (&i64, &u64)| format!("{}–{}: {rows}", self.bound(*at), self.bound(at + 1));
        self.steps.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// Where a step begins.
    #[allow(clippy::cast_precision_loss)]
    fn bound(&self, at: i64) -> Value {
        plain((at as f64 * self.width).clamp(f64::MIN, f64::MAX))
    }
}

/// The step that a score is in.
#[allow(clippy::cast_possible_truncation)]
fn step(score: f64, width: f64) -> i64 {
    place(score, width) as i64
}

/// The same, however far it is. A hair above, or 0.3 would be in the step of 0.2.
fn place(score: f64, width: f64) -> f64 {
    (score / width + 1e-9).floor()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn of(scores: &[f64]) -> Value {
        let mut summary = Summary::default();
        for score in scores {
            summary.count(*score);
        }
        summary.stats().map_or(Value::Null, |raw| serde_json::from_str(&format!("{{{raw}}}")).unwrap())
    }

    #[test]
    fn steps_fit_the_scale() {
        assert_eq!(of(&[]), Value::Null);
        assert_eq!(
            of(&[8.0, 10.0, 7.5]),
            json!({"mean": 8.5, "min": 7.5, "max": 10, "histogram": [
                {"from": 7, "to": 8, "rows": 1}, {"from": 8, "to": 9, "rows": 1},
                {"from": 9, "to": 10, "rows": 0}, {"from": 10, "to": 11, "rows": 1}
            ]})
        );
        assert_eq!(
            of(&[0.3, 0.1])["histogram"],
            json!([{"from": 0.1, "to": 0.2, "rows": 1}, {"from": 0.2, "to": 0.3, "rows": 0},
                   {"from": 0.3, "to": 0.4, "rows": 1}])
        );
        assert_eq!(of(&[0.0, 100.0, -5.0])["histogram"].as_array().unwrap().len(), 12);
    }

    #[test]
    fn scales_may_be_as_wide_as_numbers_go() {
        for scores in
            [&[-1e19, 1e19, 0.0][..], &[4e19, 5e19], &[1e19], &[f64::MIN, f64::MAX], &[f64::MAX, 0.1]]
        {
            let found = of(scores);
            let steps = found["histogram"].as_array().unwrap();
            assert!(steps.len() <= 21, "{found}");
            assert_eq!(
                steps.iter().map(|one| one["rows"].as_u64().unwrap()).sum::<u64>(),
                scores.len() as u64
            );
            assert!(steps.iter().all(|one| one["from"].as_f64() < one["to"].as_f64()), "{found}");
            assert!(["mean", "min", "max"].iter().all(|key| found[*key].is_number()), "{found}");
        }
    }

    proptest! {
        /// Every row is in one step, the one that its score says, and there are never too many of them.
        #[test]
        fn nothing_is_lost(scores in prop::collection::vec((-2000i32..2000, 0i32..4), 1..60)) {
            let scores: Vec<f64> =
                scores.into_iter().map(|(score, small)| f64::from(score) / 10f64.powi(small)).collect();
            let found = of(&scores);
            let steps = found["histogram"].as_array().unwrap();
            prop_assert!(steps.len() <= 20, "{found}");
            let mut all = 0;
            for (at, one) in steps.iter().enumerate() {
                let (from, to) = (one["from"].as_f64().unwrap(), one["to"].as_f64().unwrap());
                prop_assert!(at == 0 || steps[at - 1]["to"] == one["from"], "{found}");
                let here = scores.iter().filter(|score| from - 1e-7 <= **score && **score < to - 1e-7).count();
                prop_assert_eq!(one["rows"].as_u64().unwrap(), here as u64, "{}", found);
                all += here;
            }
            prop_assert_eq!(all, scores.len());
            let mean = found["mean"].as_f64().unwrap();
            prop_assert!(found["min"].as_f64().unwrap() <= mean && mean <= found["max"].as_f64().unwrap());
        }
    }
}
