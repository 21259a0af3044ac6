//! Rows into jobs that ask a task.

mod group;
mod items;
mod job;
mod ledger;
mod made;
mod plan;
mod seeds;
mod task;

pub use plan::Generation;
pub use task::Task;
