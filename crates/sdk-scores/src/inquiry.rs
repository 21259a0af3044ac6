//! One question on its way: asked, mended where the answer cannot be used, and given up at last.

use sdk_prompt::{Ask, Call, Repair, Reply, Usage};
use sdk_record::{Fault, Kind};

use crate::judgment::Judged;
use crate::question::Reads;
use crate::rubric::Rubric;

/// One question to one model.
pub(crate) struct Inquiry {
    asked: Repair,
    reads: Reads,
    /// It was sent, and the answer has not come.
    sent: bool,
    pub(crate) outcome: Option<Outcome>,
    /// Tokens of all its answers, also of those that could not be used.
    pub(crate) usage: Option<Usage>,
}

/// What became of a question.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Judged(Vec<Judged>),
    /// There was an answer, though none that rates.
    Unrated(Fault),
    /// There was none.
    Lost(Fault),
}

impl Inquiry {
    /// A question whose answer is sent back at most `repairs` times.
    pub(crate) fn new(ask: Ask, reads: Reads, repairs: u32) -> Inquiry {
        Inquiry { asked: Repair::new(ask, repairs), reads, sent: false, outcome: None, usage: None }
    }

    /// What is to be asked next, if anything is.
    pub(crate) fn call(&mut self) -> Option<Call> {
        self.sent = self.outcome.is_none();
        self.sent.then(|| self.asked.asked())
    }

    /// Takes its answer from these, if it waits for one.
    pub(crate) fn take(&mut self, rubric: &Rubric, replies: &mut impl Iterator<Item = Result<Reply, Fault>>) {
        if !std::mem::take(&mut self.sent) {
            return;
        }
        match replies.next() {
            Some(Ok(reply)) => {
                self.usage = sum(self.usage, reply.usage);
                self.outcome = match self.reads.read(rubric, &reply) {
                    Ok(judged) => Some(Outcome::Judged(judged)),
                    Err(fault) => self.asked.again(&reply, fault).err().map(|fault| Outcome::Unrated(*fault)),
                };
            }
            Some(Err(fault)) => {
                // A refusal is paid for too.
                self.usage = sum(self.usage, fault.usage);
                self.outcome = Some(Outcome::of(fault));
            }
            None => {}
        }
    }
}

impl Outcome {
    /// What a fault makes of a question. A model that has refused is not bad input: its row is unrated.
    pub(crate) fn of(fault: Fault) -> Outcome {
        match fault.kind {
            Kind::Empty | Kind::Refused | Kind::Filtered | Kind::Truncated if !fault.stops => {
                Outcome::Unrated(fault)
            }
            _ => Outcome::Lost(fault),
        }
    }
}

/// Both together, as far as they are known.
pub(crate) fn sum(one: Option<Usage>, other: Option<Usage>) -> Option<Usage> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.and(other)),
        (one, other) => one.or(other),
    }
}
