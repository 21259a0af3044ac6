//! A tool that looks at each row alone: blocks of lines through one thread, or through N with the order kept.
//!
//! A worker says of each row what it found (a mark, and what it made of the row); marks are settled in input order on
//! one thread. Lines that stay as they are leave in long runs, one write each.

use std::io;
use std::thread;

use sdk_record::{Block, Fault, Row, Scan, Sink};

use crate::input::Stretches;
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
pub struct Seen<'a, T> {
    /// What the worker found, or why it is no row or could not be looked at; a fault has its place.
    pub found: Result<T, Box<Fault>>,
    /// The line as it came, with its newline.
    pub line: &'a [u8],
    block: &'a Block,
    before: u64,
    number: usize,
}

impl<T> Seen<'_, T> {
    /// A fault of this row that came to light now.
    #[must_use]
    pub fn blame(&self, fault: Fault) -> Fault {
        let place = self.block.place(self.before, self.number);
        Fault { row: Some(self.text().to_owned()), ..fault }.at(place)
    }

    /// The row without white space around it.
    pub fn text(&self) -> &str {
        std::str::from_utf8(self.line).unwrap_or_default().trim_ascii()
    }
}

/// Runs `inputs` through workers made by `make`, with `jobs` threads (each makes its own: jq cannot be shared), and
/// settles their marks in order.
///
/// # Errors
/// When nothing more can be written, or what `settle` says.
pub fn each<T, W, M, S>(
    session: &mut Session,
    inputs: Inputs,
    jobs: usize,
    make: M,
    settle: S,
) -> io::Result<()>
where
    T: Send,
    W: FnMut(Row<'_>, &mut String) -> Result<T, Fault>,
    M: Fn() -> W + Sync,
    S: FnMut(&mut Session, Seen<'_, T>) -> io::Result<Fate>,
{
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut settler = Settler { session, settle, before: 0 };
    let mut input = inputs.blocks();
    if jobs.min(cores) > 1 {
        return threads::pull(input, jobs.min(cores), &|| Worker::new(make()), |worked| {
            settler.block(worked)
        });
    }
    let mut worker = Worker::new(make());
    let mut spare = Worked::default();
    while let Some(worked) = worker.next(&mut input, spare) {
        spare = settler.block(worked)?;
    }
    Ok(())
}

/// A block and what a worker said of its rows.
pub(crate) struct Worked<T> {
    block: Block,
    rows: Vec<Entry<T>>,
    made: String,
    lines: u64,
}

struct Entry<T> {
    start: usize,
    end: usize,
    number: usize,
    /// Where what was made of it ends.
    made: usize,
    found: Result<T, Box<Fault>>,
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

    fn next<T>(&mut self, input: &mut Stretches, mut spare: Worked<T>) -> Option<Worked<T>>
    where
        W: FnMut(Row<'_>, &mut String) -> Result<T, Fault>,
    {
        spare.block = input.next(spare.block)?;
        Some(self.look(spare))
    }

    /// Looks at each row of the block.
    pub(crate) fn look<T>(&mut self, mut worked: Worked<T>) -> Worked<T>
    where
        W: FnMut(Row<'_>, &mut String) -> Result<T, Fault>,
    {
        let Worked { block, rows, made, lines } = &mut worked;
        rows.clear();
        made.clear();
        let work = &mut self.work;
        *lines = self.scan.lines(block, |line| {
            let before = made.len();
            let found = line.row.and_then(|row| {
                work(row, made).map_err(|fault| Box::new(Fault { row: Some(row.text().to_owned()), ..fault }))
            });
            if found.is_err() {
                made.truncate(before);
            }
            rows.push(Entry {
                start: line.start,
                end: line.end,
                number: line.number,
                made: made.len(),
                found,
            });
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
}

impl<S> Settler<'_, S> {
    fn block<T>(&mut self, mut worked: Worked<T>) -> io::Result<Worked<T>>
    where
        S: FnMut(&mut Session, Seen<'_, T>) -> io::Result<Fate>,
    {
        self.before = worked.block.begins().unwrap_or(self.before);
        let bytes = worked.block.bytes();
        let mut run = Run::default();
        let mut from = 0;
        for Entry { start, end, number, made, found } in worked.rows.drain(..) {
            self.session.tally.read += 1;
            let (block, before) = (&worked.block, self.before);
            let found = found.map_err(|fault| Box::new((*fault).at(block.place(before, number))));
            let seen = Seen { found, line: &bytes[start..end], block, before, number };
            match (self.settle)(self.session, seen)? {
                Fate::Line => run.add(self.session, bytes, start, end)?,
                Fate::Made => run.add(self.session, worked.made.as_bytes(), from, made)?,
                Fate::Nothing => {}
            }
            from = made;
        }
        run.end(self.session)?;
        let fault = worked.block.fault(self.before, worked.lines);
        self.before += worked.lines;
        if let Some(fault) = fault {
            self.before += 1;
            self.session.tally.read += 1;
            let (block, before, number) = (&worked.block, self.before, 0);
            (self.settle)(self.session, Seen { found: Err(Box::new(fault)), line: &[], block, before, number })?;
        }
        if worked.block.short() {
            self.session.flush()?;
        }
        Ok(worked)
    }
}

/// Neighbours that leave in one write.
#[derive(Default)]
struct Run<'a> {
    bytes: &'a [u8],
    start: usize,
    end: usize,
    rows: u64,
}

impl<'a> Run<'a> {
    fn add(&mut self, session: &mut Session, bytes: &'a [u8], start: usize, end: usize) -> io::Result<()> {
        let next = self.end == start && std::ptr::eq(self.bytes, bytes);
        if self.rows > 0 && next && !session.only_one() {
            (self.end, self.rows) = (end, self.rows + 1);
            return Ok(());
        }
        self.end(session)?;
        *self = Run { bytes, start, end, rows: 1 };
        Ok(())
    }

    fn end(&mut self, session: &mut Session) -> io::Result<()> {
        match std::mem::take(&mut self.rows) {
            0 => Ok(()),
            rows => session.lines(&self.bytes[self.start..self.end], rows),
        }
    }
}
