//! What was asked of whom and what came of it: groups, the jobs that work for them, what fell short, what came twice.
//!
//! It asks nobody and knows no task; rows are judged equal by identities that others give.

use std::collections::{HashMap, HashSet, VecDeque};

use sdk_prompt::{End, id};
use sdk_record::{Fault, Kind, Record, Spool};

use super::group::Group;

/// The row that a job works on, and how many rows it should give.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    group: usize,
    row: u64,
    pub(super) quota: u64,
}

struct Open {
    asked: Option<Asked>,
    rows: u64,
    repeats: u64,
    second: bool,
}

/// The books of one run.
#[derive(Default)]
pub(super) struct Ledger {
    groups: Vec<Option<Group>>,
    queue: VecDeque<usize>,
    begun: u64,
    open: HashMap<u64, Open>,
    /// 16 bytes for each row that must not come again.
    identities: HashSet<u128>,
    second: bool,
    empty: u64,
    repeats: u64,
    lacking: u64,
}

impl Ledger {
    /// Closes a group of rows of which `wanted` rows are to be made; an empty one is nothing.
    pub(super) fn close(&mut self, spool: Spool, wanted: u64) -> Result<(), Fault> {
        if spool.rows() > 0 {
            let group = Group::close(spool, wanted).map_err(|error| unspooled(&error))?;
            self.queue.push_back(self.groups.len());
            self.groups.push(Some(group));
        }
        Ok(())
    }

    /// The next row of the closed groups that has something to make.
    pub(super) fn next(&mut self) -> Result<Option<(Asked, Record)>, Fault> {
        while let Some(&group) = self.queue.front() {
            match self.groups[group].as_mut().and_then(Group::next) {
                Some(next) => {
                    let (row, record, quota) = next.map_err(|error| unspooled(&error))?;
                    return Ok(Some((Asked { group, row, quota }, record)));
                }
                None => {
                    self.queue.pop_front();
                    self.forget(group);
                }
            }
        }
        Ok(None)
    }

    /// A job begins; jobs are numbered in this order.
    pub(super) fn begin(&mut self, asked: Option<Asked>) {
        self.open.insert(self.begun, Open { asked, rows: 0, repeats: 0, second: self.second });
        self.begun += 1;
        if let Some(group) = asked.and_then(|asked| self.groups[asked.group].as_mut()) {
            group.open += 1;
        }
    }

    /// A row cannot be asked about: it gives nothing, and is not asked again.
    pub(super) fn refused(&mut self, asked: Asked) {
        if let Some(group) = self.groups[asked.group].as_mut() {
            group.fell_short(asked.row, 0);
        }
        self.forget(asked.group);
    }

    /// Whether no row came in at all.
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Whether the second pass can begin: what fell short is asked for once more, and no job is open that may give it.
    pub(super) fn second_is_due(&self) -> bool {
        !self.second && self.open.is_empty()
    }

    pub(super) fn is_second(&self) -> bool {
        self.second
    }

    /// Begins again with the groups that lack rows.
    pub(super) fn begin_second(&mut self) -> Result<(), Fault> {
        self.second = true;
        for at in 0..self.groups.len() {
            if let Some(group) = &mut self.groups[at] {
                group.again().map_err(|error| unspooled(&error))?;
                self.queue.push_back(at);
            }
        }
        Ok(())
    }

    /// Remembers an identity that no row of the first group may have.
    pub(super) fn known(&mut self, identity: &str) {
        self.identities.insert(fingerprint(0, identity));
    }

    /// Rows of a job leave, or are held back because `identity` says that they came before. `None`: it does not matter.
    pub(super) fn settle(
        &mut self,
        job: u64,
        rows: Vec<Record>,
        end: End,
        identity: impl Fn(&Record) -> Option<String>,
    ) -> Vec<Record> {
        let Some(mut open) = self.open.remove(&job) else { return rows };
        let all = rows.len() as u64;
        let mut left = rows;
        if let Some(asked) = open.asked {
            left.retain(|row| {
                identity(row)
                    .is_none_or(|identity| self.identities.insert(fingerprint(asked.group, &identity)))
            });
            if let Some(group) = self.groups[asked.group].as_mut() {
                group.got += left.len() as u64;
            }
        }
        let held = all - left.len() as u64;
        (open.rows, open.repeats) = (open.rows + left.len() as u64, open.repeats + held);
        self.repeats += held;
        if end == End::Open {
            self.open.insert(job, open);
        } else {
            self.ended(&open, end);
        }
        left
    }

    fn ended(&mut self, open: &Open, end: End) {
        self.empty += u64::from(!open.second && end == End::Done && open.rows + open.repeats == 0);
        let Some(asked) = open.asked else { return };
        if let Some(group) = self.groups[asked.group].as_mut() {
            group.open -= 1;
            if open.rows < asked.quota {
                group.fell_short(asked.row, open.rows);
            }
        }
        self.forget(asked.group);
    }

    /// Drops a group's rows as soon as nothing more can be asked of them.
    fn forget(&mut self, at: usize) {
        if let Some(group) = &self.groups[at] {
            let done = group.handed_out() && !self.queue.contains(&at);
            if done && (group.lacking() == 0 || self.second) {
                self.lacking += group.lacking();
                self.groups[at] = None;
            }
        }
    }

    /// Rows of closed groups that something is still to be asked of.
    pub(super) fn held(&self) -> u64 {
        self.groups.iter().flatten().map(Group::held).sum()
    }

    pub(super) fn empty(&self) -> u64 {
        self.empty
    }

    pub(super) fn repeats(&self) -> u64 {
        self.repeats
    }

    pub(super) fn lacking(&self) -> u64 {
        self.lacking + self.groups.iter().flatten().map(Group::lacking).sum::<u64>()
    }
}

fn fingerprint(group: usize, identity: &str) -> u128 {
    let group = group.to_string();
    let half = |salt: &str| id(&[salt, &group, identity]);
    u128::from_str_radix(&format!("{}{}", half("1"), half("2")), 16).unwrap_or(0)
}

/// The temporary directory failed: the run cannot go on.
pub(super) fn unspooled(error: &std::io::Error) -> Fault {
    let message = format!("the input could not be spooled to the temporary directory: {error}; set TMPDIR");
    Fault { stops: true, ..Fault::new(Kind::TooLarge, message) }
}
