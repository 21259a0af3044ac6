//! A text that is longer than a request holds: its parts are asked about, then what came of them, joined, until one item
//! is left.
//!
//! What waits to be joined is a pile for each level, none larger than a request: memory does not grow with the text.

use std::collections::HashSet;
use std::rc::Rc;

use sdk_prompt::{Job, Key, Move, Repair, Reply, Usage};
use sdk_record::{Fault, Kind, Record, quote};
use sdk_select::Val;

use super::items::{Read, read};
use super::ledger::unspooled;
use super::made;
use super::request::Request;
use super::source::Source;
use super::task::{Task, joined};

/// Requests that one text has out at once.
const AT_ONCE: usize = 32;

/// Whose text it is.
pub(super) enum Whole {
    /// A row, which the item's keys join.
    Row(Record),
    /// Rows, of which one new row is made: what they have in common, and how many they are.
    Rows(Record, u64),
}

/// A piece of text that is asked about.
struct Piece {
    /// 0 for a part of the text; above that, what came of the level below.
    level: usize,
    asked: Repair,
    said: Option<Record>,
}

pub(super) struct Digest {
    task: Rc<Task>,
    whole: Whole,
    source: Source,
    over: bool,
    parts: usize,
    piles: Vec<Vec<Record>>,
    /// In the order in which their items go to the piles.
    out: Vec<Piece>,
    spent: Option<Usage>,
    last: Option<(Key, Reply)>,
    done: bool,
}

impl Digest {
    pub(super) fn new(task: Rc<Task>, whole: Whole, source: Source) -> Digest {
        Digest {
            task,
            whole,
            source,
            over: false,
            parts: 0,
            piles: Vec::new(),
            out: Vec::new(),
            spent: None,
            last: None,
            done: false,
        }
    }

    fn about(&self) -> &Record {
        match &self.whole {
            Whole::Row(row) | Whole::Rows(row, _) => row,
        }
    }

    /// Asks about a text of this level.
    fn ask(&mut self, level: usize, text: &str, also: (&'static str, usize)) -> Result<(), Fault> {
        let key = self.task.text_key();
        let pairs = self.about().iter().filter(|(name, _)| name != key);
        let mut row = Record::from_pairs(pairs);
        row.push(key, &quote(text));
        let request = Request {
            row: Some(&row),
            count: 1,
            also: vec![(also.0, Val::from(also.1))],
            ..Request::default()
        };
        // The whole of a text that is short enough is asked about as that of any row.
        let request = if also.1 == 0 { Request { also: Vec::new(), ..request } } else { request };
        let ask = request.ask(&self.task, self.task.file.schema.as_ref())?;
        self.out.push(Piece { level, asked: Repair::new(ask, self.task.repairs), said: None });
        Ok(())
    }

    /// What may be asked now: what fills a request on any level, then more parts of the text.
    fn fill(&mut self) -> Result<(), Fault> {
        let most = self.task.parts();
        for level in 0..self.piles.len() {
            while self.piles[level].len() > 1 && self.length(level, self.piles[level].len()) > most {
                self.join(level, most)?;
            }
        }
        while !self.over && self.out.len() < AT_ONCE {
            let Some((part, last)) = self.source.next(most).map_err(|error| unspooled(&error))? else {
                self.over = true;
                break;
            };
            self.over = last;
            if part.is_empty() {
                continue;
            }
            self.parts += 1;
            let number = if last && self.parts == 1 { 0 } else { self.parts };
            self.ask(0, &part, ("part", number))?;
        }
        Ok(())
    }

    /// Characters of the first `count` items of a pile, joined.
    fn length(&self, level: usize, count: usize) -> usize {
        joined(&self.piles[level][..count]).chars().count()
    }

    /// Asks for one item of as many of a pile as a request holds, of two at least.
    fn join(&mut self, level: usize, most: usize) -> Result<(), Fault> {
        let mut count = 2;
        while count < self.piles[level].len() && self.length(level, count + 1) <= most {
            count += 1;
        }
        let items: Vec<Record> = self.piles[level].drain(..count).collect();
        let text = joined(&items);
        self.ask(level + 1, &text, ("joined", count))
    }

    /// The text is over and nothing is out: what is left is joined from below. The last item, once it is alone.
    fn close(&mut self) -> Result<Option<Record>, Fault> {
        loop {
            let Some(level) = self.piles.iter().position(|pile| !pile.is_empty()) else {
                return Err(Fault::new(Kind::Missing, format!("`{}` holds no text", self.task.text_key())));
            };
            let above = self.piles[level + 1..].iter().any(|pile| !pile.is_empty());
            match (self.piles[level].len(), above) {
                (1, false) => return Ok(self.piles[level].pop()),
                (1, true) => {
                    let one = self.piles[level].pop();
                    self.piles[level + 1].extend(one);
                }
                _ => {
                    self.join(level, self.task.parts())?;
                    return Ok(None);
                }
            }
        }
    }

    fn go_on(&mut self) -> Result<Move, Fault> {
        if self.done {
            return Ok(Move::Done);
        }
        self.fill()?;
        if self.out.is_empty()
            && let Some(item) = self.close()?
        {
            self.done = true;
            return self.made(item).map(|row| Move::Emit(vec![row]));
        }
        Ok(Move::Call(self.out.iter().map(|piece| piece.asked.asked()).collect()))
    }

    /// Takes the replies to what is out; those that cannot be used are asked for again.
    fn take(&mut self, replies: Vec<Result<Reply, Fault>>) -> Result<Move, Fault> {
        let mut again = Vec::new();
        let waiting = self.out.iter_mut().filter(|piece| piece.said.is_none());
        for (piece, reply) in waiting.zip(replies) {
            let reply = reply?;
            if let Some(usage) = reply.usage {
                self.spent = Some(self.spent.unwrap_or_default().and(usage));
            }
            match read(&self.task, piece.asked.ask(), None, &reply, &mut HashSet::new()) {
                Read::Items(items) if !items.is_empty() => piece.said = items.into_iter().next(),
                Read::Lost(fault) => return Err(fault.after(&reply.text)),
                found => {
                    let fault = match found {
                        Read::Bad(fault) => fault,
                        _ => Fault::new(Kind::Empty, "the reply holds nothing"),
                    };
                    if let Move::Call(calls) = piece.asked.again(&reply, fault).map_err(|fault| *fault)? {
                        again.extend(calls);
                    }
                }
            }
            self.last = Some((piece.asked.question(&reply), reply));
        }
        if !again.is_empty() {
            return Ok(Move::Call(again));
        }
        for Piece { level, said, .. } in std::mem::take(&mut self.out) {
            if self.piles.len() < level + 2 {
                self.piles.resize_with(level + 2, Vec::new);
            }
            self.piles[level].extend(said);
        }
        self.go_on()
    }

    /// The row, with what all its requests took together.
    fn made(&self, item: Record) -> Result<Record, Fault> {
        let Some((question, reply)) = &self.last else { return Ok(item) };
        let reply = Reply { usage: self.spent, ..reply.clone() };
        match &self.whole {
            Whole::Row(row) => {
                let made = made::rows(&self.task, Some(row), None, *question, 0, &reply, vec![item])?;
                Ok(made.into_iter().next().unwrap_or_default())
            }
            Whole::Rows(common, _) => Ok(made::of_many(&self.task, common, &item, *question, &reply)),
        }
    }

    /// The refusal of the whole: a row of many is refused as one with all their text, so that it can be tried again.
    fn give_up(&mut self, fault: Fault) -> Move {
        self.done = true;
        let row = match &self.whole {
            Whole::Row(row) => row.clone(),
            Whole::Rows(common, _) => {
                let mut row = common.clone();
                row.push(self.task.text_key(), &quote(&self.source.whole().unwrap_or_default()));
                row
            }
        };
        Move::Reject(Box::new(fault.of(&row)))
    }
}

impl Job for Digest {
    fn next(&mut self, replies: Vec<Result<Reply, Fault>>) -> Move {
        let next = if replies.is_empty() { self.go_on() } else { self.take(replies) };
        next.unwrap_or_else(|fault| self.give_up(fault))
    }

    fn rows(&self) -> u64 {
        match self.whole {
            Whole::Row(_) => 1,
            Whole::Rows(_, rows) => rows,
        }
    }
}

#[cfg(test)]
mod tests;
