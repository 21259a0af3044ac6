//! Expressions that are answered from a row's text, without a jq value. Whatever is not certain is left to jq.

mod plan;
mod quick;
mod run;
mod seen;
mod token;

pub(crate) use plan::Plan;
pub(crate) use quick::Quick;
pub(crate) use seen::Seen;
