//! Chance that can be repeated: splitmix64, started from the BLAKE3 of a seed and of what is drawn.
//!
//! Splitmix64 (Steele, Lea and Flood, 2014) adds the golden ratio to its state and mixes the sum; it passes the usual
//! tests and is the same on every machine. It is not for secrets. The name of the purpose keeps draws for different
//! things apart, so that a new one changes none of the old.

/// One stream of numbers of one seed and purpose.
#[derive(Debug, Clone)]
pub struct Draw {
    state: u64,
}

impl Draw {
    /// The stream of this seed for this purpose.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&seed.to_le_bytes());
        hasher.update(purpose.as_bytes());
        let mut state = [0; 8];
        state.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        Draw { state: u64::from_le_bytes(state) }
    }

    /// Sixty-four bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `bound`, each as likely as the others; 0 where `bound` is 0.
    pub fn below(&mut self, bound: u128) -> u128 {
        let Some(last) = bound.checked_sub(1) else { return 0 };
        let mask = u128::MAX.checked_shr(last.leading_zeros()).unwrap_or(0);
        loop {
            // What is too large is drawn anew, at most every second time: a remainder would favour small numbers.
            let high = if mask >> 64 == 0 { 0 } else { self.bits() };
            let number = (u128::from(high) << 64 | u128::from(self.bits())) & mask;
            if number <= last {
                return number;
            }
        }
    }

    /// The numbers from 0 to below `count` in a drawn order (Fisher and Yates).
    pub fn order(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for at in (1..count).rev() {
            let other = usize::try_from(self.below(at as u128 + 1)).unwrap_or(at);
            order.swap(at, other);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_purpose_name_the_stream() {
        let order = |seed, purpose| Draw::new(seed, purpose).order(20);
        assert_eq!(order(1, "a"), order(1, "a"));
        assert_ne!(order(1, "a"), order(2, "a"));
        assert_ne!(order(1, "a"), order(1, "b"));
    }

    #[test]
    fn numbers_stay_below_and_reach_all() {
        let mut draw = Draw::new(0, "test");
        for bound in [1_u128, 2, 3, 7, 64, 1 << 64, u128::MAX] {
            assert!((0..200).all(|_| draw.below(bound) < bound));
        }
        let mut seen = [0_u32; 6];
        (0..6000).for_each(|_| seen[usize::try_from(draw.below(6)).unwrap()] += 1);
        assert!(seen.iter().all(|&count| (850..1150).contains(&count)), "{seen:?}");
        let mut order = draw.order(50);
        order.sort_unstable();
        assert_eq!(order, (0..50).collect::<Vec<_>>());
    }
}
