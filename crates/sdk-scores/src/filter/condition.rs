//! The conditions that look at one row alone, in the order of CLI.md §7. To add one: an arm here, its flag, its file.

use std::path::PathBuf;
use std::sync::Arc;

use sdk_record::{Fault, Row};
use sdk_select::{Select, SelectError};

use crate::filter::number::{Number, rating};
use crate::filter::sample::Sample;
use crate::filter::schema::Schema;
use crate::filter::subject::Subject;
use crate::filter::{FilterFlags, Why};

/// The key that `--min`, `--max` and, without `--by`, `--top` read.
pub(crate) const SCORE: &str = "score";

/// One condition, compiled.
pub(crate) enum Condition {
    Where(Select),
    Min(Number),
    Max(Number),
    Schema(Arc<Schema>),
    Sample(Sample),
}

/// The conditions that the flags give, in the table's order, each with its name.
pub(crate) fn conditions(
    flags: &FilterFlags,
    condition: Option<&str>,
    schema: Option<&Arc<Schema>>,
    seed: u64,
) -> Result<Vec<(String, Condition)>, SelectError> {
    let mut all = Vec::new();
    if let Some(text) = condition {
        all.push((text.to_owned(), Condition::Where(Select::new(text, &[])?)));
    }
    for text in &flags.wheres {
        all.push((format!("-w {text}"), Condition::Where(Select::new(text, &[])?)));
    }
    if let Some(number) = &flags.min {
        all.push((format!("--min {}", number.text), Condition::Min(number.clone())));
    }
    if let Some(number) = &flags.max {
        all.push((format!("--max {}", number.text), Condition::Max(number.clone())));
    }
    if let Some(schema) = schema {
        let file = flags.schema.as_ref().map_or_else(PathBuf::new, Clone::clone);
        all.push((format!("--schema {}", file.display()), Condition::Schema(Arc::clone(schema))));
    }
    if let Some(share) = &flags.sample {
        let by = flags.by.as_deref().map(Subject::new).transpose()?;
        all.push((format!("--sample {}", share.text), Condition::Sample(Sample::new(share.value, seed, by))));
    }
    Ok(all)
}

impl Condition {
    /// Whether testing a row costs much more than reading it.
    pub(crate) fn is_heavy(&self) -> bool {
        match self {
            Condition::Where(select) => select.is_heavy(),
            Condition::Schema(_) => true,
            Condition::Min(_) | Condition::Max(_) | Condition::Sample(_) => false,
        }
    }

    /// Whether a row meets the condition; none for a row without a score.
    #[inline]
    pub(crate) fn meets(&self, row: &Row<'_>) -> Result<Option<bool>, Box<Fault>> {
        match self {
            Condition::Where(select) => select.keeps(row).map(Some),
            _ => self.meets_other(*row),
        }
    }

    fn meets_other(&self, row: Row<'_>) -> Result<Option<bool>, Box<Fault>> {
        Ok(match self {
            Condition::Where(select) => Some(select.keeps(&row)?),
            Condition::Min(least) => rating(row.get(SCORE), SCORE)?.map(|score| score >= least.value),
            Condition::Max(most) => rating(row.get(SCORE), SCORE)?.map(|score| score <= most.value),
            Condition::Schema(schema) => Some(schema.accepts(row)?),
            Condition::Sample(sample) => Some(sample.keeps(row)?),
        })
    }

    /// Why a row does not meet it.
    #[cold]
    pub(crate) fn why(&self, row: Row<'_>) -> Result<Why, Fault> {
        let value = |raw: Option<&str>| raw.map(str::to_owned);
        let bound = |number: &Number, how: &str| {
            let score = row.get(SCORE);
            match score.filter(|raw| *raw != "null") {
                Some(raw) => Why { value: value(score), message: format!("{raw} is {how} {}", number.text) },
                None => unrated(score),
            }
        };
        Ok(match self {
            Condition::Where(select) => {
                let given = select.one(row)?;
                let message = format!("gives {}", given.as_deref().unwrap_or("nothing"));
                Why { value: value(given.as_deref()), message }
            }
            Condition::Min(least) => bound(least, "below"),
            Condition::Max(most) => bound(most, "above"),
            Condition::Schema(schema) => schema.why(row)?,
            Condition::Sample(_) => Why { value: None, message: "not in the sample".to_owned() },
        })
    }
}

/// Why a row without a number is dropped.
pub(crate) fn unrated(raw: Option<&str>) -> Why {
    let message = raw.map_or_else(|| "missing".to_owned(), |raw| format!("{raw}: not a number"));
    Why { value: raw.map(str::to_owned), message }
}
