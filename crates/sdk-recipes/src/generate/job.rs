//! One row's (or one draw of seeds') way through its requests: ask, mend, top up, stop.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use sdk_prompt::{Ask, Call, Job, Move, Picture, Repair, Reply, Schema};
use sdk_record::{Fault, Record};

use super::conversation::Conversation;
use super::items::{Read, read};
use super::made;
use super::request::Request;
use super::task::Task;

/// Rounds that top up a short reply.
const ROUNDS: u32 = 3;
/// Earlier items that a request names as not to be repeated.
const AVOIDED: usize = 100;

/// What a job is about.
#[derive(Default)]
pub(super) struct Subject {
    pub(super) row: Option<Record>,
    pub(super) seeds: Vec<Record>,
    /// What is shown with the row.
    pub(super) pictures: Vec<Picture>,
    /// The row's, where its answers are what is asked about.
    pub(super) conversation: Option<Conversation>,
    /// Items wanted; none: what one request gives.
    pub(super) wanted: Option<u64>,
    /// Which planned copy or draw of seeds this is, and in which pass: told apart from requests with the same words.
    pub(super) copy: u64,
    pub(super) pass: u32,
}

pub(super) struct TaskJob {
    task: Rc<Task>,
    schema: Option<Arc<Schema>>,
    subject: Subject,
    made: u64,
    asks: u32,
    rounds: u32,
    seen: HashSet<String>,
    avoid: Vec<String>,
    asked: Option<Repair>,
}

impl TaskJob {
    pub(super) fn new(task: Rc<Task>, schema: Option<Arc<Schema>>, subject: Subject) -> TaskJob {
        TaskJob {
            task,
            schema,
            subject,
            made: 0,
            asks: 0,
            rounds: ROUNDS + 1,
            seen: HashSet::new(),
            avoid: Vec::new(),
            asked: None,
        }
    }

    /// The request for the items that are still wanted.
    pub(super) fn ask(&self) -> Result<Ask, Fault> {
        let Subject { row, seeds, pictures, conversation, .. } = &self.subject;
        let also = match conversation {
            Some(conversation) => vec![("turns", conversation.value()?)],
            None => Vec::new(),
        };
        let request = Request {
            row: row.as_ref(),
            seeds,
            pictures,
            avoid: &self.avoid,
            count: self.count(),
            sample: self.sample(),
            variation: self.variation(),
            also,
        };
        request.ask(&self.task, self.schema.as_ref())
    }

    /// Tells this request apart from others with the same words: other copies, draws, passes and rounds.
    fn sample(&self) -> u32 {
        let Subject { copy, pass, .. } = self.subject;
        let number = match self.asks {
            asks @ 0..500 => (copy % 2_000_000) * 1000 + u64::from(pass) * 500 + u64::from(asks),
            asks => (1 << 31) + (copy * 1_000_003 + u64::from(pass) * 500_009 + u64::from(asks)) % (1 << 30),
        };
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// The same in words, for `$variation`: "" for the first request, "3", "3.1".
    fn variation(&self) -> String {
        let Subject { copy, pass, .. } = self.subject;
        match (copy, self.asks + pass * 500) {
            (0, 0) => String::new(),
            (copy, 0) => copy.to_string(),
            (copy, round) => format!("{copy}.{round}"),
        }
    }

    fn count(&self) -> usize {
        let left = self.subject.wanted.map(|wanted| wanted.saturating_sub(self.made));
        left.map_or(self.task.ask, |left| usize::try_from(left).unwrap_or(usize::MAX).min(self.task.ask))
    }

    fn begin(&mut self) -> Move {
        let enough = self.made > 0 && self.subject.wanted.is_none_or(|wanted| self.made >= wanted);
        if enough || self.rounds == 0 {
            return Move::Done;
        }
        match self.ask() {
            Ok(ask) => {
                self.asks += 1;
                self.asked.insert(Repair::new(ask, self.task.repairs)).call()
            }
            Err(fault) => self.give_up(fault),
        }
    }

    fn take(&mut self, mut asked: Repair, reply: &Reply) -> Move {
        let items =
            match read(&self.task, asked.ask(), self.subject.conversation.as_ref(), reply, &mut self.seen) {
                Read::Items(items) => items,
                Read::Nothing => Vec::new(),
                Read::Lost(fault) => return self.give_up(fault.after(&reply.text)),
                Read::Bad(fault) => {
                    return match asked.again(reply, fault) {
                        Ok(call) => {
                            self.asked = Some(asked);
                            call
                        }
                        Err(fault) => self.give_up(*fault),
                    };
                }
            };
        if items.len() < self.count() {
            // Without a number asked for there is nothing to top up.
            self.rounds = if self.subject.wanted.is_some() { self.rounds - 1 } else { 0 };
        }
        self.made += items.len() as u64;
        if self.subject.wanted.is_some() {
            self.remember(&items);
        }
        let (question, sample) = (asked.question(reply), asked.ask().sample);
        let Subject { row, conversation, .. } = &self.subject;
        match made::rows(&self.task, row.as_ref(), conversation.as_ref(), question, sample, reply, items) {
            Ok(rows) if rows.is_empty() => self.begin(),
            Ok(rows) => Move::Emit(rows),
            Err(fault) => self.give_up(fault),
        }
    }

    fn remember(&mut self, items: &[Record]) {
        self.avoid.extend(items.iter().filter_map(|item| self.task.avoided(item)));
        let old = self.avoid.len().saturating_sub(AVOIDED);
        self.avoid.drain(..old);
    }

    /// A row that gave something is not refused for what it did not give.
    fn give_up(&mut self, fault: Fault) -> Move {
        self.rounds = 0;
        if self.made > 0 && !fault.stops {
            return Move::Done;
        }
        Move::Reject(Box::new(match &self.subject.row {
            Some(row) => fault.of(row),
            None => fault,
        }))
    }
}

impl Job for TaskJob {
    fn next(&mut self, replies: Vec<Result<Reply, Fault>>) -> Move {
        match (self.asked.take(), replies.into_iter().next()) {
            (Some(asked), Some(Ok(reply))) => self.take(asked, &reply),
            (Some(_), Some(Err(fault))) => self.give_up(fault),
            _ => self.begin(),
        }
    }

    /// A draw of seeds is about none of them.
    fn rows(&self) -> u64 {
        u64::from(self.subject.row.is_some())
    }
}

/// The first call of a job, for `--dry-run`.
pub(super) fn first(job: &TaskJob) -> Result<Call, Fault> {
    job.ask().map(|ask| Call::Model(Arc::new(ask)))
}
