//! Which answers leave a journal that may not grow: the oldest, but never one of this run.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use rusqlite::{Connection, TransactionBehavior};

/// Answers that leave in one transaction: others want to write too.
const MANY: i64 = 1000;

/// Which answers this run has used: a bit each, so that millions cost little.
#[derive(Debug, Default)]
pub(super) struct Used(Mutex<Vec<u64>>);

impl Used {
    /// That of everybody in this process who uses the journal at `path`: several models of one run do.
    pub(super) fn of(path: &Path) -> Arc<Used> {
        static ALL: Mutex<Vec<(PathBuf, Weak<Used>)>> = Mutex::new(Vec::new());
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(_, used)| used.strong_count() > 0);
        if let Some(used) = all.iter().filter(|(known, _)| known == path).find_map(|(_, used)| used.upgrade())
        {
            return used;
        }
        let used = Arc::default();
        all.push((path.to_owned(), Arc::downgrade(&used)));
        used
    }

    pub(super) fn mark(&self, n: i64) {
        let Ok(n) = usize::try_from(n) else { return };
        let mut words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if words.len() <= n / 64 {
            words.resize(n / 64 + 1, 0);
        }
        words[n / 64] |= 1 << (n % 64);
    }

    fn holds(&self, n: i64) -> bool {
        let words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let word = usize::try_from(n / 64).ok().and_then(|at| words.get(at));
        word.is_some_and(|word| word >> (n % 64) & 1 == 1)
    }
}

/// Sees to it that a journal holds no more than it may.
pub(super) struct Evict {
    max: u64,
    /// The youngest answer at the start of this run.
    last: i64,
    /// What was looked at has left or has been used.
    at: i64,
    used: Arc<Used>,
}

impl Evict {
    pub(super) fn new(max: u64, last: i64, used: Arc<Used>) -> Evict {
        Evict { max, last, at: 0, used }
    }

    /// Lets one transaction's worth of answers go if there is too much; says whether another may be due. The file
    /// does not shrink: its free pages take what comes next.
    pub(super) fn once(&mut self, connection: &mut Connection) -> rusqlite::Result<bool> {
        if !self.over(connection)? || self.at >= self.last {
            return Ok(false);
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            // The very youngest stays, so that ages go on growing.
            let mut oldest = transaction.prepare_cached(
                "SELECT n FROM answers WHERE n > ?1 AND n <= ?2 AND n < (SELECT max(n) FROM answers) ORDER BY n LIMIT ?3",
            )?;
            let oldest: Vec<i64> = oldest
                .query_map((self.at, self.last, MANY), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let mut delete = transaction.prepare_cached("DELETE FROM answers WHERE n = ?1")?;
            if oldest.is_empty() {
                self.at = self.last;
            }
            for (count, n) in oldest.into_iter().enumerate() {
                if count % 32 == 31 && !self.over(&transaction)? {
                    break;
                }
                self.at = n;
                if !self.used.holds(n) {
                    delete.execute([n])?;
                }
            }
        }
        transaction.commit()?;
        Ok(true)
    }

    fn over(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let pages = number("page_count")? - number("freelist_count")?;
        Ok(u64::try_from(pages * number("page_size")?).is_ok_and(|bytes| bytes > self.max))
    }
}
