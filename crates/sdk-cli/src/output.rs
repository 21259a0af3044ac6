//! Where rows go: stdout or `-o`, as lines, as one JSON array or into a [`Store`].

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::ValueEnum;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use sdk_record::{Array, Store, Target};

use crate::place::{create, folder, part};

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

    fn is_folder(&self) -> bool {
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
            None if holds.is_folder() => bail!("a folder is written; name it with -o"),
            None => Box::new(Unbuffered),
            Some(whole) if holds.is_folder() => {
                let own = |file: &Path| matches!(&holds, Holds::Store(store) if store.writes(file));
                names = Some(folder(whole, own)?);
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
        let folder = self.holds.is_folder();
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

    /// Whether nobody has seen any of it yet: a file without its name, or rows that still wait.
    pub(crate) fn unseen(&self) -> bool {
        self.names.is_some() || matches!(self.holds, Holds::Store(_))
    }

    /// Leaves nothing behind of what would have been complete.
    pub(crate) fn abandon(&mut self) {
        if let Some((part, _)) = self.names.take() {
            let folder = self.holds.is_folder();
            let _ = if folder { std::fs::remove_dir_all(part) } else { std::fs::remove_file(part) };
        }
    }

    /// What could not be written must not be tried again when the buffer goes.
    pub(crate) fn forget(&mut self) {
        let to = std::mem::replace(&mut self.to, BufWriter::new(Box::new(io::sink())));
        let (_, _) = to.into_parts();
    }
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
