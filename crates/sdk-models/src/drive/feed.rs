//! Rows from a thread of their own: a blocked pipe must not hold back replies.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::thread::{self, Thread};

use sdk_record::{Fault, Kind, Record};

use super::event::Event;

/// Rows read ahead of the driver.
const AHEAD: usize = 64;

pub(super) struct Feed {
    rows: VecDeque<Result<Record, Fault>>,
    ahead: Arc<Ahead>,
    reader: Thread,
    ended: bool,
}

/// How far the reader is ahead. It stops at the most and goes on at the half: woken for each row that is taken, the
/// threads would do little else.
#[derive(Default)]
struct Ahead {
    rows: AtomicUsize,
    /// Nobody takes rows any more.
    left: AtomicBool,
}

impl Ahead {
    /// One more goes to the driver, who may take it at once.
    fn one_more(&self) -> usize {
        self.rows.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Waits while so many are enough. Says whether to go on.
    fn goes_on(&self, ahead: usize) -> bool {
        if ahead >= AHEAD {
            while self.rows.load(Ordering::Acquire) > AHEAD / 2 && !self.left.load(Ordering::Acquire) {
                thread::park();
            }
        }
        !self.left.load(Ordering::Acquire)
    }
}

/// Starts to read. The thread ends with the input, or with the process.
pub(super) fn feed(
    rows: impl Iterator<Item = Result<Record, Fault>> + Send + 'static,
    events: Sender<Event>,
) -> Feed {
    let ahead = Arc::new(Ahead::default());
    let own = Arc::clone(&ahead);
    let reader = thread::spawn(move || {
        let end = AtEnd(events);
        for row in rows {
            let ahead = own.one_more();
            if end.0.send(Event::Row(row)).is_err() || !own.goes_on(ahead) {
                return;
            }
        }
    });
    Feed { rows: VecDeque::new(), ahead, reader: reader.thread().clone(), ended: false }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.ahead.left.store(true, Ordering::Release);
        self.reader.unpark();
    }
}

/// Says that the rows have ended, however the thread ends: the driver must not wait for a thread that is gone.
struct AtEnd(Sender<Event>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        if thread::panicking() {
            let message = "reading ended unexpectedly; the rows after this place were not read";
            let fault = Fault { stops: true, ..Fault::new(Kind::Damaged, message) };
            let _ = self.0.send(Event::Row(Err(fault)));
        }
        let _ = self.0.send(Event::RowsEnd);
    }
}

impl Feed {
    /// Rows that were read and not taken.
    pub(super) fn waiting(&self) -> u64 {
        self.rows.len() as u64
    }

    pub(super) fn put(&mut self, row: Result<Record, Fault>) {
        self.rows.push_back(row);
    }

    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// Whether every row was read and taken.
    pub(super) fn ended(&self) -> bool {
        self.ended && self.rows.is_empty()
    }

    pub(super) fn next(&mut self) -> Option<Result<Record, Fault>> {
        let row = self.rows.pop_front()?;
        if self.ahead.rows.fetch_sub(1, Ordering::AcqRel) - 1 == AHEAD / 2 {
            self.reader.unpark();
        }
        Some(row)
    }
}
