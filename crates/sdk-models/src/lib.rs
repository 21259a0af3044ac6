//! The room with the socket: whom to ask, how a request crosses the wire, what is sent again, and the driver that
//! leads every row through its requests.
//!
//! The only crate with an HTTP client in it. It knows no task and writes no row: what is asked comes from
//! `sdk_prompt`, what comes back goes to the driver.
//!
//! Only requests are async, on one thread of their own with tokio's smallest runtime; rows are read and written by plain
//! threads, because a pass through tokio's standard streams costs many times the work on a row.

mod address;
mod batch;
mod breaker;
mod call;
mod client;
mod connection;
mod desk;
mod dispatch;
mod drive;
mod estimate;
mod files;
mod flags;
mod gauge;
mod journal;
mod journalled;
mod keys;
mod limit;
mod load;
mod money;
mod open;
mod panel;
mod ping;
mod providers;
mod ready;
mod reply;
mod report;
mod retry;
mod sign;
mod socket;
mod store;
mod stream;
mod turns;
mod wait;
mod whom;
mod wire;

pub use batch::{BatchFlags, Served, Service};
pub use call::Pace;
pub use client::{Client, Say};
pub use drive::{Way, drive};
pub use estimate::Estimate;
pub use flags::ModelFlags;
pub use gauge::{Gauge, Moment};
pub use journal::JournalFlags;
pub use keys::GivenKey;
pub use money::{Budget, MoneyFlags, Told};
pub use open::Run;
pub use panel::Panel;
pub use ping::ping;
pub use providers::{Dialect, Limit, PROVIDERS, Provider, provider};
pub use whom::{Server, Whom, choose, choose_all};
