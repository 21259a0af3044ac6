//! `--batch`: rounds of a run that only find out what is to be asked, each asked by a batch service, and at last the run
//! that makes the rows.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use sdk_cli::{Again, Exit, stdin_is_terminal};
use sdk_models::{BatchFlags, Served, Service, Whom};

use super::Asking;

/// The arguments of a tool that asks a model.
pub(crate) trait Arguments: Clone {
    /// Its common flags.
    fn asking(&mut self) -> &mut Asking;
    /// The files that it reads.
    fn files(&self) -> &[PathBuf];
    /// Whether it asks a model at all.
    fn asks(&self) -> bool {
        true
    }
}

/// Whether what stands here is gone when it was read: a second round would find no row, and pay for the first in vain.
fn is_read_once(file: &Path) -> bool {
    file.as_os_str() != "-" && fs::metadata(file).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Runs the tool `name`: at once, or as often as it takes to ask everything by batch.
pub(crate) fn run<A: Arguments>(
    name: &'static str,
    mut args: A,
    run: fn(A) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    args.asking().read(name)?;
    let files = args.files();
    let stdin = files.is_empty() || files.iter().any(|file| file.as_os_str() == "-");
    let pipe = files.iter().find(|file| is_read_once(file)).cloned();
    let asking = args.asking();
    let batch = asking.model.batch.batch && !asking.asks_nothing();
    if !batch || stdin && stdin_is_terminal() || !args.asks() {
        return run(args);
    }
    let asking = args.asking();
    if let Some(pipe) = pipe {
        bail!(
            "--batch reads its rows several times, and {} is a pipe or a device, which gives them once: send them to \
             stdin, or write them to a file first",
            pipe.display()
        );
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
