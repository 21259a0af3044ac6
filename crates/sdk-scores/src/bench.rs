//! All that judges: the rubric, whom it is asked of, how often, and what of a row is shown.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use sdk_prompt::{Parameters, Price, Schema};
use sdk_record::{Fault, Kind, Record};
use sdk_select::Val;

use crate::JudgeFlags;
use crate::pair::Pair;
use crate::parts::{Selectors, bare, source};
use crate::question::{Question, Reads};
use crate::rubric::Rubric;
use crate::subject::Subject;

/// Who judges.
#[derive(Debug, Clone)]
pub struct Judge {
    /// As rows say it: `provider:model` or `offline`.
    pub name: String,
    /// What a token costs, where somebody knows.
    pub price: Option<Price>,
}

/// The schema and the parameters of a request about several rows.
type Packed = (Option<Arc<Schema>>, Parameters);

/// All that judges one run.
pub(crate) struct Bench {
    pub(crate) rubric: Rubric,
    pub(crate) judges: Vec<Judge>,
    pub(crate) votes: u32,
    pub(crate) repairs: u32,
    pub(crate) pair: Option<Pair>,
    selectors: Selectors,
    /// The least and the greatest score.
    scale: Option<(f64, f64)>,
    /// What a request for so many rows has of its own.
    packs: RefCell<BTreeMap<usize, Packed>>,
}

impl Bench {
    pub(crate) fn new(
        rubric: Rubric,
        flags: &JudgeFlags,
        judges: Vec<Judge>,
        repairs: u32,
    ) -> Result<Bench, String> {
        let name = &rubric.file.name;
        if flags.reference.is_some() && flags.pairwise.is_none() && !rubric.refers() {
            return Err(format!(
                "--reference: the rubric {name} does not look at `$reference`; leave one of them out"
            ));
        }
        if !rubric.asks() && (flags.votes > 1 || flags.pack() > 1) {
            return Err(format!(
                "every criterion of the rubric {name} is computed: nothing is there to ask by --votes or --pack"
            ));
        }
        if rubric.file.front.images.is_some() {
            let why = match (flags.pack() > 1, flags.pairwise.is_some()) {
                (_, true) => "--pairwise asks about texts alone: take a rubric without them",
                (true, false) => "those of one row go in one request: say --pack 1",
                (false, false) => "",
            };
            if !why.is_empty() {
                return Err(format!("the rubric {name} sends pictures (`images`), and {why}"));
            }
        }
        let pair =
            flags.pairwise.as_deref().map(|pair| Pair::new(pair, &rubric, &rubric.variables)).transpose()?;
        if flags.pack() > 1 {
            // What is wrong with it is wrong for any number.
            rubric.packed(flags.pack())?;
        }
        let (selectors, packs) = (Selectors::new(flags)?, RefCell::default());
        let scale = if pair.is_some() { Some((0.0, 1.0)) } else { rubric.scale() };
        Ok(Bench { rubric, judges, votes: flags.votes, repairs, pair, selectors, scale, packs })
    }

    /// The least and the greatest score, where they are known.
    pub(crate) fn scale(&self) -> Option<(f64, f64)> {
        self.scale
    }

    /// Whether a row can be asked about. Its pictures are looked for when it is its turn: others may have theirs.
    ///
    /// # Errors
    /// It has a score already, lacks what the rubric needs, or an expression fails.
    pub(crate) fn check(&self, row: &Record) -> Result<(), Fault> {
        self.asked(row, false).map(drop)
    }

    /// What is asked about a row.
    ///
    /// # Errors
    /// As [`Bench::check`], and a picture that cannot be had.
    pub(crate) fn subject(&self, row: &Record) -> Result<Subject, Fault> {
        self.asked(row, true)
    }

    fn asked(&self, row: &Record, shows: bool) -> Result<Subject, Fault> {
        if let Some(key) = ["score", "judge"].into_iter().find(|key| row.has(key)) {
            let message = format!(
                "the row has the key `{key}` already; to judge again: jq -c 'del(.score, .judge)' | sdk-judge …"
            );
            return Err(Fault::new(Kind::KeyExists, message));
        }
        let (seen, texts) = (bare(row), self.selectors.texts(row)?);
        let values = self.rubric.variables.values(&texts);
        let known = self.selectors.known(&seen, &texts, self.pair.is_some());
        if let Some(pair) = &self.pair {
            if texts[0].1 == Val::Null {
                let message = "the row does not tell what the two answers answer; name it by --user EXPR, or --user '\"\"'";
                return Err(Fault::new(Kind::Missing, message));
            }
            let source = source(&seen, &texts);
            let questions = pair.questions(&seen, source.as_deref(), &known, &values)?;
            return Ok(Subject { row: row.clone(), values, computed: Ok(Vec::new()), questions });
        }
        self.rubric.file.lacks(row)?;
        let computed = self.rubric.measured(&self.rubric.compute(&seen, &values)?);
        let mut questions = Vec::new();
        if self.rubric.asks() {
            let file = &self.rubric.file;
            // What a model did not say it cannot mend.
            let asks = computed.is_ok();
            let pictures = if asks && shows { file.pictures(&seen, &values)? } else { Vec::new() };
            let messages = file.messages_with(Some(&seen), &values, &pictures)?;
            if asks {
                questions.push(Question { messages, about: known, reads: Reads::Criteria });
            }
        }
        Ok(Subject { row: row.clone(), values, computed, questions })
    }

    /// The schema of an answer to one question.
    pub(crate) fn schema(&self, reads: Reads) -> Option<Arc<Schema>> {
        match (reads, &self.pair) {
            (Reads::Better(_), Some(pair)) => Some(Arc::clone(&pair.schema)),
            _ => self.rubric.schema.clone(),
        }
    }

    /// The schema and the parameters of a request about `count` rows.
    pub(crate) fn packed(&self, count: usize) -> Packed {
        let made = || match self.rubric.packed(count) {
            Ok((schema, parameters)) => (Some(schema), parameters),
            Err(_) => (None, self.rubric.parameters.clone()),
        };
        self.packs.borrow_mut().entry(count).or_insert_with(made).clone()
    }
}
