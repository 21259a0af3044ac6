//! stdin and named files as rows or as blocks of lines; a read that waits is woken by Ctrl-C.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rustix::event::{PollFd, PollFlags, poll};

use sdk_record::{Block, Blocks, Fault, Kind, Record, Rows};

use crate::signal;

/// Files to be read one after the other.
struct Files {
    rest: std::vec::IntoIter<PathBuf>,
    longest: usize,
    members: bool,
}

/// The rows of all inputs, one after the other.
pub struct Inputs {
    files: Files,
    rows: Option<Rows>,
    /// Rows that were looked at and not yet taken.
    seen: VecDeque<Result<Record, Fault>>,
}

/// Opens stdin (no file, or `-`) and files. Every file is looked for before the first row is read. A row may have
/// `longest` bytes.
///
/// # Errors
/// A file that is not there or is a folder.
pub fn inputs(files: &[PathBuf], longest: usize) -> anyhow::Result<Inputs> {
    let files = if files.is_empty() { vec![PathBuf::from("-")] } else { files.to_vec() };
    for file in files.iter().filter(|file| file.as_os_str() != "-") {
        let found = std::fs::metadata(file).with_context(|| {
            format!("{}: expected a file of rows; give its path, or `-` for stdin", file.display())
        })?;
        if found.is_dir() {
            bail!("{}: expected a file of rows, found a folder", file.display());
        }
    }
    Ok(Inputs {
        files: Files { rest: files.into_iter(), longest, members: false },
        rows: None,
        seen: VecDeque::new(),
    })
}

/// Whether stdin is a terminal, where nobody has put rows.
pub fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// stdin, for a tool whose input is no rows. It ends at Ctrl-C, too, so that who gets half of it has to look.
pub fn stdin() -> impl Read + Send {
    Waking(io::stdin())
}

/// Copies all of stdin.
///
/// # Errors
/// When stdin cannot be read, or `to` cannot be written.
pub(crate) fn copy(to: &mut File) -> io::Result<()> {
    io::copy(&mut Waking(io::stdin()), to).map(drop)
}

impl Inputs {
    /// Whether another row can be had without waiting.
    pub fn ready(&self) -> bool {
        !self.seen.is_empty() || self.rows.as_ref().is_some_and(Rows::ready)
    }

    /// Reads on to the first good row, which stays to be taken.
    pub fn peek(&mut self) -> Option<Record> {
        loop {
            if let Some(Ok(row)) = self.seen.back() {
                return Some(row.clone());
            }
            let row = self.read()?;
            self.seen.push_back(row);
        }
    }

    /// The same inputs, of which one that is nothing but an object around a list of rows stands for these; nothing has
    /// been read yet.
    #[must_use]
    pub fn members(mut self) -> Inputs {
        self.files.members = true;
        self
    }

    /// The same inputs in blocks of lines; nothing has been read yet.
    pub(crate) fn blocks(self) -> Stretches {
        Stretches { files: self.files, blocks: None }
    }

    fn read(&mut self) -> Option<Result<Record, Fault>> {
        loop {
            if let Some(rows) = &mut self.rows {
                let row = rows.next();
                // What a woken read left behind is half a row.
                if signal::asked() {
                    return None;
                }
                if row.is_some() {
                    return row;
                }
            }
            let (longest, members) = (self.files.longest, self.files.members);
            let open = |source: &str, input| {
                let rows = Rows::new(source, input, longest);
                if members { rows.members() } else { rows }
            };
            match self.files.next(open)? {
                Ok(rows) => self.rows = Some(rows),
                Err(fault) => return Some(Err(fault)),
            }
        }
    }
}

impl Iterator for Inputs {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.seen.pop_front().or_else(|| self.read())
    }
}

/// The lines of all inputs, block by block.
pub(crate) struct Stretches {
    files: Files,
    blocks: Option<Blocks>,
}

impl Stretches {
    /// The next lines, in `block`'s memory.
    pub(crate) fn next(&mut self, mut block: Block) -> Option<Block> {
        loop {
            if let Some(blocks) = &mut self.blocks {
                let read = blocks.next(std::mem::take(&mut block));
                if signal::asked() {
                    return None;
                }
                if read.is_some() {
                    return read;
                }
            }
            let (longest, members) = (self.files.longest, self.files.members);
            let open = |source: &str, input| {
                let blocks = Blocks::new(source, input, longest);
                if members { blocks.members() } else { blocks }
            };
            match self.files.next(open)? {
                Ok(blocks) => self.blocks = Some(blocks),
                Err(fault) => return Some(Block::of(fault)),
            }
        }
    }
}

impl Files {
    fn next<T>(&mut self, read: impl Fn(&str, Box<dyn Read + Send>) -> T) -> Option<Result<T, Fault>> {
        let file = self.rest.next()?;
        if file.as_os_str() == "-" {
            return Some(Ok(read("<stdin>", Box::new(Waking(io::stdin())))));
        }
        Some(match File::open(&file) {
            Ok(open) => Ok(read(&file.to_string_lossy(), Box::new(Waking(open)))),
            Err(error) => Err(unreadable(&file, &error)),
        })
    }
}

fn unreadable(file: &Path, error: &io::Error) -> Fault {
    let message = format!("{}: cannot be read: {error}; check its name and permissions", file.display());
    Fault::new(Kind::Damaged, message)
}

/// Reads past the standard library's buffer and gives up when Ctrl-C comes.
struct Waking<F>(F);

impl<F: AsFd> Read for Waking<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(wake) = signal::wake() {
            let mut ready = [PollFd::new(&self.0, PollFlags::IN), PollFd::new(wake, PollFlags::IN)];
            loop {
                match poll(&mut ready, None) {
                    Err(rustix::io::Errno::INTR) => {}
                    Ok(_) if signal::asked() || signal::left() => return Ok(0),
                    Ok(_) | Err(_) => break,
                }
            }
        }
        Ok(rustix::io::read(&self.0, buffer)?)
    }
}
