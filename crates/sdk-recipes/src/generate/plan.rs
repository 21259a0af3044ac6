//! Which rows are asked about, for how many items each, and what is asked again because it fell short.

mod jobs;

use std::rc::Rc;
use std::sync::Arc;

use sdk_prompt::{Call, End, Job, Move, Parameters, Plan, Schema};
use sdk_record::{Fault, Kind, Record, Spool};
use sdk_select::{Select, input, raw};

use super::gather::Gather;
use super::job::{Subject, first};
use super::ledger::{Ledger, unspooled};
use super::seeds::Seeds;
use super::task::Task;
use crate::GenFlags;

/// Rows of a run from seeds, where no number is asked for.
const FROM_SEEDS: u64 = 25;

/// The plan of one run of sdk-gen.
pub struct Generation {
    task: Rc<Task>,
    schema: Option<Arc<Schema>>,
    seed: u64,
    wanted: Option<u64>,
    /// `wanted` is the user's word, not a default.
    asked_for: bool,
    per: Option<Select>,
    /// Runs of rows of which one row is made.
    gather: Option<Gather>,
    /// The value that the open group's rows share, and the rows.
    value: Option<String>,
    spool: Spool,
    seeds: Seeds,
    ledger: Ledger,
    closed: bool,
}

impl Generation {
    /// A plan that asks `task`.
    ///
    /// # Errors
    /// A `--per` that is no jq, or that cannot apply.
    pub fn new(task: Task, flags: &GenFlags, seed: u64) -> Result<Generation, String> {
        let per = flags.per.as_deref().map(|text| Select::new(text, &[])).transpose();
        let per = per.map_err(|error| format!("--per: {error}"))?;
        let name = task.name();
        match &per {
            Some(_) if task.from_seeds() => {
                return Err(format!("--per: {name} draws from all rows at once; leave --per out"));
            }
            Some(_) if task.adds() && !task.reads_in_parts() => {
                return Err(format!(
                    "--per: {name} adds to each row; one row of many is made by a task whose file says `parts`, as summary"
                ));
            }
            Some(_) if !task.adds() && flags.number.is_none() => {
                return Err(format!("--per: {name} makes rows; say how many of each group, as -n 3"));
            }
            _ => {}
        }
        let gathers = task.adds();
        let (gather, per) = match per {
            Some(per) if gathers => (Some(Gather::new(per, task.text_key())), None),
            per => (None, per),
        };
        let wanted = if task.from_seeds() { Some(flags.number.unwrap_or(FROM_SEEDS)) } else { flags.number };
        Ok(Generation {
            schema: task.file.schema.clone(),
            task: Rc::new(task),
            seed,
            wanted,
            asked_for: flags.number.is_some(),
            per,
            gather,
            value: None,
            spool: Spool::default(),
            seeds: Seeds::new(seed),
            ledger: Ledger::default(),
            closed: false,
        })
    }

    /// How many rows the whole run is to give, where that is known before its last row came in.
    pub fn wanted(&self) -> Option<u64> {
        self.wanted.filter(|_| self.per.is_none())
    }

    /// The sampling parameters of every request.
    pub fn parameters(&self) -> &Parameters {
        &self.task.parameters
    }

    /// Whether the first row can be asked about: its templates, expressions and keys.
    ///
    /// # Errors
    /// What the row lacks.
    pub fn check(&self, row: &Record) -> Result<(), Fault> {
        if self.task.from_seeds() {
            return Seeds::new(0).take(row);
        }
        self.task.check(row)?;
        self.task.kept(row)?;
        let conversation = self.conversation(row)?;
        // Pictures are looked for when it is the row's turn: others may have theirs.
        let subject = Subject { row: Some(row.clone()), conversation, ..Subject::default() };
        self.about(subject)?.ask().map(|_| ())
    }

    /// The first request, for `--dry-run`; of seeds, as if `rows` were all.
    ///
    /// # Errors
    /// What the rows lack.
    pub fn first(mut self, rows: Vec<Record>) -> Result<Call, Fault> {
        if self.task.adds() {
            let mut rows = rows.into_iter();
            let mut job = rows.find_map(|row| self.admit(row).transpose()).transpose()?;
            if job.is_none() {
                job = self.finish()?;
            }
            return match job.map(|mut job| job.next(Vec::new())) {
                Some(Move::Call(calls)) => calls.into_iter().next().ok_or_else(nothing),
                Some(Move::Reject(fault)) => Err(*fault),
                _ => Err(nothing()),
            };
        }
        if !self.task.from_seeds() {
            let row = rows.into_iter().next();
            return match row {
                Some(row) => first(&self.job(row, self.wanted)?),
                None => first(&self.about(Subject::default())?),
            };
        }
        for row in &rows {
            self.seeds.take(row)?;
        }
        self.mirror()?;
        first(&self.draw(&Record::default(), self.wanted)?)
    }

    /// In the second pass the same words must not meet the same answer.
    fn pass(&self) -> u32 {
        u32::from(self.ledger.is_second())
    }

    fn next_job(&mut self) -> Result<Option<Box<dyn Job>>, Fault> {
        let Some((asked, row)) = self.ledger.next()? else { return Ok(None) };
        let job = match self.task.from_seeds() {
            true => self.draw(&row, Some(asked.quota)),
            false => self.job(row.clone(), Some(asked.quota)).map_err(|fault| fault.of(&row)),
        };
        let job = job.inspect_err(|_| self.ledger.refused(asked))?;
        self.ledger.begin(Some(asked));
        Ok(Some(Box::new(job)))
    }

    fn close_group(&mut self) -> Result<(), Fault> {
        self.ledger.close(std::mem::take(&mut self.spool), self.wanted.unwrap_or(0))
    }

    fn mirror(&mut self) -> Result<(), Fault> {
        if self.schema.is_none() && !self.seeds.all().is_empty() {
            let schema = self.seeds.schema().map_err(|why| Fault::new(Kind::Type, why))?;
            self.schema = Some(Arc::new(schema));
        }
        Ok(())
    }

    /// Draws of seeds, counted out as if they were rows: each is asked for as many items as one request holds.
    fn draws(&mut self) -> Result<(), Fault> {
        self.mirror()?;
        for seed in self.seeds.all() {
            self.ledger.known(&self.task.identity(seed));
        }
        let draws =
            if self.seeds.all().is_empty() { 0 } else { self.number().div_ceil(self.task.ask as u64) };
        for draw in 0..draws {
            let row = Record::from_pairs([("draw", draw.to_string())]);
            self.spool.push(&row).map_err(|error| unspooled(&error))?;
        }
        self.close_group()
    }

    fn number(&self) -> u64 {
        self.wanted.unwrap_or(FROM_SEEDS)
    }
}

impl Plan for Generation {
    fn admit(&mut self, row: Record) -> Result<Option<Box<dyn Job>>, Fault> {
        if self.task.from_seeds() {
            self.seeds.take(&row)?;
            return Ok(None);
        }
        self.task.check(&row).map_err(|fault| fault.of(&row))?;
        if let Some(gather) = &mut self.gather {
            return gather.take(&row)?.map(|ended| self.digest(ended)).transpose();
        }
        if self.wanted.is_none() {
            let whose = row.clone();
            let job = self.addition(row).map_err(|fault| fault.of(&whose))?;
            self.ledger.begin(None);
            return Ok(Some(job));
        }
        if let Some(per) = &self.per {
            let value =
                input(&row).and_then(|value| per.first(value, &[])).map_err(|fault| fault.of(&row))?;
            let value = Some(value.as_ref().map_or_else(|| "null".to_owned(), raw));
            if self.value != value {
                self.close_group()?;
                self.value = value;
            }
        }
        self.spool.push(&row).map_err(|error| unspooled(&error))?;
        self.next_job()
    }

    fn finish(&mut self) -> Result<Option<Box<dyn Job>>, Fault> {
        if let Some(gather) = &mut self.gather {
            return gather.end().map(|ended| self.digest(ended)).transpose();
        }
        if !self.closed {
            self.closed = true;
            if self.task.from_seeds() { self.draws()? } else { self.close_group()? }
        }
        let job = self.next_job()?;
        if job.is_some() || !self.ledger.second_is_due() {
            return Ok(job);
        }
        self.ledger.begin_second()?;
        self.next_job()
    }

    fn settle(&mut self, job: u64, rows: Vec<Record>, end: End) -> Vec<Record> {
        let task = &self.task;
        let identity = |row: &Record| task.tells_repeats().then(|| task.identity(row));
        self.ledger.settle(job, rows, end, identity)
    }

    fn held(&self) -> u64 {
        let gathered = self.gather.as_ref().map_or(0, Gather::held);
        gathered + self.spool.rows() + self.ledger.held()
    }

    fn repeats(&self) -> u64 {
        self.ledger.repeats()
    }

    fn empty(&self) -> u64 {
        // Draws of seeds are no rows of the input.
        if self.task.from_seeds() { 0 } else { self.ledger.empty() }
    }

    fn lacking(&self) -> u64 {
        // Nothing came in that could be asked about.
        let nothing = self.closed && self.per.is_none() && self.ledger.is_empty();
        if nothing && self.asked_for { self.number() } else { self.ledger.lacking() }
    }
}

fn nothing() -> Fault {
    Fault::new(Kind::Missing, "no row came in that a request could be made of")
}

/// Which copy of its plan a row is: planned copies say so, that their requests are told apart.
fn planned_copy(row: &Record) -> u64 {
    let sdk = row.get("sdk").and_then(|raw| Record::parse(raw).ok());
    let planned = sdk.filter(|sdk| sdk.string("tool").as_deref() == Some("sdk-expand"));
    planned.and_then(|sdk| sdk.get("sample").and_then(|raw| raw.parse::<u32>().ok())).map_or(0, u64::from)
}
