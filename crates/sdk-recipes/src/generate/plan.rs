//! Which rows are asked about, for how many items each, and what is asked again because it fell short.

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use sdk_prompt::{Call, End, Job, Plan, Schema, id};
use sdk_record::{Fault, Kind, Record, Spool};
use sdk_select::{Select, input, raw};

use super::group::Group;
use super::job::{Subject, TaskJob, first};
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
    /// The value that the open group's rows share, and the rows.
    value: Option<String>,
    spool: Spool,
    seeds: Seeds,
    groups: Vec<Option<Group>>,
    queue: VecDeque<usize>,
    begun: u64,
    open: HashMap<u64, Open>,
    identities: HashSet<u128>,
    second: bool,
    closed: bool,
    empty: u64,
    repeats: u64,
    lacking: u64,
}

/// A job that was begun: the group and row it works for, what it should give, and what it gave.
struct Open {
    place: Option<Asked>,
    rows: u64,
    repeats: u64,
    second: bool,
}

#[derive(Clone, Copy)]
struct Asked {
    group: usize,
    row: u64,
    quota: u64,
}

impl Generation {
    /// A plan that asks `task`.
    ///
    /// # Errors
    /// A `--per` that is no jq, or that cannot apply.
    pub fn new(task: Task, flags: &GenFlags, seed: u64) -> Result<Generation, String> {
        let per = flags.per.as_deref().map(|text| Select::new(text, &[])).transpose();
        if per.as_ref().is_ok_and(Option::is_some) && task.from_seeds() {
            return Err(format!("--per: {} draws from all rows at once; leave --per out", task.name()));
        }
        let wanted = if task.from_seeds() { Some(flags.number.unwrap_or(FROM_SEEDS)) } else { flags.number };
        Ok(Generation {
            schema: task.file.schema.clone(),
            task: Rc::new(task),
            seed,
            wanted,
            asked_for: flags.number.is_some(),
            per: per.map_err(|error| format!("--per: {error}"))?,
            value: None,
            spool: Spool::default(),
            seeds: Seeds::new(seed),
            groups: Vec::new(),
            queue: VecDeque::new(),
            begun: 0,
            open: HashMap::new(),
            identities: HashSet::new(),
            second: false,
            closed: false,
            empty: 0,
            repeats: 0,
            lacking: 0,
        })
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
        self.job(Some(row.clone()), Vec::new(), None).ask().map(|_| ())
    }

    /// The first request, for `--dry-run`; of seeds, as if `rows` were all.
    ///
    /// # Errors
    /// What the rows lack.
    pub fn first(mut self, rows: Vec<Record>) -> Result<Call, Fault> {
        if !self.task.from_seeds() {
            let row = rows.into_iter().next();
            let wanted = self.wanted.filter(|_| row.is_some());
            return first(&self.job(row, Vec::new(), wanted));
        }
        for row in &rows {
            self.seeds.take(row)?;
        }
        self.mirror()?;
        let shots = self.seeds.shots(self.seed, 0, self.task.shots());
        first(&self.job(None, shots, self.wanted))
    }

    fn job(&self, row: Option<Record>, seeds: Vec<Record>, wanted: Option<u64>) -> TaskJob {
        let copy = row.as_ref().map_or(0, planned_copy);
        self.numbered(row, seeds, wanted, copy)
    }

    fn numbered(&self, row: Option<Record>, seeds: Vec<Record>, wanted: Option<u64>, copy: u64) -> TaskJob {
        // In the second pass the same words must not meet the same answer.
        let subject = Subject { row, seeds, wanted, copy, pass: u32::from(self.second) };
        TaskJob::new(Rc::clone(&self.task), self.schema.clone(), subject)
    }

    fn begin(&mut self, job: TaskJob, place: Option<Asked>) -> Box<dyn Job> {
        self.open.insert(self.begun, Open { place, rows: 0, repeats: 0, second: self.second });
        self.begun += 1;
        if let Some(group) = place.and_then(|place| self.groups[place.group].as_mut()) {
            group.open += 1;
        }
        Box::new(job)
    }

    fn close_group(&mut self) -> Result<(), Fault> {
        let spool = std::mem::take(&mut self.spool);
        if spool.rows() == 0 {
            return Ok(());
        }
        let group = Group::close(spool, self.wanted.unwrap_or(0)).map_err(|error| unspooled(&error))?;
        self.queue.push_back(self.groups.len());
        self.groups.push(Some(group));
        Ok(())
    }

    /// The next job of the closed groups.
    fn next_job(&mut self) -> Result<Option<Box<dyn Job>>, Fault> {
        while let Some(&at) = self.queue.front() {
            match self.groups[at].as_mut().and_then(Group::next) {
                Some(row) => {
                    let (row, record, quota) = row.map_err(|error| unspooled(&error))?;
                    let job = if self.task.from_seeds() {
                        self.draw(&record, quota)
                    } else {
                        self.job(Some(record), Vec::new(), Some(quota))
                    };
                    return Ok(Some(self.begin(job, Some(Asked { group: at, row, quota }))));
                }
                None => {
                    self.queue.pop_front();
                    self.forget(at);
                }
            }
        }
        Ok(None)
    }

    /// Drops a group's rows as soon as nothing more can be asked of them.
    fn forget(&mut self, at: usize) {
        if let Some(group) = &self.groups[at] {
            let done = group.handed_out() && !self.queue.contains(&at);
            if done && (group.lacking() == 0 || self.second) {
                self.lacking += group.lacking();
                self.groups[at] = None;
            }
        }
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
        let seeds = self.seeds.all().to_vec();
        for seed in &seeds {
            let identity = self.task.identity(seed);
            self.identities.insert(fingerprint(&format!("0 {identity}")));
        }
        let wanted = self.wanted.unwrap_or(FROM_SEEDS);
        if seeds.is_empty() {
            self.lacking = if self.asked_for { wanted } else { 0 };
            return Ok(());
        }
        self.spool_draws(wanted)
    }

    fn spool_draws(&mut self, wanted: u64) -> Result<(), Fault> {
        let draws = wanted.div_ceil(self.task.ask as u64);
        for draw in 0..draws {
            let row = Record::from_pairs([("draw", draw.to_string())]);
            self.spool.push(&row).map_err(|error| unspooled(&error))?;
        }
        self.close_group()
    }

    /// A draw becomes the job with its seeds.
    fn draw(&self, row: &Record, quota: u64) -> TaskJob {
        let number: u64 = row.get("draw").and_then(|raw| raw.parse().ok()).unwrap_or(0);
        let request = if self.second { number + (1 << 40) } else { number };
        let shots = self.seeds.shots(self.seed, request, self.task.shots());
        // Few seeds give equal draws: the number tells their requests apart.
        self.numbered(None, shots, Some(quota), number)
    }

    /// What fell short is asked for once more, over the same rows.
    fn second_pass(&mut self) -> Result<(), Fault> {
        self.second = true;
        for at in 0..self.groups.len() {
            if let Some(group) = &mut self.groups[at] {
                group.again().map_err(|error| unspooled(&error))?;
                self.queue.push_back(at);
            }
        }
        Ok(())
    }

    fn is_repeat(&mut self, group: usize, row: &Record) -> bool {
        let identity = self.task.identity(row);
        self.task.tells_repeats() && !self.identities.insert(fingerprint(&format!("{group} {identity}")))
    }

    /// A job has ended: what it says of its row.
    fn ended(&mut self, open: &Open, end: End) {
        let of_a_row = !open.second && !self.task.from_seeds();
        self.empty += u64::from(of_a_row && end == End::Done && open.rows + open.repeats == 0);
        let Some(place) = open.place else { return };
        if let Some(group) = self.groups[place.group].as_mut() {
            group.open -= 1;
            if open.rows < place.quota {
                group.fell_short(place.row, open.rows);
            }
        }
        self.forget(place.group);
    }
}

impl Plan for Generation {
    fn admit(&mut self, row: Record) -> Result<Option<Box<dyn Job>>, Fault> {
        if self.task.from_seeds() {
            self.seeds.take(&row)?;
            return Ok(None);
        }
        self.task.check(&row).map_err(|fault| fault.of(&row))?;
        if self.wanted.is_none() {
            let job = self.job(Some(row), Vec::new(), None);
            return Ok(Some(self.begin(job, None)));
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
        if !self.closed {
            self.closed = true;
            if self.task.from_seeds() { self.draws()? } else { self.close_group()? }
        }
        if let Some(job) = self.next_job()? {
            return Ok(Some(job));
        }
        if self.second || !self.open.is_empty() {
            return Ok(None);
        }
        self.second_pass()?;
        self.next_job()
    }

    fn settle(&mut self, job: u64, rows: Vec<Record>, end: End) -> Vec<Record> {
        let Some(mut open) = self.open.remove(&job) else { return rows };
        let all = rows.len() as u64;
        let left: Vec<Record> = match open.place {
            None => rows,
            Some(place) => rows.into_iter().filter(|row| !self.is_repeat(place.group, row)).collect(),
        };
        open.rows += left.len() as u64;
        open.repeats += all - left.len() as u64;
        self.repeats += all - left.len() as u64;
        if let Some(group) = open.place.and_then(|place| self.groups[place.group].as_mut()) {
            group.got += left.len() as u64;
        }
        match end {
            End::Open => {
                self.open.insert(job, open);
            }
            End::Done | End::Rejected => self.ended(&open, end),
        }
        left
    }

    fn repeats(&self) -> u64 {
        self.repeats
    }

    fn empty(&self) -> u64 {
        self.empty
    }

    fn lacking(&self) -> u64 {
        self.lacking + self.groups.iter().flatten().map(Group::lacking).sum::<u64>()
    }
}

/// Which copy of its plan a row is: planned copies say so, that their requests are told apart.
fn planned_copy(row: &Record) -> u64 {
    let sdk = row.get("sdk").and_then(|raw| Record::parse(raw).ok());
    let planned = sdk.filter(|sdk| sdk.string("tool").as_deref() == Some("sdk-expand"));
    planned.and_then(|sdk| sdk.get("sample").and_then(|raw| raw.parse::<u32>().ok())).map_or(0, u64::from)
}

fn fingerprint(identity: &str) -> u128 {
    u128::from_str_radix(&format!("{}{}", id(&["1", identity]), id(&["2", identity])), 16).unwrap_or(0)
}

fn unspooled(error: &std::io::Error) -> Fault {
    let message = format!("the input could not be spooled to the temporary directory: {error}; set TMPDIR");
    Fault { stops: true, ..Fault::new(Kind::TooLarge, message) }
}
