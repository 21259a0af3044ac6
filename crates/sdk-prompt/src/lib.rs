//! A question, its answer, and the [`Job`] that leads from one to the other.
//!
//! This crate writes requests from rows and reads items out of replies. It opens no file but the pictures that a row
//! names ([`Picture`]), asks nobody and knows no task by name: tasks and rubrics are [`PromptFile`]s that others bring.

mod answer;
mod ask;
mod builtin;
mod file;
mod front;
mod identity;
mod item;
mod job;
mod picture;
mod read;
mod repair;
mod schema;
mod usage;
mod variables;

pub use answer::{Answer, Done, Hear, Spent};
pub use ask::{About, Ask, Call, Finish, Message, Parameters, Reply, Role, Want};
pub use builtin::Builtin;
pub use file::PromptFile;
pub use front::{Adds, Criterion, From, Front, Makes, Scale, Score};
pub use identity::{Key, id};
pub use item::{Items, items, one};
pub use job::{Counts, End, Job, Move, Plan};
pub use picture::Picture;
pub use repair::Repair;
pub use schema::Schema;
pub use sdk_record::Usage;
pub use usage::{Cost, Price, write_usage};
pub use variables::{Variables, parse_var};
