//! The one driver: rows in, jobs on their way, rows out in order. DESIGN §5.
//!
//! Jobs run on this thread (jq values cannot cross threads); rows come from a reader thread, replies from whoever
//! answers. Follow-ups go before new rows; finished rows wait their turn within a window of bytes, so that one slow answer
//! does not hold up the rest.

mod calls;
mod event;
mod feed;
mod leaving;
mod slot;
mod trial;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use sdk_prompt::{Answer, Counts, Done, Plan, Reply};
use sdk_record::{Fault, Record, Sink};

use calls::Calls;
use event::{Event, Listener};
use feed::{Feed, feed};
use slot::Slots;
use trial::Trial;

use crate::{Gauge, Moment};

/// Bytes of finished rows that may wait for an earlier one: for each request at once as many as come while one takes a
/// hundred times as long as the others, but not below the least nor beyond the most.
const WINDOW: usize = 64 * 1024;
const LEAST_WINDOW: usize = 4 * 1024 * 1024;
const MOST_WINDOW: usize = 16 * 1024 * 1024;

/// How often a wait looks for Ctrl-C and for a reader who has left.
const TICK: Duration = Duration::from_millis(100);

/// Replies that may lie unread while more is begun, for each request at once and at least and most. Answers that are there at
/// once would pile up otherwise.
const UNREAD: usize = 2;
const LEAST_UNREAD: usize = 64;
const MOST_UNREAD: usize = 1024;

/// How a run is driven.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// Rows leave when they are done.
    pub unordered: bool,
    /// Another run follows that makes the rows: it finds the answers that no row came of, too, and pays for none anew.
    pub trial: bool,
    /// Requests at once, where that is settled.
    pub jobs: Option<usize>,
    /// Where it is written down how far the run is.
    pub gauge: Arc<Gauge>,
}

impl Way {
    /// Bytes of finished rows that may wait.
    fn window(&self) -> usize {
        let wanted = self.jobs.map_or(MOST_WINDOW, |jobs| jobs.saturating_mul(WINDOW));
        wanted.clamp(LEAST_WINDOW, MOST_WINDOW)
    }

    /// Replies that may lie unread.
    fn unread(&self) -> usize {
        let wanted = self.jobs.map_or(MOST_UNREAD, |jobs| jobs.saturating_mul(UNREAD));
        wanted.clamp(LEAST_UNREAD, MOST_UNREAD)
    }
}

/// Runs `plan` over `rows`: what is made goes `to`, what is asked goes to `with`. Returns what was counted and how
/// writing ended. A fault that `stops` ends the run early, as Ctrl-C does: nothing new is begun, what is in flight is
/// awaited. So it ends, too, where no more can be written; where nobody reads on, answers that are paid for may come for
/// a while.
pub fn drive(
    plan: &mut dyn Plan,
    rows: impl Iterator<Item = Result<Record, Fault>> + Send + 'static,
    to: &mut dyn Sink,
    with: &mut dyn Answer,
    way: Way,
) -> (Counts, io::Result<()>) {
    let (send, events) = channel();
    let ear = Arc::new(Listener::new(send.clone()));
    let mut driver = Driver {
        counts: Counts::default(),
        feed: feed(rows, send),
        calls: Calls::new(with, Arc::clone(&ear) as Done),
        ear,
        slots: Slots::default(),
        plan,
        to,
        way,
        trial: Trial::default(),
        finished: false,
        stopped: false,
        halted: false,
        looked: Instant::now(),
    };
    let result = driver.run(&events);
    let whole = !driver.stopped;
    if let Err(error) = &result {
        driver.leave(&events, error.kind());
    } else if let Err(fault) = driver.calls.close(whole) {
        driver.to.stop(&fault.message);
    }
    driver.count();
    (driver.counts, result)
}

struct Driver<'a> {
    counts: Counts,
    feed: Feed,
    calls: Calls<'a>,
    ear: Arc<Listener>,
    slots: Slots,
    plan: &'a mut dyn Plan,
    to: &'a mut dyn Sink,
    way: Way,
    trial: Trial,
    /// `finish` gave nothing since the last job ended.
    finished: bool,
    stopped: bool,
    /// Who answers knows that it has stopped.
    halted: bool,
    /// When it was last looked whether anybody reads.
    looked: Instant,
}

impl Driver<'_> {
    fn run(&mut self, events: &Receiver<Event>) -> io::Result<()> {
        loop {
            self.look()?;
            let begun = !self.stopped && {
                self.calls.dispatch();
                self.begin()?
            };
            let left = self.release(self.way.unordered)?;
            if !left && self.over() {
                // What was paid for leaves, also past a row that was stopped.
                self.release(true)?;
                if !self.stopped && !self.calls.withholds && !self.way.trial {
                    self.calls.aside(&self.slots.aside());
                }
                return self.to.flush();
            }
            match events.try_recv() {
                Ok(event) => self.take(event)?,
                // Begun one by one, so that answers are taken meanwhile.
                Err(_) if begun || left => {}
                Err(_) => {
                    self.to.flush()?;
                    self.calls.flush();
                    match events.recv_timeout(TICK) {
                        Ok(event) => self.take(event)?,
                        Err(RecvTimeoutError::Timeout) => {}
                        // The driver itself holds a sender inside `done`: this cannot be.
                        Err(RecvTimeoutError::Disconnected) => return self.to.flush(),
                    }
                }
            }
        }
    }

    /// Looks at the world outside: a stop that was asked for, a reader who has left while nothing was written.
    fn look(&mut self) -> io::Result<()> {
        self.stopped |= self.to.interrupted();
        if self.stopped && !self.halted {
            self.halted = true;
            self.calls.halt();
        }
        if self.looked.elapsed() < TICK {
            return Ok(());
        }
        self.looked = Instant::now();
        self.count();
        self.way.gauge.write(Moment { counts: self.counts, flying: self.calls.flying() });
        if self.to.closed() && !self.calls.withholds { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }

    /// Begins a job, if there is room for its calls and its rows; says whether there was anything to begin.
    fn begin(&mut self) -> io::Result<bool> {
        // As long as nothing good has come, each reply is looked at before more is paid for.
        let unread = if self.trial.is_over() { self.way.unread() } else { 0 };
        if !self.calls.room() || !self.slots.fits(self.way.window()) || self.ear.unread() > unread {
            return Ok(false);
        }
        let job = if let Some(row) = self.feed.next() {
            self.counts.read += 1;
            row.and_then(|row| self.plan.admit(row))
        } else if self.feed.ended() && !self.finished {
            let job = self.plan.finish();
            self.finished = matches!(job, Ok(None));
            if self.finished {
                return Ok(false);
            }
            job
        } else {
            return Ok(false);
        };
        match job {
            Ok(Some(job)) => {
                let number = self.slots.push(job);
                self.advance(number, Vec::new())?;
            }
            Ok(None) => {}
            Err(fault) => self.refuse(fault)?,
        }
        Ok(true)
    }

    fn advance(&mut self, number: u64, replies: Vec<Result<Reply, Fault>>) -> io::Result<()> {
        if let Some(fault) = replies.iter().filter_map(|reply| reply.as_ref().err()).find(|fault| fault.stops)
        {
            if !self.stopped {
                self.stopped = true;
                let fault = self.slots.blame(number, fault.clone());
                self.refuse(fault)?;
            }
            return Ok(());
        }
        let asked = !replies.is_empty();
        let calls = self.slots.advance(number, replies);
        self.calls.queue(number, calls);
        if asked {
            self.weigh(number);
        }
        if !self.stopped {
            self.calls.dispatch();
        }
        Ok(())
    }

    /// A job has had replies. If it was among the first to end, and none of them was any good, nothing more is asked.
    fn weigh(&mut self, number: u64) {
        let Some((rows, fault)) = self.slots.ended(number) else { return };
        // What nobody was asked for tells nothing of who is asked.
        if self.trial.is_over() || !self.calls.has_asked() {
            return;
        }
        let why = fault.map(|fault| fault.message.clone()).or_else(|| self.plan.unusable(rows));
        if let Some(why) = self.trial.ended(why.as_deref()) {
            self.stopped = true;
            self.to.stop(&why);
        }
    }

    fn take(&mut self, event: Event) -> io::Result<()> {
        match event {
            Event::Look => {}
            Event::Later(ticket) => {
                self.ear.read();
                self.calls.put_off(ticket).into_iter().for_each(|number| self.slots.put_off(number));
            }
            Event::Stop(fault) if self.stopped => drop(fault),
            // No row is refused, so none is counted.
            Event::Stop(fault) => {
                self.stopped = true;
                self.to.stop(&fault.message);
            }
            Event::Reply(ticket, result) => {
                self.ear.read();
                let key = self.calls.key(ticket);
                for (number, index, result) in self.calls.answered(ticket, result) {
                    self.slots.rests(number, key);
                    if let Some(replies) = self.slots.replied(number, index, result) {
                        self.advance(number, replies)?;
                    }
                }
            }
        }
        Ok(())
    }
}
