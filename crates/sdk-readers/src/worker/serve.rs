//! The child: takes orders from its stdin, answers with rows, and ends when its stdin does.
//!
//! One thread listens and hands bytes on; another, with a deep stack, reads documents. The listener is always in a read,
//! so that the process ends with its parent, even in the middle of a document.

use std::any::Any;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use sdk_record::{Fault, Kind};

use super::protocol::{Mouth, Order, Request, Word};
use super::{fall, limits};
use crate::sources::unreadable;
use crate::{Input, Reader, Sizes, Wishes, passages, refuse};

/// Rows that cross the pipe together, in bytes.
const BATCH: usize = 64 * 1024;

/// What a panic said, for the fault.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Serves documents until stdin ends.
///
/// # Errors
/// When the process cannot be set up for it.
pub fn serve(wishes: Wishes, sizes: Sizes, patience: Duration) -> io::Result<()> {
    // What others print is no message: it joins stderr, which the parent keeps.
    let answers = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    rustix::stdio::dup2_stdout(io::stderr())?;
    set_hook(Box::new(|panic| {
        let said = said(panic.payload());
        let place = panic.location().map(|at| format!(" ({}:{})", name(at.file()), at.line()));
        if let Ok(mut last) = PANIC.lock() {
            *last = Some(format!("{said}{}", place.unwrap_or_default()));
        }
    }));
    limits::lower();
    let (give, work) = sync_channel(1);
    let mut desk = Desk { wishes, sizes, patience, to: Mouth(answers) };
    thread::Builder::new().name("reader".to_owned()).stack_size(limits::STACK).spawn(move || {
        // Nobody listens any more: the listener finds out, too.
        let _ = desk.work(&work);
    })?;
    listen(&give);
    Ok(())
}

/// A document and, where it has no file, its bytes as they come.
type Task = (Request, Option<Receiver<io::Result<Vec<u8>>>>);

/// Hands orders on until there are no more.
fn listen(give: &SyncSender<Task>) {
    let mut from = BufReader::new(io::stdin());
    let mut bytes: Option<SyncSender<_>> = None;
    while let Some(order) = Order::next(&mut from) {
        match order {
            Order::Document(request) => {
                let mut feed = None;
                if request.path.is_none() {
                    let (to, from) = sync_channel(4);
                    (bytes, feed) = (Some(to), Some(from));
                }
                if give.send((request, feed)).is_err() {
                    return;
                }
            }
            // What a reader does not want is thrown away.
            Order::Bytes(more) => drop(bytes.as_ref().map(|to| to.send(Ok(more)))),
            Order::Broken(why) => drop(bytes.take().map(|to| to.send(Err(io::Error::other(why))))),
            Order::Finish => bytes = None,
        }
    }
}

/// Where documents are read.
struct Desk {
    wishes: Wishes,
    sizes: Sizes,
    patience: Duration,
    to: Mouth<File>,
}

impl Desk {
    fn work(&mut self, tasks: &Receiver<Task>) -> io::Result<()> {
        for task in tasks {
            limits::renew(self.patience);
            let name = task.0.name.clone();
            // What a panic leaves behind is not trusted with another document.
            let leaves = match catch_unwind(AssertUnwindSafe(|| self.document(task))) {
                Ok(said) => {
                    said?;
                    limits::is_large()
                }
                Err(_) => {
                    let panic = PANIC.lock().ok().and_then(|mut last| last.take()).unwrap_or_default();
                    self.to.say(&Word::Refused(super::words::broken(&name, &panic)))?;
                    true
                }
            };
            self.to.say(&Word::End(leaves))?;
        }
        Ok(())
    }

    /// Reads one document and says its rows.
    fn document(&mut self, task: Task) -> io::Result<()> {
        let wishes = Wishes { fallback: task.0.fallback, ..self.wishes.clone() };
        let passages = open(task, &wishes).and_then(|mut input| {
            let reader = Reader::of(&mut input)?;
            let second = (reader.fallback || fall::has_fallback(input.head())) && !wishes.fallback;
            // Said at once: what comes next may be the last thing this process does.
            let said = self.to.say(&Word::Begins(reader.name.to_owned(), second));
            fall::fall(input.head(), wishes.fallback);
            Ok((said, passages(input, &wishes, &self.sizes)?))
        });
        let passages = match passages {
            Err(fault) => return self.to.say(&Word::Refused(fault)),
            Ok((said, passages)) => said.map(|()| passages)?,
        };
        self.to.say(&Word::Read)?;
        let mut lines = Vec::new();
        for passage in passages {
            match passage {
                Ok(row) => {
                    lines.extend_from_slice(row.text().as_bytes());
                    lines.push(b'\n');
                }
                // A bad row of a file hides no other; what stood before it goes before it.
                Err(fault) => {
                    self.to.say(&Word::Rows(std::mem::take(&mut lines)))?;
                    self.to.say(&Word::Refused(fault))?;
                }
            }
            if lines.len() >= BATCH {
                self.to.say(&Word::Rows(std::mem::take(&mut lines)))?;
                limits::renew(self.patience);
            }
        }
        if lines.is_empty() { Ok(()) } else { self.to.say(&Word::Rows(lines)) }
    }
}

fn open((request, feed): Task, wishes: &Wishes) -> Result<Input, Fault> {
    let from: Box<dyn Read + Send> = match (&request.path, feed) {
        (Some(path), _) => Box::new(File::open(path).map_err(|error| unreadable(&request.name, &error))?),
        (None, Some(feed)) => Box::new(Fed { feed, bytes: VecDeque::new() }),
        (None, None) => return Err(refuse(&request.name, Kind::Damaged, "has neither a file nor bytes")),
    };
    let plain = sdk_record::decode(from).map_err(|error| unreadable(&request.name, &error))?;
    let input = Input::open(&request.name, plain, wishes.max_size)
        .map_err(|fault| refuse(&request.name, fault.kind, fault.message))?;
    Ok(input.told(request.told))
}

/// Bytes that the parent sends.
struct Fed {
    feed: Receiver<io::Result<Vec<u8>>>,
    bytes: VecDeque<u8>,
}

impl Read for Fed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.bytes.is_empty()
            && let Ok(more) = self.feed.recv()
        {
            self.bytes = more?.into();
        }
        self.bytes.read(buffer)
    }
}

/// What a panic says.
fn said(payload: &dyn Any) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic")
}

/// A source file's own name: where this program was built is nobody's business.
fn name(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file)
}
