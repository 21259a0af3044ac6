//! sdk-judge: rows → the same rows and a score.

mod asking;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::Parser;

use asking::{Arguments, Asking, Builtins};
use sdk_cli::{Exit, inputs, nothing_to_read, stdin_is_terminal};
use sdk_models::Whom;
use sdk_recipes::config::Settings;
use sdk_scores::{JudgeFlags, Judging, RUBRICS, Rubric};

/// Answers are made on one thread and used on another, in small pieces: the system's allocator takes a third more time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXAMPLES: &str = "\
Examples:
  sdk-judge -m openai:gpt-4o-mini pairs.jsonl | sdk-filter --min 7.5
  cat rows.jsonl | sdk-judge --rubric careful.md -m ollama:qwen3:8b
  sdk-judge --user .q --assistant .a -m offline rows.jsonl

";

const OFFLINE: &str = "\
`-m offline` asks no model and uses no network: it scores by measures (length, repetition, overlap with the source,
form). It is for trying things out and for tests; it cannot tell whether an answer is true.";

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
        rubric(self, &rubrics()).map_or(true, |(rubric, _)| rubric.asks())
    }
}

fn rubrics() -> Builtins {
    let all = RUBRICS.iter().map(|rubric| (rubric.name, rubric.about(), rubric.text));
    Builtins { kind: "rubric", all: all.collect() }
}

/// The rubric, and what a file says of it.
fn rubric(args: &Args, rubrics: &Builtins) -> anyhow::Result<(Rubric, Settings)> {
    let named = args.judge.rubric.clone().or_else(|| args.asking.said(|file| file.rubric.clone()));
    let name = named.as_deref().unwrap_or("general");
    let said = args.asking.said(|file| file.rubric(name).clone());
    let text = said.prompt.clone().map_or_else(|| rubrics.text(name), Ok)?;
    let flags = args.asking.with(&said).model.parameters();
    let rubric = Rubric::new(name, &text, &args.judge.vars, &flags).map_err(|why| anyhow!(why))?;
    Ok((rubric, said))
}

fn main() -> ExitCode {
    sdk_cli::main(|args| asking::run("sdk-judge", args, run))
}

fn run(args: Args) -> anyhow::Result<Exit> {
    let (asking, common) = (&args.asking, &args.asking.common);
    let rubrics = rubrics();
    if let Some(exit) = asking.printed(&rubrics)? {
        return Ok(exit);
    }
    if let Some(exit) = asking.pinged("sdk-judge")? {
        return Ok(exit);
    }
    let (rubric, said) = rubric(&args, &rubrics)?;
    let asking = &asking.with(&said);
    let name = rubric.name().to_owned();
    // Computed criteria are summed up without asking anybody.
    let whom = if rubric.asks() { asking.whom()? } else { Whom::Offline };
    if args.files.is_empty() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let plan = Judging::new(rubric, &args.judge).map_err(|why| anyhow!(why))?;
    let mut plan = plan.with_repairs(asking.model.repairs).with_price(asking.price(&whom)?);
    let mut rows = inputs(&args.files, common.max_line)?;
    // Nothing is sent before the first row was found to fit.
    let first = rows.peek();
    if let Some(row) = &first {
        plan.check(row)
            .map_err(|fault| anyhow!("{name} cannot be asked of the first row: {}", fault.of(row)))?;
    }
    let asked = asking.open("sdk-judge", whom, plan.parameters())?;
    if common.dry_run {
        let call = first.map(|row| plan.first(&row)).transpose().map_err(|fault| anyhow!(fault.message))?;
        return asked.show(call.flatten());
    }
    let session = asked.session(&args.files)?;
    let mut ran = asked.run(&mut plan, rows, session, None);
    ran.session.tally.unrated = plan.unrated();
    ran.session.counted(plan.stats());
    ran.end()
}
