//! sdk-extract: documents → passages.

mod documents;

use std::io;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::Parser;

use sdk_cli::{Common, Exit, Session, nothing_to_read, stdin_is_terminal};
use sdk_fetch::Limits;
use sdk_readers::{Documents, ExtractFlags, Plan, READERS, Reader, Wishes, serve, sources};

const EXAMPLES: &str = "\
Examples:
  sdk-extract docs/ --chunk-size 2000 > passages.jsonl
  sdk-extract manual.html notes.md | sdk-gen --task qa
  find ~/docs -name '*.md' -print0 | sdk-extract --files-from -

";

/// Documents → passages: text, web pages, office documents, books; rows of CSV, JSON and Parquet as they are
#[derive(Parser)]
#[command(name = "sdk-extract", version, before_help = EXAMPLES)]
struct Args {
    #[command(flatten)]
    extract: ExtractFlags,
    /// List what can be read as kind, name and description, and stop
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    common: Common,
}

fn main() -> ExitCode {
    sdk_cli::main(run)
}

fn run(args: Args) -> anyhow::Result<Exit> {
    let (extract, common) = (&args.extract, &args.common);
    if args.list {
        let row = |reader: &Reader| format!("reader\t{}\t{}\n", reader.name, reader.about);
        return sdk_cli::print(&READERS.iter().map(row).collect::<String>());
    }
    let sizes = extract.sizes().map_err(|why| anyhow!(why))?;
    let wishes = extract.wishes().map_err(|why| anyhow!(why))?;
    if extract.worker {
        let wishes = Wishes { max_line: common.max_line, ..wishes };
        return Ok(serve(wishes, sizes, extract.patience()).map(|()| Exit::Done)?);
    }
    if extract.paths.is_empty() && extract.files_from.is_none() && stdin_is_terminal() {
        return Ok(nothing_to_read::<Args>());
    }
    let found = sources(extract, Box::new(sdk_cli::stdin())).map_err(|why| anyhow!(why))?;
    // What is read is looked up beforehand only where a file is written that may be among it.
    let inputs = match common.output.is_some() || common.rejects.is_some() {
        true => sources(extract, Box::new(io::empty()))
            .map_err(|why| anyhow!(why))?
            .filter_map(documents::file)
            .collect(),
        false => Vec::new(),
    };
    let mut session = Session::open("sdk-extract", common, &inputs)?;
    let (written, cores) = (session.outputs(), std::thread::available_parallelism().map_or(1, usize::from));
    let (max_size, allow_private) = (extract.max_size, extract.allow_private);
    let limits = Limits { timeout: extract.patience(), max_size, allow_private };
    let plan = Plan {
        jobs: common.jobs.number().unwrap_or(cores).min(cores),
        ordered: !common.unordered,
        patience: extract.patience(),
        stdin: Box::new(sdk_cli::stdin()),
        fetch: Box::new(move |address| documents::fetched(address, &limits)),
    };
    let reading = Documents::start(found.filter_map(move |source| documents::apart(source, &written)), plan)?;
    let result = documents::forward(&mut session, &reading);
    session.end(result, false)
}
