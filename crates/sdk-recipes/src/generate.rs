//! Rows into jobs that ask a task.

mod conversation;
mod digest;
mod gather;
mod group;
mod items;
mod job;
mod ledger;
mod made;
mod plan;
mod request;
mod seeds;
mod source;
mod task;

pub use plan::Generation;
pub use task::Task;
