//! The part of a filter that any thread may do: one row at a time, and nothing remembered.

use sdk_record::{Fault, Row};

use crate::filter::Dropped;
use crate::filter::condition::Condition;
use crate::filter::subject::Subject;
use crate::filter::top::{Rank, Ranking};
use crate::filter::unique::Key;

/// What became of a row that was tested by itself.
#[derive(Debug)]
pub enum Tested {
    /// It meets every condition that looks at one row alone; the ordered ones need these marks.
    Passes(Marks),
    /// It does not meet this one.
    Dropped(Dropped),
    /// It has no score to test.
    Unrated(Dropped),
}

/// What the ordered conditions need of a row. Opaque, small, and free to make where there are no such conditions.
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
    pub fn test(&self, row: Row<'_>) -> Result<Tested, Fault> {
        for (place, condition) in self.alone.iter().enumerate() {
            let met = condition.meets(row)?;
            if met == Some(true) {
                continue;
            }
            let why = if self.why { Some(Box::new(condition.why(row)?)) } else { None };
            let dropped = Dropped { condition: place, why };
            return Ok(if met.is_some() { Tested::Dropped(dropped) } else { Tested::Unrated(dropped) });
        }
        match self.unique.is_none() && self.top.is_none() {
            true => Ok(Tested::Passes(Marks::default())),
            false => self.marks(row).map(Tested::Passes),
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
