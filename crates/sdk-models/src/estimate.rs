//! `--estimate K`: a run of which only K jobs are asked, drawn by the seed, and what the rest will take by them.
//!
//! Every row is admitted as ever, so that the jobs that are asked are those of the whole run, with the same requests: their
//! answers are in the journal when it comes. What they make is thrown away.

mod forecast;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Instant;

use sdk_prompt::{Counts, End, Job, Move, Plan, Price, Reply, Usage};
use sdk_record::{Fault, Record};

use crate::ModelFlags;
use crate::limit::METERS;
use crate::wait::fraction;
use forecast::{Speed, Taken, table};

/// A plan of which so many jobs are asked.
pub struct Estimate<'a> {
    plan: &'a mut dyn Plan,
    count: usize,
    seed: u64,
    /// Jobs that were begun.
    jobs: u64,
    /// Those with the smallest lots: a draw in which each has the same chance, however many there are.
    drawn: BTreeMap<(u64, u64), Box<dyn Job>>,
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
    /// Draws `count` of the jobs of `plan` by `seed`.
    pub fn new(plan: &'a mut dyn Plan, count: u64, seed: u64) -> Estimate<'a> {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let books = Rc::default();
        Estimate { plan, count, seed, jobs: 0, drawn: BTreeMap::new(), ended: false, books }
    }

    /// What was paid, as the driver counted it, and what the jobs that were not asked will take, as lines of fields parted
    /// by tabs. `jobs`: how many requests the run has in flight at once; else as many as there were now. `flags`: what it
    /// may ask in a minute.
    pub fn forecast(
        &self,
        paid: &Counts,
        price: Option<&Price>,
        jobs: Option<usize>,
        flags: &ModelFlags,
    ) -> String {
        let books = self.books.borrow();
        let speed = books.speed(paid.busy.as_secs_f64(), jobs, flags.minute());
        table(&books.taken, self.jobs, paid, price, &speed)
    }

    fn draw(&mut self, job: Box<dyn Job>) {
        let number = self.jobs;
        self.jobs += 1;
        // No retry has this number.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let lot = (fraction(self.seed, number, u32::MAX) * f64::from(u32::MAX)) as u64;
        self.drawn.insert((lot, number), job);
        if self.drawn.len() > self.count {
            self.drawn.pop_last();
        }
    }

    /// The next one that is asked, in the order in which they were begun.
    fn next(&mut self) -> Option<Box<dyn Job>> {
        let first = self.drawn.keys().min_by_key(|(_, number)| *number).copied()?;
        let job = self.drawn.remove(&first)?;
        let books = Rc::clone(&self.books);
        Some(Box::new(Measured { job, since: None, took: Taken::default(), books }))
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
    took: Taken,
    books: Rc<RefCell<Books>>,
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
        let usages = replies.iter().filter_map(usage);
        self.took.tokens = usages.fold(self.took.tokens, Usage::and);
        let step = self.job.next(replies);
        match &step {
            Move::Call(_) => self.since = Some(Instant::now()),
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
