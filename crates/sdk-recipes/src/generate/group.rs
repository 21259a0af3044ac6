//! Rows that share one `-n`: spooled, counted, and given their quotas evenly.

use std::collections::HashSet;
use std::io;

use sdk_record::{Record, Spool, Unspooled};

/// How many of `wanted` rows fall to row number `index` of `rows`: even over the whole input.
pub(super) fn quota(wanted: u64, rows: u64, index: u64) -> u64 {
    before(wanted, rows, index + 1) - before(wanted, rows, index)
}

/// How many of them fall to the rows before it.
fn before(wanted: u64, rows: u64, index: u64) -> u64 {
    u64::try_from(u128::from(index) * u128::from(wanted) / u128::from(rows.max(1))).unwrap_or(0)
}

/// A closed group: it hands out its rows with their quotas, and can begin again for what is lacking.
pub(super) struct Group {
    rows: Unspooled,
    count: u64,
    index: u64,
    handing: u64,
    /// Rows among which `handing` is spread, and how many of them were passed.
    among: u64,
    passed: u64,
    /// Rows that fell short of their quota; of those, the ones that gave nothing or were refused are not asked again.
    short: HashSet<u64>,
    barren: HashSet<u64>,
    second: bool,
    /// Rows wanted of the whole group.
    pub(super) wanted: u64,
    /// Rows that left.
    pub(super) got: u64,
    /// Jobs that were begun and have not ended.
    pub(super) open: u64,
}

impl Group {
    pub(super) fn close(spool: Spool, wanted: u64) -> io::Result<Group> {
        let count = spool.rows();
        Ok(Group {
            rows: spool.read()?,
            count,
            index: 0,
            handing: wanted,
            among: count,
            passed: 0,
            short: HashSet::new(),
            barren: HashSet::new(),
            second: false,
            wanted,
            got: 0,
            open: 0,
        })
    }

    /// The next row with something to make: its number, itself, and how much.
    pub(super) fn next(&mut self) -> Option<io::Result<(u64, Record, u64)>> {
        loop {
            let row = self.rows.next()?;
            let index = self.index;
            self.index += 1;
            if self.second && !self.asked_again(index) {
                continue;
            }
            let quota = quota(self.handing, self.among, self.passed);
            self.passed += 1;
            match row {
                Err(error) => return Some(Err(error)),
                Ok(row) if quota > 0 => return Some(Ok((index, row, quota))),
                Ok(_) => {}
            }
        }
    }

    /// Row number `index` gave less than its quota.
    pub(super) fn fell_short(&mut self, index: u64, gave: u64) {
        self.short.insert(index);
        if gave == 0 {
            self.barren.insert(index);
        }
    }

    /// Rows that gave all they were asked for, or were not asked, come first; of the others those that gave something.
    fn asked_again(&self, index: u64) -> bool {
        let others = self.short.len() as u64 == self.count;
        if others { !self.barren.contains(&index) } else { !self.short.contains(&index) }
    }

    pub(super) fn lacking(&self) -> u64 {
        self.wanted.saturating_sub(self.got)
    }

    /// Rows that something is still to be asked of in this pass.
    pub(super) fn held(&self) -> u64 {
        if self.index >= self.count {
            return 0;
        }
        let handed = before(self.handing, self.among, self.passed);
        self.handing.saturating_sub(handed).min(self.among.saturating_sub(self.passed))
    }

    /// Begins again for what is lacking.
    pub(super) fn again(&mut self) -> io::Result<()> {
        self.handing = self.lacking();
        self.second = true;
        let left = if self.short.len() as u64 == self.count { &self.barren } else { &self.short };
        self.among = self.count - left.len() as u64;
        (self.index, self.passed) = (0, 0);
        self.rows.rewind()
    }

    /// Whether nothing more is to be expected of it in this pass.
    pub(super) fn handed_out(&self) -> bool {
        self.index >= self.count && self.open == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_still_to_be_asked() {
        for (wanted, held) in [(2, [2, 1, 0, 0]), (4, [4, 3, 2, 1]), (9, [4, 3, 2, 1])] {
            let mut spool = Spool::default();
            for _ in 0..4 {
                spool.push(&Record::default()).unwrap();
            }
            let mut group = Group::close(spool, wanted).unwrap();
            for held in held {
                assert_eq!(group.held(), held, "{wanted}");
                group.next();
            }
            assert_eq!(group.held(), 0, "{wanted}");
        }
    }

    #[test]
    fn quotas_are_even_and_add_up() {
        for (wanted, rows) in [(25, 10), (3, 10), (10, 10), (1, 1000), (1_000_000, 3)] {
            let quotas: Vec<u64> = (0..rows).map(|index| quota(wanted, rows, index)).collect();
            assert_eq!(quotas.iter().sum::<u64>(), wanted);
            assert!(quotas.iter().max().unwrap() - quotas.iter().min().unwrap() <= 1);
        }
    }
}
