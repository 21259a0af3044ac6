//! sdk-expand: rows or an outline → the rows to generate from.

mod planned;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use clap::Parser;

use sdk_cli::{Common, Exit, Session, inputs, nothing_to_read, stdin_is_terminal};
use sdk_recipes::config::{Config, ConfigFlag};
use sdk_recipes::expand::{ExpandFlags, Outline, Planner};
use sdk_record::Sink;

const EXAMPLES: &str = "\
Examples:
  sdk-expand --taxonomy outline.md -n 50 | sdk-gen -m ollama:qwen3:8b
  sdk-expand --vary tone=calm,angry --vary language=@languages.txt rows.jsonl
  cat seeds.jsonl | sdk-expand --copies 3 | sdk-gen --task my-task.md
  sdk-expand -c config.yaml --explain

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
    #[command(flatten)]
    config: ConfigFlag,
    /// Print the flags that the file of -c means, of every tool, as a pipeline, and stop
    #[arg(long, requires = "config")]
    explain: bool,
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
    if let Some(file) = &args.config.config {
        let config = Config::open(file).map_err(|why| anyhow!(why))?;
        if !args.explain {
            bail!(
                "-c {}: it plans no rows; expected rows, or --explain, which prints the flags that it means",
                file.display()
            );
        }
        let say = args.common.remarks.sayer("sdk-expand");
        config.remarks.iter().for_each(|remark| say(remark));
        return sdk_cli::print(&config.pipeline);
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
        None => planned::all(&mut session, &planner, outline.as_ref(), rows),
        Some(_) => planned::drawn(&mut session, &planner, outline.as_ref(), rows),
    };
    let short = planner.wanted().is_some_and(|wanted| session.tally.written < wanted) && !args.common.dry_run;
    if short && result.is_ok() && !session.interrupted() {
        let wanted = planner.wanted().unwrap_or_default();
        session
            .complain(&format!("{wanted} rows were asked for, {} could be planned", session.tally.written));
    }
    session.end(result, short)
}
