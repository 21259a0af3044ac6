//! stdin and named files as rows; a read that waits is woken by Ctrl-C.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::os::fd::AsFd;
use std::path::PathBuf;

use anyhow::{Context, bail};
use rustix::event::{PollFd, PollFlags, poll};

use sdk_record::{Fault, Kind, Record, Rows};

use crate::signal;

/// The rows of all inputs, one after the other.
pub struct Inputs {
    rest: std::vec::IntoIter<PathBuf>,
    rows: Option<Rows>,
    /// Rows that were looked at and not yet taken.
    seen: VecDeque<Result<Record, Fault>>,
}

/// Opens stdin (no file, or `-`) and files. Every file is looked for before the first row is read.
///
/// # Errors
/// A file that is not there or is a folder.
pub fn inputs(files: &[PathBuf]) -> anyhow::Result<Inputs> {
    let files = if files.is_empty() { vec![PathBuf::from("-")] } else { files.to_vec() };
    for file in files.iter().filter(|file| file.as_os_str() != "-") {
        let found = std::fs::metadata(file).with_context(|| {
            format!("{}: expected a file of rows; give its path, or `-` for stdin", file.display())
        })?;
        if found.is_dir() {
            bail!("{}: expected a file of rows, found a folder", file.display());
        }
    }
    Ok(Inputs { rest: files.into_iter(), rows: None, seen: VecDeque::new() })
}

/// Whether stdin is a terminal, where nobody has put rows.
pub fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// All of stdin, for a tool whose input is no rows.
///
/// # Errors
/// When stdin cannot be read.
pub fn document() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Waking(io::stdin()).read_to_end(&mut bytes)?;
    // What a woken read left behind is half a document.
    if signal::asked() { Err(io::ErrorKind::Interrupted.into()) } else { Ok(bytes) }
}

impl Inputs {
    /// Whether another row can be had without waiting.
    pub fn ready(&mut self) -> bool {
        !self.seen.is_empty() || self.rows.as_mut().is_some_and(Rows::ready)
    }
}

impl Inputs {
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

    /// Reads up to `count` rows ahead, as far as none must be waited for after the first.
    #[must_use]
    pub fn looked_at(mut self, count: usize) -> Inputs {
        while self.seen.len() < count && (self.seen.is_empty() || self.rows.as_mut().is_some_and(Rows::ready))
        {
            let Some(row) = self.read() else { break };
            self.seen.push_back(row);
        }
        self
    }

    /// The rows that were looked at.
    pub fn seen(&self) -> &VecDeque<Result<Record, Fault>> {
        &self.seen
    }
}

impl Iterator for Inputs {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.seen.pop_front().or_else(|| self.read())
    }
}

impl Inputs {
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
            let file = self.rest.next()?;
            match open(&file) {
                Ok(rows) => self.rows = Some(rows),
                Err(error) => {
                    let message = format!(
                        "{}: cannot be read: {error}; check its name and permissions",
                        file.display()
                    );
                    return Some(Err(Fault::new(Kind::Damaged, message)));
                }
            }
        }
    }
}

fn open(file: &PathBuf) -> io::Result<Rows> {
    if file.as_os_str() == "-" {
        return Ok(Rows::new("<stdin>", Box::new(Waking(io::stdin()))));
    }
    Ok(Rows::new(&file.to_string_lossy(), Box::new(Waking(File::open(file)?))))
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
