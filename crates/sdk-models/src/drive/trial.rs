//! The first replies of a run: where all of them are no good, neither will the next ten thousand be.

use std::collections::BTreeMap;

/// So many.
const FIRST: u64 = 20;

/// Watches until one is good.
#[derive(Debug, Default)]
pub(super) struct Trial {
    bad: u64,
    over: bool,
    whys: BTreeMap<String, u64>,
}

impl Trial {
    /// Whether nothing more is to be seen.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// A row that was asked about has ended; `why` it is no good, if it is not. Says when enough were seen, and why.
    pub(super) fn ended(&mut self, why: Option<&str>) -> Option<String> {
        let Some(why) = why else {
            (self.over, self.whys) = (true, BTreeMap::new());
            return None;
        };
        self.bad += 1;
        *self.whys.entry(why.to_owned()).or_default() += 1;
        if self.bad < FIRST {
            return None;
        }
        self.over = true;
        let (why, count) = self.whys.iter().max_by_key(|(_, count)| **count)?;
        Some(format!(
            "the first {FIRST} rows that were asked about are all no good, {count} of them so: {why}; nothing more is asked"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_bad_ones_are_enough_unless_one_is_good() {
        let mut trial = Trial::default();
        for _ in 0..19 {
            assert_eq!(trial.ended(Some("no")), None);
        }
        let said = trial.ended(Some("never")).unwrap();
        assert!(said.contains("19 of them so: no;"), "{said}");
        assert!(trial.is_over());
        let mut trial = Trial::default();
        for at in 0..20 {
            assert!(!trial.is_over());
            assert_eq!(trial.ended((at != 19).then_some("no")), None);
        }
        assert!(trial.is_over());
    }
}
