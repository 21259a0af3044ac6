//! Rubrics, which are asked of a model or computed, the plan that gives each row its score, and the conditions that
//! rows are kept by. It never calls a model.

mod conditions;
mod flags;
mod job;
mod judgment;
mod parts;
mod plan;
mod rubric;
mod rubrics;

pub use conditions::{Conditions, FilterFlags, Tested};
pub use flags::JudgeFlags;
pub use plan::Judging;
pub use rubric::Rubric;
pub use rubrics::{RUBRICS, named};
