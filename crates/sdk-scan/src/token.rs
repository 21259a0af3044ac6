//! Single tokens: numbers and literals, to their end.

// The vector instructions that every CPU of an architecture has, and their load.
#![allow(unsafe_code)]

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

/// Whether a number stands here, and ends; `next` is the next place after it.
#[inline(always)]
pub(crate) fn number(block: &[u8], at: usize, next: usize) -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        let minus = usize::from(block[at] == b'-');
        let from = at + minus;
        if let Some(sixteen) = block.get(from..).and_then(|rest| rest.first_chunk())
            && short(sixteen, next.wrapping_sub(from))
        {
            return true;
        }
    }
    any_number(block, at)
}

/// Whether these many bytes are digits, with at most one point between them. No branch depends on how many there are:
/// that could not be foreseen. What is longer, or has an exponent, or white space behind it, is another's to judge.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn short(bytes: &[u8; 16], length: usize) -> bool {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8, _mm_movemask_epi8, _mm_set1_epi8, _mm_sub_epi8,
    };
    if length.wrapping_sub(1) >= 16 {
        return false;
    }
    // SAFETY: every CPU of this architecture has SSE2, and the load asks for no alignment.
    let (digits, points) = unsafe {
        let text = _mm_loadu_si128(bytes.as_ptr().cast());
        let values = _mm_sub_epi8(text, _mm_set1_epi8(b'0'.cast_signed()));
        let digits = _mm_cmpeq_epi8(_mm_min_epu8(values, _mm_set1_epi8(9)), values);
        let points = _mm_cmpeq_epi8(text, _mm_set1_epi8(b'.'.cast_signed()));
        (_mm_movemask_epi8(digits).cast_unsigned(), _mm_movemask_epi8(points).cast_unsigned())
    };
    let last = 1 << (length - 1);
    let all = last | (last - 1);
    let others = all & !digits;
    let stray = others & !points | others & others.wrapping_sub(1) | others & (last | 1);
    // A zero comes first only before a point, or alone.
    let zero = u32::from(bytes[0] == b'0') << 1;
    stray | zero & digits & all == 0
}

/// Whether a number stands here, and ends.
fn any_number(block: &[u8], mut at: usize) -> bool {
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
