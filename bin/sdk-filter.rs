//! sdk-filter: rows → the rows worth keeping, byte for byte.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::Parser;

use sdk_cli::{Common, Exit, Fate, Session, each, inputs, nothing_to_read, stdin_is_terminal};
use sdk_record::{Row, Sink};
use sdk_scores::{Conditions, FilterFlags, Tested};

const EXAMPLES: &str = "\
Examples:
  sdk-filter --min 7.5 judged.jsonl > kept.jsonl
  sdk-filter '.score >= 7.5 and (.output | length) > 40' judged.jsonl
  cat rows.jsonl | sdk-filter '.lang == \"en\"' | sdk-format chatml

";

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
    common: Common,
}

fn main() -> ExitCode {
    sdk_cli::main(run)
}

fn run(args: Args) -> anyhow::Result<Exit> {
    if args.list {
        return sdk_cli::print(&sdk_cli::listed::<FilterFlags>("condition"));
    }
    let (condition, files) = parted(&args)?;
    if files.is_empty() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let make = || Conditions::new(args.conditions, condition);
    make().map_err(|error| match condition {
        Some(name) if Path::new(name).exists() => {
            anyhow!("`{name}` is a file; the condition comes first: sdk-filter EXPR {name}")
        }
        _ => error.into(),
    })?;
    let rows = inputs(&files, args.common.max_line).map_err(|error| hinted(error, &files))?;
    let mut session = Session::open("sdk-filter", &args.common, &files)?;
    let result = each(
        &mut session,
        rows,
        args.common.jobs.unwrap_or(1),
        || {
            let conditions = make();
            move |row: Row<'_>, _: &mut String| match &conditions {
                Ok(conditions) => conditions.test(&row.to_record(None)),
                Err(_) => unreachable!("the condition was compiled before the first row"),
            }
        },
        |session, seen| {
            match seen.found {
                Ok(Tested::Kept) => return Ok(Fate::Line),
                Ok(Tested::Dropped) => {}
                Ok(Tested::Unrated) => session.tally.unrated += 1,
                Err(fault) => return session.reject(fault).map(|()| Fate::Nothing),
            }
            session.dropped(seen.line)?;
            Ok(Fate::Nothing)
        },
    );
    session.end(result, false)
}

/// The condition and the files among the arguments.
fn parted(args: &Args) -> anyhow::Result<(Option<&str>, Vec<PathBuf>)> {
    let files = |names: &[OsString]| names.iter().map(PathBuf::from).collect();
    if args.conditions.any() {
        return Ok((None, files(&args.arguments)));
    }
    match args.arguments.split_first() {
        Some((condition, rest)) => match condition.to_str() {
            Some(condition) => Ok((Some(condition), files(rest))),
            None => bail!("expected a condition first, found {}; it must be UTF-8", condition.display()),
        },
        None => {
            bail!("expected a condition; give one as first argument ('.score > 7') or by a flag (--min 7)")
        }
    }
}

/// A missing file that reads like a condition was probably meant as one.
fn hinted(error: anyhow::Error, files: &[PathBuf]) -> anyhow::Error {
    let condition = files.iter().filter(|file| !file.exists()).map(|file| file.to_string_lossy());
    let mut condition = condition.filter(|name| {
        name.starts_with(['.', '(', '[', '{']) && Conditions::new(FilterFlags::default(), Some(name)).is_ok()
    });
    match condition.next() {
        Some(name) => error.context(format!(
            "`{name}` is taken for a file, because a flag gives the condition; put it in a second filter: | sdk-filter '{name}'"
        )),
        None => error,
    }
}
