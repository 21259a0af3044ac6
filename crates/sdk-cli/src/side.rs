//! The files beside the data: dropped rows and rejects.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::place::{create, part};

const BLOCK: usize = 64 * 1024;

/// What some tools write besides rows and rejects, and how.
#[derive(Debug, Default, Clone, Copy)]
pub struct Beside<'a> {
    /// The dropped rows.
    pub dropped: Option<&'a Path>,
    /// The run in numbers.
    pub stats: Option<&'a Path>,
}

/// A side file that is written in place: `--dropped`.
pub(crate) struct Side {
    flag: &'static str,
    file: BufWriter<File>,
}

impl Side {
    pub(crate) fn open(flag: &'static str, file: &Path) -> anyhow::Result<Side> {
        Ok(Side { flag, file: BufWriter::with_capacity(BLOCK, create(file)?) })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).map_err(|error| unwritten(self.flag, &error))
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(|error| unwritten(self.flag, &error))
    }
}

/// `--rejects`: written beside its name as `FILE.part`, renamed when the run has ended in order.
pub(crate) struct Rejects {
    file: BufWriter<File>,
    part: PathBuf,
    whole: PathBuf,
}

impl Rejects {
    pub(crate) fn open(whole: &Path) -> anyhow::Result<Rejects> {
        let part = part(whole);
        let file = File::create(&part).with_context(|| {
            format!("--rejects {}: cannot be written; check the folder and its permissions", whole.display())
        })?;
        Ok(Rejects { file: BufWriter::new(file), part, whole: whole.to_owned() })
    }

    pub(crate) fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.file, "{line}").map_err(|error| unwritten("--rejects", &error))
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(|error| unwritten("--rejects", &error))
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.file.flush().map_err(|error| unwritten("--rejects", &error))?;
        if self.part == self.whole { Ok(()) } else { std::fs::rename(&self.part, &self.whole) }
    }
}

impl Rejects {
    /// Leaves nothing behind.
    pub(crate) fn abandon(self) {
        if self.part != self.whole {
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

/// A closed pipe of a side file is no quiet end: rows would be lost.
fn unwritten(flag: &str, error: &io::Error) -> io::Error {
    io::Error::other(format!("{flag}: {error}"))
}
