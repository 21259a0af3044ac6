//! jq is the only expression language of the project: conditions, selectors, and the holes of templates.
//!
//! Everything is compiled before the first row and says its expression, and the place in it, when it is wrong. A
//! `halt` in a user's expression is an error of that row, never the end of the process.

mod error;
mod parts;
mod select;
mod template;

pub use error::SelectError;
pub use jaq_json::Val;
pub use parts::{Parts, PartsFlags, PartsOf};
pub use select::{Select, input, object, raw, val};
pub use template::Template;
