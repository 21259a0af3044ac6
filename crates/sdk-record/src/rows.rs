//! A byte stream as rows of their own, each with its place.

use std::collections::VecDeque;
use std::io::Read;

use crate::block::SMALL;
use crate::{Block, Blocks, Fault, Record, Scan};

/// The rows of one input, in order. A bad row is an `Err` and never hides the next.
pub struct Rows {
    blocks: Blocks,
    scan: Scan,
    block: Block,
    /// Lines before the block.
    before: u64,
    found: VecDeque<Result<Record, Fault>>,
}

impl Rows {
    /// Reads `input` (plain, gzip or zstd), which is called `source` in messages. A row may have `longest` bytes.
    pub fn new(source: &str, input: Box<dyn Read + Send>, longest: usize) -> Rows {
        Rows {
            blocks: Blocks::new(source, input, longest).by(SMALL),
            scan: Scan::default(),
            block: Block::default(),
            before: 0,
            found: VecDeque::new(),
        }
    }

    /// The same, where an input that is nothing but an object around a list of rows stands for these; nothing has been
    /// read yet.
    #[must_use]
    pub fn members(self) -> Rows {
        Rows { blocks: self.blocks.members(), ..self }
    }

    /// Whether another row can be had without waiting for the producer.
    pub fn ready(&self) -> bool {
        !self.found.is_empty()
    }
}

impl Iterator for Rows {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.found.is_empty() {
            let mut block = self.blocks.next(std::mem::take(&mut self.block))?;
            self.before = block.begins().unwrap_or(self.before);
            let lines = self.scan.lines(&block, |line| {
                let place = block.place(self.before, line.number);
                self.found.push_back(match line.row {
                    Ok(row) => Ok(row.to_record(Some(place))),
                    Err(fault) => Err((*fault).at(place)),
                });
            });
            let fault = block.fault(self.before, lines);
            self.before += lines + u64::from(fault.is_some());
            self.found.extend(fault.map(Err));
            self.block = block;
        }
        self.found.pop_front()
    }
}

#[cfg(test)]
mod tests;
