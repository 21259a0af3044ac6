//! One run of one tool: what it wrote, refused and counted, and how it ends.

mod sink;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sdk_record::{Fault, Record, Sink};

use crate::apart::{Outputs, Written, apart};
use crate::output::{Container, Out};
use crate::progress::{Progress, Rows};
use crate::side::{Rejects, Side};
use crate::stats::Stats;
use crate::tally::{Ending, Tally};
use crate::voice::Voice;
use crate::{Beside, Common, Exit, Inputs, MaxRejects, Pulse, signal};

/// Rejects that are named on stderr one by one.
const NAMED: u64 = 20;

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
    /// Opens the output and the rejects. `inputs`: the files that are read, which must not be overwritten.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn open(name: &'static str, flags: &Common, inputs: &[PathBuf]) -> anyhow::Result<Session> {
        Session::beside(name, flags, inputs, &Beside::default())
    }

    /// [`Session::open`] with what else is written.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn beside(
        name: &'static str,
        flags: &Common,
        inputs: &[PathBuf],
        beside: &Beside,
    ) -> anyhow::Result<Session> {
        signal::listen();
        // A dry run shows one row and leaves every file alone.
        let wet = |file: Option<&'_ Path>| file.filter(|_| !flags.dry_run).map(Path::to_owned);
        let stdout = Path::new("-");
        let file = wet(flags.output.as_deref().filter(|file| *file != stdout));
        let rejects = wet(flags.rejects.as_deref());
        let (dropped, stats) = (wet(beside.dropped), wet(beside.stats));
        let holds = |file: Option<&Path>| match flags.dry_run {
            true => Container::Jsonl,
            false => beside.container.unwrap_or_else(|| Container::of(file)),
        };
        let array = holds(file.as_deref()) == Container::Json;
        let named = [
            ("-o", &file, array),
            ("--rejects", &rejects, true),
            ("--dropped", &dropped, false),
            ("--stats", &stats, false),
        ];
        let written = named
            .iter()
            .filter_map(|&(flag, file, beside)| file.as_deref().map(|file| Written { flag, file, beside }));
        apart(inputs, written)?;
        let beside_rows = named.iter().skip(1).find(|(_, file, _)| file.as_deref() == Some(stdout));
        if let Some((flag, ..)) = beside_rows {
            anyhow::bail!(
                "{flag} -: expected a file, as stdout is for rows; /dev/stderr goes to the terminal"
            );
        }
        let [file, rejects, dropped, stats] =
            [file, rejects, dropped, stats].map(|file| file.filter(|_| !flags.mute));
        let files = [&file, &rejects, &dropped, &stats].map(Option::clone);
        let container = holds(file.as_deref());
        // The data comes last: a side file that cannot be had costs nothing.
        let rejects = rejects.as_deref().map(Rejects::open).transpose()?;
        let dropped = dropped.as_deref().map(|file| Side::open("--dropped", file)).transpose()?;
        let stats = stats.as_deref().map(Stats::open).transpose()?;
        let out = Out::open(file.as_deref(), container)?;
        let outputs = Outputs::new(files.iter().flatten().map(PathBuf::as_path));
        let voice = Voice::new(name, flags.remarks, flags.color);
        let (rows, shown) = (Arc::new(Rows::default()), flags.progress);
        let asked = Arc::clone(&rows);
        let start = || Progress::start(shown, voice, file.is_none(), Arc::new(move || asked.beat()));
        Ok(Session {
            voice,
            out,
            progress: (!flags.dry_run).then(start).flatten(),
            rows,
            rejects,
            named: if flags.mute { 0 } else { NAMED },
            stopped: false,
            most: flags.max_rejects,
            share_of: |tally| tally.read,
            one: flags.dry_run,
            tally: Tally::default(),
            extra: None,
            stats,
            dropped,
            outputs,
            scratch: Vec::new(),
        })
    }

    /// Says what `--max-rejects N%` is a share of, where that is not what was read.
    pub fn share_of(&mut self, rows: fn(&Tally) -> u64) {
        self.share_of = rows;
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

    /// Ends the run: the last bytes, the rejects' name, the last line. `result` is how the work itself ended;
    /// `partly` says that less came out than was asked for.
    ///
    /// # Errors
    /// None today: a failed output is said and becomes exit 3.
    pub fn end(mut self, result: io::Result<()>, partly: bool) -> anyhow::Result<Exit> {
        drop(self.progress.take());
        // Enough bad rows are no trouble of the output.
        let enough = |error: &io::Error| error.kind() == io::ErrorKind::Interrupted && self.stopped;
        let result = if result.as_ref().is_err_and(enough) { Ok(()) } else { result };
        let mut result = result.and_then(|()| self.out.finish());
        if let Some(rejects) = self.rejects.take() {
            result = result.and(rejects.finish());
        }
        if let Some(mut dropped) = self.dropped.take() {
            result = result.and(dropped.flush());
        }
        if let Some(stats) = self.stats.take() {
            result = result.and(stats.write(self.voice.name(), &self.tally));
        }
        self.out.forget();
        if self.named > 0 && self.tally.rejected > self.named {
            self.complain(&format!("{} more bad rows are not named here", self.tally.rejected - self.named));
        }
        let ending =
            Ending { result: &result, stopped: self.stopped, one: self.one, partly, tally: self.tally };
        if let Err(error) = &result
            && !ending.closed()
        {
            self.complain(&format!(
                "output cannot be written: {error}; run again when it can (not all rows counted as written arrived)"
            ));
        }
        let asked = self.extra.as_ref().map(|extra| format!(", {extra}")).unwrap_or_default();
        self.say(&format!("{}{asked}", self.tally));
        Ok(ending.exit(signal::asked()))
    }

    /// Gives the run up before anything was written: no exit code yet, no half file of rejects.
    pub fn abandon(mut self) {
        if let Some(rejects) = self.rejects.take() {
            rejects.abandon();
        }
    }
}
