//! What two texts share and what one repeats, counted in words and runs of words.

use std::collections::HashSet;
use std::hash::Hash;

/// The runs of `length` words, in order.
pub fn ngrams<T>(words: &[T], length: usize) -> impl Iterator<Item = &[T]> {
    words.windows(length.max(1))
}

/// The share of the distinct words of `these` that stand in `others`, from 0 to 1; 0 where there are none.
#[allow(clippy::cast_precision_loss)] // counts of words
pub fn overlap<T: Eq + Hash>(these: &[T], others: &[T]) -> f64 {
    let distinct: HashSet<&T> = these.iter().collect();
    let rest: HashSet<&T> = others.iter().collect();
    if distinct.is_empty() {
        return 0.0;
    }
    distinct.intersection(&rest).count() as f64 / distinct.len() as f64
}

/// The share of runs of `length` words that were there before, from 0 to 1.
#[allow(clippy::cast_precision_loss)] // counts of words
pub fn repetition<T: Eq + Hash>(words: &[T], length: usize) -> f64 {
    let mut seen = HashSet::new();
    let (mut all, mut again) = (0_u32, 0_u32);
    for run in ngrams(words, length) {
        all += 1;
        again += u32::from(!seen.insert(run));
    }
    if all == 0 { 0.0 } else { f64::from(again) / f64::from(all) }
}
