//! The thread that writes: groups, transactions, and what is done between them.
//!
//! The rule of the commits: at once if the last one is 5 ms old, else when it is. The first row is not held up by it,
//! and hundreds of rows share a commit when they come fast. A delay for every answer would cost the first row 5 ms; a
//! commit for every answer would cost half of the rate.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OptionalExtension, TransactionBehavior};

use super::evict::Evict;
use super::log::Log;
use super::write::{Answer, Pulse, Work};
use super::{Broken, Current, kept, look, schema};

/// The least time between two commits.
const GAP: Duration = Duration::from_millis(5);

/// How long the end of a run may be held up by letting old answers go.
const LAST: Duration = Duration::from_secs(2);

pub(super) struct Writer {
    connection: Connection,
    path: PathBuf,
    model: Arc<str>,
    current: Current,
    evict: Option<Evict>,
    broken: Option<Broken>,
    last: Option<Instant>,
    waiting: Arc<AtomicUsize>,
    pulse: Arc<Pulse>,
    log: Log,
    line: Vec<u8>,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        path: &Path,
        model: &Arc<str>,
        current: Current,
        evict: Option<Evict>,
        waiting: Arc<AtomicUsize>,
        pulse: Arc<Pulse>,
    ) -> Writer {
        let log = Log::of(path, Arc::clone(&pulse));
        Writer {
            connection,
            path: path.to_owned(),
            model: Arc::clone(model),
            current,
            evict,
            broken: None,
            last: None,
            waiting,
            pulse,
            log,
            line: Vec::new(),
        }
    }

    /// Writes what comes until it is told that no more comes.
    pub(super) fn run(mut self, receiver: &Receiver<Work>) {
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
                let failed = self.evict_once().and_then(|_| self.log.tend(&self.connection)).err();
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
        self.pulse.commits.fetch_add(1, Ordering::Release);
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
