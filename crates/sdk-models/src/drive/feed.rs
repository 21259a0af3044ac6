//! Rows from a thread of their own: a blocked pipe must not hold back replies.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, sync_channel};
use std::thread;

use sdk_record::{Fault, Kind, Record};

use super::event::Event;

/// Rows read ahead of the driver.
const AHEAD: usize = 64;

pub(super) struct Feed {
    rows: VecDeque<Result<Record, Fault>>,
    taken: Receiver<()>,
    ended: bool,
}

/// Starts to read. The thread ends with the input, or with the process.
pub(super) fn feed(
    rows: impl Iterator<Item = Result<Record, Fault>> + Send + 'static,
    events: Sender<Event>,
) -> Feed {
    let (ahead, taken) = sync_channel(AHEAD);
    thread::spawn(move || {
        let end = AtEnd(events);
        for row in rows {
            if ahead.send(()).is_err() || end.0.send(Event::Row(row)).is_err() {
                return;
            }
        }
    });
    Feed { rows: VecDeque::new(), taken, ended: false }
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
        // One taken, one more may be read.
        let _ = self.taken.try_recv();
        Some(row)
    }
}
