//! A byte stream as blocks of whole lines: JSON Lines as they are, a JSON array or pretty-printed objects one row a
//! line.

mod members;
mod recognise;

use std::io::{self, Read};
use std::sync::Arc;

use crate::block::{BLOCK, Block};
use crate::values::Values;
use crate::{Fault, Kind, Place, decode, minify};

/// Longest row in bytes where nothing else is said.
pub const LONGEST: usize = 128 * 1024 * 1024;

/// The lines of one input, block by block. A line that is too long is a fault and the next is read.
pub struct Blocks {
    input: Box<dyn Read + Send>,
    source: Arc<str>,
    longest: usize,
    /// Read and not yet given away; from `at` on.
    kept: Vec<u8>,
    at: usize,
    /// `kept` may hold whole lines.
    whole: bool,
    shape: Shape,
    /// Lines before the first block, until that is given away.
    begins: Option<u64>,
    broken: Option<Fault>,
    /// The first block may be one object that stands for its rows.
    members: bool,
    /// Read to see whether anything follows.
    held: Option<Block>,
    /// The last read into `kept` brought less than there was room for.
    short: bool,
    /// Bytes of a usual block.
    size: usize,
}

/// Bytes from which on a line is gathered in pieces, and of a piece.
const GIANT: usize = 4 * 1024 * 1024;

enum Shape {
    Unknown,
    Lines,
    Values(Box<Values>),
}

impl Blocks {
    /// Reads `input` (plain, gzip or zstd), which is called `source` in messages. A row may have `longest` bytes.
    pub fn new(source: &str, input: Box<dyn Read + Send>, longest: usize) -> Blocks {
        let (input, broken) = match decode(input) {
            Ok(plain) => (plain, None),
            Err(error) => (Box::new(io::empty()) as Box<dyn Read + Send>, Some(unreadable(&error))),
        };
        Blocks {
            input,
            source: source.into(),
            longest: longest.min(u32::MAX as usize / 4),
            kept: Vec::new(),
            at: 0,
            whole: false,
            shape: Shape::Unknown,
            begins: Some(0),
            broken,
            members: false,
            held: None,
            short: false,
            size: BLOCK,
        }
    }

    /// The same lines, where an input that is one object around a list of rows stands for these: the files of
    /// synthetic-data-kit, and lists under `examples`, `data` or `conversations`.
    #[must_use]
    pub fn members(mut self) -> Blocks {
        self.members = true;
        self
    }

    /// The same lines, in blocks of about so many bytes.
    #[must_use]
    pub(crate) fn by(self, size: usize) -> Blocks {
        Blocks { size, ..self }
    }

    /// The next lines, in `block`'s memory; `None` at the end of the input.
    pub fn next(&mut self, block: Block) -> Option<Block> {
        if std::mem::take(&mut self.members) {
            return self.first(block);
        }
        match self.held.take() {
            Some(held) => Some(held),
            None => self.read_on(block),
        }
    }

    fn read_on(&mut self, mut block: Block) -> Option<Block> {
        if matches!(self.shape, Shape::Unknown) {
            self.shape = self.recognise();
            self.whole = true;
        }
        block.begin(&self.source, self.longest, self.size);
        match &self.shape {
            Shape::Values(_) => self.values(&mut block),
            _ => self.lines(&mut block),
        }
        if block.end == 0 && block.fault.is_none() {
            block.fault = Some(self.broken.take()?);
        }
        block.begins = self.begins.take();
        Some(block)
    }

    /// Whole lines into `block`: as many as one read brings, so that a slow producer's are passed on at once.
    fn lines(&mut self, block: &mut Block) {
        // What was read to recognise the shape is all that there is for now.
        block.short = true;
        let mut end = block.fill(&self.kept[self.at..]);
        self.kept.clear();
        self.at = 0;
        let mut searched = if std::mem::take(&mut self.whole) { 0 } else { end };
        loop {
            if let Some(last) = memchr::memrchr(b'\n', &block.bytes[searched..end]) {
                block.end = searched + last + 1;
                self.kept.extend_from_slice(&block.bytes[block.end..end]);
                return;
            }
            if end > self.longest {
                return self.skip(block);
            }
            if end >= GIANT {
                return self.giant(block, end);
            }
            searched = end;
            let count = self.read(block.room(end));
            end += count;
            block.short = end < block.bytes.len();
            if count == 0 {
                // After an error the last line may be half a row.
                if end > 0 && self.broken.is_none() {
                    block.room(end)[0] = b'\n';
                    block.end = end + 1;
                }
                return;
            }
        }
    }

    /// A line that is `end` bytes long already. Its rest is gathered in pieces: memory that grows by doubling holds such a
    /// line three times while it is copied.
    fn giant(&mut self, block: &mut Block, mut end: usize) {
        let mut pieces = vec![std::mem::replace(&mut block.bytes, vec![0; self.size])];
        pieces[0].truncate(end);
        let (mut line, mut count) = (None, 1);
        while line.is_none() && count > 0 {
            if end > self.longest {
                return self.skip(block);
            }
            count = self.read(&mut block.bytes);
            block.short = count < self.size;
            line = memchr::memrchr(b'\n', &block.bytes[..count]).map(|last| last + 1);
            let (more, next) = block.bytes[..count].split_at(line.unwrap_or(count));
            end += more.len();
            self.kept.extend_from_slice(next);
            let full = |piece: &Vec<u8>| piece.capacity() - piece.len() < more.len();
            if pieces.last().is_none_or(full) {
                pieces.push(Vec::with_capacity(GIANT));
            }
            if let Some(piece) = pieces.last_mut() {
                piece.extend_from_slice(more);
            }
        }
        // After an error the last line may be half a row.
        if line.is_none() && self.broken.is_some() {
            return;
        }
        let mut whole = Vec::with_capacity(end + 1);
        for piece in pieces {
            whole.extend_from_slice(&piece);
        }
        if line.is_none() {
            whole.push(b'\n');
        }
        (block.end, block.bytes) = (whole.len(), whole);
    }

    /// Reads on to the end of a line that is too long.
    fn skip(&mut self, block: &mut Block) {
        block.fault = Some(too_long(self.longest));
        loop {
            let count = self.read(&mut block.bytes[..self.size]);
            if let Some(newline) = memchr::memchr(b'\n', &block.bytes[..count]) {
                self.kept.extend_from_slice(&block.bytes[newline + 1..count]);
                self.whole = true;
                return;
            }
            if count == 0 {
                return;
            }
        }
    }

    /// The next values, a line each, into `block`; those that one read brings.
    fn values(&mut self, block: &mut Block) {
        let mut numbers = Vec::new();
        while block.end < self.size && block.fault.is_none() {
            let Shape::Values(values) = &mut self.shape else { break };
            let (used, mut found) = values.feed(&self.kept[self.at..], self.longest);
            self.at += used;
            if found.is_none() {
                if block.end > 0 {
                    block.short = self.short;
                    break;
                }
                if !self.more() {
                    let Shape::Values(values) = &mut self.shape else { break };
                    found = if self.broken.is_none() { values.end() } else { None };
                    if found.is_none() {
                        break;
                    }
                }
            }
            match found {
                None => {}
                Some((line, Ok(value))) => {
                    numbers.push(line);
                    block.push(&one_line(value));
                }
                Some((line, Err(fault))) => {
                    block.fault = Some(fault.at(Place { source: self.source.clone(), line }));
                }
            }
        }
        block.numbers = Some(numbers);
    }

    /// Reads more into `kept`; false at the end.
    fn more(&mut self) -> bool {
        self.kept.drain(..std::mem::take(&mut self.at));
        let before = self.kept.len();
        let mut kept = std::mem::take(&mut self.kept);
        kept.resize(before + self.size, 0);
        let count = self.read(&mut kept[before..]);
        self.short = count < self.size;
        kept.truncate(before + count);
        self.kept = kept;
        count > 0
    }

    /// One read(2); 0 at the end and after an error, which is kept.
    fn read(&mut self, buffer: &mut [u8]) -> usize {
        if self.broken.is_some() {
            return 0;
        }
        loop {
            match self.input.read(buffer) {
                Ok(count) => return count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.input = Box::new(io::empty());
                    self.broken = Some(unreadable(&error));
                    return 0;
                }
            }
        }
    }
}

/// A value on one line; its tokens stay.
fn one_line(value: Vec<u8>) -> Vec<u8> {
    if memchr::memchr(b'\n', &value).is_none() {
        return value;
    }
    match String::from_utf8(value) {
        Ok(text) => minify(&text).into_bytes(),
        // It is refused for its encoding, as one line.
        Err(error) => error.into_bytes().into_iter().map(|b| if b == b'\n' { b' ' } else { b }).collect(),
    }
}

pub(crate) fn too_long(longest: usize) -> Fault {
    let size = match longest {
        bytes if bytes % (1 << 20) == 0 => format!("{} MiB", bytes >> 20),
        bytes if bytes % (1 << 10) == 0 => format!("{} KiB", bytes >> 10),
        bytes => format!("{bytes} bytes"),
    };
    Fault::new(Kind::TooLong, format!("longer than {size}; split the row, or raise --max-line"))
}

fn unreadable(error: &io::Error) -> Fault {
    Fault::new(Kind::Damaged, format!("cannot be read on from here: {error}; the rows before are kept"))
}
