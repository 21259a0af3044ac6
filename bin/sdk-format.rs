//! sdk-format: rows → training lines.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::Parser;
use clap::builder::PossibleValuesParser;

use sdk_cli::{Common, Exit, Session, Verdict, each, inputs, nothing_to_read, stdin_is_terminal};
use sdk_record::{Fault, Record};
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
    let rows = inputs(&args.files)?.looked_at(LOOKED_AT);
    // One row that converts is enough; that none does is a mistake of the whole command.
    let (mut seen, mut converted) = (0, false);
    for row in rows.seen().iter().filter_map(|row| row.as_ref().ok()) {
        seen += 1;
        converted |= writer.line(row).is_ok();
    }
    if seen == LOOKED_AT && !converted {
        let first = rows.seen().iter().find_map(|row| row.as_ref().ok()).map(|row| writer.line(row));
        match first {
            Some(Err(fault)) => bail!("none of the first {LOOKED_AT} rows can be written: {}", fault.message),
            _ => return Err(anyhow!("none of the first {LOOKED_AT} rows can be written")),
        }
    }
    let mut session = Session::open("sdk-format", &args.common, &args.files)?;
    let result = each(&mut session, rows, args.common.jobs.unwrap_or(1), || {
        let writer = make();
        move |row: Record| match writer.as_ref().map(|writer| writer.line(&row)) {
            Ok(Ok(line)) => Verdict::Write(line),
            Ok(Err(fault)) => Verdict::Reject(Box::new(fault.of(&row))),
            Err(_) => unreachable!("the expressions were compiled before the first row"),
        }
    });
    session.end(result, false)
}

/// A shape with the expressions that fill it.
struct Writer {
    shape: &'static Shape,
    parts: Parts,
    keep: Option<Select>,
}

impl Writer {
    fn line(&self, row: &Record) -> Result<String, Fault> {
        let parts = self.parts.of(row)?;
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
