//! sdk-format: rows → training lines.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use clap::Parser;
use clap::builder::PossibleValuesParser;

use sdk_cli::{
    Beside, Common, Doubts, Exit, Fate, Session, each, inputs, nothing_to_read, stdin_is_terminal,
};
use sdk_record::{Layout, Row, Sink};
use sdk_shapes::{CONTAINERS, Checker, ContainerFlags, SHAPES, ShapeFlags, Writer};

const EXAMPLES: &str = "\
Examples:
  sdk-format chatml judged.jsonl > train.jsonl
  sdk-format openai --system '\"You are brief.\"' judged.jsonl
  sdk-format alpaca --user .q --assistant .a --keep '{score}' rows.jsonl
  sdk-format chatml --container hf --license cc-by-4.0 -o my-set judged.jsonl
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
    #[arg(long, conflicts_with_all = ["user", "assistant", "system", "from", "reasoning", "keep", "container", "parts", "license", "output"])]
    check: bool,
    #[command(flatten)]
    holding: ContainerFlags,
    /// List the shapes and containers as kind, name and description, and stop
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
        let shapes = SHAPES.iter().map(|shape| format!("shape\t{}\t{}\n", shape.name, shape.about));
        let containers = CONTAINERS.iter().map(|held| format!("container\t{}\t{}\n", held.name, held.about));
        return sdk_cli::print(&shapes.chain(containers).collect::<String>());
    };
    if args.files.is_empty() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let open =
        |layout| Session::keeping("sdk-format", &args.common, &args.files, &Beside::default(), Some(layout));
    let rows = inputs(&args.files, args.common.max_line)?.members();
    let jobs = args.common.jobs().unwrap_or(1);
    if args.check {
        let checker = Checker::new(shape, args.shaping.chat_template.as_deref())?;
        let mut session = open(Layout::Lines)?;
        let look = || |row: Row<'_>, _: &mut String| checker.check(row).map_err(Box::new);
        let result = each(&mut session, rows, jobs, look, |session, found, _| {
            found.or_else(|fault| session.reject(*fault)).map(|()| Fate::Nothing)
        });
        return session.end(result, false);
    }
    // Every thread compiles its own; what is wrong is said before the first row.
    Writer::new(shape, &args.shaping)?;
    let (layout, origins) = args.holding.layout(shape, args.common.output.as_deref())?;
    let mut session = open(layout)?;
    let mut doubts = Doubts::default();
    let write = || {
        let writer = Writer::new(shape, &args.shaping);
        move |row: Row<'_>, lines: &mut String| match &writer {
            Ok(writer) => writer.append(row, lines).map_err(Box::new),
            Err(_) => unreachable!("the expressions were compiled before the first row"),
        }
    };
    let result = each(&mut session, rows, jobs, write, |session, found, seen| {
        if let (Ok(()), Some(origins)) = (&found, &origins) {
            origins.count(seen.text());
        }
        doubts.settle(session, found)
    });
    if let Some(why) = doubts.given_up() {
        session.abandon();
        bail!(why);
    }
    let result = result.and_then(|()| doubts.trust(&mut session));
    session.end(result, false)
}
