//! `--batch`: rounds of a run that only find out what is to be asked, each asked by a batch service, and at last the run
//! that makes the rows.

use std::path::PathBuf;

use anyhow::{Context, anyhow};

use sdk_cli::{Again, Exit, stdin_is_terminal};
use sdk_models::{BatchFlags, Served, Service, Whom};

use super::Asking;

/// The arguments of a tool that asks a model.
pub(crate) trait Arguments: Clone {
    /// Its common flags.
    fn asking(&mut self) -> &mut Asking;
    /// The files that it reads.
    fn files(&self) -> &[PathBuf];
}

/// Runs the tool `name`: at once, or as often as it takes to ask everything by batch.
pub(crate) fn run<A: Arguments>(
    name: &'static str,
    mut args: A,
    run: fn(A) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    let files = args.files();
    let stdin = files.is_empty() || files.iter().any(|file| file.as_os_str() == "-");
    let asking = args.asking();
    if !asking.model.batch.batch || asking.asks_nothing() || stdin && stdin_is_terminal() {
        return run(args);
    }
    let Whom::Server(server) = asking.whom()? else { return run(args) };
    let (say, seed) = (asking.common.remarks.sayer(name), asking.common.seed);
    let service = Service::open(*server, &asking.model, seed, say, sdk_cli::interrupted);
    let mut service = service.map_err(|why| anyhow!(why))?;
    let again =
        if stdin { Some(Again::keep().context("stdin cannot be kept to be read again")?) } else { None };
    let round = |batch: BatchFlags, mute: bool| {
        again.as_ref().map_or(Ok(()), Again::rewind).context("stdin cannot be read again")?;
        let mut args = args.clone();
        let asking = args.asking();
        asking.model.batch = batch;
        asking.common.mute = mute;
        asking.common.remarks.quiet |= mute;
        run(args)
    };
    loop {
        match round(service.round(), true)? {
            Exit::Done | Exit::Partly => {}
            other => return Ok(other),
        }
        match service.serve() {
            Ok(Served::Asked) => {}
            Ok(Served::Nothing) => return round(service.last(), false),
            Ok(Served::Interrupted) => return Ok(Exit::Interrupted),
            Err(why) => return sdk_cli::found(name, Err(why)),
        }
    }
}
