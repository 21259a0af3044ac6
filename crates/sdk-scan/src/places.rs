//! Where tokens begin, in the order of the block, and which byte stands there.

use crate::masks::Marks;

/// Bytes that are marked together.
pub(crate) const GROUP: usize = 64;

/// Groups of a chunk.
pub(crate) const CHUNK: usize = 64;

/// Places that the walker may look at without asking for more.
pub(crate) const AHEAD: usize = 8;

/// Each byte of a chunk may be a place and spoil its record; the last write of [`Places::add`] may reach over the end.
const ROOM: usize = 2 * CHUNK * GROUP + AHEAD + 2 * GROUP;

/// The places that are found and the byte of each; where one spoils its record, there is a 0 before.
pub(crate) struct Places {
    list: Box<[u32; ROOM]>,
    bytes: Box<[u8; ROOM]>,
    end: usize,
}

impl Places {
    #[allow(clippy::large_stack_arrays)]
    pub(crate) fn new() -> Places {
        Places { list: Box::new([0; ROOM]), bytes: Box::new([0; ROOM]), end: 0 }
    }

    pub(crate) fn clear(&mut self) {
        self.end = 0;
    }

    /// How many there are.
    #[inline(always)]
    pub(crate) fn end(&self) -> usize {
        self.end
    }

    #[inline(always)]
    pub(crate) fn place(&self, at: usize) -> u32 {
        self.list[at]
    }

    #[inline(always)]
    pub(crate) fn byte(&self, at: usize) -> u8 {
        self.bytes[at]
    }

    /// Four places from this one on, and their bytes.
    #[inline(always)]
    pub(crate) fn four(&self, at: usize) -> ([u32; 4], [u8; 4]) {
        let room = "places are asked for before they are taken";
        (*self.list[at..].first_chunk().expect(room), *self.bytes[at..].first_chunk().expect(room))
    }

    pub(crate) fn drop_before(&mut self, at: usize) {
        self.list.copy_within(at..self.end, 0);
        self.bytes.copy_within(at..self.end, 0);
        self.end -= at;
    }

    /// Adds what is marked in a group; `write` writes places and bytes to the start of lists that have room for all.
    #[inline(always)]
    pub(crate) fn add(
        &mut self,
        marks: Marks,
        group: &[u8; GROUP],
        base: u32,
        write: impl FnOnce(&mut [u32; GROUP], &mut [u8; GROUP], usize),
    ) {
        if marks.bad != 0 {
            self.add_bad(marks, group, base);
            return;
        }
        let count = marks.places.count_ones() as usize;
        // Long texts are runs of groups without a place.
        if count == 0 {
            return;
        }
        if let Some(list) = self.list[self.end..].first_chunk_mut()
            && let Some(bytes) = self.bytes[self.end..].first_chunk_mut()
        {
            write(list, bytes, count);
            self.end += count;
        }
    }

    #[cold]
    fn add_bad(&mut self, marks: Marks, group: &[u8; GROUP], base: u32) {
        for (bit, (&byte, place)) in group.iter().zip(base..).enumerate() {
            if marks.bad >> bit & 1 != 0 {
                self.push(place, 0);
            }
            if marks.places >> bit & 1 != 0 {
                self.push(place, byte);
            }
        }
    }

    pub(crate) fn push(&mut self, place: u32, byte: u8) {
        self.list[self.end] = place;
        self.bytes[self.end] = byte;
        self.end += 1;
    }
}

/// Writes the places of bits and their bytes one by one; `base` is the group's.
#[inline(always)]
pub(crate) fn write(
    list: &mut [u32; GROUP],
    bytes: &mut [u8; GROUP],
    mut bits: u64,
    group: &[u8; GROUP],
    base: u32,
) {
    let mut at = 0;
    while bits != 0 && at < GROUP {
        // Eight at a time, whether there are eight or not: what is written too much is written over.
        for at in at..at + 8 {
            let bit = bits.trailing_zeros();
            list[at] = base.wrapping_add(bit);
            bytes[at] = group[bit as usize % GROUP];
            bits &= bits.wrapping_sub(1);
        }
        at += 8;
    }
}
