//! N documents at once: each thread has a child, gives it one document after the other and puts down what it says.

use std::fs::File;
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl, fstat};
use sdk_record::{Fault, Kind, Place};

use super::child::Child;
use super::desk::{Desk, Piece, Turn, Unwanted};
use super::protocol::Request;
use super::reading::{Again, Ended, Reading};
use super::words;
use crate::sources::unreadable;
use crate::{Origin, Source, Told, refuse};

/// How long the end waits for children.
const BURIAL: Duration = Duration::from_millis(500);

/// Brings what stands behind an address.
pub type Fetch = Box<dyn Fn(&str) -> Result<Page, Fault> + Send + Sync>;

/// What stands behind an address.
pub struct Page {
    /// Its bytes.
    pub bytes: Box<dyn Read + Send>,
    /// What its server says of its type.
    pub told: Told,
}

/// How documents are read.
pub struct Plan {
    /// So many at once.
    pub jobs: usize,
    /// Rows leave in order of the documents.
    pub ordered: bool,
    /// One document may take so long.
    pub patience: Duration,
    /// What is on stdin, for the document that is there.
    pub stdin: Box<dyn Read + Send>,
    /// For documents that have an address.
    pub fetch: Fetch,
}

/// Documents under way. Every one begins, and then gives rows or refusals or nothing.
pub struct Documents {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

struct Shared {
    desk: Desk,
    sources: Mutex<Box<dyn Iterator<Item = Result<Source, Fault>> + Send>>,
    patience: Duration,
    stdin: Mutex<Option<Box<dyn Read + Send>>>,
    fetch: Fetch,
}

impl Documents {
    /// Begins to read.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn start(
        sources: impl Iterator<Item = Result<Source, Fault>> + Send + 'static,
        plan: Plan,
    ) -> io::Result<Documents> {
        let shared = Arc::new(Shared {
            desk: Desk::new(plan.jobs, plan.ordered),
            sources: Mutex::new(Box::new(sources)),
            patience: plan.patience,
            stdin: Mutex::new(Some(plan.stdin)),
            fetch: plan.fetch,
        });
        let begin = |_| {
            let shared = Arc::clone(&shared);
            thread::Builder::new().name("documents".to_owned()).spawn(move || shared.work())
        };
        let threads = (0..plan.jobs).map(begin).collect::<io::Result<_>>()?;
        Ok(Documents { shared, threads })
    }

    /// What is next, waited for at most so long.
    pub fn next(&self, wait: Duration) -> Turn {
        let turn = self.shared.desk.take(wait);
        if matches!(turn, Turn::Over) {
            self.bury();
        }
        turn
    }

    /// Lets each thread bury its child, so that what that took counts as this process's. Not for long: one may be in a read
    /// that never ends, and children end with this process anyway.
    fn bury(&self) {
        let until = Instant::now() + BURIAL;
        while self.threads.iter().any(|thread| !thread.is_finished()) && Instant::now() < until {
            thread::sleep(Duration::from_micros(100));
        }
    }

    /// Ends early: a document of which rows have been taken is finished, no other is.
    pub fn close(&self) {
        self.shared.desk.close();
    }
}

impl Shared {
    fn work(&self) {
        let mut child = None;
        while let Some((number, source)) = self.next() {
            let read = source.and_then(|source| self.open(source));
            let _: Result<(), Unwanted> = match read {
                Ok((request, bytes)) => self.read(number, request, bytes, &mut child),
                Err(fault) => self.desk.put(number, Piece::Refused(fault)),
            };
            self.desk.end(number);
        }
    }

    /// The next document and its number.
    fn next(&self) -> Option<(u64, Result<Source, Fault>)> {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.desk.admits() {
            return None;
        }
        let source = sources.next();
        let number = self.desk.begin(source.is_some())?;
        source.map(|source| (number, source))
    }

    /// What is asked of a child, and the bytes that it cannot get for itself.
    fn open(&self, source: Source) -> Result<(Request, Option<Box<dyn Read + Send>>), Fault> {
        let Source { name, told, origin, found: _ } = source;
        let mut request = Request { name, told, path: None, fallback: false };
        let bytes = match origin {
            Origin::Stdin => self.stdin.lock().unwrap_or_else(PoisonError::into_inner).take(),
            Origin::Address(address) => {
                let here = Place { source: request.name.as_str().into(), line: 1 };
                let page = (self.fetch)(&address).map_err(|fault| fault.at(here))?;
                request.told = page.told;
                Some(page.bytes)
            }
            Origin::File(path) if is_plain(&path) => {
                request.path = Some(path);
                None
            }
            Origin::File(path) => {
                let file = opened(&path, self.patience).map_err(|error| unreadable(&request.name, &error))?;
                Some(Box::new(file.ok_or_else(|| words::late(&request.name, self.patience))?) as Box<_>)
            }
        };
        Ok((request, bytes))
    }

    /// Reads one document, with as many children as it takes; the last one stays if it is good for another document.
    fn read(
        &self,
        number: u64,
        mut request: Request,
        mut bytes: Option<Box<dyn Read + Send>>,
        child: &mut Option<Child>,
    ) -> Result<(), Unwanted> {
        // What comes as bytes is gone when it is read.
        let whole = bytes.is_none();
        loop {
            let put = |piece| self.desk.put(number, piece);
            let begun = match child.take().filter(Child::is_alive).map_or_else(Child::start, Ok) {
                Ok(child) => Reading::begin(child, &request, bytes.take(), self.patience),
                Err(error) => Err(error),
            };
            let ended = match begun {
                Ok(reading) => reading.run(put)?,
                Err(error) => return put(Piece::Refused(unstarted(&request.name, &error))),
            };
            match ended {
                Ended::Said(kept) => {
                    *child = kept;
                    return Ok(());
                }
                Ended::Fell { again: Again::Same, .. } if whole => {}
                Ended::Fell { again: Again::Fallback, .. } if whole => request.fallback = true,
                Ended::Fell { fault, .. } => return put(Piece::Refused(fault)),
            }
        }
    }
}

/// Whether a child can open a file under the same name: a pipe has one reader, and stdin is another's there.
fn is_plain(path: &std::path::Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(found) = std::fs::metadata(path) else { return true };
    let stdin = fstat(rustix::stdio::stdin()).ok().map(|stdin| (stdin.st_dev, stdin.st_ino));
    found.is_file() && stdin != Some((found.dev(), found.ino()))
}

/// Opens a pipe or a device; `None` where for so long nobody has written to it.
fn opened(path: &std::path::Path, patience: Duration) -> io::Result<Option<File>> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    let patience = Timespec::try_from(patience).map_err(io::Error::other)?;
    // Only a pipe may have nobody at its other end yet.
    if poll(&mut [PollFd::new(&file, PollFlags::IN)], Some(&patience))? == 0 {
        return Ok(None);
    }
    fcntl_setfl(&file, fcntl_getfl(&file)?.difference(OFlags::NONBLOCK))?;
    Ok(Some(file))
}

/// No child is to be had: that is no fault of the document's, and the run cannot go on.
fn unstarted(name: &str, error: &io::Error) -> Fault {
    let message = format!(
        "expected to read documents in a process of their own, but none can be started: {error}; check the limits of \
         processes and memory, then run again"
    );
    let mut fault = refuse(name, Kind::Damaged, message);
    fault.stops = true;
    fault
}
