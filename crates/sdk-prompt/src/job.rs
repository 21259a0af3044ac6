//! What a row wants of the world, as a value: DESIGN §5.

use std::fmt::Write as _;
use std::time::Duration;

use sdk_record::{Fault, Record};

use crate::{Call, Cost, Price, Reply, Usage};

/// What a [`Job`] does next.
pub enum Move {
    /// Ask these, and come back with the replies in the same order.
    Call(Vec<Call>),
    /// These rows are made; come back at once.
    Emit(Vec<Record>),
    /// These of the job's rows are refused, and not the others; come back at once.
    Refuse(Vec<Fault>),
    /// Nothing more; what was emitted is all.
    Done,
    /// The row is refused.
    Reject(Box<Fault>),
}

/// One row's way through its requests. Pure: no I/O, no clock, no randomness but its seed, so that it can be played
/// again.
pub trait Job {
    /// The next move. The first call, and the call after an `Emit`, bring no replies.
    fn next(&mut self, replies: Vec<Result<Reply, Fault>>) -> Move;

    /// How many input rows it is about.
    fn rows(&self) -> u64 {
        1
    }
}

/// Whether more rows of a job may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It goes on.
    Open,
    /// It is done.
    Done,
    /// Its row was refused.
    Rejected,
}

/// Where jobs come from.
pub trait Plan {
    /// A row came in. `None`: it is held (pool, group, count first).
    ///
    /// # Errors
    /// The row cannot be asked about: it is a reject.
    fn admit(&mut self, row: Record) -> Result<Option<Box<dyn Job>>, Fault>;

    /// The input has ended, or a held row is due. `None` means that nothing can be begun before what is open has
    /// ended; `None` with nothing open means that all is done.
    ///
    /// # Errors
    /// A held row cannot be asked about, or the held rows cannot be read back (`stops`).
    fn finish(&mut self) -> Result<Option<Box<dyn Job>>, Fault>;

    /// Rows of job number `job` (counted from 0 in the order in which they were begun) leave, in that order; the plan
    /// may hold some back as repeats. `end` says whether the job goes on.
    fn settle(&mut self, job: u64, rows: Vec<Record>, end: End) -> Vec<Record> {
        let _ = (job, end);
        rows
    }

    /// Why these rows, all of a job that has ended, are of no use though it was not refused.
    fn unusable(&self, rows: &[Record]) -> Option<String> {
        let _ = rows;
        None
    }

    /// How many input rows are held that no job is about yet, and that are lost to this run when it is stopped.
    fn held(&self) -> u64 {
        0
    }

    /// How many input rows honestly gave nothing.
    fn empty(&self) -> u64 {
        0
    }

    /// How many rows were held back as repeats.
    fn repeats(&self) -> u64 {
        0
    }

    /// How many rows the whole run still lacks, where a number was asked for.
    fn lacking(&self) -> u64 {
        0
    }
}

/// What happened to rows and requests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Counts {
    pub read: u64,
    pub empty: u64,
    pub written: u64,
    pub rejected: u64,
    pub requests: u64,
    pub cached: u64,
    pub retries: u64,
    pub tokens: Usage,
    pub cost: Option<Cost>,
    pub lacking: u64,
    pub repeats: u64,
    pub unfinished: u64,
    /// How long requests were out, all of them together.
    pub busy: Duration,
}

impl Counts {
    /// The same, where tokens cost so much, unless their cost is known already.
    #[must_use]
    pub fn priced(self, price: Option<&Price>) -> Counts {
        Counts { cost: self.cost.or(price.map(|price| price.cost(self.tokens))), ..self }
    }

    /// The part of the last line on stderr that is about requests.
    pub fn requests_line(&self) -> String {
        let Counts { requests, cached, tokens: Usage { input, output, cached: had, .. }, .. } = self;
        let mut line = format!("requests {requests}, cached {cached}, tokens {input}+{output}");
        if *had > 0 {
            let _ = write!(line, ", cached tokens {had}");
        }
        if let Some(cost) = self.cost {
            let _ = write!(line, ", cost {}", cost.dollars());
        }
        line
    }

    /// The keys and raw values of `--stats` that are about requests: CLI.md §12.
    pub fn stats(&self) -> Vec<(&'static str, String)> {
        let counts = [
            ("requests", self.requests),
            ("cached", self.cached),
            ("retries", self.retries),
            ("input_tokens", self.tokens.input),
            ("output_tokens", self.tokens.output),
            ("cached_tokens", self.tokens.cached),
        ];
        let counts = counts.into_iter().map(|(name, count)| (name, count.to_string()));
        counts.chain(self.cost.map(|cost| ("cost", cost.to_string()))).collect()
    }
}
