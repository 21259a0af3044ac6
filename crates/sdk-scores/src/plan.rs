//! Every row, or every pack of rows, becomes one job, and comes out with its score.

use std::rc::Rc;

use sdk_prompt::{Call, End, Job, Parameters, Plan};
use sdk_record::{Fault, Record};
use serde::Deserialize;

use crate::JudgeFlags;
use crate::bench::{Bench, Judge};
use crate::job::JudgeJob;
use crate::rubric::Rubric;
use crate::subject::Subject;
use crate::totals::Totals;

/// The plan of one run of sdk-judge.
pub struct Judging {
    bench: Rc<Bench>,
    /// Rows in one request.
    pack: usize,
    /// Rows that wait for their pack to be full.
    held: Vec<Subject>,
    totals: Totals,
    /// Takes the remark on a judge of its own rows, until it was made.
    say: Option<Say>,
}

/// Takes a remark for the user, one line.
type Say = Box<dyn Fn(&str)>;

impl Judging {
    /// A plan in which `judges`, one or several, judge by `rubric`; an unusable judgment is sent back at most `repairs`
    /// times.
    ///
    /// # Errors
    /// A flag is no jq, or does not suit the rubric.
    pub fn new(
        rubric: Rubric,
        flags: &JudgeFlags,
        judges: Vec<Judge>,
        repairs: u32,
    ) -> Result<Judging, String> {
        let totals = Totals::new(flags.group.as_deref(), flags.threshold)?;
        let bench = Rc::new(Bench::new(rubric, flags, judges, repairs)?);
        Ok(Judging { bench, pack: flags.pack(), held: Vec::new(), totals, say: None })
    }

    /// The same, with somebody who takes remarks.
    #[must_use]
    pub fn with_say(self, say: impl Fn(&str) + 'static) -> Judging {
        Judging { say: Some(Box::new(say)), ..self }
    }

    /// The sampling parameters of a request for one row.
    pub fn parameters(&self) -> &Parameters {
        &self.bench.rubric.parameters
    }

    /// Whether the first row can be judged.
    ///
    /// # Errors
    /// It has a score already, or lacks what the rubric needs.
    pub fn check(&self, row: &Record) -> Result<(), Fault> {
        self.totals.check(row).and_then(|()| self.bench.check(row))
    }

    /// The first request about these rows, for `--dry-run`: about as many of those that can be judged as one holds. None
    /// where every criterion is computed.
    pub fn first(&self, rows: impl Iterator<Item = Record>) -> Option<Call> {
        let subject = |row: Record| self.totals.check(&row).and_then(|()| self.bench.subject(&row)).ok();
        let subjects = rows.filter_map(subject).take(self.pack).collect();
        JudgeJob::new(Rc::clone(&self.bench), subjects).calls().into_iter().next()
    }

    /// Rows that came out with `score: null`.
    pub fn unrated(&self) -> u64 {
        self.totals.unrated()
    }

    /// The judge's keys and raw values in `--stats`: CLI.md §12.
    pub fn stats(&self) -> Vec<(&'static str, String)> {
        self.totals.stats()
    }

    /// The scores for people, a line each.
    pub fn summary(&self) -> Vec<String> {
        self.totals.lines()
    }

    fn subject(&mut self, row: &Record) -> Result<Subject, Fault> {
        self.totals.check(row)?;
        let subject = self.bench.subject(row)?;
        if let (Some(say), false) = (&self.say, subject.questions.is_empty())
            && let Some(maker) = maker(row).filter(|maker| self.judges(maker))
        {
            say(&format!(
                "{maker} judges rows that it has made itself, and models like their own; another judges them better"
            ));
            self.say = None;
        }
        Ok(subject)
    }

    /// Whether a model of this name judges. Rules have no taste.
    fn judges(&self, name: &str) -> bool {
        name != "offline" && self.bench.judges.iter().any(|judge| judge.name == name)
    }

    fn job(&mut self) -> Box<dyn Job> {
        Box::new(JudgeJob::new(Rc::clone(&self.bench), std::mem::take(&mut self.held)))
    }
}

/// The model that has made a row.
fn maker(row: &Record) -> Option<String> {
    #[derive(Deserialize)]
    struct Made {
        model: String,
    }
    row.get("sdk").and_then(|raw| serde_json::from_str::<Made>(raw).ok()).map(|made| made.model)
}

impl Plan for Judging {
    fn admit(&mut self, row: Record) -> Result<Option<Box<dyn Job>>, Fault> {
        let subject = self.subject(&row).map_err(|fault| fault.of(&row))?;
        self.held.push(subject);
        Ok((self.held.len() >= self.pack).then(|| self.job()))
    }

    fn finish(&mut self) -> Result<Option<Box<dyn Job>>, Fault> {
        Ok((!self.held.is_empty()).then(|| self.job()))
    }

    fn unusable(&self, rows: &[Record]) -> Option<String> {
        if rows.is_empty() || rows.iter().any(|row| row.get("score") != Some("null")) {
            return None;
        }
        let judge = rows[0].get("judge").and_then(|raw| serde_json::from_str::<serde_json::Value>(raw).ok());
        let message = judge.as_ref().and_then(|judge| judge["error"]["message"].as_str());
        Some(message.unwrap_or("no score").to_owned())
    }

    fn settle(&mut self, _: u64, rows: Vec<Record>, _: End) -> Vec<Record> {
        for row in &rows {
            self.totals.count(row);
        }
        rows
    }

    fn held(&self) -> u64 {
        self.held.len() as u64
    }
}

#[cfg(test)]
mod tests;
