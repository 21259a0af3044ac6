//! Record to training line and back: one file a shape, one row of [`SHAPES`] each.
//!
//! A shape concatenates the JSON tokens that a row came with; it never reprints a text. What it reads are
//! [`sdk_record::Turns`], the one form between all shapes: OpenAI's roles and tool calls. This room reads no input, and a
//! shape knows no container (one row is one line) and evaluates no expression: [`Writer`] gives it what `--user`,
//! `--assistant`, `--system`, `--reasoning` and `--keep` came to. [`Checker`] writes nothing: it says what the trainers
//! that read a shape would refuse. A container takes lines of any shape, and makes files of them.

mod calls;
mod check;
mod checker;
mod containers;
mod context;
mod dialects;
mod example;
mod messages;
mod pictures;
mod shapes;
mod template;
#[cfg(test)]
mod tests;
mod thought;
mod tools;
mod writer;

pub use check::Report;
pub use checker::Checker;
pub use containers::{CONTAINERS, Container, ContainerError, ContainerFlags, Origins};
pub use context::ContextError;
pub use example::Example;
pub use shapes::{SHAPES, Shape, find, names};
pub use template::{Template, TemplateError};
pub use writer::{ShapeFlags, Writer, WriterError};
