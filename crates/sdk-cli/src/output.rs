//! stdout or `-o`, and the rejects file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

const BLOCK: usize = 256 * 1024;

/// Where rows go.
pub(crate) type Out = BufWriter<Box<dyn Write>>;

/// Opens stdout, or the file in its place.
pub(crate) fn output(file: Option<&Path>) -> anyhow::Result<Out> {
    let Some(file) = file else {
        return Ok(BufWriter::with_capacity(BLOCK, Box::new(Unbuffered)));
    };
    Ok(BufWriter::with_capacity(BLOCK, Box::new(create(file)?)))
}

fn create(file: &Path) -> anyhow::Result<File> {
    File::create(file).with_context(|| {
        format!("{}: cannot be written; check the folder and its permissions", file.display())
    })
}

/// Refuses to write what is also read, or two things into one file. Nothing has been opened yet.
///
/// # Errors
/// The file, and what else it is.
pub(crate) fn apart<'a>(
    inputs: &[PathBuf],
    written: impl Iterator<Item = (&'static str, &'a Path)>,
) -> anyhow::Result<()> {
    let read = |file: &Path| {
        inputs.iter().any(|input| same(input, file)) || named(file).is_some_and(|file| Some(file) == stdin())
    };
    let mut seen: Vec<(&str, PathBuf)> = Vec::new();
    for (flag, file) in written {
        if read(file) {
            bail!("{} is also read; give another {flag}, then move it", file.display());
        }
        // The rejects are written beside their name first.
        let beside =
            if flag == "--rejects" { vec![file.to_owned(), part(file)] } else { vec![file.to_owned()] };
        if let Some((other, _)) = seen.iter().find(|(_, seen)| beside.iter().any(|file| same(seen, file))) {
            bail!("{other} and {flag} name the same file; give them two");
        }
        seen.extend(beside.into_iter().map(|file| (flag, file)));
    }
    Ok(())
}

fn absolute(file: &Path) -> Option<PathBuf> {
    std::path::absolute(file).ok().map(|file| file.components().collect())
}

/// Whether two names are one regular file, by hard link or symbolic link too.
fn same(one: &Path, other: &Path) -> bool {
    match (named(one), named(other)) {
        (Some(one), Some(other)) => one == other,
        _ => absolute(one) == absolute(other),
    }
}

/// Device and number of a regular file; a device or pipe may well be read and written.
fn named(file: &Path) -> Option<(u64, u64)> {
    let found = std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file)?;
    Some((found.dev(), found.ino()))
}

fn stdin() -> Option<(u64, u64)> {
    let found = rustix::fs::fstat(rustix::stdio::stdin()).ok()?;
    rustix::fs::FileType::from_raw_mode(found.st_mode).is_file().then_some((found.st_dev, found.st_ino))
}

fn part(whole: &Path) -> PathBuf {
    // A device or pipe stands for itself: it cannot be renamed onto.
    if std::fs::metadata(whole).is_ok_and(|found| !found.is_file()) {
        return whole.to_owned();
    }
    let mut part = whole.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

/// stdout without the standard library's line buffer, whose flush at each newline would cost a write a row.
struct Unbuffered;

impl Write for Unbuffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(rustix::stdio::stdout(), bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
