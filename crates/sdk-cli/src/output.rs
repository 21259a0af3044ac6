//! Where rows go: stdout or `-o`, as lines, as one JSON array or into a [`Store`].

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::ValueEnum;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use sdk_record::{Array, Store, Target};

const BLOCK: usize = 256 * 1024;

/// What holds the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Container {
    /// A row a line
    #[default]
    Jsonl,
    /// One JSON array
    Json,
}

impl Container {
    /// By the name of the output file.
    pub fn of(file: Option<&Path>) -> Container {
        match file.and_then(Path::extension).is_some_and(|ending| ending == "json") {
            true => Container::Json,
            false => Container::Jsonl,
        }
    }
}

/// What is made of the lines.
pub(crate) enum Holds {
    Lines,
    Array(Array),
    Store(Box<dyn Store>),
}

impl Holds {
    pub(crate) fn of(container: Container) -> Holds {
        match container {
            Container::Jsonl => Holds::Lines,
            Container::Json => Holds::Array(Array::default()),
        }
    }

    /// Whether what is half written is nothing.
    pub(crate) fn complete(&self) -> bool {
        !matches!(self, Holds::Lines)
    }

    fn folder(&self) -> bool {
        matches!(self, Holds::Store(store) if store.is_folder())
    }
}

/// An opened output.
pub(crate) struct Out {
    to: BufWriter<Box<dyn Write + Send>>,
    holds: Holds,
    /// A half array is no JSON: the file takes its name when it is complete. So does a folder.
    names: Option<(PathBuf, PathBuf)>,
    stdout: bool,
}

impl Out {
    /// Opens stdout, or the file or folder in its place.
    pub(crate) fn open(file: Option<&Path>, holds: Holds) -> anyhow::Result<Out> {
        let mut names = None;
        let to: Box<dyn Write + Send> = match file {
            None if holds.folder() => bail!("a folder is written; name it with -o"),
            None => Box::new(Unbuffered),
            Some(folder) if holds.folder() => {
                names = Some(make(folder)?);
                Box::new(io::sink())
            }
            Some(file) if holds.complete() => {
                let part = part(file);
                let to = create(&part)?;
                names = (part != file).then(|| (part, file.to_owned()));
                Box::new(to)
            }
            Some(file) => Box::new(create(file)?),
        };
        Ok(Out { to: BufWriter::with_capacity(BLOCK, to), holds, names, stdout: file.is_none() })
    }

    /// Writes lines, each with its newline.
    pub(crate) fn lines(&mut self, lines: &[u8]) -> io::Result<()> {
        match &mut self.holds {
            Holds::Lines => self.to.write_all(lines),
            Holds::Array(array) => array.lines(lines, &mut self.to),
            Holds::Store(store) => store.take(lines),
        }
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// Whether the reader of stdout has left.
    pub(crate) fn closed(&self) -> bool {
        let stdout = rustix::stdio::stdout();
        let mut polled = [PollFd::new(&stdout, PollFlags::empty())];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        self.stdout && poll(&mut polled, Some(&now)).is_ok() && polled[0].revents().contains(PollFlags::ERR)
    }

    /// The last bytes, after the last row; says what is worth knowing of them.
    pub(crate) fn finish(&mut self) -> io::Result<Vec<String>> {
        let mut remarks = Vec::new();
        let folder = self.holds.folder();
        match &mut self.holds {
            Holds::Lines => {}
            Holds::Array(array) => {
                array.end(&mut self.to)?;
                self.to.write_all(b"\n")?;
            }
            Holds::Store(store) => {
                let to = match self.names.as_ref().filter(|_| folder) {
                    Some((part, whole)) => {
                        let name = whole.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
                        store.write(Target::Folder(part, &name))
                    }
                    None => store.write(Target::Stream(&mut self.to)),
                };
                remarks = to?;
            }
        }
        self.to.flush()?;
        if let Some((part, whole)) = self.names.take() {
            std::fs::rename(part, whole)?;
        }
        Ok(remarks)
    }

    /// Leaves nothing behind of what would have been complete.
    pub(crate) fn abandon(&mut self) {
        if let Some((part, _)) = self.names.take() {
            let _ = if self.holds.folder() { std::fs::remove_dir(part) } else { std::fs::remove_file(part) };
        }
    }

    /// What could not be written must not be tried again when the buffer goes.
    pub(crate) fn forget(&mut self) {
        let to = std::mem::replace(&mut self.to, BufWriter::new(Box::new(io::sink())));
        let (_, _) = to.into_parts();
    }
}

/// Makes the folder that is written first, beside the one that is asked for; nobody's files are removed for it.
fn make(whole: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    // Without a last slash, which no name has.
    let whole: PathBuf = whole.components().collect();
    let empty = |folder: &Path| std::fs::read_dir(folder).is_ok_and(|mut found| found.next().is_none());
    if std::fs::symlink_metadata(&whole).is_ok() && !empty(&whole) {
        bail!("{}: is there already; remove it, or give another -o", whole.display());
    }
    let part = beside(&whole);
    if std::fs::symlink_metadata(&part).is_ok() && !empty(&part) {
        bail!("{}: was left by a run that was stopped; remove it and run again", part.display());
    }
    std::fs::create_dir_all(&part).with_context(|| {
        format!("{}: cannot be written; check the folder and its permissions", whole.display())
    })?;
    Ok((part, whole))
}

pub(crate) fn create(file: &Path) -> anyhow::Result<File> {
    File::create(file).with_context(|| {
        format!("{}: cannot be written; check the folder and its permissions", file.display())
    })
}

/// Beside the name of a file that is complete or not there.
pub(crate) fn part(whole: &Path) -> PathBuf {
    // A device or pipe stands for itself: it cannot be renamed onto. Neither can a name for what the process has open,
    // whatever that leads to.
    let streams = ["/dev/stdout", "/dev/stderr"].iter().any(|name| whole == Path::new(name));
    let open = streams || whole.starts_with("/dev/fd") || whole.starts_with("/proc");
    if open || std::fs::metadata(whole).is_ok_and(|found| !found.is_file()) {
        return whole.to_owned();
    }
    beside(whole)
}

fn beside(whole: &Path) -> PathBuf {
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
