//! Rows from a thread of their own: a blocked pipe must not hold back replies.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, sync_channel};
use std::thread;

use sdk_record::{Fault, Record};

use super::Event;

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
        for row in rows {
            if events.send(Event::Row(row)).is_err() || ahead.send(()).is_err() {
                return;
            }
        }
        let _ = events.send(Event::RowsEnd);
    });
    Feed { rows: VecDeque::new(), taken, ended: false }
}

impl Feed {
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
