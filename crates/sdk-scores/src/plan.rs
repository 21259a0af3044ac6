//! Every row becomes one job, and comes out with its score.

use std::rc::Rc;

use sdk_prompt::{About, Ask, Call, End, Job, Parameters, Plan, Price, Repair, Want};
use sdk_record::{Fault, Kind, Record};
use sdk_select::Parts;

use crate::JudgeFlags;
use crate::job::JudgeJob;
use crate::parts::{bare, texts};
use crate::rubric::Rubric;
use crate::summary::Summary;

/// The plan of one run of sdk-judge.
pub struct Judging {
    rubric: Rc<Rubric>,
    parts: Parts,
    repairs: u32,
    price: Option<Price>,
    unrated: u64,
    summary: Summary,
}

impl Judging {
    /// A plan that judges by `rubric`.
    ///
    /// # Errors
    /// `--user`, `--assistant` or `--system` is no jq.
    pub fn new(rubric: Rubric, flags: &JudgeFlags) -> Result<Judging, String> {
        let parts = Parts::new(&flags.parts).map_err(|error| error.to_string())?;
        Ok(Judging {
            rubric: Rc::new(rubric),
            parts,
            repairs: Repair::ROUNDS,
            price: None,
            unrated: 0,
            summary: Summary::default(),
        })
    }

    /// The same, where an unusable judgment is sent back at most so often.
    #[must_use]
    pub fn with_repairs(self, repairs: u32) -> Judging {
        Judging { repairs, ..self }
    }

    /// The same, where rows say what their judgment costs.
    #[must_use]
    pub fn with_price(self, price: Option<Price>) -> Judging {
        Judging { price, ..self }
    }

    /// The sampling parameters of every request.
    pub fn parameters(&self) -> &Parameters {
        &self.rubric.parameters
    }

    /// Whether the first row can be judged.
    ///
    /// # Errors
    /// It has a score already, or lacks what the rubric needs.
    pub fn check(&self, row: &Record) -> Result<(), Fault> {
        self.job(row).map(|_| ())
    }

    /// The first request, for `--dry-run`; none where every criterion is computed.
    ///
    /// # Errors
    /// As [`Judging::check`].
    pub fn first(&self, row: &Record) -> Result<Option<Call>, Fault> {
        let job = self.job(row)?;
        Ok(job.asked.map(|asked| Call::Model(Box::new(asked.ask().clone()))))
    }

    /// Rows that came out with `score: null`.
    pub fn unrated(&self) -> u64 {
        self.unrated
    }

    /// The judge's keys and raw values in `--stats`: CLI.md §12.
    pub fn stats(&self) -> Vec<(&'static str, String)> {
        let unrated = ("unrated", self.unrated.to_string());
        [unrated].into_iter().chain(self.summary.stats().map(|raw| ("score", raw))).collect()
    }

    fn job(&self, row: &Record) -> Result<JudgeJob, Fault> {
        if let Some(key) = ["score", "judge"].into_iter().find(|key| row.has(key)) {
            let message = format!(
                "the row has the key `{key}` already; to judge again: jq -c 'del(.score, .judge)' | sdk-judge …"
            );
            return Err(Fault::new(Kind::KeyExists, message));
        }
        self.rubric.file.lacks(row)?;
        let seen = bare(row);
        let values = self.rubric.variables.values(&texts(&self.parts, row)?);
        let computed = self.rubric.compute(&seen, &values)?;
        let asked = match &self.rubric.schema {
            None => None,
            Some(schema) => Some(Repair::new(
                Ask {
                    messages: self.rubric.file.messages(Some(&seen), &values)?,
                    want: Want::Item,
                    schema: Some(schema.clone()),
                    parameters: self.rubric.parameters.clone(),
                    sample: 0,
                    about: About { name: self.rubric.file.name.clone(), row: Some(seen), ..About::default() },
                },
                self.repairs,
            )),
        };
        Ok(JudgeJob {
            rubric: Rc::clone(&self.rubric),
            row: row.clone(),
            values,
            computed,
            asked,
            done: false,
            price: self.price,
        })
    }
}

impl Plan for Judging {
    fn admit(&mut self, row: Record) -> Result<Option<Box<dyn Job>>, Fault> {
        match self.job(&row) {
            Ok(job) => Ok(Some(Box::new(job))),
            Err(fault) => Err(fault.of(&row)),
        }
    }

    fn finish(&mut self) -> Result<Option<Box<dyn Job>>, Fault> {
        Ok(None)
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
            match row.get("score").and_then(|raw| raw.parse().ok()) {
                Some(score) => self.summary.count(score),
                None => self.unrated += 1,
            }
        }
        rows
    }
}
