//! sdk-format: rows → training lines.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Parser;
use clap::builder::PossibleValuesParser;

use sdk_cli::{
    Beside, Common, Container, Exit, Fate, Session, each, inputs, nothing_to_read, stdin_is_terminal,
};
use sdk_record::{Fault, Record, Row, Sink};
use sdk_select::{Parts, PartsFlags, Select, input, object};
use sdk_shapes::{Example, SHAPES, Shape};

const EXAMPLES: &str = "\
Examples:
  sdk-format chatml judged.jsonl > train.jsonl
  sdk-format openai --system '\"You are brief.\"' judged.jsonl
  sdk-format alpaca --user .q --assistant .a --keep '{score}' rows.jsonl

";

/// Rows that are looked at before a run of nothing but unknown shapes is given up.
const LOOKED_AT: usize = 100;

/// Rows → training lines, in the shape that a trainer reads
#[derive(Parser)]
#[command(name = "sdk-format", version, before_help = EXAMPLES)]
struct Args {
    /// Shape of each line (--list says more)
    #[arg(value_name = "SHAPE", required_unless_present = "list",
          value_parser = PossibleValuesParser::new(sdk_shapes::names()))]
    shape: Option<String>,
    /// Rows: JSON Lines, an array or objects, also .gz and .zst; - or none is stdin
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    parts: PartsFlags,
    /// Fields carried into the line: '{score, sdk}'
    #[arg(long, value_name = "EXPR")]
    keep: Option<String>,
    /// What holds the lines: jsonl, or json for one array [default: by the name of -o]
    #[arg(long, value_name = "NAME", hide_possible_values = true)]
    container: Option<Container>,
    /// List the shapes as kind, name and description, and stop
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    common: Common,
}

fn main() -> ExitCode {
    sdk_cli::main(run)
}

fn run(args: Args) -> anyhow::Result<Exit> {
    let Some(shape) = args.shape.as_deref().filter(|_| !args.list).and_then(sdk_shapes::find) else {
        let row = |shape: &Shape| format!("shape\t{}\t{}\n", shape.name, shape.about);
        return sdk_cli::print(&SHAPES.iter().map(row).collect::<String>());
    };
    if args.files.is_empty() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let make = || -> Result<Writer, sdk_select::SelectError> {
        let keep = args.keep.as_deref().map(|text| Select::new(text, &[])).transpose()?;
        Ok(Writer { shape, parts: Parts::new(&args.parts)?, keep })
    };
    let writer = make()?;
    let rows = inputs(&args.files, args.common.max_line)?;
    drop(writer);
    let beside = Beside { container: args.container, ..Beside::default() };
    let mut session = Session::beside("sdk-format", &args.common, &args.files, &beside)?;
    let mut doubts = Doubts::default();
    let result = each(
        &mut session,
        rows,
        args.common.jobs.unwrap_or(1),
        || {
            let writer = make();
            move |row: Row<'_>, line: &mut String| match writer
                .as_ref()
                .map(|writer| writer.line(&row.to_record(None)))
            {
                Ok(made) => {
                    line.push_str(&made?);
                    line.push('\n');
                    Ok(())
                }
                Err(_) => unreachable!("the expressions were compiled before the first row"),
            }
        },
        |session, seen| match seen.found {
            Ok(()) => doubts.converted(session),
            Err(fault) => doubts.refused(session, fault),
        },
    );
    if let Some(why) = doubts.given_up {
        session.abandon();
        bail!("none of the first {LOOKED_AT} rows can be written: {why}");
    }
    let result = result.and_then(|()| doubts.settle(&mut session));
    session.end(result, false)
}

/// Faults of the first rows, until one row converts: that none does is a mistake of the whole command.
#[derive(Default)]
struct Doubts {
    held: Vec<Fault>,
    converted: bool,
    given_up: Option<String>,
}

impl Doubts {
    fn refused(&mut self, session: &mut Session, fault: Fault) -> io::Result<Fate> {
        self.held.push(fault);
        let rows = self.held.iter().filter(|fault| fault.row.is_some());
        if self.converted {
            self.settle(session)?;
        } else if rows.clone().count() == LOOKED_AT {
            self.given_up = rows.map(|fault| fault.message.clone()).next();
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Fate::Nothing)
    }

    fn converted(&mut self, session: &mut Session) -> io::Result<Fate> {
        self.converted = true;
        self.settle(session).map(|()| Fate::Made)
    }

    fn settle(&mut self, session: &mut Session) -> io::Result<()> {
        self.held.drain(..).try_for_each(|fault| session.reject(fault))
    }
}

/// A shape with the expressions that fill it.
struct Writer {
    shape: &'static Shape,
    parts: Parts,
    keep: Option<Select>,
}

impl Writer {
    fn line(&self, row: &Record) -> Result<String, Fault> {
        let parts = self.parts.of(row.row())?;
        let keep: Vec<(String, String)> = match &self.keep {
            None => Vec::new(),
            Some(select) => {
                let kept = object(select, input(row)?, &[])?;
                kept.iter().map(|(key, raw)| (key.into_owned(), raw.to_owned())).collect()
            }
        };
        let (system, user, assistant) =
            (parts.system.as_deref(), parts.user.as_deref(), parts.assistant.as_deref());
        self.shape.line(&Example { row, system, user, assistant, keep: &keep })
    }
}
