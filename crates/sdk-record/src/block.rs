//! A stretch of whole lines, as a reader hands it to whoever looks at them.

use std::sync::Arc;

use crate::{Fault, Place};

/// Bytes of a usual block: small enough for a core's cache, large enough that reading costs little.
pub(crate) const BLOCK: usize = 256 * 1024;
/// Bytes of a block whose rows are taken out of it one by one, all of them at once in memory.
pub(crate) const SMALL: usize = 64 * 1024;

/// Whole lines, each with its newline, and what could not be read after them. Reused for the next ones.
#[derive(Debug, Default)]
pub struct Block {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: usize,
    pub(crate) source: Option<Arc<str>>,
    /// Lines of the source before its first block.
    pub(crate) begins: Option<u64>,
    /// The line of each row, where that does not follow from its place in the block.
    pub(crate) numbers: Option<Vec<u64>>,
    /// The list of each row and its number there, where all of them stood in one line.
    pub(crate) members: Option<Vec<(&'static str, usize)>>,
    pub(crate) fault: Option<Fault>,
    pub(crate) short: bool,
    pub(crate) longest: usize,
    /// Bytes that it usually has.
    pub(crate) size: usize,
}

impl Block {
    /// The lines.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    /// Whether its producer had no more to give when it was read: what came of it should be passed on.
    pub fn short(&self) -> bool {
        self.short
    }

    /// Whether its rows stood on several lines each, or several on one.
    pub fn is_spread(&self) -> bool {
        self.numbers.is_some()
    }

    /// Lines of the source before this block, if it is the source's first.
    pub fn begins(&self) -> Option<u64> {
        self.begins
    }

    /// The place of a line of this block that has `before` lines of its source before the block.
    pub fn place(&self, before: u64, number: usize) -> Place {
        let source = self.source.clone().unwrap_or_else(|| "".into());
        if let Some((list, index)) = self.members.as_ref().and_then(|members| members.get(number)) {
            return Place { source: format!("{source}:{list}[{index}]").into(), line: 0 };
        }
        let line = match &self.numbers {
            Some(numbers) => numbers.get(number).copied().unwrap_or(before),
            None => before + number as u64 + 1,
        };
        Place { source, line }
    }

    /// What could not be read after the lines of this block, of which there are `lines`.
    pub fn fault(&mut self, before: u64, lines: u64) -> Option<Fault> {
        let fault = self.fault.take()?;
        let source = self.source.clone().unwrap_or_else(|| "".into());
        let line = fault.place.as_ref().map_or(before + lines + 1, |place| place.line);
        Some(fault.at(Place { source, line }))
    }

    /// A block of nothing but what went wrong; its place, if it has one, stays.
    pub fn of(fault: Fault) -> Block {
        Block { fault: Some(fault), short: true, ..Block::default() }
    }

    /// Empties the block and keeps its memory, unless one giant line made it large.
    pub(crate) fn begin(&mut self, source: &Arc<str>, longest: usize, size: usize) {
        if self.bytes.len() > 4 * size || self.bytes.is_empty() {
            self.bytes = vec![0; size];
        }
        *self = Block {
            bytes: std::mem::take(&mut self.bytes),
            source: Some(source.clone()),
            longest,
            size,
            ..Block::default()
        };
    }

    /// Begins with these bytes; says where they end.
    pub(crate) fn fill(&mut self, bytes: &[u8]) -> usize {
        if self.bytes.len() < bytes.len() + self.size / 2 {
            self.bytes.resize(bytes.len() + self.size, 0);
        }
        self.bytes[..bytes.len()].copy_from_slice(bytes);
        bytes.len()
    }

    /// Room for more bytes from `end` on; a line longer than the block makes it grow.
    pub(crate) fn room(&mut self, end: usize) -> &mut [u8] {
        if end == self.bytes.len() {
            self.bytes.resize(2 * end, 0);
        }
        &mut self.bytes[end..]
    }

    /// Adds a line.
    pub(crate) fn push(&mut self, line: &[u8]) {
        let end = self.end + line.len();
        if end >= self.bytes.len() {
            self.bytes.resize((end + 1).max(2 * self.bytes.len()), 0);
        }
        self.bytes[self.end..end].copy_from_slice(line);
        self.bytes[end] = b'\n';
        self.end = end + 1;
    }
}
