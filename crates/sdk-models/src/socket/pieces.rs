//! The bytes of an answer while they come.

/// An answer's promised length is believed so far.
const READ_AHEAD: u64 = 64 * 1024;

/// A piece that has so many bytes is full.
const PIECE: usize = 1024 * 1024;

/// What has come, in pieces where it is long: one buffer that grows leaves its smaller selves behind, which together are
/// as large again and of which the allocator takes its time to let go.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    full: Vec<Vec<u8>>,
    last: Vec<u8>,
    /// Bytes in the full ones.
    before: usize,
}

impl Pieces {
    /// Room for an answer of this promised length.
    pub(super) fn new(promised: u64) -> Pieces {
        let room = usize::try_from(promised.min(READ_AHEAD)).unwrap_or_default();
        Pieces { last: Vec::with_capacity(room), ..Pieces::default() }
    }

    /// Where the next bytes go.
    pub(super) fn end(&mut self) -> &mut Vec<u8> {
        if self.last.len() >= PIECE {
            self.before += self.last.len();
            self.full.push(std::mem::replace(&mut self.last, Vec::with_capacity(PIECE)));
        }
        &mut self.last
    }

    /// How many bytes have come.
    pub(super) fn len(&self) -> usize {
        self.before + self.last.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, in one.
    pub(super) fn whole(mut self) -> Vec<u8> {
        if self.full.is_empty() {
            return self.last;
        }
        self.full.push(self.last);
        self.full.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_between_pieces() {
        let sent: Vec<u8> = (0..=250).cycle().take(3 * PIECE + 5).collect();
        for size in [1000, PIECE - 1, PIECE, 2 * PIECE, sent.len()] {
            let mut pieces = Pieces::new(0);
            assert!(pieces.is_empty());
            for (n, some) in sent.chunks(size).enumerate() {
                pieces.end().extend_from_slice(some);
                assert_eq!(pieces.len(), n * size + some.len());
            }
            assert!(pieces.whole() == sent, "{size}");
        }
    }
}
