//! Rows from a thread of their own: a blocked pipe must not hold back replies.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};

use sdk_record::{Fault, Kind, Record};

use super::event::Event;

/// Rows read ahead of the driver.
const AHEAD: usize = 64;

/// A row, or why it is none.
type Found = Result<Record, Fault>;

pub(super) struct Feed {
    /// Taken from the reader all at once.
    rows: VecDeque<Found>,
    ahead: Arc<Ahead>,
    reader: Thread,
}

/// How far the reader is ahead. It stops at the most and goes on at the half, and wakes a driver only who waits for a row:
/// woken for each, the threads would do little else.
#[derive(Default)]
struct Ahead {
    queue: Mutex<VecDeque<Found>>,
    /// Rows that were read and not given out.
    rows: AtomicUsize,
    /// The driver has found no row.
    hungry: AtomicBool,
    ended: AtomicBool,
    /// Nobody takes rows any more.
    left: AtomicBool,
}

impl Ahead {
    fn queue(&self) -> MutexGuard<'_, VecDeque<Found>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more is there. Says how many are, and whether the driver is to be woken.
    fn put(&self, row: Found) -> (usize, bool) {
        let ahead = self.rows.fetch_add(1, Ordering::AcqRel) + 1;
        self.queue().push_back(row);
        (ahead, self.hungry.swap(false, Ordering::AcqRel))
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
pub(super) fn feed(rows: impl Iterator<Item = Found> + Send + 'static, events: Sender<Event>) -> Feed {
    let ahead = Arc::new(Ahead::default());
    let end = AtEnd { ahead: Arc::clone(&ahead), events };
    let reader = thread::spawn(move || {
        for row in rows {
            let (ahead, wake) = end.ahead.put(row);
            if wake && end.events.send(Event::Look).is_err() || !end.ahead.goes_on(ahead) {
                return;
            }
        }
    });
    Feed { rows: VecDeque::new(), ahead, reader: reader.thread().clone() }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.ahead.left.store(true, Ordering::Release);
        self.reader.unpark();
    }
}

/// Says that the rows have ended, however the thread ends: the driver must not wait for a thread that is gone.
struct AtEnd {
    ahead: Arc<Ahead>,
    events: Sender<Event>,
}

impl Drop for AtEnd {
    fn drop(&mut self) {
        if thread::panicking() {
            let message = "reading ended unexpectedly; the rows after this place were not read";
            self.ahead.put(Err(Fault { stops: true, ..Fault::new(Kind::Damaged, message) }));
        }
        self.ahead.ended.store(true, Ordering::Release);
        let _ = self.events.send(Event::Look);
    }
}

impl Feed {
    /// Rows that were read and not given out.
    pub(super) fn waiting(&self) -> u64 {
        self.ahead.rows.load(Ordering::Acquire) as u64
    }

    /// Whether every row was read and given out.
    pub(super) fn ended(&self) -> bool {
        self.ahead.ended.load(Ordering::Acquire) && self.waiting() == 0
    }

    /// The next row, if one is there; else the driver is woken by the next.
    pub(super) fn next(&mut self) -> Option<Found> {
        if self.rows.is_empty() {
            std::mem::swap(&mut self.rows, &mut self.ahead.queue());
        }
        if self.rows.is_empty() {
            self.ahead.hungry.store(true, Ordering::Release);
            // One may have come before that was seen.
            std::mem::swap(&mut self.rows, &mut self.ahead.queue());
        }
        let row = self.rows.pop_front()?;
        if self.ahead.rows.fetch_sub(1, Ordering::AcqRel) - 1 == AHEAD / 2 {
            self.reader.unpark();
        }
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// However the two threads meet, every row is given out in order, and a driver that sleeps when it finds none is woken.
    #[test]
    fn no_row_is_slept_through() {
        for round in 0..20_u64 {
            let (send, events) = channel();
            let rows = (0..2000_u64).map(move |number| {
                if number % (round + 1) == round {
                    thread::yield_now();
                }
                Record::parse(&format!("{{\"n\":{number}}}"))
            });
            let mut feed = feed(rows, send);
            let mut next = 0;
            while !feed.ended() {
                match feed.next() {
                    Some(row) => {
                        assert_eq!(row.unwrap().text(), format!("{{\"n\":{next}}}"));
                        next += 1;
                    }
                    None => {
                        events.recv_timeout(std::time::Duration::from_secs(20)).expect("to be woken");
                    }
                }
            }
            assert_eq!(next, 2000);
        }
    }
}
