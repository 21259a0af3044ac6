//! Jobs that were begun and have not left, in the order in which they were begun.

use std::collections::{BTreeMap, HashSet};

use sdk_prompt::{Call, End, Job, Key, Move, Reply};
use sdk_record::{Fault, Kind, Record};

struct Slot {
    job: Option<Box<dyn Job>>,
    replies: Vec<Option<Result<Reply, Fault>>>,
    rows: Vec<Record>,
    bytes: usize,
    end: End,
    /// Why the job's row was refused, or those of its rows that were.
    faults: Vec<Fault>,
    /// Input rows that it is about.
    about: u64,
    /// The calls whose answers it has had.
    keys: Vec<Key>,
}

/// What leaves: the job's number, its rows, whether it has ended, and why rows were refused.
type Leaving = (u64, Vec<Record>, End, Vec<Fault>);

#[derive(Default)]
pub(super) struct Slots {
    next: u64,
    begun: BTreeMap<u64, Slot>,
    bytes: usize,
    /// Input rows beside one that was blamed for the end of the run.
    beside: u64,
    /// What refused rows rest on, and no good one.
    aside: HashSet<Key>,
    good: Lately,
}

/// What good rows rested on lately, by the head of their keys. Rows that share an answer stand near each other, and the
/// keys of all would be as many as the rows. One taken for another is no harm: its answer is then not put aside.
#[derive(Default)]
struct Lately {
    now: HashSet<u32>,
    before: HashSet<u32>,
}

/// So many are known in any case.
const LATELY: usize = 1 << 13;

impl Lately {
    fn put(&mut self, key: Key) {
        if self.now.len() >= LATELY {
            std::mem::swap(&mut self.now, &mut self.before);
            self.now.clear();
        }
        self.now.insert(head(key));
    }

    fn has(&self, key: Key) -> bool {
        self.now.contains(&head(key)) || self.before.contains(&head(key))
    }
}

fn head(key: Key) -> u32 {
    key.0[..4].iter().fold(0, |head, byte| head << 8 | u32::from(*byte))
}

impl Slots {
    /// Whether another job fits: what waits to leave stays within the window. Jobs that still ask are bounded by the
    /// room for their calls.
    pub(super) fn fits(&self, window: usize) -> bool {
        self.bytes <= window
    }

    /// Input rows of jobs that were begun and have not left.
    pub(super) fn open(&self) -> u64 {
        self.beside + self.begun.values().map(|slot| slot.about).sum::<u64>()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.begun.is_empty()
    }

    pub(super) fn push(&mut self, job: Box<dyn Job>) -> u64 {
        let slot = Slot {
            about: job.rows(),
            job: Some(job),
            replies: Vec::new(),
            rows: Vec::new(),
            bytes: 0,
            end: End::Open,
            faults: Vec::new(),
            keys: Vec::new(),
        };
        let number = self.next;
        self.next += 1;
        self.begun.insert(number, slot);
        number
    }

    /// Plays the job on to its next calls or its end.
    pub(super) fn advance(&mut self, number: u64, mut replies: Vec<Result<Reply, Fault>>) -> Vec<Call> {
        let mut bytes = 0;
        let Some(slot) = self.begun.get_mut(&number) else { return Vec::new() };
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
                Move::Refuse(faults) => {
                    bytes += faults.iter().map(|fault| size_of::<Fault>() + weight(fault)).sum::<usize>();
                    slot.faults.extend(faults);
                }
                Move::Done => {
                    bytes += size_of::<Slot>();
                    slot.end = End::Done;
                    slot.job = None;
                    break Vec::new();
                }
                Move::Reject(fault) => {
                    bytes += size_of::<Slot>() + weight(&fault);
                    slot.end = End::Rejected;
                    slot.faults.push(*fault);
                    slot.job = None;
                    break Vec::new();
                }
            }
        };
        slot.bytes += bytes;
        self.bytes += bytes;
        calls
    }

    /// What came of a job that has ended: its rows that have not left, and why none came, if none did.
    pub(super) fn ended(&self, number: u64) -> Option<(&[Record], Option<&Fault>)> {
        let slot = self.begun.get(&number).filter(|slot| slot.end != End::Open)?;
        Some((&slot.rows, slot.faults.first().filter(|_| slot.rows.is_empty())))
    }

    /// The job has the answer to this call.
    pub(super) fn rests(&mut self, number: u64, key: Option<Key>) {
        if let Some(slot) = self.begun.get_mut(&number) {
            slot.keys.extend(key);
        }
    }

    /// The calls whose answers were no good.
    pub(super) fn aside(&mut self) -> Vec<Key> {
        std::mem::take(&mut self.aside).into_iter().collect()
    }

    /// Takes one reply; all of them, once the last one is there.
    pub(super) fn replied(
        &mut self,
        number: u64,
        index: usize,
        result: Result<Reply, Fault>,
    ) -> Option<Vec<Result<Reply, Fault>>> {
        let slot = self.begun.get_mut(&number)?;
        *slot.replies.get_mut(index)? = Some(result);
        if slot.replies.iter().any(Option::is_none) {
            return None;
        }
        Some(slot.replies.drain(..).flatten().collect())
    }

    /// Forgets a job that another run will begin again.
    pub(super) fn put_off(&mut self, number: u64) {
        if let Some(slot) = self.begun.remove(&number) {
            self.bytes -= slot.bytes;
        }
    }

    /// Lets the job say which row a fault is about.
    pub(super) fn blame(&mut self, number: u64, fault: Fault) -> Fault {
        let Some(job) = self.begun.get_mut(&number).and_then(|slot| slot.job.as_mut()) else { return fault };
        let blamed = match job.next(vec![Err(fault.clone())]) {
            Move::Reject(blamed) => Fault { stops: true, ..*blamed },
            _ => fault,
        };
        if let Some(slot) = self.begun.get_mut(&number) {
            (slot.end, slot.job) = (End::Rejected, None);
            self.beside += std::mem::take(&mut slot.about).saturating_sub(1);
        }
        blamed
    }

    /// The next thing that may leave: of the first job, or of any that has something.
    pub(super) fn leaving(&mut self, unordered: bool) -> Option<Leaving> {
        let ready = |slot: &Slot| !slot.rows.is_empty() || slot.end != End::Open;
        let many = if unordered { usize::MAX } else { 1 };
        let (&number, slot) = self.begun.iter_mut().take(many).find(|(_, slot)| ready(slot))?;
        let rows = std::mem::take(&mut slot.rows);
        let (end, faults) = (slot.end, std::mem::take(&mut slot.faults));
        self.bytes -= std::mem::take(&mut slot.bytes);
        if end != End::Open
            && let Some(slot) = self.begun.remove(&number)
        {
            // What some rows are good by is good.
            self.weigh(slot.keys, faults.first().filter(|_| rows.is_empty()));
        }
        Some((number, rows, end, faults))
    }
}

impl Slots {
    /// A row has left that rests on these calls. An answer that a good row rests on is put aside by no other row: that
    /// one would become another.
    fn weigh(&mut self, keys: Vec<Key>, fault: Option<&Fault>) {
        for key in keys {
            if fault.is_none() {
                self.aside.remove(&key);
                self.good.put(key);
            } else if fault.is_some_and(|fault| !is_lost(fault)) && !self.good.has(key) {
                self.aside.insert(key);
            }
        }
    }
}

/// Whether a request was lost on its way: the answers before it are as good as ever.
pub(super) fn is_lost(fault: &Fault) -> bool {
    matches!(fault.kind, Kind::Http | Kind::Timeout | Kind::NoAnswer)
}

/// Bytes that a refusal holds while it waits.
fn weight(fault: &Fault) -> usize {
    let texts = [Some(&fault.message), fault.row.as_ref(), fault.reply.as_ref()];
    texts.into_iter().flatten().map(String::len).sum::<usize>() + fault.line.as_ref().map_or(0, Vec::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A job that has ended.
    struct Ended(bool);

    impl Job for Ended {
        fn next(&mut self, _: Vec<Result<Reply, Fault>>) -> Move {
            if self.0 { Move::Done } else { Move::Reject(Box::new(Fault::new(Kind::Unparseable, "no good"))) }
        }
    }

    #[test]
    fn what_a_good_row_rests_on_is_not_put_aside() {
        let key = |number| Key([number; 32]);
        let mut slots = Slots::default();
        // The first step of all three is the same.
        for (good, own) in [(true, 1), (false, 2), (true, 3), (false, 4)] {
            let number = slots.push(Box::new(Ended(good)));
            let step = if own == 4 { 5 } else { 0 };
            slots.rests(number, Some(key(step)));
            slots.rests(number, Some(key(own)));
            slots.advance(number, Vec::new());
        }
        // One that is refused and asks the same as a good one that leaves later.
        let number = slots.push(Box::new(Ended(true)));
        slots.rests(number, Some(key(5)));
        slots.advance(number, Vec::new());
        while slots.leaving(false).is_some() {}
        let mut aside = slots.aside();
        aside.sort_unstable_by_key(|key| key.0);
        assert_eq!(aside, [key(2), key(4)]);
    }
}
