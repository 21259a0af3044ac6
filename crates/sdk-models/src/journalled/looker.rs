//! The thread that looks calls up.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::vec;

use sdk_prompt::Answer;

use super::TOGETHER;
use super::line::{Asked, Line};
use super::place::Place;
use crate::journal::{Kept, Look, Places};

pub(super) struct Looker<A> {
    look: Look,
    places: Places,
    place: Place,
    line: Arc<Line<A>>,
    /// Calls that came together and are not looked up yet.
    asked: vec::IntoIter<Asked>,
    /// What is known and not yet said.
    known: Vec<(Asked, Kept)>,
}

impl<A: Answer + Send + 'static> Looker<A> {
    pub(super) fn new(look: Look, places: Places, place: Place, line: Arc<Line<A>>) -> Looker<A> {
        Looker { look, places, place, line, asked: Vec::new().into_iter(), known: Vec::new() }
    }

    /// Looks up what comes in, until nothing can come any more.
    pub(super) fn run(mut self, calls: &Receiver<Vec<Asked>>) {
        while let Some(asked) = self.next(calls) {
            if self.line.halted() {
                self.line.refuse(asked, "the run has stopped");
                continue;
            }
            let Looker { places, place, line, .. } = &self;
            let place = line.place.get_or_init(|| place.find(places, &line.write));
            let asked = Asked { kept_as: asked.key.at(place), ..asked };
            match self.look.get(asked.kept_as) {
                Ok(Some(kept)) => self.known.push((asked, kept)),
                Ok(None) => self.line.push(asked),
                Err(broken) => self.line.refuse(asked, &broken.to_string()),
            }
            if self.known.len() >= TOGETHER {
                self.say();
            }
        }
        self.say();
    }

    /// Says what is known.
    fn say(&mut self) {
        for (asked, kept) in self.known.drain(..) {
            self.line.answer(asked, kept);
        }
    }

    fn next(&mut self, calls: &Receiver<Vec<Asked>>) -> Option<Asked> {
        loop {
            if let Some(asked) = self.asked.next() {
                return Some(asked);
            }
            self.asked = match calls.try_recv() {
                Ok(asked) => asked,
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {
                    self.look.idle();
                    self.say();
                    calls.recv().ok()?
                }
            }
            .into_iter();
        }
    }
}
