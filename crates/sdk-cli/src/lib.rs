//! The doorway: every tool enters by it. Arguments, input, output, rejects, remarks, signals and exit codes.
//!
//! It knows rows and files and no domain: what a score, a prompt or a shape is stays in the rooms.

mod again;
mod apart;
mod doubts;
mod each;
mod enough;
mod entry;
mod flags;
mod generate;
mod input;
mod output;
mod place;
mod progress;
mod session;
mod side;
mod signal;
mod size;
mod stats;
mod tally;
mod threads;
mod voice;

pub use again::Again;
pub use apart::Outputs;
pub use doubts::Doubts;
pub use each::{Fate, Seen, each};
pub use enough::MaxRejects;
pub use entry::{Exit, HELP, found, listed, main, nothing_to_read, print, text};
pub use flags::{Common, Jobs, Remarks, Sayer};
pub use input::{Inputs, inputs, stdin, stdin_is_terminal};
pub use progress::{Beat, Pulse, When};
pub use sdk_record::size;
pub use session::Session;
pub use side::Beside;
pub use signal::asked as interrupted;
pub use stats::StatsFlag;
pub use tally::Tally;
