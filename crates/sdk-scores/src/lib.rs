//! Rubrics, which are asked of a model or computed, the plan that gives each row its score, and the conditions that
//! rows are kept by. It never calls a model.

mod bench;
mod filter;
mod flags;
mod inquiry;
mod job;
mod judgment;
mod opinion;
mod pack;
mod pair;
mod parts;
mod plan;
mod question;
mod rubric;
mod rubrics;
mod sitting;
mod subject;
mod summary;
mod totals;

pub use bench::Judge;
pub use filter::{
    Chooser, Chosen, Counts, Dropped, Evicted, Filter, FilterError, FilterFlags, Found, Marks, Number,
    Tested, Tester, Why, condition_last, file_first,
};
pub use flags::JudgeFlags;
pub use plan::Judging;
pub use rubric::Rubric;
pub use rubrics::{RUBRICS, named};
