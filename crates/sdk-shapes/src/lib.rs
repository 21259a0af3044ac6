//! Record to training line: one file a shape, one row of [`SHAPES`] each.
//!
//! A shape concatenates the JSON tokens that a row came with; it never reprints a text. This room reads no input,
//! evaluates no expression (its caller gives what `--user`, `--assistant`, `--system` and `--keep` came to) and
//! knows no container: one row is one line.

mod example;
mod messages;
mod shapes;
#[cfg(test)]
mod tests;

pub use example::Example;
pub use shapes::{SHAPES, Shape, find, names};
