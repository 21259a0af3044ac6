//! The way of a row, or of a pack of them, to its score: ask, mend, sum up. A row that cannot be rated comes out with
//! `score: null`.

use std::rc::Rc;

use sdk_prompt::{Call, Job, Move, Reply};
use sdk_record::{Fault, Record};

use crate::bench::Bench;
use crate::inquiry::sum;
use crate::opinion::{Opinion, Vote, verdict};
use crate::sitting::Sitting;
use crate::subject::Subject;

/// Rows that are being judged.
pub(crate) struct JudgeJob {
    bench: Rc<Bench>,
    subjects: Vec<Subject>,
    sittings: Vec<Sitting>,
    refused: Vec<Fault>,
    ended: bool,
}

impl JudgeJob {
    pub(crate) fn new(bench: Rc<Bench>, subjects: Vec<Subject>) -> JudgeJob {
        let sitting = |whom: usize| {
            let (bench, subjects) = (&bench, &subjects);
            (0..bench.votes).map(move |vote| Sitting::new(bench, subjects, whom, vote))
        };
        let sittings = (0..bench.judges.len().max(1)).flat_map(sitting).collect();
        JudgeJob { bench, subjects, sittings, refused: Vec::new(), ended: false }
    }

    /// What is to be asked next.
    pub(crate) fn calls(&mut self) -> Vec<Call> {
        let (bench, subjects) = (&self.bench, &self.subjects);
        self.sittings.iter_mut().flat_map(|sitting| sitting.calls(bench, subjects)).collect()
    }

    /// The row number `at` with its score; or why it has none and is refused.
    fn judged(&self, at: usize) -> Result<Record, Fault> {
        let subject = &self.subjects[at];
        let mut opinions: Vec<Opinion> = Vec::new();
        for sitting in &self.sittings {
            let (outcome, usage) = sitting.verdict(at);
            let vote = Vote::new(&self.bench, subject, outcome).map_err(|fault| fault.of(&subject.row))?;
            match opinions.last_mut().filter(|opinion| opinion.whom == sitting.whom) {
                Some(opinion) => {
                    opinion.votes.push(vote);
                    opinion.usage = sum(opinion.usage, usage);
                }
                None => {
                    let asked = !subject.questions.is_empty();
                    opinions.push(Opinion { whom: sitting.whom, votes: vec![vote], usage, asked });
                }
            }
        }
        let (score, judge) = verdict(&self.bench, &opinions);
        let mut row = subject.row.clone();
        row.push("score", &score);
        row.push("judge", &judge);
        Ok(row)
    }

    /// All questions have their answers.
    fn end(&mut self) -> Move {
        self.ended = true;
        let mut rows = Vec::new();
        for at in 0..self.subjects.len() {
            match self.judged(at) {
                Ok(row) => rows.push(row),
                Err(fault) => self.refused.push(fault),
            }
        }
        if rows.is_empty() { self.leave() } else { Move::Emit(rows) }
    }

    fn leave(&mut self) -> Move {
        match (self.refused.len(), self.subjects.len()) {
            (0, _) => Move::Done,
            (1, 1) => self.refused.pop().map_or(Move::Done, |fault| Move::Reject(Box::new(fault))),
            _ => Move::Refuse(std::mem::take(&mut self.refused)),
        }
    }
}

impl Job for JudgeJob {
    fn next(&mut self, replies: Vec<Result<Reply, Fault>>) -> Move {
        if let Some(fault) = replies.iter().filter_map(|reply| reply.as_ref().err()).find(|fault| fault.stops)
        {
            let fault = fault.clone();
            return Move::Reject(Box::new(match self.subjects.first() {
                Some(subject) => fault.of(&subject.row),
                None => fault,
            }));
        }
        if self.ended {
            return self.leave();
        }
        let (bench, subjects, mut replies) = (&self.bench, &self.subjects, replies.into_iter());
        self.sittings.iter_mut().for_each(|sitting| sitting.take(bench, subjects, &mut replies));
        match self.calls() {
            calls if calls.is_empty() => self.end(),
            calls => Move::Call(calls),
        }
    }

    fn rows(&self) -> u64 {
        self.subjects.len() as u64
    }
}
