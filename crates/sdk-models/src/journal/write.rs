//! How answers are kept: a thread of its own, many answers in one commit, and each goes on its way after its commit.
//!
//! The rule of the commits: at once if the last one is 5 ms old, else when it is. The first row is not held up by it,
//! and hundreds of rows share a commit when they come fast. A delay for every answer would cost the first row 5 ms; a
//! commit for every answer would cost half of the rate.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension, TransactionBehavior};

use sdk_prompt::Key;

use super::evict::Evict;
use super::{Broken, Current, Kept, kept, look, schema};

/// The least time between two commits.
const GAP: Duration = Duration::from_millis(5);

/// Bytes of answers that may wait for their commit before nothing more should be asked.
const QUEUE: usize = 4 * 1024 * 1024;

/// How long the end of a run may be held up by letting old answers go.
const LAST: Duration = Duration::from_secs(2);

/// What becomes of an answer after its commit: the answer that stands in the journal, which may be another's who was
/// first; or one's own and why it is not kept.
pub(crate) type Then = Box<dyn FnOnce(Kept, Option<&Broken>) + Send>;

struct Answer {
    key: Key,
    kept: Kept,
    size: usize,
    then: Then,
}

enum Work {
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
    commits: Arc<AtomicU64>,
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
        let (waiting, commits) = (Arc::default(), Arc::default());
        let writer = Writer {
            connection,
            path: path.to_owned(),
            model: Arc::clone(model),
            current,
            evict,
            broken: None,
            last: None,
            waiting: Arc::clone(&waiting),
            commits: Arc::clone(&commits),
            line: Vec::new(),
        };
        let thread = thread::Builder::new().name("journal".into()).spawn(move || writer.run(&receiver));
        let thread = thread.map_err(|error| format!("cannot begin to keep a journal: {error}"))?;
        Ok(Write { sender, thread: Mutex::new(Some(thread)), waiting, commits })
    }

    /// How many commits there were.
    pub(super) fn commits(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.commits)
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

struct Writer {
    connection: Connection,
    path: PathBuf,
    model: Arc<str>,
    current: Current,
    evict: Option<Evict>,
    broken: Option<Broken>,
    last: Option<Instant>,
    waiting: Arc<AtomicUsize>,
    commits: Arc<AtomicU64>,
    line: Vec<u8>,
}

impl Writer {
    fn run(mut self, receiver: &Receiver<Work>) {
        let mut open = true;
        while open && let Ok(first) = receiver.recv() {
            if let Some(last) = self.last {
                // One sleep a group wakes less often than a wait for each answer.
                sleep(GAP.saturating_sub(last.elapsed()));
            }
            let mut group: Vec<Work> = std::iter::once(first).chain(receiver.try_iter()).collect();
            if self.broken.is_none() {
                let failed = self.commit(&mut group).err();
                self.broken = failed.map(|error| Broken::new(&self.path, "written", &error));
                self.last = Some(Instant::now());
            }
            for work in group {
                match work {
                    Work::Answer(Answer { kept, size, then, .. }) => {
                        self.waiting.fetch_sub(size, Ordering::Relaxed);
                        then(kept, self.broken.as_ref());
                    }
                    Work::End => open = false,
                    Work::Aside(_) | Work::Place(..) => {}
                }
            }
            if self.broken.is_none() {
                let failed = self.evict_once().err();
                self.broken = failed.map(|error| Broken::new(&self.path, "written", &error));
            }
        }
        let begun = Instant::now();
        while self.broken.is_none() && begun.elapsed() < LAST && self.evict_once().unwrap_or(false) {}
    }

    fn evict_once(&mut self) -> rusqlite::Result<bool> {
        self.evict.as_mut().map_or(Ok(false), |evict| evict.once(&mut self.connection))
    }

    fn commit(&mut self, group: &mut [Work]) -> rusqlite::Result<()> {
        // In the order of the index, whose pages are then visited once.
        let mut order: Vec<usize> = (0..group.len()).collect();
        order.sort_by_cached_key(|index| match &group[*index] {
            Work::Answer(answer) => Some(schema::head(answer.key)),
            _ => None,
        });
        // A transaction that begins by reading could not go on to write if somebody else wrote meanwhile.
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut keep = Keep {
                find: transaction.prepare_cached(look::FIND)?,
                insert: transaction.prepare_cached(
                    "INSERT INTO answers (h, key, model, at, reply) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?,
                delete: transaction.prepare_cached("DELETE FROM answers WHERE n = ?1")?,
                model: &self.model,
                current: self.current,
                now: schema::now(),
            };
            for index in order {
                match &mut group[index] {
                    Work::Answer(answer) => keep.answer(answer, &mut self.line)?,
                    Work::Aside(keys) => {
                        let sql = "UPDATE answers SET aside = 1 WHERE h = ?1 AND key = ?2";
                        let mut set = transaction.prepare_cached(sql)?;
                        for key in keys {
                            set.execute((schema::head(*key), &key.0))?;
                        }
                    }
                    Work::Place(address, asked, model) => {
                        let sql = "INSERT OR REPLACE INTO places VALUES (?1, ?2, ?3, ?4)";
                        transaction.execute(sql, (&*address, &*asked, &*model, keep.now))?;
                    }
                    Work::End => {}
                }
            }
        }
        transaction.commit()?;
        self.commits.fetch_add(1, Ordering::Release);
        Ok(())
    }
}

/// One transaction's statements.
struct Keep<'a> {
    find: CachedStatement<'a>,
    insert: CachedStatement<'a>,
    delete: CachedStatement<'a>,
    model: &'a Arc<str>,
    current: Current,
    now: i64,
}

impl Keep<'_> {
    /// Keeps one answer, unless another process or a twin has kept one already: then that one stands, or a rerun would
    /// give another row.
    fn answer(&mut self, answer: &mut Answer, line: &mut Vec<u8>) -> rusqlite::Result<()> {
        let (head, key) = (schema::head(answer.key), &answer.key.0);
        let (current, model) = (self.current, self.model);
        let found = self.find.query_row((head, key), |row| {
            let n = row.get(0)?;
            let counts = current.counts(n, row.get(1)?);
            Ok((n, if counts { kept::read(row.get_ref(2)?.as_str()?, answer.key, model) } else { None }))
        });
        let old: Option<i64> = match found.optional()? {
            Some((_, Some(stands))) => {
                answer.kept = stands;
                return Ok(());
            }
            Some((n, None)) => Some(n),
            None => None,
        };
        kept::write(&answer.kept, line);
        let text = ValueRef::Text(line);
        self.insert.execute((head, key, &**model, self.now, ToSqlOutput::Borrowed(text)))?;
        if let Some(n) = old {
            // After the new one is in: its age is then certain to be higher.
            self.delete.execute([n])?;
        }
        Ok(())
    }
}
