//! `--sample`: a share of the rows, by hash. A row's side depends on the seed and on what is hashed alone: the
//! value of `--by`, where that is null or nothing the row's `id`, where that is too its content. So rows of one group
//! stay together, and the dropped rows are the complement in any order, run and number of threads.

use sdk_record::{Fault, Row};
use twox_hash::XxHash3_64;

use crate::filter::identity;
use crate::filter::subject::Subject;

/// A share of all groups.
pub(crate) struct Sample {
    pub(crate) seed: u64,
    /// How many of the 2^64 hashes are kept.
    below: u128,
    by: Option<Subject>,
}

impl Sample {
    pub(crate) fn new(share: f64, seed: u64, by: Option<Subject>) -> Sample {
        // A share is neither negative nor above 1, so nothing is lost but the digits that a float has not.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let below = (share * 2_f64.powi(64)) as u128;
        Sample { seed, below, by }
    }

    pub(crate) fn keeps(&self, row: Row<'_>) -> Result<bool, Fault> {
        let hash = |bytes: &[u8]| XxHash3_64::oneshot_with_seed(self.seed, bytes);
        let group = match &self.by {
            Some(by) => by.identity(row, |bytes| (!identity::is_none(bytes)).then(|| hash(bytes)))?,
            None => None,
        };
        let hash = group.unwrap_or_else(|| match row.get("id").filter(|id| *id != "null") {
            Some(id) => hash(&identity::of(id)),
            None => hash(&identity::of(row.text())),
        });
        Ok(u128::from(hash) < self.below)
    }
}
