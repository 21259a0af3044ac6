//! Jobs that were begun and have not left, in the order in which they were begun.

use std::collections::VecDeque;

use sdk_prompt::{Call, End, Job, Move, Reply};
use sdk_record::{Fault, Record};

struct Slot {
    job: Option<Box<dyn Job>>,
    replies: Vec<Option<Result<Reply, Fault>>>,
    rows: Vec<Record>,
    bytes: usize,
    end: End,
    fault: Option<Box<Fault>>,
}

/// What leaves: the job's number, its rows, whether it has ended, and why it was refused.
type Leaving = (u64, Vec<Record>, End, Option<Box<Fault>>);

#[derive(Default)]
pub(super) struct Slots {
    first: u64,
    begun: VecDeque<Option<Slot>>,
    bytes: usize,
    open: usize,
}

impl Slots {
    /// Whether another job fits: the rows that wait stay within the window, the jobs within a few times what is asked
    /// at once.
    pub(super) fn fits(&self, window: usize, jobs: usize) -> bool {
        self.bytes <= window && self.open < 64 + jobs.saturating_mul(8)
    }

    /// Jobs that were begun and have not left.
    pub(super) fn open(&self) -> usize {
        self.open
    }

    pub(super) fn is_empty(&self) -> bool {
        self.open == 0
    }

    pub(super) fn push(&mut self, job: Box<dyn Job>) -> u64 {
        let slot = Slot {
            job: Some(job),
            replies: Vec::new(),
            rows: Vec::new(),
            bytes: 0,
            end: End::Open,
            fault: None,
        };
        self.begun.push_back(Some(slot));
        self.open += 1;
        self.first + self.begun.len() as u64 - 1
    }

    fn slot(&mut self, number: u64) -> Option<&mut Slot> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        self.begun.get_mut(at)?.as_mut()
    }

    /// Plays the job on to its next calls or its end.
    pub(super) fn advance(&mut self, number: u64, mut replies: Vec<Result<Reply, Fault>>) -> Vec<Call> {
        let mut bytes = 0;
        let Some(slot) = self.slot(number) else { return Vec::new() };
        let Some(job) = &mut slot.job else { return Vec::new() };
        let calls = loop {
            match job.next(std::mem::take(&mut replies)) {
                Move::Call(calls) if calls.is_empty() => {}
                Move::Call(calls) => {
                    slot.replies = calls.iter().map(|_| None).collect();
                    break calls;
                }
                Move::Emit(rows) => {
                    bytes += rows.iter().map(|row| row.text().len()).sum::<usize>();
                    slot.rows.extend(rows);
                }
                Move::Done => {
                    slot.end = End::Done;
                    slot.job = None;
                    break Vec::new();
                }
                Move::Reject(fault) => {
                    slot.end = End::Rejected;
                    slot.fault = Some(fault);
                    slot.job = None;
                    break Vec::new();
                }
            }
        };
        slot.bytes += bytes;
        self.bytes += bytes;
        calls
    }

    /// Takes one reply; all of them, once the last one is there.
    pub(super) fn replied(
        &mut self,
        number: u64,
        index: usize,
        result: Result<Reply, Fault>,
    ) -> Option<Vec<Result<Reply, Fault>>> {
        let slot = self.slot(number)?;
        *slot.replies.get_mut(index)? = Some(result);
        if slot.replies.iter().any(Option::is_none) {
            return None;
        }
        Some(slot.replies.drain(..).flatten().collect())
    }

    /// Lets the job say which row a fault is about.
    pub(super) fn blame(&mut self, number: u64, fault: Fault) -> Fault {
        let Some(job) = self.slot(number).and_then(|slot| slot.job.as_mut()) else { return fault };
        let blamed = match job.next(vec![Err(fault.clone())]) {
            Move::Reject(blamed) => Fault { stops: true, ..*blamed },
            _ => fault,
        };
        if let Some(slot) = self.slot(number) {
            (slot.end, slot.job) = (End::Rejected, None);
        }
        blamed
    }

    /// The next thing that may leave: of the first job, or of any that has something.
    pub(super) fn leaving(&mut self, unordered: bool) -> Option<Leaving> {
        let ready = |slot: &Slot| !slot.rows.is_empty() || slot.end != End::Open;
        let many = if unordered { self.begun.len() } else { 1 };
        let at = self.begun.iter().take(many).position(|slot| slot.as_ref().is_some_and(ready))?;
        let slot = self.begun[at].as_mut()?;
        let rows = std::mem::take(&mut slot.rows);
        let (end, fault) = (slot.end, slot.fault.take());
        self.bytes -= std::mem::take(&mut slot.bytes);
        let number = self.first + at as u64;
        if end != End::Open {
            self.begun[at] = None;
            self.open -= 1;
            while let Some(None) = self.begun.front() {
                self.begun.pop_front();
                self.first += 1;
            }
        }
        Some((number, rows, end, fault))
    }
}
