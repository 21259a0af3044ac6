//! One question about one row: what is said, how its answer is read.

use sdk_prompt::{Finish, Message, Reply, one};
use sdk_record::{Fault, Kind, Record};
use serde_json::Value;

use crate::judgment::{Judged, all_judged};
use crate::pair::Order;
use crate::rubric::Rubric;

/// A question, ready to be asked of any model.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) messages: Vec<Message>,
    /// What it is about, for an answerer without a model.
    pub(crate) about: Record,
    pub(crate) reads: Reads,
}

/// How the answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reads {
    /// As judgments of the rubric's criteria.
    Criteria,
    /// As the better one of two answers.
    Better(Order),
}

impl Reads {
    /// Reads a reply to the question alone.
    ///
    /// # Errors
    /// What is wrong with it, in the words that a model can mend it by.
    pub(crate) fn read(self, rubric: &Rubric, reply: &Reply) -> Result<Vec<Judged>, Fault> {
        self.item(rubric, &one(&reply.text).map_err(|fault| cut(reply).unwrap_or(fault))?)
    }

    /// Reads the item that speaks of the question.
    ///
    /// # Errors
    /// As [`Reads::read`].
    pub(crate) fn item(self, rubric: &Rubric, said: &Value) -> Result<Vec<Judged>, Fault> {
        match self {
            Reads::Criteria => all_judged(rubric.asked(), said),
            Reads::Better(order) => order.read(said).map(|judged| vec![judged]),
        }
    }
}

/// Why nothing could be read, where the reply was cut.
pub(crate) fn cut(reply: &Reply) -> Option<Fault> {
    let message = "the reply was cut at the token limit; raise --max-tokens";
    (reply.finish == Finish::Length).then(|| Fault::new(Kind::Truncated, message))
}
