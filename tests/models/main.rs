//! The tools that call a model, against a server that plays faults.
#![allow(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::print_stderr,
    missing_docs
)]

#[path = "../shell/mod.rs"]
mod shell;

mod batch;
mod bounds;
mod counts;
mod faults;
mod flow;
mod journal;
mod keys;
mod kills;
mod limits;
mod money;
mod packs;
mod panels;
mod passages;
mod ping;
mod progress;
mod service;
mod streams;
mod tasks;
mod wires;
