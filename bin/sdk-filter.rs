//! sdk-filter: rows → the rows worth keeping, byte for byte.

use std::{ffi::OsString, io, process::ExitCode};

use clap::Parser;
use sdk_cli::{
    Beside, Common, Exit, Fate, Seen, Session, StatsFlag, each, inputs, nothing_to_read, stdin_is_terminal,
};
use sdk_record::{Row, Sink};
use sdk_scores::{
    Chooser, Chosen, Counts, Dropped, Filter, FilterFlags, Found, Tested, condition_last, file_first,
};

const EXAMPLES: &str = "\
Examples:
  sdk-filter --min 7.5 judged.jsonl > kept.jsonl
  sdk-filter '.score >= 7.5 and (.output | length) > 40' judged.jsonl
  cat rows.jsonl | sdk-filter '.lang == \"en\"' | sdk-format chatml

";

/// jq makes and drops many small values: a quarter of the time of such conditions goes with the usual allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Rows → the rows worth keeping: by score or by any jq condition
#[derive(Parser)]
#[command(name = "sdk-filter", version, before_help = EXAMPLES)]
struct Args {
    /// Condition (jq; keeps where neither null nor false), then files; with a flag of conditions, files alone
    #[arg(value_name = "EXPR|FILE")]
    arguments: Vec<OsString>,
    #[command(flatten)]
    conditions: FilterFlags,
    /// List the conditions as kind, name and description, and stop
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    stats: StatsFlag,
    #[command(flatten)]
    common: Common,
}

fn main() -> ExitCode {
    sdk_cli::main(run)
}

fn run(args: Args) -> anyhow::Result<Exit> {
    if args.list {
        return sdk_cli::print(&sdk_cli::listed::<FilterFlags>("condition"));
    }
    let flags = &args.conditions;
    let (condition, files) = flags.parted(&args.arguments)?;
    if files.is_empty() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let filter = Filter::new(flags, condition, args.common.seed)
        .map_err(|error| file_first(condition).map_or_else(|| error.into(), anyhow::Error::msg))?;
    let rows = inputs(&files, args.common.max_line)
        .map_err(|error| condition_last(&files).map_or(error, anyhow::Error::msg))?;
    let beside = Beside { dropped: flags.dropped.as_deref(), stats: args.stats.stats.as_deref() };
    let read: Vec<_> = files.iter().chain(&flags.schema).cloned().collect();
    let mut session = Session::beside("sdk-filter", &args.common, &read, &beside)?;
    let mut run = Run { chooser: filter.chooser(), counts: Counts::default(), names: filter.names() };
    let jobs = args.common.jobs().unwrap_or_else(|| filter.threads());
    let test = || {
        let tester = filter.worker();
        move |row: Row<'_>, _: &mut String| tester.test(&row)
    };
    let result = each(&mut session, rows, jobs, test, |to, found, seen| run.settle(to, found, seen));
    // The held rows are the highest of what was read, also when the run ends early.
    let result = result.and(run.chooser.finish().try_for_each(|row| session.line(&row)));
    session.counted(run.counts.stats(run.names));
    session.end(result, false)
}

/// What is remembered from row to row.
struct Run<'a> {
    chooser: Chooser,
    counts: Counts,
    names: &'a [String],
}

impl Run<'_> {
    fn settle(&mut self, session: &mut Session, found: Found, seen: &Seen<'_>) -> io::Result<Fate> {
        match found {
            Err(fault) => session.reject(*fault)?,
            Ok(Tested::Dropped(place, why)) => self.drop(session, seen, &Dropped::by(place, why))?,
            Ok(Tested::Unrated(place, why)) => self.unrated(session, seen, &Dropped::by(place, why))?,
            Ok(Tested::Passes(marks)) => match self.chooser.choose(marks, || seen.bare()) {
                Chosen::Keep => return Ok(Fate::Line),
                Chosen::Dropped(dropped) => self.drop(session, seen, &dropped)?,
                Chosen::Unrated(dropped) => self.unrated(session, seen, &dropped)?,
                Chosen::Rejected(fault) => session.reject(seen.blame(*fault))?,
                Chosen::Held { evicted: None } => {}
                Chosen::Held { evicted: Some(row) } => {
                    self.counts.drop(&row.dropped);
                    session.dropped(row.dropped.line(self.names, &row.row).as_bytes())?;
                }
            },
        }
        Ok(Fate::Nothing)
    }

    fn drop(&mut self, session: &mut Session, seen: &Seen<'_>, dropped: &Dropped) -> io::Result<()> {
        self.counts.drop(dropped);
        match dropped.why {
            None => session.dropped(seen.line),
            Some(_) => session.dropped(dropped.line(self.names, seen.text()).as_bytes()),
        }
    }

    fn unrated(&mut self, session: &mut Session, seen: &Seen<'_>, dropped: &Dropped) -> io::Result<()> {
        session.tally.unrated += 1;
        self.counts.unrated += 1;
        self.drop(session, seen, dropped)
    }
}
