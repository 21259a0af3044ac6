//! How answers are kept: a thread of its own, many answers in one commit, and each goes on its way after its commit.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use sdk_prompt::Key;

use super::evict::Evict;
use super::writer::Writer;
use super::{Broken, Current, Kept};

/// Bytes of answers that may wait for their commit before nothing more should be asked.
const QUEUE: usize = 256 * 1024;

/// What becomes of an answer after its commit: the answer that stands in the journal, which may be another's who was
/// first; or one's own and why it is not kept.
pub(crate) type Then = Box<dyn FnOnce(Kept, Option<&Broken>) + Send>;

/// An answer on its way into the journal.
pub(super) struct Answer {
    pub(super) key: Key,
    pub(super) kept: Kept,
    pub(super) size: usize,
    pub(super) then: Then,
}

/// What the one who looks must know of the one who writes.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    /// Commits so far: what was read before may be out of date.
    pub(super) commits: AtomicU64,
    /// The log is being emptied, and nobody may begin to read.
    pub(super) hold: AtomicBool,
}

/// What is to be written.
pub(super) enum Work {
    Answer(Answer),
    Aside(Vec<Key>),
    Place(String, String, String),
    End,
}

/// Keeps answers. What was given to it is kept before it is gone.
pub(crate) struct Write {
    sender: Sender<Work>,
    thread: Mutex<Option<JoinHandle<()>>>,
    waiting: Arc<AtomicUsize>,
    pulse: Arc<Pulse>,
}

impl Write {
    pub(super) fn start(
        connection: Connection,
        path: &Path,
        model: &Arc<str>,
        current: Current,
        evict: Option<Evict>,
    ) -> Result<Write, String> {
        let (sender, receiver) = channel();
        let (waiting, pulse) = (Arc::default(), Arc::default());
        let writer =
            Writer::new(connection, path, model, current, evict, Arc::clone(&waiting), Arc::clone(&pulse));
        let thread = thread::Builder::new().name("journal".into()).spawn(move || writer.run(&receiver));
        let thread = thread.map_err(|error| format!("cannot begin to keep a journal: {error}"))?;
        Ok(Write { sender, thread: Mutex::new(Some(thread)), waiting, pulse })
    }

    pub(super) fn pulse(&self) -> Arc<Pulse> {
        Arc::clone(&self.pulse)
    }

    /// Keeps an answer; `then` gets it once it is safe.
    pub(crate) fn put(&self, key: Key, kept: Kept, then: Then) {
        let size = size(&kept);
        self.waiting.fetch_add(size, Ordering::Relaxed);
        self.send(Work::Answer(Answer { key, kept, size, then }));
    }

    /// Puts these answers aside: the next run asks anew, unless it only replays.
    pub(crate) fn aside(&self, keys: Vec<Key>) {
        self.send(Work::Aside(keys));
    }

    /// Remembers which model a server reported when `asked` was asked for.
    pub(crate) fn place(&self, address: String, asked: String, model: String) {
        self.send(Work::Place(address, asked, model));
    }

    /// Whether so much waits for its commit that nothing more should be asked.
    pub(crate) fn full(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > QUEUE
    }

    /// Waits until all that was given is kept. What comes later is not.
    pub(crate) fn close(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            self.send(Work::End);
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }

    fn send(&self, work: Work) {
        if let Err(unsent) = self.sender.send(work)
            && let Work::Answer(Answer { kept, then, .. }) = unsent.0
        {
            then(kept, Some(&Broken("the journal is closed".into())));
        }
    }
}

impl Drop for Write {
    fn drop(&mut self) {
        self.close();
    }
}

fn size(kept: &Kept) -> usize {
    let text = match kept {
        Ok(reply) => reply.text.len() + reply.reasoning.as_ref().map_or(0, String::len),
        Err(fault) => fault.message.len() + fault.reply.as_ref().map_or(0, String::len),
    };
    text + 200
}
