//! The places of a block where a token begins, found a chunk at a time and used up by the walker.

use crate::masks::Carry;
use crate::places::{AHEAD, CHUNK, GROUP, Places};
use crate::portable;

/// Marks whole groups; the place is that of the first byte.
type Mark = fn(&[[u8; GROUP]], u32, &mut Carry, &mut Places);

/// The ways to mark that this CPU has, the best first.
fn kinds() -> impl Iterator<Item = (&'static str, Mark)> {
    let kinds: [(&str, bool, Mark); _] = [
        #[cfg(target_arch = "x86_64")]
        ("avx512", crate::avx512::usable(), crate::avx512::mark),
        #[cfg(target_arch = "x86_64")]
        ("avx2", crate::avx2::usable(), crate::avx2::mark),
        ("portable", true, portable::mark),
    ];
    kinds.into_iter().filter(|(_, usable, _)| *usable).map(|(name, _, mark)| (name, mark))
}

/// Finds places as they are asked for.
pub(crate) struct Index {
    places: Places,
    carry: Carry,
    /// Bytes of the block that are marked.
    read: usize,
    /// The block is marked to its end.
    ended: bool,
    mark: Mark,
}

impl Index {
    pub(crate) fn new() -> Index {
        Index::of(kinds().next().map_or(portable::mark, |(_, mark)| mark))
    }

    pub(crate) fn portable() -> Index {
        Index::of(portable::mark)
    }

    pub(crate) fn all() -> Vec<(&'static str, Index)> {
        kinds().map(|(name, mark)| (name, Index::of(mark))).collect()
    }

    fn of(mark: Mark) -> Index {
        Index { places: Places::new(), carry: Carry::default(), read: 0, ended: false, mark }
    }

    pub(crate) fn begin(&mut self) {
        self.places.clear();
        self.carry = Carry::default();
        self.read = 0;
        self.ended = false;
    }

    /// The places that are found; [`AHEAD`] of them after [`Index::ensure`].
    #[inline(always)]
    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// Sees to it that [`AHEAD`] places can be had from this one on, which may come to stand elsewhere.
    #[inline(always)]
    pub(crate) fn ensure(&mut self, at: &mut usize, block: &[u8]) {
        if *at + AHEAD > self.places.end() {
            self.fill(*at, block);
            *at = 0;
        }
    }

    /// Goes on to behind the next newline's place, and says where that is.
    #[cold]
    pub(crate) fn newline(&mut self, at: &mut usize, block: &[u8]) -> u32 {
        loop {
            self.ensure(at, block);
            *at += 1;
            if self.places.byte(*at - 1) == b'\n' {
                return self.places.place(*at - 1);
            }
        }
    }

    #[cold]
    fn fill(&mut self, at: usize, block: &[u8]) {
        self.places.drop_before(at);
        while self.places.end() < AHEAD {
            if self.ended {
                // The block's end counts as a newline, as often as it is asked.
                self.places.push(place(block.len()), b'\n');
                continue;
            }
            let (groups, rest) = block[self.read..].as_chunks::<GROUP>();
            let groups = &groups[..groups.len().min(CHUNK)];
            let base = place(self.read);
            if groups.is_empty() {
                // A newline after the last byte ends what is open; the spaces after it say nothing.
                let mut last = [b' '; GROUP];
                last[..rest.len()].copy_from_slice(rest);
                last[rest.len()] = b'\n';
                (self.mark)(&[last], base, &mut self.carry, &mut self.places);
                self.ended = true;
            } else {
                (self.mark)(groups, base, &mut self.carry, &mut self.places);
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
