//! A tool that looks at each row alone: blocks of lines through one thread, or through N with the order kept. Where rows
//! stand on several lines each, what reads them costs as much as the looking, and has a thread of its own.
//!
//! A worker says of each row what it found (a mark, and what it made of the row); marks are settled in input order on
//! one thread. Lines that stay as they are leave in long runs, one write each.

use std::io;
use std::thread;

use sdk_record::{Block, Fault, Line, Row, Scan, Sink};

use crate::{Inputs, Session, threads};

/// What becomes of a settled row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The line leaves as it came.
    Line,
    /// What the worker made of it leaves.
    Made,
    /// Nothing leaves.
    Nothing,
}

/// A row whose turn has come.
pub struct Seen<'a> {
    /// The line as it came, with its newline.
    pub line: &'a [u8],
    block: &'a Block,
    before: u64,
    number: usize,
}

impl Seen<'_> {
    /// A fault of this row that came to light now.
    #[must_use]
    pub fn blame(&self, fault: Fault) -> Fault {
        let place = self.block.place(self.before, self.number);
        Fault { row: Some(self.text().to_owned()), ..fault }.at(place)
    }

    /// The line as it came, without its newline.
    pub fn bare(&self) -> &str {
        std::str::from_utf8(self.line.strip_suffix(b"\n").unwrap_or(self.line)).unwrap_or_default()
    }

    /// The row without white space around it.
    pub fn text(&self) -> &str {
        self.bare().trim_ascii()
    }
}

/// Runs `inputs` through workers made by `worker`, with `jobs` threads (each makes its own: jq cannot be shared), and
/// settles their marks in order. What is settled is a mark, or why the row is none or could not be looked at; a fault has
/// its place. A mark should fit into two registers: there may be ten million rows a second.
///
/// # Errors
/// When nothing more can be written, or what `settle` says.
pub fn each<T, W, M, S>(
    session: &mut Session,
    inputs: Inputs,
    jobs: usize,
    worker: M,
    settle: S,
) -> io::Result<()>
where
    T: Send,
    W: FnMut(Row<'_>, &mut String) -> Result<T, Box<Fault>>,
    M: Fn() -> W + Sync,
    S: FnMut(&mut Session, Result<T, Box<Fault>>, &Seen<'_>) -> io::Result<Fate>,
{
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut settler = Settler { session, settle, before: 0, run: Run::default() };
    let mut input = inputs.blocks();
    if jobs.min(cores) > 1 {
        return threads::pull(input, jobs.min(cores), &|| Worker::new(worker()), |worked| {
            settler.block(worked)
        });
    }
    let (mut work, mut reader, mut made) = (worker(), Scan::default(), String::new());
    let mut step = |next: Block| {
        settler.begin(&next);
        made.clear();
        let mut result = Ok(());
        let lines = reader.lines(&next, |line| {
            if result.is_ok() {
                let mut at = At::of(&line, made.len());
                let found = look(&mut work, line, &mut made);
                at.made_end = made.len();
                result = settler.row(&next, &made, at, found);
            }
        });
        result?;
        settler.end(next, &made, lines)
    };
    let mut block = Block::default();
    while let Some(next) = input.next(block) {
        // To find where such rows end is half the work, and the other half can be done meanwhile.
        let ahead = next.is_spread() && cores > 1;
        block = step(next)?;
        if ahead {
            return threads::ahead(input, step);
        }
    }
    Ok(())
}

/// What a worker says of one row; nothing is left of what it made of a row that it refuses.
///
/// A line that is handed over in memory costs as much as its scan.
#[allow(clippy::inline_always)]
#[inline(always)]
fn look<T>(
    work: &mut impl FnMut(Row<'_>, &mut String) -> Result<T, Box<Fault>>,
    line: Line<'_>,
    made: &mut String,
) -> Result<T, Box<Fault>> {
    let before = made.len();
    let row = line.row?;
    let mut found = work(row, made);
    if let Err(fault) = &mut found {
        made.truncate(before);
        fault.row = Some(row.text().to_owned());
    }
    found
}

/// Where a row stands in its block, and what was made of it among what was made.
#[derive(Clone, Copy)]
struct At {
    start: usize,
    end: usize,
    number: usize,
    made: usize,
    made_end: usize,
}

impl At {
    fn of(line: &Line<'_>, made: usize) -> At {
        At { start: line.start, end: line.end, number: line.number, made, made_end: made }
    }
}

/// A block and what a worker said of its rows.
pub(crate) struct Worked<T> {
    block: Block,
    rows: Vec<(At, Result<T, Box<Fault>>)>,
    made: String,
    lines: u64,
}

impl<T> Default for Worked<T> {
    fn default() -> Self {
        Worked { block: Block::default(), rows: Vec::new(), made: String::new(), lines: 0 }
    }
}

/// One thread's half of the work.
pub(crate) struct Worker<W> {
    scan: Scan,
    work: W,
}

impl<W> Worker<W> {
    fn new(work: W) -> Worker<W> {
        Worker { scan: Scan::default(), work }
    }

    /// Looks at each row of the block.
    pub(crate) fn look<T>(&mut self, mut worked: Worked<T>) -> Worked<T>
    where
        W: FnMut(Row<'_>, &mut String) -> Result<T, Box<Fault>>,
    {
        let Worked { block, rows, made, lines } = &mut worked;
        rows.clear();
        made.clear();
        let work = &mut self.work;
        *lines = self.scan.lines(block, |line| {
            let mut at = At::of(&line, made.len());
            let found = look(work, line, made);
            at.made_end = made.len();
            rows.push((at, found));
        });
        worked
    }
}

impl<T> Worked<T> {
    /// The same memory with another block in it.
    pub(crate) fn with(mut self, block: Block) -> Self {
        self.block = block;
        self
    }

    /// The block's memory.
    pub(crate) fn take(&mut self) -> Block {
        std::mem::take(&mut self.block)
    }
}

/// The other half: marks in input order.
struct Settler<'s, S> {
    session: &'s mut Session,
    settle: S,
    /// Lines of the source before the block.
    before: u64,
    run: Run,
}

/// Neighbours that leave in one write: where they stand in the block, or in what was made.
#[derive(Default, Clone, Copy)]
struct Run {
    made: bool,
    start: usize,
    end: usize,
    rows: u64,
}

impl<S> Settler<'_, S> {
    fn begin(&mut self, block: &Block) {
        self.before = block.begins().unwrap_or(self.before);
        self.run = Run::default();
    }

    /// A whole block that another thread has looked at.
    fn block<T>(&mut self, mut worked: Worked<T>) -> io::Result<Worked<T>>
    where
        S: FnMut(&mut Session, Result<T, Box<Fault>>, &Seen<'_>) -> io::Result<Fate>,
    {
        self.begin(&worked.block);
        for (at, found) in worked.rows.drain(..) {
            self.row(&worked.block, &worked.made, at, found)?;
        }
        worked.block = self.end(worked.block, &worked.made, worked.lines)?;
        Ok(worked)
    }

    #[inline]
    fn row<T>(&mut self, block: &Block, made: &str, at: At, found: Result<T, Box<Fault>>) -> io::Result<()>
    where
        S: FnMut(&mut Session, Result<T, Box<Fault>>, &Seen<'_>) -> io::Result<Fate>,
    {
        self.session.tally.read += 1;
        let (before, number) = (self.before, at.number);
        let found = found.map_err(|mut fault| {
            fault.place = Some(block.place(before, number));
            fault
        });
        let line = &block.bytes()[at.start..at.end];
        let (from, start, end) =
            match (self.settle)(self.session, found, &Seen { line, block, before, number }) {
                Ok(Fate::Line) => (false, at.start, at.end),
                Ok(Fate::Made) => (true, at.made, at.made_end),
                Ok(Fate::Nothing) => return Ok(()),
                // The rows before this one are settled, whatever ends the run here.
                Err(error) => return self.leave(block, made).and(Err(error)),
            };
        if self.run.rows > 0 && self.run.end == start && self.run.made == from && !self.session.only_one() {
            (self.run.end, self.run.rows) = (end, self.run.rows + 1);
            return Ok(());
        }
        self.leave(block, made)?;
        self.run = Run { made: from, start, end, rows: 1 };
        Ok(())
    }

    fn leave(&mut self, block: &Block, made: &str) -> io::Result<()> {
        let Run { made: from, start, end, rows } = std::mem::take(&mut self.run);
        let bytes = if from { made.as_bytes() } else { block.bytes() };
        if rows == 0 { Ok(()) } else { self.session.lines(&bytes[start..end], rows) }
    }

    /// What is left after the last row of a block.
    fn end<T>(&mut self, mut block: Block, made: &str, lines: u64) -> io::Result<Block>
    where
        S: FnMut(&mut Session, Result<T, Box<Fault>>, &Seen<'_>) -> io::Result<Fate>,
    {
        self.leave(&block, made)?;
        let fault = block.fault(self.before, lines);
        self.before += lines;
        if let Some(fault) = fault {
            self.before += 1;
            self.session.tally.read += 1;
            let (before, number) = (self.before, 0);
            let found = Err(Box::new(fault));
            (self.settle)(self.session, found, &Seen { line: &[], block: &block, before, number })?;
        }
        if block.short() {
            self.session.flush()?;
        }
        Ok(block)
    }
}
