//! sdk-judge: rows → the same rows and a score.

mod asking;
mod rubric;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::Parser;

use asking::{Arguments, Asking};
use sdk_cli::{Exit, inputs, nothing_to_read, stdin_is_terminal};
use sdk_models::Whom;
use sdk_scores::{Judge, JudgeFlags, Judging};

/// Answers are made on one thread and used on another, in small pieces: the system's allocator takes a third more time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXAMPLES: &str = "\
Examples:
  sdk-judge -m openai:gpt-4o-mini pairs.jsonl | sdk-filter --min 7.5
  cat rows.jsonl | sdk-judge --rubric careful.md -m ollama:qwen3:8b
  sdk-judge --rubric qa --reference .text --pack 8 --threshold 7 rows.jsonl > judged.jsonl

";

const OFFLINE: &str = "\
`-m offline` asks no model and uses no network: it scores by measures (length, repetition, overlap with the source,
form). It is for trying things out and for tests; it cannot tell whether an answer is true.

Several `-m` are a panel: each model judges each row, and the score is their median.";

/// Rows → the same rows and a score with its reason
#[derive(Clone, Parser)]
#[command(name = "sdk-judge", version, before_help = EXAMPLES, after_help = OFFLINE)]
struct Args {
    /// Rows: JSON Lines, an array or objects, also .gz and .zst; - or none is stdin
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    judge: JudgeFlags,
    #[command(flatten)]
    asking: Asking,
}

impl Arguments for Args {
    fn asking(&mut self) -> &mut Asking {
        &mut self.asking
    }

    fn files(&self) -> &[PathBuf] {
        &self.files
    }

    fn asks(&self) -> bool {
        // What is wrong with a rubric is said when it is used.
        rubric::chosen(&self.judge, &self.asking).map_or(true, |(rubric, _)| rubric.asks())
    }
}

fn main() -> ExitCode {
    sdk_cli::main(|args| asking::run("sdk-judge", args, run))
}

fn run(args: Args) -> anyhow::Result<Exit> {
    let (asking, common) = (&args.asking, &args.asking.common);
    if let Some(exit) = asking.printed(&rubric::all())? {
        return Ok(exit);
    }
    if let Some(exit) = asking.pinged("sdk-judge")? {
        return Ok(exit);
    }
    let (rubric, said) = rubric::chosen(&args.judge, asking)?;
    let asking = &asking.with(&said);
    let name = rubric.name().to_owned();
    // Computed criteria are summed up without asking anybody.
    let panel = if rubric.asks() { asking.panel()? } else { vec![Whom::Offline] };
    if args.files.is_empty() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let judge = |whom: &Whom| -> anyhow::Result<Judge> {
        Ok(Judge { name: whom.name(), price: asking.price(whom)? })
    };
    let judges = panel.iter().map(judge).collect::<anyhow::Result<_>>()?;
    let flags = args.judge.clone().with(said.pack.filter(|_| rubric.asks()), said.threshold);
    let plan = Judging::new(rubric, &flags, judges, asking.model.repairs);
    let say = common.remarks.sayer("sdk-judge");
    let mut plan = plan.map_err(|why| anyhow!(why))?.with_say(move |what| say(what));
    let mut rows = inputs(&args.files, common.max_line)?.members();
    // Nothing is sent before the first row was found to fit.
    let first = rows.peek();
    if let Some(row) = &first {
        plan.check(row)
            .map_err(|fault| anyhow!("{name} cannot be asked of the first row: {}", fault.of(row)))?;
    }
    let asked = asking.open("sdk-judge", panel, plan.parameters())?;
    if common.dry_run {
        return asked.show(plan.first(rows.filter_map(Result::ok)));
    }
    let session = asked.session(&args.files)?;
    // Scores of rows that do not come out are none of this run's.
    let comes_out = !asked.withholds();
    let mut ran = asked.run(&mut plan, rows, session, None);
    if comes_out {
        ran.session.tally.unrated = plan.unrated();
        ran.session.counted(plan.stats());
    }
    if ran.session.tally.written > 0 {
        plan.summary().iter().for_each(|line| ran.session.say(line));
    }
    ran.end()
}
