//! Batch files: requests written down for others to ask, and their results read as if the model had answered.
//!
//! `lines.rs` writes requests, `line.rs` reads one result and `results.rs` a file of them, `answer.rs` is who answers
//! where nobody is asked, `matched.rs` sees which results were of use, `open.rs` joins them with the journal. The form
//! is OpenAI's, which other services and `vllm run-batch` share. `service.rs` has files asked by a service; the others open
//! no socket.

mod answer;
mod flags;
mod keeper;
mod line;
mod lines;
mod matched;
mod open;
mod results;
mod service;
#[cfg(test)]
mod tests;

pub use flags::BatchFlags;
pub(crate) use open::open;
pub use service::{Served, Service};
