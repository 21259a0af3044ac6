//! sdk-gen: passages, seeds, planned rows → generated rows.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::Parser;

use sdk_cli::{Common, Exit, Session, inputs, nothing_to_read, stdin_is_terminal};
use sdk_models::{ModelFlags, PROVIDERS, Run, Way, Whom, choose, drive, ping};
use sdk_offline::Offline;
use sdk_prompt::{Answer, Counts};
use sdk_recipes::{GenFlags, Generation, TASKS, Task, named, suited};
use sdk_record::Sink;

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
#[derive(Parser)]
#[command(name = "sdk-gen", version, before_help = EXAMPLES, after_help = OFFLINE)]
struct Args {
    /// Rows: JSON Lines, an array or objects, also .gz and .zst; - or none is stdin
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    generate: GenFlags,
    #[command(flatten)]
    model: ModelFlags,
    /// List tasks and providers as kind, name and description, and stop
    #[arg(long)]
    list: bool,
    /// Print a built-in task, to copy
    #[arg(long, value_name = "NAME")]
    show: Option<String>,
    #[command(flatten)]
    common: Common,
}

fn main() -> ExitCode {
    sdk_cli::main(run)
}

fn run(args: Args) -> anyhow::Result<Exit> {
    if args.list {
        let tasks = TASKS.iter().map(|task| format!("task\t{}\t{}\n", task.name, task.about()));
        let providers = PROVIDERS.iter().map(|one| format!("provider\t{}\t{}\n", one.name, one.about));
        return sdk_cli::print(&tasks.chain(providers).collect::<String>());
    }
    if let Some(name) = &args.show {
        return sdk_cli::print(named(name).with_context(|| unknown(name))?.text);
    }
    let whom = choose(&args.model).map_err(|why| anyhow!(why))?;
    if args.model.ping {
        return sdk_cli::found("sdk-gen", ping(whom));
    }
    if args.files.is_empty() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let mut rows = inputs(&args.files, args.common.max_line)?;
    // Nothing is sent before the first row was found to fit.
    let first = rows.peek();
    let (name, why) = match (&args.generate.task, &first) {
        (Some(name), _) => (name.clone(), None),
        (None, Some(row)) => suited(row),
        (None, None) => ("instruct".to_owned(), None),
    };
    let text = sdk_cli::text(named(&name).map(|task| task.text), &name, unknown)?;
    let task =
        Task::new(&name, &text, &args.generate, &args.model.parameters()).map_err(|why| anyhow!(why))?;
    let task = task.with_repairs(args.model.repairs);
    let mut plan = Generation::new(task, &args.generate, args.common.seed).map_err(|why| anyhow!(why))?;
    if let Some(row) = &first {
        plan.check(row).map_err(|fault| anyhow!("{name} cannot be asked of the first row: {fault}"))?;
    }
    let (jobs, remarks) = (args.common.jobs.number(), args.common.remarks);
    let say = remarks.sayer("sdk-gen");
    let (seed, dry) = (args.common.seed, args.common.dry_run);
    let run = Run { jobs, seed, say, verbose: remarks.verbose, dry };
    let mut answer: Box<dyn Answer> = match whom {
        Whom::Offline => Box::new(Offline::new()),
        Whom::Server(server) => server.open(&args.model, run).map_err(|why| anyhow!(why))?,
    };
    if args.common.dry_run {
        let sample: Vec<_> = rows.take(1000).filter_map(Result::ok).collect();
        let call = plan.first(sample).map_err(|fault| anyhow!(fault.message))?;
        return sdk_cli::print(&format!("{}\n", answer.show(&call)));
    }
    let mut session = Session::open("sdk-gen", &args.common, &args.files)?;
    if let Some(why) = why {
        session.say(&format!("task {name}: {why}"));
    }
    let way = Way { unordered: args.common.unordered };
    let (counts, result) = drive(&mut plan, rows, &mut session, answer.as_mut(), way);
    (session.tally.read, session.tally.empty) = (counts.read, counts.empty);
    session.asked(counts.requests_line(), counts.cached);
    let Counts { lacking, repeats, unfinished, .. } = counts;
    session.note(repeats, "repeated items left out");
    if result.is_ok() {
        session.note(unfinished, "rows not finished (run the same command again)");
    }
    if result.is_ok() && unfinished == 0 && !session.interrupted() {
        session.note(lacking, "rows lacking of -n (add rows, or try another --seed)");
    }
    session.end(result, lacking > 0)
}

fn unknown(name: &str) -> String {
    let known: Vec<&str> = TASKS.iter().map(|task| task.name).collect();
    format!("--task {name}: expected a prompt file or one of {}", known.join(", "))
}
