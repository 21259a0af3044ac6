//! One run of one tool: what it wrote, refused and counted, and how it ends.

mod end;
mod open;
mod sink;

use std::io;
use std::sync::Arc;

use sdk_record::{Fault, Record, Sink};

use crate::apart::Outputs;
use crate::output::Out;
use crate::progress::{Progress, Rows};
use crate::side::{Rejects, Side};
use crate::stats::Stats;
use crate::tally::Tally;
use crate::voice::Voice;
use crate::{Inputs, MaxRejects, Pulse, signal};

/// Output, rejects, remarks and counts of a run.
pub struct Session {
    voice: Voice,
    out: Out,
    rejects: Option<Rejects>,
    /// Rejects that are named one by one; none where another run names them.
    named: u64,
    stopped: bool,
    most: Option<MaxRejects>,
    /// What `--max-rejects N%` is a share of.
    share_of: fn(&Tally) -> u64,
    /// `--dry-run`: one row and out.
    one: bool,
    /// Counted as it goes.
    pub tally: Tally,
    /// What a tool that asks a model adds to the last line.
    extra: Option<String>,
    stats: Option<Stats>,
    /// What is drawn of the rows, and who draws.
    rows: Arc<Rows>,
    progress: Option<Progress>,
    dropped: Option<Side>,
    outputs: Outputs,
    scratch: Vec<u8>,
}

impl Session {
    /// Says what `--max-rejects N%` is a share of, where that is not what was read.
    pub fn share_of(&mut self, rows: fn(&Tally) -> u64) {
        self.share_of = rows;
    }

    /// Whether the run ended early: by Ctrl-C, too many bad rows, or a fault that stops.
    pub fn is_stopped(&self) -> bool {
        self.stopped || signal::asked()
    }

    /// Has the progress of a run shown that is counted elsewhere.
    pub fn watch(&self, pulse: Pulse) {
        if let Some(progress) = &self.progress {
            progress.watch(pulse);
        }
    }

    /// Tells whoever draws, if he asked; `now`: in any case, since nothing may happen for a while.
    fn tell(&self, now: bool) {
        if self.progress.is_some() && (now || self.rows.are_wanted()) {
            self.rows.tell(self.tally.read, self.tally.written, self.tally.rejected);
        }
    }

    /// Counts a dropped row; `lines` are what the file for dropped rows gets.
    ///
    /// # Errors
    /// When nothing more can be written.
    pub fn dropped(&mut self, lines: &[u8]) -> io::Result<()> {
        self.tally.dropped += 1;
        self.tell(false);
        self.dropped.as_mut().map_or(Ok(()), |file| file.write(lines))
    }

    /// What the tool itself adds to `--stats`, after the counts of every tool: keys and raw values.
    pub fn counted(&mut self, more: impl IntoIterator<Item = (&'static str, String)>) {
        if let Some(stats) = &mut self.stats {
            stats.more.extend(more);
        }
    }

    /// The next row, counted; what is done is written before a slow producer is waited for.
    ///
    /// # Errors
    /// When nothing more can be written.
    pub fn next(&mut self, rows: &mut Inputs) -> io::Result<Option<Result<Record, Fault>>> {
        if !rows.ready() {
            self.flush()?;
        }
        let row = rows.next();
        self.tally.read += u64::from(row.is_some());
        Ok(row)
    }

    /// Writes a row, or refuses it.
    ///
    /// # Errors
    /// When nothing more can be written.
    pub fn take(&mut self, row: Result<Record, Fault>) -> io::Result<()> {
        match row {
            Ok(row) => self.row(row),
            Err(fault) => self.reject(fault),
        }
    }

    /// Writes one line as it is.
    ///
    /// # Errors
    /// When nothing more can be written.
    pub fn line(&mut self, line: &str) -> io::Result<()> {
        self.scratch.clear();
        self.scratch.extend_from_slice(line.as_bytes());
        self.scratch.push(b'\n');
        let scratch = std::mem::take(&mut self.scratch);
        let written = self.lines(&scratch, 1);
        self.scratch = scratch;
        written
    }

    /// Writes `rows` lines as they are, each with its newline; of a dry run the first.
    ///
    /// # Errors
    /// When nothing more can be written.
    pub fn lines(&mut self, lines: &[u8], rows: u64) -> io::Result<()> {
        let first = || lines.iter().position(|byte| *byte == b'\n').map_or(lines.len(), |end| end + 1);
        let (lines, rows) = if self.one && rows > 1 { (&lines[..first()], 1) } else { (lines, rows) };
        self.out.lines(lines)?;
        self.tally.written += rows;
        self.tell(false);
        // As if the reader had left after the first row.
        if self.one { self.out.flush().and(Err(io::ErrorKind::BrokenPipe.into())) } else { Ok(()) }
    }

    /// The files that this run writes.
    pub fn outputs(&self) -> Outputs {
        self.outputs.clone()
    }

    /// Whether the first row written will be the last: `--dry-run`.
    pub(crate) fn only_one(&self) -> bool {
        self.one
    }

    /// Something the user should know; silent under `-q`.
    pub fn say(&self, what: &str) {
        self.voice.say(what);
    }

    /// Says that so many of something happened, if any did.
    pub fn note(&self, count: u64, what: &str) {
        if count > 0 {
            self.say(&format!("{what}: {count}"));
        }
    }

    /// What was asked of a model, for the last line: `requests 5, …`. Answers that were shared are said.
    pub fn asked(&mut self, requests: String, shared: u64) {
        self.extra = Some(requests);
        if shared > 0 {
            self.say(&format!("{shared} equal requests shared an answer"));
        }
    }

    /// Something that went wrong; never silent.
    pub fn complain(&self, what: &str) {
        self.voice.complain(what);
    }
}
