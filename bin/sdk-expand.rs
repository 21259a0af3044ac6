//! sdk-expand: rows or an outline → the rows to generate from.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::Parser;

use sdk_cli::{Common, Exit, Inputs, Session, inputs, nothing_to_read, stdin_is_terminal};
use sdk_recipes::expand::{ExpandFlags, Family, Outline, Planner};
use sdk_record::{Sink, Spool};

const EXAMPLES: &str = "\
Examples:
  sdk-expand --taxonomy outline.md -n 50 | sdk-gen -m ollama:qwen3:8b
  sdk-expand --vary tone=calm,angry --vary language=@languages.txt rows.jsonl
  cat seeds.jsonl | sdk-expand --copies 3 | sdk-gen --task my-task.md

";

/// Rows or an outline → planned rows: what varies, how often, evenly
#[derive(Parser)]
#[command(name = "sdk-expand", version, before_help = EXAMPLES)]
struct Args {
    /// Rows to plan from; - or none is stdin, which is not read where --taxonomy gives the rows
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    expand: ExpandFlags,
    /// List the ways to plan as kind, name and description, and stop
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
        return sdk_cli::print(&sdk_cli::listed::<ExpandFlags>("plan"));
    }
    let outline =
        args.expand.taxonomy.as_deref().map(Outline::open).transpose().map_err(|why| anyhow!(why))?;
    let planner = Planner::new(&args.expand, args.common.seed).map_err(|why| anyhow!(why))?;
    let reads = outline.is_none() || !args.files.is_empty();
    if reads && args.files.is_empty() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let rows = if reads { Some(inputs(&args.files, args.common.max_line)?) } else { None };
    let read: Vec<PathBuf> = args.files.iter().chain(&args.expand.taxonomy).cloned().collect();
    let mut session = Session::open("sdk-expand", &args.common, &read)?;
    let result = match planner.wanted() {
        None => all(&mut session, &planner, outline.as_ref(), rows),
        Some(_) => drawn(&mut session, &planner, outline.as_ref(), rows),
    };
    let short = planner.wanted().is_some_and(|wanted| session.tally.written < wanted) && !args.common.dry_run;
    if short && result.is_ok() && !session.interrupted() {
        let wanted = planner.wanted().unwrap_or_default();
        session
            .complain(&format!("{wanted} rows were asked for, {} could be planned", session.tally.written));
    }
    session.end(result, short)
}

/// Every combination, as the rows come.
fn all(
    session: &mut Session,
    planner: &Planner,
    outline: Option<&Outline>,
    rows: Option<Inputs>,
) -> io::Result<()> {
    for leaf in outline.into_iter().flat_map(Outline::rows) {
        write(session, planner.family(&leaf))?;
    }
    let Some(mut rows) = rows else { return Ok(()) };
    while let Some(row) = session.next(&mut rows)? {
        match row {
            Ok(row) => write(session, planner.family(&row))?,
            Err(fault) => session.reject(fault)?,
        }
    }
    Ok(())
}

/// An even draw: the rows are counted first.
fn drawn(
    session: &mut Session,
    planner: &Planner,
    outline: Option<&Outline>,
    rows: Option<Inputs>,
) -> io::Result<()> {
    let mut spool = Spool::default();
    for row in rows.into_iter().flatten() {
        session.tally.read += 1;
        match row.and_then(|row| planner.check(&row).map_err(|fault| fault.of(&row)).map(|()| row)) {
            Ok(row) => spool.push(&row)?,
            Err(fault) => session.reject(fault)?,
        }
    }
    let leaves = outline.map_or(0, Outline::leaves);
    let mut shares = planner.shares(leaves + spool.rows());
    for leaf in outline.into_iter().flat_map(Outline::rows) {
        write(session, shares.of(&leaf))?;
    }
    for row in spool.read()? {
        write(session, shares.of(&row?))?;
    }
    Ok(())
}

fn write(session: &mut Session, mut family: Family) -> io::Result<()> {
    while let Some(row) = family.next().filter(|_| !session.interrupted()) {
        session.take(row)?;
    }
    Ok(())
}
