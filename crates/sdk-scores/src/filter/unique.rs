//! `--unique`: the first row of each value.
//!
//! A value is remembered as its 128-bit hash: 16 bytes a key, about 20 to 40 in the table. Among a billion different
//! values the odds that any two share a hash are one in 10^20, unless somebody makes them so; `--exact` keeps the
//! values' own bytes, in a table whose order nobody can foresee.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use twox_hash::{XxHash3_64, XxHash3_128};

/// What a value is remembered by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Key {
    #[default]
    None,
    /// Two halves, for a `u128` would make every row's marks larger.
    Hash(u64, u64),
    Exact(Box<[u8]>),
}

impl Key {
    pub(crate) fn new(identity: &[u8], exact: bool) -> Key {
        if exact {
            return Key::Exact(identity.into());
        }
        let hash = XxHash3_128::oneshot(identity);
        #[allow(clippy::cast_possible_truncation)]
        Key::Hash((hash >> 64) as u64, hash as u64)
    }
}

/// The values that were seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    hashes: HashSet<(u64, u64), BuildHasherDefault<Hashed>>,
    values: HashSet<Box<[u8]>>,
}

impl Seen {
    /// Whether this value is a new one; from now on it is none.
    pub(crate) fn first(&mut self, key: Key) -> bool {
        match key {
            Key::None => true,
            Key::Hash(high, low) => self.hashes.insert((high, low)),
            Key::Exact(value) => self.values.insert(value),
        }
    }
}

/// A key that is a hash needs no second one: its last half is taken as it is.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, half: u64) {
        self.0 = half;
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = XxHash3_64::oneshot(bytes);
    }
}
