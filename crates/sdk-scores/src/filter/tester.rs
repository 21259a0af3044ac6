//! The part of a filter that any thread may do: one row at a time, and nothing remembered.

use sdk_record::{Fault, Row};

use crate::filter::Why;
use crate::filter::condition::Condition;
use crate::filter::subject::Subject;
use crate::filter::top::{Rank, Ranking};
use crate::filter::unique::Key;

/// What became of a row that was tested by itself. It fits into two registers: there is one a row.
#[derive(Debug)]
pub enum Tested {
    /// It meets every condition that looks at one row alone; the ordered ones, if there are any, need these marks.
    Passes(Option<Box<Marks>>),
    /// It does not meet the condition at this place among [`crate::Filter::names`]; and with `--why` the reason.
    Dropped(u32, Option<Box<Why>>),
    /// It has no score to test by the condition at this place.
    Unrated(u32, Option<Box<Why>>),
}

/// The same, or why the row could not be tested.
pub type Found = Result<Tested, Box<Fault>>;

/// What the ordered conditions need of a row. Opaque.
#[derive(Debug, Default)]
pub struct Marks {
    pub(crate) key: Key,
    pub(crate) rank: Rank,
    /// With `--why` alone.
    pub(crate) said: Option<Box<Said>>,
}

/// Raw JSON of what the ordered conditions decide by.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) unique: Option<String>,
    pub(crate) top: Option<String>,
}

/// One thread's conditions, compiled; jq's cannot be shared.
pub struct Tester {
    pub(crate) alone: Vec<Condition>,
    pub(crate) unique: Option<(Subject, bool)>,
    pub(crate) top: Option<Ranking>,
    pub(crate) why: bool,
}

impl Tester {
    /// Tests one row.
    ///
    /// # Errors
    /// `type` for a score that is no number, `expression` where jq fails.
    #[inline]
    pub fn test(&self, row: &Row<'_>) -> Found {
        for (place, condition) in (0..).zip(&self.alone) {
            let met = condition.meets(row)?;
            match met {
                Some(true) => {}
                _ if self.why => return fails(place, condition, met, *row),
                Some(false) => return Ok(Tested::Dropped(place, None)),
                None => return Ok(Tested::Unrated(place, None)),
            }
        }
        match self.unique.is_none() && self.top.is_none() {
            true => Ok(Tested::Passes(None)),
            false => Ok(Tested::Passes(Some(Box::new(self.marks(*row)?)))),
        }
    }

    fn marks(&self, row: Row<'_>) -> Result<Marks, Fault> {
        let mut marks = Marks::default();
        if let Some((subject, exact)) = &self.unique {
            marks.key = subject.identity(row, |bytes| Key::new(bytes, *exact))?;
        }
        if let Some(ranking) = &self.top {
            marks.rank = ranking.rank(row);
        }
        if self.why {
            marks.said = Some(Box::new(self.said(row)?));
        }
        Ok(marks)
    }

    #[cold]
    fn said(&self, row: Row<'_>) -> Result<Said, Fault> {
        let unique = match &self.unique {
            Some((subject, _)) => subject.printed(row)?,
            None => None,
        };
        Ok(Said { unique, top: self.top.as_ref().and_then(|ranking| ranking.raw(row)) })
    }
}

/// A row does not meet this condition, and somebody wants to know why.
#[cold]
fn fails(place: u32, condition: &Condition, met: Option<bool>, row: Row<'_>) -> Found {
    let why = Some(Box::new(condition.why(row)?));
    Ok(if met.is_some() { Tested::Dropped(place, why) } else { Tested::Unrated(place, why) })
}
