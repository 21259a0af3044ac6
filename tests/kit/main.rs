//! What a replacement for synthetic-data-kit must show, behaviour by behaviour, through the real binaries. The number in
//! a test's name is that of the behaviour: of 33 that were found by running the kit, most of them by what it gets wrong.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::print_stderr,
    missing_docs
)]

#[path = "../documents/archive.rs"]
#[allow(dead_code)]
mod archive;
#[path = "../documents/office.rs"]
#[allow(dead_code)]
mod office;
#[path = "../models/passages.rs"]
mod passages;
#[path = "../documents/portable.rs"]
#[allow(dead_code)]
mod portable;
#[path = "../shell/mod.rs"]
mod shell;
#[path = "../documents/site.rs"]
mod site;

mod config;
mod containers;
mod copies;
mod documents;
mod exits;
mod files;
mod job;
mod loaders;
mod packs;
mod pairs;
mod pieces;
mod reasoning;
mod replies;
mod requests;
mod scores;
mod seeds;
mod server;
mod shapes;
mod sizes;
mod slides;
mod trainers;
