//! Choices without chance: a number out of content, the same on every machine and in every run.

/// FNV-1a of some words.
pub(crate) fn draw(words: &[&str], turn: u64) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0xff])).chain(turn.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// One of `count`, by content.
pub(crate) fn draw_below(count: usize, words: &[&str], turn: u64) -> usize {
    // The low bits of FNV are its weakest.
    usize::try_from((draw(words, turn) >> 17) % (count.max(1) as u64)).unwrap_or(0)
}
