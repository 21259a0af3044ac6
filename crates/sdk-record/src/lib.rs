//! A row is one JSON object on one line: an ordered list of keys and the raw JSON text of their values.
//!
//! This crate knows rows, how they are read from any byte stream, why one is refused (a [`Fault`]) and how many of
//! them can be put aside on disk. It knows no flags, no files by name and no expressions.
//!
//! Rows are read by `serde_json`'s raw values and not by simd-json: that unescapes in place, which destroys the line
//! that must leave as it came, and it refuses numbers that pass here.

mod block;
mod blocks;
mod decode;
mod fault;
mod json;
mod record;
mod row;
mod rows;
mod scan;
mod sink;
mod size;
mod spool;
mod store;
pub mod token;
mod turns;
mod usage;
mod values;
mod walk;

pub use block::Block;
pub use blocks::{Blocks, LONGEST};
pub use decode::decode;
pub use fault::{Fault, Kind, Place};
pub use json::{DEPTH, depth, minify, quote, quote_to};
pub use record::Record;
pub use row::Row;
pub use rows::Rows;
pub use scan::{Line, Scan};
pub use sink::Sink;
pub use size::size;
pub use spool::{Spool, Unspooled};
pub use store::{Array, Layout, Store, Target};
pub use turns::{REASONING, Speaker, Turn, TurnList, Turns, as_text, turns};
pub use usage::Usage;
pub use walk::{elements, member, members};
