//! sdk-gen: passages, seeds, planned rows → generated rows.

mod asking;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::Parser;

use asking::{Arguments, Asking, Builtins};
use sdk_cli::{Exit, inputs, nothing_to_read, stdin_is_terminal};
use sdk_recipes::config::Settings;
use sdk_recipes::{GenFlags, Generation, TASKS, Task, suited};

/// Answers are made on one thread and used on another, in small pieces: the system's allocator takes a third more time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EXAMPLES: &str = "\
Examples:
  sdk-extract docs/ | sdk-gen --task qa -m ollama:qwen3:8b > pairs.jsonl
  cat seeds.jsonl | sdk-gen -n 100 -m openai:gpt-4o-mini
  sdk-gen --task my-task.md --var tone=calm -m offline rows.jsonl

";

const OFFLINE: &str = "\
`-m offline` asks no model and uses no network: it fills the task's form from the row by rules, and knows nothing that
the row does not say. It is for trying things out and for tests.";

/// Passages, seeds or planned rows → generated rows
#[derive(Clone, Parser)]
#[command(name = "sdk-gen", version, before_help = EXAMPLES, after_help = OFFLINE)]
struct Args {
    /// Rows: JSON Lines, an array or objects, also .gz and .zst; - or none is stdin
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    generate: GenFlags,
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
}

fn main() -> ExitCode {
    sdk_cli::main(|args| asking::run("sdk-gen", args, run))
}

fn run(args: Args) -> anyhow::Result<Exit> {
    let (asking, common) = (&args.asking, &args.asking.common);
    let tasks = TASKS.iter().map(|task| (task.name, task.about(), task.text));
    let tasks = Builtins { kind: "task", all: tasks.collect() };
    if let Some(exit) = asking.printed(&tasks)? {
        return Ok(exit);
    }
    let whom = asking.whom()?;
    if let Some(exit) = asking.pinged("sdk-gen")? {
        return Ok(exit);
    }
    if args.files.is_empty() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let mut rows = inputs(&args.files, common.max_line)?.members();
    // Nothing is sent before the first row was found to fit.
    let first = rows.peek();
    let (name, why) = match (&args.generate.task, &first) {
        (Some(name), _) => (name.clone(), None),
        (None, Some(row)) => suited(row),
        (None, None) => ("instruct".to_owned(), None),
    };
    let said = asking.said(|file| file.task(&name).clone());
    // Where nothing comes in no number lacks.
    let said = if first.is_some() { said } else { Settings { number: None, ..said } };
    let (asking, flags) = (&asking.with(&said), args.generate.clone().with(&said));
    let text = said.prompt.map_or_else(|| tasks.text(&name), Ok)?;
    let task = Task::new(&name, &text, &flags, &asking.model.parameters());
    let task = task.map_err(|why| anyhow!(why))?.with_repairs(asking.model.repairs);
    let task = task.with_price(asking.price(&whom)?);
    let mut plan = Generation::new(task, &flags, common.seed).map_err(|why| anyhow!(why))?;
    if let Some(row) = &first {
        plan.check(row).map_err(|fault| anyhow!("{name} cannot be asked of the first row: {fault}"))?;
    }
    let asked = asking.open("sdk-gen", vec![whom], plan.parameters())?;
    if common.dry_run {
        let sample: Vec<_> = rows.take(1000).filter_map(Result::ok).collect();
        let call = plan.first(sample).map_err(|fault| anyhow!(fault.message))?;
        return asked.show(Some(call));
    }
    let session = asked.session(&args.files)?;
    if let Some(why) = why {
        session.say(&format!("task {name}: {why}"));
    }
    let wanted = plan.wanted();
    asked.run(&mut plan, rows, session, wanted).end()
}
