//! One row's (or one draw of seeds') way through its requests: ask, mend, top up, stop.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use sdk_prompt::{About, Ask, Call, Job, Move, Repair, Reply, Schema, Want};
use sdk_record::{Fault, Record};
use sdk_select::{Val, val};

use super::items::{Read, read};
use super::made;
use super::task::Task;

/// Rounds that top up a short reply.
const ROUNDS: u32 = 3;
/// Earlier items that a request names as not to be repeated.
const AVOIDED: usize = 100;

/// What a job is about.
pub(super) struct Subject {
    pub(super) row: Option<Record>,
    pub(super) seeds: Vec<Record>,
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
        let count = self.count();
        let want = match (&self.schema, self.task.ask > 1) {
            (None, _) => Want::Text,
            (Some(_), false) => Want::Item,
            (Some(_), true) => Want::Items(count),
        };
        let raw = |rows: &[Record]| rows.iter().map(Record::text).collect::<Vec<_>>().join(",");
        let schema =
            self.schema.as_deref().map_or(Ok(Val::Null), |schema| val(&schema.item().to_string()))?;
        let known = [
            ("n", Val::from(count)),
            ("seeds", val(&format!("[{}]", raw(&self.subject.seeds)))?),
            ("avoid", val(&serde_json::Value::from(self.avoid.clone()).to_string())?),
            ("schema", schema),
            ("variation", Val::from(self.variation())),
        ];
        let messages =
            self.task.file.messages(self.subject.row.as_ref(), &self.task.variables.values(&known))?;
        Ok(Ask {
            messages,
            want,
            schema: self.schema.clone(),
            parameters: self.task.parameters.clone(),
            sample: self.sample(),
            about: About {
                name: Arc::clone(&self.task.file.name),
                row: self.subject.row.clone(),
                seeds: self.subject.seeds.clone(),
                avoid: self.avoid.clone(),
                ..About::default()
            },
        })
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
        let items = match read(&self.task, asked.ask(), reply, &mut self.seen) {
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
        self.remember(&items);
        let (question, sample) = (asked.question(reply), asked.ask().sample);
        match made::rows(&self.task, self.subject.row.as_ref(), question, sample, reply, items) {
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
}

/// The first call of a job, for `--dry-run`.
pub(super) fn first(job: &TaskJob) -> Result<Call, Fault> {
    job.ask().map(|ask| Call::Model(Box::new(ask)))
}
