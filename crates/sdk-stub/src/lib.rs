//! A model server that plays faults, for tests only: the OpenAI chat wire over HTTP/1.1 on loopback, one thread a
//! connection; Anthropic's and Amazon Bedrock's beside it, for the same replies; OpenAI's
//! batch service too.
//!
//! The reply is a function of the request (messages, schema, parameters; blind to key order and white space), the
//! fault a function of the request and the number of times it was asked. So runs are reproducible, retries can
//! succeed, and a concurrent client is right exactly when it gives the bytes of its own run with one job. A request
//! that shows the server its own spoilt reply and asks for a better one (a repair) counts as the same request asked
//! again. It leaves out streams, tools and everything a test has not needed yet.

mod asked;
mod batches;
mod door;
mod fault;
mod http;
mod instance;
mod lean;
mod options;
mod play;
mod reply;
mod seen;
mod server;
mod signed;
mod stream;
mod wire;

pub use batches::Silence;
pub use door::Limits;
pub use fault::Fault;
pub use lean::Lean;
pub use options::{Options, Script};
pub use seen::Stats;
pub use server::Stub;
