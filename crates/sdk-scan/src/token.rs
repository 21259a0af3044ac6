//! Single tokens: numbers and literals to their end, and the bytes at places.

/// The byte at a place of the index. The block's end is a newline; [`crate::index::BAD`] is no byte that JSON has.
#[inline(always)]
pub(crate) fn byte(block: &[u8], place: u32) -> u8 {
    match block.get(place as usize) {
        Some(&byte) => byte,
        None if place as usize == block.len() => b'\n',
        None => 0,
    }
}

/// Nothing, white space, a comma or a closing bracket.
#[inline(always)]
fn ends(block: &[u8], at: usize) -> bool {
    matches!(block.get(at), None | Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}'))
}

/// Whether this word stands here, and ends.
#[inline(always)]
pub(crate) fn literal(block: &[u8], at: usize, word: &[u8]) -> bool {
    block[at..].starts_with(word) && ends(block, at + word.len())
}

/// Whether a number stands here, and ends.
#[inline(always)]
pub(crate) fn number(block: &[u8], mut at: usize) -> bool {
    let byte = |at| block.get(at).copied().unwrap_or(b'\n');
    let digits = |from: usize| {
        let mut to = from;
        while byte(to).is_ascii_digit() {
            to += 1;
        }
        to
    };
    at += usize::from(byte(at) == b'-');
    let whole = digits(at);
    if whole == at || (byte(at) == b'0' && whole > at + 1) {
        return false;
    }
    at = whole;
    if byte(at) == b'.' {
        let end = digits(at + 1);
        if end == at + 1 {
            return false;
        }
        at = end;
    }
    if matches!(byte(at), b'e' | b'E') {
        at += 1 + usize::from(matches!(byte(at + 1), b'+' | b'-'));
        let end = digits(at);
        if end == at {
            return false;
        }
        at = end;
    }
    ends(block, at)
}
