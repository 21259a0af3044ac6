//! The contract of every tool (DESIGN §4), through the real binaries and a real shell.
#![allow(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::print_stderr,
    missing_docs
)]

#[path = "../shell/mod.rs"]
mod shell;

mod bulk;
mod help;
mod input;
mod pipes;
mod signals;
