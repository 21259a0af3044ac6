//! `--top`: the N rows with the highest numbers, of equal ones the earlier; they leave in the order they came.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

use sdk_record::{Fault, Row};

use crate::filter::condition::SCORE;
use crate::filter::number::rating;
use crate::filter::subject::Subject;

/// Where the number of a row is.
pub(crate) enum Ranking {
    Score,
    By(Box<Subject>),
}

impl Ranking {
    pub(crate) fn rank(&self, row: Row<'_>) -> Rank {
        let number = match self {
            Ranking::Score => rating(row.get(SCORE), SCORE),
            Ranking::By(by) => by.first(row).and_then(|raw| rating(raw.as_deref(), by.text())),
        };
        match number {
            Ok(number) => number.map_or(Rank::Unrated, Rank::Number),
            Err(fault) => Rank::Fault(Box::new(fault)),
        }
    }

    /// Raw JSON of what the number is read from.
    pub(crate) fn raw(&self, row: Row<'_>) -> Option<String> {
        match self {
            Ranking::Score => row.get(SCORE).map(str::to_owned),
            Ranking::By(by) => by.first(row).ok().flatten().map(Cow::into_owned),
        }
    }
}

/// What a row is ranked by.
#[derive(Debug, Default)]
pub(crate) enum Rank {
    #[default]
    Unrated,
    Number(f64),
    /// It is told only of rows that come as far as this condition.
    Fault(Box<Fault>),
}

/// A row that is among the highest so far.
#[derive(Debug)]
pub(crate) struct Held {
    number: f64,
    place: u64,
    pub(crate) line: String,
    /// Raw JSON of the number, where `--why` may ask for it.
    pub(crate) raw: Option<String>,
}

impl Ord for Held {
    /// The greatest is the next to go: the lowest number, of equal ones the latest.
    fn cmp(&self, other: &Held) -> Ordering {
        other.number.total_cmp(&self.number).then(self.place.cmp(&other.place))
    }
}

impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Held) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Held {
    fn eq(&self, other: &Held) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Held {}

/// The highest rows so far, at most `most` of them.
#[derive(Debug)]
pub(crate) struct Highest {
    most: usize,
    places: u64,
    rows: BinaryHeap<Held>,
}

impl Highest {
    pub(crate) fn new(most: usize) -> Highest {
        Highest { most, places: 0, rows: BinaryHeap::new() }
    }

    /// Whether a row of this number would be held.
    pub(crate) fn takes(&self, number: f64) -> bool {
        self.rows.len() < self.most || self.rows.peek().is_some_and(|lowest| number > lowest.number)
    }

    /// Holds a row; gives back the one that has to go for it.
    pub(crate) fn hold(&mut self, number: f64, line: &str, raw: Option<String>) -> Option<Held> {
        self.places += 1;
        let held = Held { number, place: self.places, line: line.into(), raw };
        if self.rows.len() < self.most {
            self.rows.push(held);
            return None;
        }
        let mut lowest = self.rows.peek_mut()?;
        Some(std::mem::replace(&mut *lowest, held))
    }

    /// The rows in the order they came.
    pub(crate) fn finish(self) -> impl Iterator<Item = String> {
        let mut rows = self.rows.into_vec();
        rows.sort_unstable_by_key(|held| held.place);
        rows.into_iter().map(|held| held.line)
    }
}
