//! The way out: rows in order, refusals, and what is counted of both.

use std::io;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use sdk_prompt::End;
use sdk_record::Fault;

use super::Driver;
use super::event::Event;
use super::slot::is_lost;

/// How long answers in flight may still take once nobody reads the output.
const LEAVE: Duration = Duration::from_secs(5);

impl Driver<'_> {
    /// Nothing more can be written: begins nothing, and takes the answers that still come, which are paid for. All of
    /// them, unless it is the reader who has left: then somebody waits for the end of the pipe.
    pub(super) fn leave(&mut self, events: &Receiver<Event>, why: io::ErrorKind) {
        self.calls.leave();
        self.calls.flush();
        let until = (why == io::ErrorKind::BrokenPipe).then(|| Instant::now() + LEAVE);
        while self.calls.in_flight() {
            let event = match until {
                Some(until) => events.recv_timeout(until.saturating_duration_since(Instant::now())).ok(),
                None => events.recv().ok(),
            };
            match event {
                Some(Event::Reply(ticket, result)) => drop(self.calls.answered(ticket, result)),
                Some(Event::Later(ticket)) => drop(self.calls.put_off(ticket)),
                Some(_) => {}
                None => return,
            }
        }
    }

    /// Lets out what may leave; says whether anything did.
    pub(super) fn release(&mut self, any: bool) -> io::Result<bool> {
        let mut left = false;
        while let Some((number, rows, end, faults)) = self.slots.leaving(any) {
            left = true;
            for row in self.plan.settle(number, rows, end) {
                if !self.calls.withholds {
                    self.to.row(row)?;
                    self.counts.written += 1;
                }
            }
            // A request that was lost is lost for this run alone: no other will name it.
            for fault in faults {
                if !self.calls.withholds || is_lost(&fault) {
                    self.refuse(fault)?;
                }
            }
            if end != End::Open && self.slots.is_empty() {
                self.finished = false;
            }
        }
        Ok(left)
    }

    pub(super) fn refuse(&mut self, fault: Fault) -> io::Result<()> {
        self.stopped |= fault.stops;
        self.counts.rejected += 1;
        self.to.reject(fault)?;
        self.stopped |= self.to.enough(self.counts.read);
        Ok(())
    }

    pub(super) fn over(&self) -> bool {
        if self.stopped {
            return !self.calls.in_flight();
        }
        self.feed.ended() && self.slots.is_empty() && self.finished
    }

    pub(super) fn count(&mut self) {
        self.calls.count(&mut self.counts);
        self.counts.empty = self.plan.empty();
        self.counts.repeats = self.plan.repeats();
        self.counts.unfinished = self.slots.open() + self.feed.waiting() + self.plan.held();
        // What was put off is no lack.
        self.counts.lacking = if self.calls.withholds { 0 } else { self.plan.lacking() };
    }
}
