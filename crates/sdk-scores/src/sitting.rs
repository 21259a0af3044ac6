//! One model's judgment of all rows of a job: together if they are several, and alone what that leaves open.

use std::sync::Arc;

use sdk_prompt::{About, Ask, Call, Reply, Usage, Want};
use sdk_record::{Fault, Kind};

use crate::bench::Bench;
use crate::inquiry::{Inquiry, Outcome, sum};
use crate::judgment::Judged;
use crate::pack;
use crate::question::{Question, cut};
use crate::subject::Subject;

/// One model, one of its votes.
pub(crate) struct Sitting {
    pub(crate) whom: usize,
    vote: u32,
    /// The seats that are asked about together, and whether they have been.
    pack: Vec<usize>,
    sent: bool,
    seats: Vec<Seat>,
}

/// What is known of one row.
#[derive(Default)]
pub(crate) struct Seat {
    inquiries: Vec<Inquiry>,
    /// What the answer about all rows says of this one.
    shared: Option<Outcome>,
    usage: Option<Usage>,
}

impl Sitting {
    pub(crate) fn new(bench: &Bench, subjects: &[Subject], whom: usize, vote: u32) -> Sitting {
        let asked = |(at, subject): (usize, &Subject)| (!subject.questions.is_empty()).then_some(at);
        let mut pack: Vec<usize> = subjects.iter().enumerate().filter_map(asked).collect();
        let mut seats: Vec<Seat> = subjects.iter().map(|_| Seat::default()).collect();
        if pack.len() < 2 {
            pack.clear();
            for (seat, subject) in seats.iter_mut().zip(subjects) {
                let inquiry = |question: &Question| {
                    Inquiry::new(ask(bench, question, whom, vote), question.reads, bench.repairs)
                };
                seat.inquiries = subject.questions.iter().map(inquiry).collect();
            }
        }
        Sitting { whom, vote, pack, sent: false, seats }
    }

    /// What is to be asked next.
    pub(crate) fn calls(&mut self, bench: &Bench, subjects: &[Subject]) -> Vec<Call> {
        if !self.pack.is_empty() {
            self.sent = true;
            return vec![Call::Model(Arc::new(together(bench, subjects, &self.pack, self.whom, self.vote)))];
        }
        self.seats.iter_mut().flat_map(|seat| &mut seat.inquiries).filter_map(Inquiry::call).collect()
    }

    /// Takes the answers to those calls.
    pub(crate) fn take(
        &mut self,
        bench: &Bench,
        subjects: &[Subject],
        replies: &mut impl Iterator<Item = Result<Reply, Fault>>,
    ) {
        if std::mem::take(&mut self.sent) {
            if let Some(reply) = replies.next() {
                self.part(bench, subjects, reply);
            }
            return;
        }
        for inquiry in self.seats.iter_mut().flat_map(|seat| &mut seat.inquiries) {
            inquiry.take(&bench.rubric, replies);
        }
    }

    /// Parts the answer about all rows among them; a row that it does not judge well is asked about alone.
    fn part(&mut self, bench: &Bench, subjects: &[Subject], reply: Result<Reply, Fault>) {
        let pack = std::mem::take(&mut self.pack);
        let (usage, found) = match reply {
            Ok(reply) => {
                let found = pack::read(&reply, pack.len()).map_err(|fault| cut(&reply).unwrap_or(fault));
                (reply.usage, found.map_err(Outcome::Unrated))
            }
            Err(fault) => (fault.usage, Err(Outcome::of(fault))),
        };
        for (index, at) in pack.iter().enumerate() {
            let (seat, subject) = (&mut self.seats[*at], &subjects[*at]);
            seat.usage = usage.map(|usage| usage.share(index as u64, pack.len() as u64));
            let Some(question) = subject.questions.first() else { continue };
            let outcome = match &found {
                Ok(items) => items.get(&index).map_or_else(
                    || Err(Fault::new(Kind::Invalid, format!("no item has the id {}", index + 1))),
                    |item| question.reads.item(&bench.rubric, item),
                ),
                Err(Outcome::Unrated(fault)) => Err(fault.clone()),
                // What the server refuses may be one of them.
                Err(Outcome::Lost(fault)) if bench.repairs > 0 && is_of_rows(fault) => Err(fault.clone()),
                Err(outcome) => {
                    seat.shared = Some(outcome.clone());
                    continue;
                }
            };
            match outcome {
                Ok(judged) => seat.shared = Some(Outcome::Judged(judged)),
                Err(fault) if bench.repairs == 0 => seat.shared = Some(Outcome::Unrated(fault)),
                // To ask again is a repair.
                Err(_) => {
                    let ask = ask(bench, question, self.whom, self.vote);
                    seat.inquiries = vec![Inquiry::new(ask, question.reads, bench.repairs - 1)];
                }
            }
        }
    }

    /// What was found of a row, and what that took.
    pub(crate) fn verdict(&self, at: usize) -> (Outcome, Option<Usage>) {
        let Seat { inquiries, shared, usage } = &self.seats[at];
        let usage = inquiries.iter().fold(*usage, |usage, inquiry| sum(usage, inquiry.usage));
        let mut judged: Vec<Judged> = Vec::new();
        let mut unrated = None;
        for outcome in shared.iter().chain(inquiries.iter().filter_map(|inquiry| inquiry.outcome.as_ref())) {
            match outcome {
                Outcome::Judged(more) => judged.extend(more.iter().cloned()),
                Outcome::Unrated(fault) => unrated = unrated.or(Some(fault)),
                Outcome::Lost(_) => return (outcome.clone(), usage),
            }
        }
        (unrated.map_or(Outcome::Judged(judged), |fault| Outcome::Unrated(fault.clone())), usage)
    }
}

/// Whether it is what a request says that was refused, and not who asks or when.
fn is_of_rows(fault: &Fault) -> bool {
    !fault.stops && matches!(fault.status, Some(400 | 413 | 422))
}

/// The request of one question alone.
fn ask(bench: &Bench, question: &Question, whom: usize, vote: u32) -> Ask {
    let name = bench.rubric.file.name.clone();
    Ask {
        messages: question.messages.clone(),
        want: Want::Item,
        schema: bench.schema(question.reads),
        parameters: bench.rubric.parameters.clone(),
        sample: vote,
        about: About { name, row: Some(question.about.clone()), whom, ..About::default() },
    }
}

/// The request about several rows.
fn together(bench: &Bench, subjects: &[Subject], pack: &[usize], whom: usize, vote: u32) -> Ask {
    let questions: Vec<&Question> = pack.iter().filter_map(|at| subjects[*at].questions.first()).collect();
    let messages: Vec<_> = questions.iter().map(|question| question.messages.as_slice()).collect();
    let (schema, parameters) = bench.packed(pack.len());
    let rows = questions.iter().map(|question| question.about.clone()).collect();
    Ask {
        messages: pack::messages(&messages, &bench.rubric),
        want: Want::Items(pack.len()),
        schema,
        parameters,
        sample: vote,
        about: About { name: bench.rubric.file.name.clone(), pack: rows, whom, ..About::default() },
    }
}
