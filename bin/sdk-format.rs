//! sdk-format: rows → training lines.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Parser;
use clap::builder::PossibleValuesParser;

use sdk_cli::{
    Beside, Common, Container, Doubts, Exit, Fate, Session, each, inputs, nothing_to_read, stdin_is_terminal,
};
use sdk_record::{Row, Sink};
use sdk_shapes::{Checker, SHAPES, Shape, ShapeFlags, Writer};

const EXAMPLES: &str = "\
Examples:
  sdk-format chatml judged.jsonl > train.jsonl
  sdk-format openai --system '\"You are brief.\"' judged.jsonl
  sdk-format alpaca --user .q --assistant .a --keep '{score}' rows.jsonl
  sdk-format openai --check train.jsonl

";

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
    shaping: ShapeFlags,
    /// Write nothing: say what is wrong with lines of this SHAPE and how to mend it; exit 1 if anything is
    #[arg(long, conflicts_with_all = ["user", "assistant", "system", "from", "reasoning", "keep", "chat_template", "container"])]
    check: bool,
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
    // Every thread compiles its own; what is wrong is said before the first row.
    Writer::new(shape, &args.shaping)?;
    let rows = inputs(&args.files, args.common.max_line)?.members();
    let beside = Beside { container: args.container, ..Beside::default() };
    let mut session = Session::beside("sdk-format", &args.common, &args.files, &beside)?;
    let jobs = args.common.jobs().unwrap_or(1);
    if args.check {
        let look = || move |row: Row<'_>, _: &mut String| Checker::new(shape).check(row).map_err(Box::new);
        let result = each(&mut session, rows, jobs, look, |session, found, _| {
            found.or_else(|fault| session.reject(*fault)).map(|()| Fate::Nothing)
        });
        return session.end(result, false);
    }
    let mut doubts = Doubts::default();
    let write = || {
        let writer = Writer::new(shape, &args.shaping);
        move |row: Row<'_>, lines: &mut String| match &writer {
            Ok(writer) => writer.append(row, lines).map_err(Box::new),
            Err(_) => unreachable!("the expressions were compiled before the first row"),
        }
    };
    let result = each(&mut session, rows, jobs, write, |session, found, _| doubts.settle(session, found));
    if let Some(why) = doubts.given_up() {
        session.abandon();
        bail!(why);
    }
    let result = result.and_then(|()| doubts.trust(&mut session));
    session.end(result, false)
}
