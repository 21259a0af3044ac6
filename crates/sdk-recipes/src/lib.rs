//! Plans: where rows come from, what varies, what is asked, and what becomes of the answers. It never calls a model.
//!
//! `tasks` are the built-in prompt files, `generate` turns rows into jobs that ask them, `expand` plans rows without
//! asking anybody, `config` reads other people's files.

pub mod config;
pub mod expand;
mod flags;
mod generate;
mod tasks;
mod text_file;

pub use flags::GenFlags;
pub use generate::{Generation, Task};
pub use tasks::{TASKS, named, suited};
