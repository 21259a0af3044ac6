//! Record to training line: one file a shape, one row of [`SHAPES`] each.
//!
//! A shape concatenates the JSON tokens that a row came with; it never reprints a text. This room reads no input,
//! knows no container (one row is one line), and a shape evaluates no expression: [`Writer`] gives it what `--user`,
//! `--assistant`, `--system` and `--keep` came to.

mod example;
mod messages;
mod shapes;
#[cfg(test)]
mod tests;
mod writer;

pub use example::Example;
pub use shapes::{SHAPES, Shape, find, names};
pub use writer::{ShapeFlags, Writer};
