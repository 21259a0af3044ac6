//! sdk-judge: rows → the same rows and a score.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::Parser;

use sdk_cli::{Common, Exit, Session, inputs, nothing_to_read, stdin_is_terminal};
use sdk_models::{ModelFlags, PROVIDERS, Run, Way, Whom, choose, drive, ping};
use sdk_offline::Offline;
use sdk_prompt::Answer;
use sdk_scores::{JudgeFlags, Judging, RUBRICS, Rubric, named};

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
#[derive(Parser)]
#[command(name = "sdk-judge", version, before_help = EXAMPLES, after_help = OFFLINE)]
struct Args {
    /// Rows: JSON Lines, an array or objects, also .gz and .zst; - or none is stdin
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    judge: JudgeFlags,
    #[command(flatten)]
    model: ModelFlags,
    /// List rubrics and providers as kind, name and description, and stop
    #[arg(long)]
    list: bool,
    /// Print a built-in rubric, to copy
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
        let rubrics = RUBRICS.iter().map(|rubric| format!("rubric\t{}\t{}\n", rubric.name, rubric.about()));
        let providers = PROVIDERS.iter().map(|one| format!("provider\t{}\t{}\n", one.name, one.about));
        return sdk_cli::print(&rubrics.chain(providers).collect::<String>());
    }
    if let Some(name) = &args.show {
        return sdk_cli::print(named(name).with_context(|| unknown(name))?.text);
    }
    if args.model.ping {
        return sdk_cli::found("sdk-judge", ping(choose(&args.model).map_err(|why| anyhow!(why))?));
    }
    let name = &args.judge.rubric;
    let text = sdk_cli::text(named(name).map(|rubric| rubric.text), name, unknown)?;
    let rubric =
        Rubric::new(name, &text, &args.judge.vars, &args.model.parameters()).map_err(|why| anyhow!(why))?;
    // Computed criteria are summed up without asking anybody.
    let whom = if rubric.asks() { choose(&args.model).map_err(|why| anyhow!(why))? } else { Whom::Offline };
    if args.files.is_empty() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let plan = Judging::new(rubric, &args.judge).map_err(|why| anyhow!(why))?;
    let mut plan = plan.with_repairs(args.model.repairs);
    let mut rows = inputs(&args.files, args.common.max_line)?;
    // Nothing is sent before the first row was found to fit.
    let first = rows.peek();
    if let Some(row) = &first {
        plan.check(row)
            .map_err(|fault| anyhow!("{name} cannot be asked of the first row: {}", fault.of(row)))?;
    }
    let (jobs, remarks) = (args.common.jobs.number(), args.common.remarks);
    let say = remarks.sayer("sdk-judge");
    let (seed, dry) = (args.common.seed, args.common.dry_run);
    let run = Run { jobs, seed, say, verbose: remarks.verbose, dry };
    let mut answer: Box<dyn Answer> = match whom {
        Whom::Offline => Box::new(Offline::new()),
        Whom::Server(server) => server.open(&args.model, run).map_err(|why| anyhow!(why))?,
    };
    if args.common.dry_run {
        let call = first.map(|row| plan.first(&row)).transpose().map_err(|fault| anyhow!(fault.message))?;
        let shown = call.flatten().map(|call| format!("{}\n", answer.show(&call)));
        return sdk_cli::print(&shown.unwrap_or_default());
    }
    let mut session = Session::open("sdk-judge", &args.common, &args.files)?;
    let way = Way { unordered: args.common.unordered };
    let (counts, result) = drive(&mut plan, rows, &mut session, answer.as_mut(), way);
    session.tally.read = counts.read;
    session.tally.unrated = plan.unrated();
    session.asked(counts.requests_line(), counts.cached);
    if result.is_ok() {
        session.note(counts.unfinished, "rows not finished (run the same command again)");
    }
    session.end(result, false)
}

fn unknown(name: &str) -> String {
    let known: Vec<&str> = RUBRICS.iter().map(|rubric| rubric.name).collect();
    format!("--rubric {name}: expected a rubric file or one of {}", known.join(", "))
}
