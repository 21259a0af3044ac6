//! From results to the journal.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::sleep;
use std::time::Duration;

use sdk_prompt::Key;

use crate::journal::{Broken, Kept, Write, is_answer};

/// Puts answers into a journal, and knows when they are safe there.
pub(super) struct Keeper<'a> {
    write: &'a Write,
    place: &'a str,
    sender: Sender<Option<Broken>>,
    safe: Receiver<Option<Broken>>,
}

impl Keeper<'_> {
    pub(super) fn new<'a>(write: &'a Write, place: &'a str) -> Keeper<'a> {
        let (sender, safe) = channel();
        Keeper { write, place, sender, safe }
    }

    /// Takes an answer; what is none is given back.
    pub(super) fn keep(&mut self, key: Key, kept: Kept) -> Option<Kept> {
        if !is_answer(&kept) {
            return Some(kept);
        }
        while self.write.full() {
            sleep(Duration::from_millis(1));
        }
        let sender = self.sender.clone();
        let then = move |_, broken: Option<&Broken>| drop(sender.send(broken.cloned()));
        self.write.put(key.at(self.place), kept, Box::new(then));
        None
    }

    /// Waits until all is safe: what is looked up before would be missing.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub(super) fn end(self) -> Result<(), String> {
        drop(self.sender);
        self.safe.iter().flatten().next().map_or(Ok(()), |broken| Err(broken.to_string()))
    }
}
