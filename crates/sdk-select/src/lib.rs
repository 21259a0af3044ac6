//! jq is the only expression language of the project: conditions, selectors, and the holes of templates.
//!
//! Everything is compiled before the first row and says its expression, and the place in it, when it is wrong. A
//! `halt` in a user's expression is an error of that row, never the end of the process. What takes the whole stack or
//! memory is not seen in time.
//!
//! An expression runs at one of three speeds, chosen from its syntax: answered from the row's text; by jq on the members
//! that it names; by jq on the whole row. Where the first is not certain, jq has the word, so that all give the same.

mod build;
mod compile;
mod error;
mod funs;
mod keys;
mod native;
mod parts;
mod select;
mod speed;
mod template;
mod times;
mod value;

pub use error::SelectError;
pub use jaq_json::Val;
pub use parts::{Parts, PartsFlags, PartsOf};
pub use select::Select;
pub use template::{Source, Template};
pub use value::{input, object, raw, val};
