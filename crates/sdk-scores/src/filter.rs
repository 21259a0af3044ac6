//! What sdk-filter keeps: conditions that look at one row alone, which any thread may test, and conditions that need
//! the rows in order, which one thread decides. It reads no rows and writes none.
//!
//! A [`Filter`] is checked once and shared; each thread takes a [`Tester`] from it, and whoever has the rows in their
//! order again a [`Chooser`]. The order of conditions is the table's in CLI.md §7, whatever the order of the flags: a
//! row is dropped by the first that it does not meet, and the later ones are not asked.

mod arguments;
mod chooser;
mod condition;
mod dropped;
mod flags;
mod identity;
mod number;
mod sample;
mod schema;
mod subject;
mod tester;
#[cfg(test)]
mod tests;
mod text;
mod top;
mod unique;
mod value;

use std::sync::Arc;

use sdk_select::SelectError;

pub use arguments::{condition_last, file_first};
pub use chooser::{Chooser, Chosen, Evicted};
pub use dropped::{Counts, Dropped, Why};
pub use flags::FilterFlags;
pub use number::Number;
pub use tester::{Found, Marks, Tested, Tester};

use schema::Schema;
use subject::Subject;
use top::Ranking;

/// What is wrong with a filter before its first row.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// Nothing to keep rows by.
    #[error("expected a condition; give one as first argument ('.score > 7') or by a flag (--min 7)")]
    None,
    /// An argument that is no text.
    #[error("expected a condition first, found {0}; it must be UTF-8")]
    Bytes(String),
    /// An expression is no jq.
    #[error(transparent)]
    Expression(#[from] SelectError),
    /// The schema cannot be used.
    #[error("--schema {file}: {message}")]
    Schema {
        /// The file as given.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// `--by` without a flag that asks for it.
    #[error("--by says what --top or --sample go by; give one of them")]
    ByAlone,
    /// `--by` with two flags that ask for it.
    #[error(
        "--by is the number of --top and the group of --sample; with both, use two filters: sdk-filter --sample … | sdk-filter --top …"
    )]
    ByTwice,
}

/// The conditions of one run, checked.
#[derive(Debug)]
pub struct Filter {
    flags: FilterFlags,
    condition: Option<String>,
    seed: u64,
    schema: Option<Arc<Schema>>,
    names: Vec<String>,
    /// Where the ordered conditions begin among the names.
    alone: usize,
    heavy: bool,
}

impl Filter {
    /// Checks everything once: reads the schema and compiles every expression. `condition` is the first argument.
    ///
    /// # Errors
    /// An expression or the schema is wrong, or `--by` says nothing or two things.
    pub fn new(flags: &FilterFlags, condition: Option<&str>, seed: u64) -> Result<Filter, FilterError> {
        if flags.by.is_some() {
            match (&flags.top, &flags.sample) {
                (None, None) => return Err(FilterError::ByAlone),
                (Some(_), Some(_)) => return Err(FilterError::ByTwice),
                _ => {}
            }
        }
        let schema = flags.schema.as_deref().map(Schema::read).transpose()?.map(Arc::new);
        let alone = condition::conditions(flags, condition, schema.as_ref(), seed)?;
        let heavy = alone.iter().any(|(_, condition)| condition.is_heavy());
        let mut names: Vec<String> = alone.into_iter().map(|(name, _)| name).collect();
        let alone = names.len();
        if let Some(text) = &flags.unique {
            Subject::new(text)?;
            names.push(format!("--unique {text}"));
        }
        if let Some(most) = flags.top {
            flags.by.as_deref().map(Subject::new).transpose()?;
            names.push(format!("--top {most}"));
        }
        Ok(Filter {
            flags: flags.clone(),
            condition: condition.map(str::to_owned),
            seed,
            schema,
            names,
            alone,
            heavy,
        })
    }

    /// The conditions' names as they were given, in the order they are tried: what `--why` and `--stats` say.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// How many threads pay, where there are as many cores: one is as fast as most disks where no jq value is needed.
    pub fn threads(&self) -> usize {
        if self.heavy { 4 } else { 1 }
    }

    /// Whether any condition needs the rows in their order; without one the chooser keeps what it is given.
    pub fn ordered(&self) -> bool {
        self.names.len() > self.alone
    }

    /// The part that one thread may do.
    pub fn worker(&self) -> Tester {
        let compiled = "what compiled once compiles again";
        let subject = |text: &String| Subject::new(text).expect(compiled);
        let alone =
            condition::conditions(&self.flags, self.condition.as_deref(), self.schema.as_ref(), self.seed);
        Tester {
            alone: alone.expect(compiled).into_iter().map(|(_, condition)| condition).collect(),
            unique: self.flags.unique.as_ref().map(|text| (subject(text), self.flags.exact)),
            top: self.flags.top.map(|_| {
                self.flags.by.as_ref().map_or(Ranking::Score, |text| Ranking::By(Box::new(subject(text))))
            }),
            why: self.flags.why,
        }
    }

    /// The part that needs the rows in their order.
    pub fn chooser(&self) -> Chooser {
        let unique = self.flags.unique.as_ref().map(|_| (self.alone, unique::Seen::default()));
        let top = self.flags.top.map(|most| chooser::Top {
            condition: self.alone + usize::from(unique.is_some()),
            highest: top::Highest::new(most.get()),
            message: format!("not among the {most} highest"),
        });
        Chooser { unique, top, why: self.flags.why }
    }
}
