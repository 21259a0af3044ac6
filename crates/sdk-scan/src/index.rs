//! The places of a block where a token begins, found a chunk at a time and used up by the walker.

use crate::masks::{Carry, Marks};
use crate::portable;

/// Bytes that are marked together.
pub(crate) const GROUP: usize = 64;

/// Groups of a chunk.
const CHUNK: usize = 64;

/// Places that the walker may take without asking for more.
pub(crate) const AHEAD: usize = 8;

/// Each byte of a chunk may be a place and spoil its record; the last write of [`Places::add`] may reach over the end.
const ROOM: usize = 2 * CHUNK * GROUP + AHEAD + 2 * GROUP;

/// Stands before the place of a byte that spoils its record: no grammar has a token there.
pub(crate) const BAD: u32 = u32::MAX;

/// The places that are found and not yet taken.
pub(crate) struct Places {
    list: Box<[u32]>,
    at: usize,
    end: usize,
}

impl Places {
    #[inline(always)]
    pub(crate) fn add(&mut self, marks: Marks, base: u32) {
        if marks.bad != 0 {
            self.add_bad(marks, base);
            return;
        }
        let mut rest = marks.places;
        if rest == 0 {
            return;
        }
        let count = rest.count_ones() as usize;
        let mut start = self.end;
        self.end += count;
        // Eight at a time, whether there are eight or not: what is written too much is written over.
        loop {
            for place in &mut self.list[start..start + 8] {
                *place = base.wrapping_add(rest.trailing_zeros());
                rest &= rest.wrapping_sub(1);
            }
            start += 8;
            if start >= self.end {
                break;
            }
        }
    }

    #[cold]
    fn add_bad(&mut self, marks: Marks, base: u32) {
        let mut rest = marks.places | marks.bad;
        while rest != 0 {
            let bit = rest & rest.wrapping_neg();
            if marks.bad & bit != 0 {
                self.push(BAD);
            }
            if marks.places & bit != 0 {
                self.push(base + bit.trailing_zeros());
            }
            rest ^= bit;
        }
    }

    fn push(&mut self, place: u32) {
        self.list[self.end] = place;
        self.end += 1;
    }
}

/// Finds places as they are asked for.
pub(crate) struct Index {
    places: Places,
    carry: Carry,
    /// Bytes of the block that are marked.
    read: usize,
    /// The block is marked to its end.
    ended: bool,
    mark: fn(&[[u8; GROUP]], u32, &mut Carry, &mut Places),
}

impl Index {
    pub(crate) fn new() -> Index {
        #[cfg(target_arch = "x86_64")]
        if crate::avx2::usable() {
            return Index { mark: crate::avx2::mark, ..Index::portable() };
        }
        Index::portable()
    }

    pub(crate) fn portable() -> Index {
        let places = Places { list: vec![0; ROOM].into_boxed_slice(), at: 0, end: 0 };
        Index { places, carry: Carry::default(), read: 0, ended: false, mark: portable::mark }
    }

    pub(crate) fn begin(&mut self) {
        (self.places.at, self.places.end) = (0, 0);
        self.carry = Carry::default();
        self.read = 0;
        self.ended = false;
    }

    /// Sees to it that [`AHEAD`] places can be taken.
    #[inline(always)]
    pub(crate) fn ensure(&mut self, block: &[u8]) {
        if self.places.at + AHEAD > self.places.end {
            self.fill(block);
        }
    }

    /// The next place; it stays the next.
    #[inline(always)]
    pub(crate) fn peek(&self) -> u32 {
        self.places.list[self.places.at]
    }

    #[inline(always)]
    pub(crate) fn skip(&mut self) {
        self.places.at += 1;
    }

    #[inline(always)]
    pub(crate) fn take(&mut self) -> u32 {
        let place = self.peek();
        self.skip();
        place
    }

    /// Gives back what was taken since the last [`Index::ensure`].
    #[inline(always)]
    pub(crate) fn back(&mut self, count: usize) {
        self.places.at -= count;
    }

    /// Takes places up to and with the next newline's, and says where that is.
    #[cold]
    pub(crate) fn newline(&mut self, block: &[u8]) -> usize {
        loop {
            self.ensure(block);
            let at = self.take();
            if crate::token::byte(block, at) == b'\n' {
                return at as usize;
            }
        }
    }

    #[cold]
    fn fill(&mut self, block: &[u8]) {
        self.places.list.copy_within(self.places.at..self.places.end, 0);
        self.places.end -= self.places.at;
        self.places.at = 0;
        while self.places.end < AHEAD {
            if self.ended {
                // The block's end counts as a newline, as often as it is asked.
                self.places.push(place(block.len()));
                continue;
            }
            let (groups, rest) = block[self.read..].as_chunks::<GROUP>();
            let groups = &groups[..groups.len().min(CHUNK)];
            if groups.is_empty() {
                // A newline after the last byte ends what is open; the spaces after it say nothing.
                let mut last = [b' '; GROUP];
                last[..rest.len()].copy_from_slice(rest);
                last[rest.len()] = b'\n';
                (self.mark)(&[last], place(self.read), &mut self.carry, &mut self.places);
                self.ended = true;
            } else {
                (self.mark)(groups, place(self.read), &mut self.carry, &mut self.places);
                self.read += groups.len() * GROUP;
            }
        }
    }
}

/// Blocks are shorter than 4 GiB.
#[allow(clippy::cast_possible_truncation)]
fn place(at: usize) -> u32 {
    at as u32
}
