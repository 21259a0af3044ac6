//! `--estimate K`: a run of which only the jobs of K rows are asked, drawn by the seed, and what the rest will take by
//! them.
//!
//! Every row is admitted as ever, so that the jobs that are asked are those of the whole run, with the same requests: their
//! answers are in the journal when it comes. What they make is thrown away.

mod forecast;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Instant;

use sdk_prompt::{Call, Cost, Counts, End, Job, Move, Plan, Price, Reply, Usage};
use sdk_record::{Fault, Record};

use crate::ModelFlags;
use crate::limit::METERS;
use crate::wait::fraction;
use forecast::{Speed, Taken, table};

/// A plan of which the jobs of so many rows are asked.
pub struct Estimate<'a> {
    plan: &'a mut dyn Plan,
    count: u64,
    seed: u64,
    prices: Rc<[Option<Price>]>,
    /// Jobs that were begun, and their rows.
    jobs: u64,
    rows: u64,
    /// Those with the smallest lots: a draw in which each has the same chance, however many there are.
    drawn: BTreeMap<(u64, u64), Box<dyn Job>>,
    /// Their rows: as many as are wanted, or more where the last job has several.
    held: u64,
    /// All have been begun.
    ended: bool,
    books: Rc<RefCell<Books>>,
}

/// What the jobs that are asked took.
#[derive(Default)]
struct Books {
    taken: Vec<Taken>,
    /// When the first requests were handed on, and when the last answers came.
    time: Option<(Instant, Instant)>,
}

impl Books {
    /// How fast it went and may go. `busy`: seconds that requests were out, all together; a request that waits for its
    /// turn is not. `jobs`: how many may be out at once; else as many as were.
    #[allow(clippy::cast_precision_loss)]
    fn speed(&self, busy: f64, jobs: Option<usize>, minute: [Option<f64>; METERS]) -> Speed {
        let whole = self.time.map_or(0.0, |(first, last)| last.duration_since(first).as_secs_f64());
        let asked: f64 = self.taken.iter().filter_map(|taken| taken.seconds).sum();
        let were = if whole > 0.0 { (busy / whole).max(1.0) } else { 1.0 };
        let share = if asked > 0.0 { busy / asked } else { 1.0 };
        Speed { whole, share, at_once: jobs.map_or(were, |jobs| jobs as f64), minute }
    }
}

impl<'a> Estimate<'a> {
    /// Draws as many of the jobs of `plan` as have `count` rows, by `seed`. `prices`: what a token of each who is asked
    /// costs, where somebody knows.
    pub fn new(
        plan: &'a mut dyn Plan,
        count: u64,
        seed: u64,
        prices: impl Into<Rc<[Option<Price>]>>,
    ) -> Estimate<'a> {
        let (drawn, books) = (BTreeMap::new(), Rc::default());
        Estimate {
            plan,
            count,
            seed,
            prices: prices.into(),
            jobs: 0,
            rows: 0,
            drawn,
            held: 0,
            ended: false,
            books,
        }
    }

    /// What was paid, as the driver counted it, and what the jobs that were not asked will take, as lines of fields parted
    /// by tabs. `jobs`: how many requests the run has in flight at once; else as many as there were now. `flags`: what it
    /// may ask in a minute.
    pub fn forecast(&self, paid: &Counts, jobs: Option<usize>, flags: &ModelFlags) -> String {
        let books = self.books.borrow();
        let speed = books.speed(paid.busy.as_secs_f64(), jobs, flags.minute());
        table(&books.taken, (self.jobs, self.rows), paid, &speed)
    }

    fn draw(&mut self, job: Box<dyn Job>) {
        let number = self.jobs;
        self.jobs += 1;
        // No retry has this number.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let lot = (fraction(self.seed, number, u32::MAX) * f64::from(u32::MAX)) as u64;
        (self.rows, self.held) = (self.rows + job.rows(), self.held + job.rows());
        self.drawn.insert((lot, number), job);
        while let Some(last) = self.drawn.last_entry()
            && self.held - last.get().rows() >= self.count
        {
            self.held -= last.remove().rows();
        }
    }

    /// The next one that is asked, in the order in which they were begun.
    fn next(&mut self) -> Option<Box<dyn Job>> {
        let first = self.drawn.keys().min_by_key(|(_, number)| *number).copied()?;
        let job = self.drawn.remove(&first)?;
        let (books, prices) = (Rc::clone(&self.books), Rc::clone(&self.prices));
        let took = Taken { rows: job.rows(), cost: Some(Cost::default()), ..Taken::default() };
        Some(Box::new(Measured { job, since: None, asked: Vec::new(), took, prices, books }))
    }
}

impl Plan for Estimate<'_> {
    fn admit(&mut self, row: Record) -> Result<Option<Box<dyn Job>>, Fault> {
        if let Some(job) = self.plan.admit(row)? {
            self.draw(job);
        }
        Ok(None)
    }

    fn finish(&mut self) -> Result<Option<Box<dyn Job>>, Fault> {
        while !self.ended {
            match self.plan.finish()? {
                Some(job) => self.draw(job),
                None => self.ended = true,
            }
        }
        Ok(self.next())
    }

    fn settle(&mut self, _: u64, _: Vec<Record>, _: End) -> Vec<Record> {
        Vec::new()
    }

    fn unusable(&self, rows: &[Record]) -> Option<String> {
        self.plan.unusable(rows)
    }
}

/// A job whose requests are counted.
struct Measured {
    job: Box<dyn Job>,
    /// When its last requests were handed on.
    since: Option<Instant>,
    /// Whom each of them is for.
    asked: Vec<usize>,
    took: Taken,
    prices: Rc<[Option<Price>]>,
    books: Rc<RefCell<Books>>,
}

impl Measured {
    /// Counts what the answer of one who is asked has taken.
    fn count(&mut self, whom: usize, usage: Usage) {
        self.took.tokens = self.took.tokens.and(usage);
        // Nobody is paid for no tokens. A sum that lacks one price is none.
        if usage != Usage::default() {
            let price = self.prices.get(whom).or(self.prices.last()).copied().flatten();
            let cost = self.took.cost.zip(price);
            self.took.cost = cost.map(|(sum, price)| Cost(sum.0.saturating_add(price.cost(usage).0)));
        }
    }
}

impl Job for Measured {
    fn next(&mut self, replies: Vec<Result<Reply, Fault>>) -> Move {
        let since = self.since.take();
        // What the journal knows takes no time now, but others like it will.
        let asked = replies.iter().any(|reply| match reply {
            Ok(reply) => reply.attempts > 0,
            Err(fault) => fault.attempts.is_some_and(|attempts| attempts > 0),
        });
        if let (Some(since), true) = (since, asked) {
            let now = Instant::now();
            *self.took.seconds.get_or_insert_default() += now.duration_since(since).as_secs_f64();
            let mut books = self.books.borrow_mut();
            let first = books.time.map_or(since, |(first, _)| first.min(since));
            books.time = Some((first, now));
        }
        self.took.requests += replies.len() as u64;
        let usage = |reply: &Result<Reply, Fault>| match reply {
            Ok(reply) => reply.usage,
            Err(fault) => fault.usage,
        };
        let asked = std::mem::take(&mut self.asked);
        for (whom, usage) in asked.into_iter().zip(replies.iter().map(usage)) {
            if let Some(usage) = usage {
                self.count(whom, usage);
            }
        }
        let step = self.job.next(replies);
        match &step {
            Move::Call(calls) => {
                self.asked = calls.iter().map(|Call::Model(ask)| ask.about.whom).collect();
                self.since = Some(Instant::now());
            }
            Move::Emit(_) | Move::Refuse(_) => {}
            Move::Done | Move::Reject(_) => self.books.borrow_mut().taken.push(self.took),
        }
        step
    }

    fn rows(&self) -> u64 {
        self.job.rows()
    }
}

#[cfg(test)]
mod tests;
