//! What the driver waits for: answers from whoever was asked, and that there are rows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Sender;

use sdk_prompt::{Hear, Reply};
use sdk_record::Fault;

pub(super) enum Event {
    Reply(u64, Result<Reply, Fault>),
    /// Put off to another run.
    Later(u64),
    /// There are rows, there is room: there may be something to do.
    Look,
    Stop(Fault),
}

/// The driver's ear. What comes after the driver has left is heard by nobody.
pub(super) struct Listener {
    events: Sender<Event>,
    unread: AtomicUsize,
}

impl Listener {
    pub(super) fn new(events: Sender<Event>) -> Listener {
        Listener { events, unread: AtomicUsize::new(0) }
    }

    /// Replies that came and were not taken.
    pub(super) fn unread(&self) -> usize {
        self.unread.load(Ordering::Relaxed)
    }

    /// A reply was taken.
    pub(super) fn read(&self) {
        self.unread.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Hear for Listener {
    fn reply(&self, ticket: u64, result: Result<Reply, Fault>) {
        self.unread.fetch_add(1, Ordering::Relaxed);
        let _ = self.events.send(Event::Reply(ticket, result));
    }

    fn later(&self, ticket: u64) {
        self.unread.fetch_add(1, Ordering::Relaxed);
        let _ = self.events.send(Event::Later(ticket));
    }

    fn room(&self) {
        let _ = self.events.send(Event::Look);
    }

    fn stop(&self, fault: Fault) {
        let _ = self.events.send(Event::Stop(fault));
    }
}
