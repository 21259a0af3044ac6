//! JSON Lines validated in one pass: where each record stands in a block of bytes, and where in the record the members
//! of its outermost object stand.
//!
//! Two stages take turns, 4 KB at a time, so that memory stays the same whatever a record's length. The first turns 64
//! bytes at once into masks ([`masks`]) and those into an index of the places where a token begins; it runs over the
//! whole block without knowing of records, and so short ones cost it nothing. The second ([`walk`]) goes from
//! place to place and checks the grammar.
//!
//! What passes is JSON by RFC 8259 but for its encoding: bytes of 0x80 and above are not looked at inside strings and
//! refused outside. A newline always ends the record, even inside a string: a broken record never takes the next along.

mod index;
mod masks;
mod portable;
mod token;
mod walk;

#[cfg(target_arch = "x86_64")]
mod avx2;

use index::Index;
use walk::{Root, Stack};

/// Deepest nesting, the record's own braces included.
pub const DEPTH: usize = 1024;

/// Where a member of a record's outermost object stands: byte offsets counted from the object's `{`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte after the key's opening quote.
    pub key: u32,
    /// The key's closing quote.
    pub key_end: u32,
    /// The value's first byte.
    pub start: u32,
    /// After the value's last byte; white space is not the value's.
    pub end: u32,
}

/// What a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// An object.
    Object {
        /// Its `{`, in the block.
        start: usize,
        /// After its `}`, in the block.
        end: usize,
    },
    /// Valid JSON that is no object.
    Other,
    /// No JSON, or nested deeper than [`DEPTH`].
    Broken,
}

/// One line of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its first byte, in the block.
    pub start: usize,
    /// Its newline, or the block's end.
    pub end: usize,
    /// How many newlines of the block come before it.
    pub number: usize,
    /// What it holds.
    pub found: Found,
}

/// Finds the records of one block after the other. It keeps what it allocates, about 40 KB.
pub struct Scanner {
    index: Index,
    stack: Stack,
    start: usize,
    number: usize,
}

impl Scanner {
    /// The best one for this CPU.
    pub fn new() -> Scanner {
        Scanner::of(Index::new())
    }

    /// One that uses no vector instructions: the other is tested against it.
    pub fn portable() -> Scanner {
        Scanner::of(Index::portable())
    }

    fn of(index: Index) -> Scanner {
        Scanner { index, stack: Stack::default(), start: 0, number: 0 }
    }

    /// Begins at the start of another block.
    pub fn begin(&mut self) {
        self.index.begin();
        self.start = 0;
        self.number = 0;
    }

    /// The next line that is not blank (nothing, or only spaces, tabs and carriage returns). `fields` is cleared and
    /// gets the members of the line's object in their order, doubled keys included; what it holds is of use only where
    /// an object was found.
    ///
    /// `block` is the same on each call until [`Scanner::begin`], and shorter than 4 GiB. Its last line may lack the
    /// newline.
    pub fn next(&mut self, block: &[u8], fields: &mut Vec<Span>) -> Option<Line> {
        assert!(block.len() < u32::MAX as usize, "a block of 4 GiB");
        fields.clear();
        loop {
            self.index.ensure(block);
            let at = self.index.peek() as usize;
            if at >= block.len() {
                if at == block.len() {
                    return None;
                }
                break;
            }
            if block[at] != b'\n' {
                break;
            }
            self.index.skip();
            self.start = at + 1;
            self.number += 1;
        }
        let root = walk::value(&mut self.index, &mut self.stack, block, fields);
        let (found, end) = self.close(block, root);
        let line = Line { start: self.start, end, number: self.number, found };
        self.start = end + 1;
        self.number += 1;
        Some(line)
    }

    /// Nothing but the line's end may follow its value.
    fn close(&mut self, block: &[u8], root: Option<Root>) -> (Found, usize) {
        self.index.ensure(block);
        let at = self.index.peek();
        if let Some(root) = root
            && token::byte(block, at) == b'\n'
        {
            self.index.skip();
            let found = match root {
                Root::Object { start, end } => Found::Object { start: start as usize, end: end as usize },
                Root::Other => Found::Other,
            };
            return (found, at as usize);
        }
        (Found::Broken, self.index.newline(block))
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Scanner::new()
    }
}
