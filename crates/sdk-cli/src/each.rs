//! A tool that looks at each row alone: in one thread, or in N with the order kept.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use sdk_record::{Fault, Record, Sink};

use crate::{Inputs, Session, signal};

/// What becomes of one row.
pub enum Verdict {
    /// This line is written.
    Write(String),
    /// Dropped on purpose.
    Drop,
    /// Dropped because it has no score.
    Unrated,
    /// Refused.
    Reject(Box<Fault>),
}

/// Rows handed to a worker at once.
const BATCH: usize = 256;

/// Runs `inputs` through a worker made by `make`, with `jobs` threads (each makes its own: jq cannot be shared).
///
/// # Errors
/// When nothing more can be written.
pub fn each<W, M>(session: &mut Session, inputs: Inputs, jobs: usize, make: M) -> io::Result<()>
where
    W: FnMut(Record) -> Verdict,
    M: Fn() -> W + Sync,
{
    let cores = thread::available_parallelism().map_or(1, usize::from);
    if jobs.min(cores) > 1 {
        threads(session, inputs, jobs.min(cores), &make)
    } else {
        alone(session, inputs, make())
    }
}

fn alone(
    session: &mut Session,
    mut inputs: Inputs,
    mut work: impl FnMut(Record) -> Verdict,
) -> io::Result<()> {
    while let Some(row) = session.next(&mut inputs)? {
        match row {
            Ok(row) => settle(session, work(row))?,
            Err(fault) => session.reject(fault)?,
        }
    }
    Ok(())
}

fn settle(session: &mut Session, verdict: Verdict) -> io::Result<()> {
    match verdict {
        Verdict::Write(line) => session.line(&line),
        Verdict::Drop => {
            session.tally.dropped += 1;
            Ok(())
        }
        Verdict::Unrated => {
            session.tally.dropped += 1;
            session.tally.unrated += 1;
            Ok(())
        }
        Verdict::Reject(fault) => session.reject(*fault),
    }
}

type Batch = Vec<Result<Record, Fault>>;

/// Batch k goes to worker k mod N and is collected from it in turn, so that order needs no sorting.
fn threads<W, M>(session: &mut Session, inputs: Inputs, jobs: usize, make: &M) -> io::Result<()>
where
    W: FnMut(Record) -> Verdict,
    M: Fn() -> W + Sync,
{
    thread::scope(|scope| {
        let mut to = Vec::new();
        let mut from = Vec::new();
        for _ in 0..jobs {
            let (rows, received) = sync_channel::<Batch>(2);
            let (done, verdicts) = sync_channel::<Vec<Verdict>>(2);
            to.push(rows);
            from.push(verdicts);
            // Rows may be nested deeply; jq recurses.
            let worker = thread::Builder::new().stack_size(16 * 1024 * 1024);
            worker.spawn_scoped(scope, move || work(&received, &done, make()))?;
        }
        scope.spawn(move || hand_out(inputs, &to));
        for turn in (0..jobs).cycle() {
            let Ok(verdicts) = from[turn].recv() else { return Ok(()) };
            for verdict in verdicts {
                session.tally.read += 1;
                settle(session, verdict).inspect_err(|_| signal::leave())?;
            }
            session.flush().inspect_err(|_| signal::leave())?;
        }
        Ok(())
    })
}

fn work(rows: &Receiver<Batch>, done: &SyncSender<Vec<Verdict>>, mut work: impl FnMut(Record) -> Verdict) {
    for batch in rows {
        let verdict = |row: Result<Record, Fault>| match row {
            Ok(row) => work(row),
            Err(fault) => Verdict::Reject(Box::new(fault)),
        };
        if done.send(batch.into_iter().map(verdict).collect()).is_err() {
            return;
        }
    }
}

fn hand_out(mut inputs: Inputs, to: &[SyncSender<Batch>]) {
    for turn in (0..to.len()).cycle() {
        let mut batch = Vec::new();
        while batch.len() < BATCH && (batch.is_empty() || inputs.ready()) {
            match inputs.next() {
                Some(row) => batch.push(row),
                None => break,
            }
        }
        if batch.is_empty() || to[turn].send(batch).is_err() {
            return;
        }
    }
}
