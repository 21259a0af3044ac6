//! All combinations of the values of several keys, by number: in the order of the flags, or walked so that any stretch
//! of the walk has each value of each key as often as the others.
//!
//! The walk takes every key one value further at each step, around each key's own circle. After L steps (the least
//! common multiple of the circles) that would begin again, so every L steps the circles are turned against each other
//! to a position not yet had; there are combinations / L such turns, taken with a drawn stride that has no factor in
//! common with their number. So every combination comes once before any comes twice, and since L is a multiple of each circle,
//! the first N steps have each value ⌊N/v⌋ or ⌈N/v⌉ times, for every N. Left out: what the values are.

use super::Draw;

/// How many values each key has; no key at all makes one combination.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    sizes: Vec<usize>,
    combinations: u128,
}

impl Grid {
    /// The error says that there are more combinations than can be numbered.
    pub(super) fn new(sizes: impl Iterator<Item = usize>) -> Result<Grid, String> {
        let sizes: Vec<usize> = sizes.collect();
        // Half of what fits, so that a turn of the walk can be reckoned without overflow.
        let product = sizes.iter().try_fold(1_u128, |product, &size| product.checked_mul(size as u128));
        let combinations = product.filter(|&product| product <= u128::MAX / 2).ok_or_else(|| {
            let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
            format!("--vary: {} are more combinations than can be counted; vary less", sizes.join(" × "))
        })?;
        Ok(Grid { sizes, combinations })
    }

    /// How many combinations there are.
    pub(super) fn combinations(&self) -> u128 {
        self.combinations
    }

    /// Which value each key has in a combination by its number, the last key fastest.
    pub(super) fn in_order(&self, number: u128) -> Vec<usize> {
        let mut rest = number;
        let mut places: Vec<usize> =
            self.sizes.iter().rev().map(|&size| digit(&mut rest, size as u128)).collect();
        places.reverse();
        places
    }

    /// A walk over all combinations that depends on the draw.
    pub(super) fn walk(&self, draw: &mut Draw) -> Walk {
        let mut around = 1_u128;
        let mut circles = Vec::with_capacity(self.sizes.len());
        for &size in &self.sizes {
            let turns = common_factor(around, size as u128);
            circles.push(Circle { turns, order: draw.order(size).into() });
            around *= size as u128 / turns;
        }
        let turns = self.combinations / around;
        // Below 2^63, so that the stride times a turn that a u64 of rows can reach stays within a u128.
        let from = 1 + draw.below(turns.min(1 << 62));
        let stride = (from..u128::MAX).find(|&stride| common_factor(stride, turns) == 1).unwrap_or(1);
        Walk { circles: circles.into(), around, turns, stride, start: draw.below(turns) }
    }
}

/// See the top of the file.
#[derive(Debug, Clone)]
pub(super) struct Walk {
    circles: std::sync::Arc<[Circle]>,
    around: u128,
    turns: u128,
    stride: u128,
    start: u128,
}

/// One key's values in a drawn order, and to how many positions against the keys before it can be turned.
#[derive(Debug)]
struct Circle {
    turns: u128,
    order: Box<[usize]>,
}

impl Walk {
    /// Which value each key has at this step; the steps go on for ever, around and around.
    pub(super) fn at(&self, step: u128) -> Vec<usize> {
        let mut turn = (self.start + step / self.around * self.stride) % self.turns;
        let place = |circle: &Circle| {
            let turned = digit(&mut turn, circle.turns);
            let size = circle.order.len() as u128;
            let step = usize::try_from(step % size).unwrap_or(0);
            circle.order[(step + turned) % circle.order.len()]
        };
        self.circles.iter().map(place).collect()
    }
}

fn digit(rest: &mut u128, base: u128) -> usize {
    let digit = *rest % base;
    *rest /= base;
    // A digit is less than a number of values, which is a usize.
    usize::try_from(digit).unwrap_or(0)
}

fn common_factor(mut larger: u128, mut smaller: u128) -> u128 {
    while smaller != 0 {
        (larger, smaller) = (smaller, larger % smaller);
    }
    larger
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        #[test]
        fn every_combination_once_and_every_value_evenly(sizes in prop::collection::vec(1_usize..7, 0..5), seed: u64) {
            let grid = Grid::new(sizes.iter().copied()).unwrap();
            let walk = grid.walk(&mut Draw::new(seed, "test"));
            let mut seen = HashSet::new();
            let mut counts: Vec<Vec<u32>> = sizes.iter().map(|&size| vec![0; size]).collect();
            for step in 0..grid.combinations() {
                let places = walk.at(step);
                prop_assert_eq!(&places, &walk.at(step + grid.combinations()));
                places.iter().enumerate().for_each(|(key, &value)| counts[key][value] += 1);
                for values in &counts {
                    prop_assert!(values.iter().max().unwrap() - values.iter().min().unwrap() <= 1);
                }
                prop_assert!(seen.insert(places));
            }
            let in_order: HashSet<_> = (0..grid.combinations()).map(|number| grid.in_order(number)).collect();
            prop_assert_eq!(in_order, seen);
        }
    }

    #[test]
    fn more_than_u64_can_be_walked_and_more_than_u128_is_refused() {
        let grid = Grid::new([10_usize; 37].into_iter()).unwrap();
        let walk = grid.walk(&mut Draw::new(7, "test"));
        let seen: HashSet<_> = (0..10_000).map(|step| walk.at(step)).collect();
        assert_eq!(seen.len(), 10_000);
        assert_eq!(walk.at(u64::MAX.into()).len(), 37);
        assert!(Grid::new([10_usize; 39].into_iter()).unwrap_err().contains("more combinations"));
    }
}
