//! From what some jobs took to what the others will take: means, and intervals that hold nine times of ten.
//!
//! The jobs are a draw without replacement from all of them, so the interval is Student's with the correction for a finite
//! population (Cochran, Sampling Techniques, 1977, chapter 2): it closes when all were asked.

use std::fmt::Write as _;

use sdk_prompt::{Cost, Counts, Usage};

use crate::limit::{INPUT, METERS, OUTPUT, REQUESTS, TOKENS};

/// What one job took.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Taken {
    pub(super) rows: u64,
    /// Requests, and what their answers have, whoever knew them.
    pub(super) requests: u64,
    pub(super) tokens: Usage,
    /// What those cost, each at its own price, where all prices are known.
    pub(super) cost: Option<Cost>,
    /// Time from asking to the answer, of all its requests; unknown where the journal answered.
    pub(super) seconds: Option<f64>,
}

/// What is still to come, and between what it lies in nine of ten cases; no bounds by a single job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Forecast {
    pub(super) left: f64,
    pub(super) bounds: Option<(f64, f64)>,
}

/// The 95 % quantile of Student's distribution, for 1 to 30 degrees of freedom.
const STUDENT: [f64; 30] = [
    6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812, 1.796, 1.782, 1.771, 1.761, 1.753,
    1.746, 1.740, 1.734, 1.729, 1.725, 1.721, 1.717, 1.714, 1.711, 1.708, 1.706, 1.703, 1.701, 1.699, 1.697,
];

fn student(freedom: usize) -> f64 {
    // Beyond the table it nears the normal distribution's.
    #[allow(clippy::cast_precision_loss)]
    STUDENT.get(freedom.saturating_sub(1)).copied().unwrap_or(1.645 + 1.6 / freedom as f64)
}

/// What so many others will take by what these took; nothing by none.
#[allow(clippy::cast_precision_loss)]
pub(super) fn forecast(seen: &[f64], others: u64) -> Option<Forecast> {
    if seen.is_empty() {
        return None;
    }
    let (count, others) = (seen.len() as f64, others as f64);
    let (mean, all) = (seen.iter().sum::<f64>() / count, count + others);
    let left = mean * others;
    let bounds = (seen.len() > 1).then(|| {
        let variance = seen.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let half = student(seen.len() - 1) * (variance * all * others / count).sqrt();
        ((left - half).max(0.0), left + half)
    });
    Some(Forecast { left, bounds })
}

/// How fast the requests went, and may go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speed {
    /// Seconds from the first request to the last answer.
    pub(super) whole: f64,
    /// The share of the time from asking to the answer in which a request was out and did not wait for its turn.
    pub(super) share: f64,
    /// How many are out at once.
    pub(super) at_once: f64,
    /// The most of requests, tokens, prompt and reply tokens in a minute.
    pub(super) minute: [Option<f64>; METERS],
}

impl Forecast {
    /// No less than this.
    fn at_least(self, other: Forecast) -> Forecast {
        let bounds = self.bounds.map(|(least, most)| {
            let (floor, ceiling) = other.bounds.unwrap_or((0.0, 0.0));
            (least.max(floor), most.max(ceiling))
        });
        Forecast { left: self.left.max(other.left), bounds }
    }

    fn times(self, factor: f64) -> Forecast {
        let bounds = self.bounds.map(|(least, most)| (least * factor, most * factor));
        Forecast { left: self.left * factor, bounds }
    }
}

/// The table that is printed: what was paid, what is left of all `jobs` and `rows`, and its bounds.
#[allow(clippy::cast_precision_loss)]
pub(super) fn table(taken: &[Taken], (jobs, rows): (u64, u64), paid: &Counts, speed: &Speed) -> String {
    let mut text = String::from("what\tpaid\tleft\tleast\tmost\n");
    let asked: u64 = taken.iter().map(|taken| taken.rows).sum();
    let unasked = rows.saturating_sub(asked);
    let _ = writeln!(text, "rows\t{asked}\t{unasked}\t{unasked}\t{unasked}");
    let others = jobs.saturating_sub(taken.len() as u64);
    let left = |value: &dyn Fn(&Taken) -> Option<f64>| {
        forecast(&taken.iter().filter_map(value).collect::<Vec<_>>(), others)
    };
    let mut line = |name: &str, decimals: usize, paid: f64, found: Option<Forecast>| {
        let shown = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.decimals$}"));
        let (least, most) = found.and_then(|found| found.bounds).unzip();
        let left = shown(found.map(|found| found.left));
        let _ = writeln!(text, "{name}\t{paid:.decimals$}\t{left}\t{}\t{}", shown(least), shown(most));
    };
    let Counts { requests, tokens, .. } = paid;
    let asks = left(&|taken| Some(taken.requests as f64));
    let input = left(&|taken| Some(taken.tokens.input as f64));
    let output = left(&|taken| Some(taken.tokens.output as f64));
    line("requests", 0, *requests as f64, asks);
    line("input_tokens", 0, tokens.input as f64, input);
    line("output_tokens", 0, tokens.output as f64, output);
    if let Some(cost) = paid.cost {
        let dollars = |cost: Cost| cost.0 as f64 / 1e12;
        // What the journal knew may be of one whose price nobody knows.
        let known = taken.iter().all(|taken| taken.cost.is_some());
        line("cost", 6, dollars(cost), left(&|taken| taken.cost.map(dollars)).filter(|_| known));
    }
    let mut seconds = left(&|taken| taken.seconds.map(|seconds| seconds * speed.share / speed.at_once));
    let both = left(&|taken| Some(taken.tokens.input as f64 + taken.tokens.output as f64));
    let mut meters = [None; METERS];
    (meters[REQUESTS], meters[TOKENS], meters[INPUT], meters[OUTPUT]) = (asks, both, input, output);
    // However many are out at once, the limits of a minute let no more through.
    for (needed, minute) in meters.into_iter().zip(speed.minute) {
        if let (Some(found), Some(needed), Some(minute)) = (seconds, needed, minute) {
            seconds = Some(found.at_least(needed.times(60.0 / minute)));
        }
    }
    line("seconds", 1, speed.whole, seconds);
    text
}
