//! Is it UTF-8? By the method of Keiser and Lemire, "Validating UTF-8 in less than one instruction per byte" (2021),
//! 64 bytes at a time where the CPU has AVX-512; elsewhere `simdutf8` answers.
//!
//! Each error shows in two neighbouring bytes, and three tables of 16 entries (the high and the low half of the first,
//! the high half of the second) name the errors that each half allows: what all three name is wrong. That a third and a
//! fourth byte follow where they must is looked at apart.

// Loads, the call of a function that needs instructions which the compiler cannot know the CPU to have, and the text
// that was found to be one.
#![allow(unsafe_code)]

/// The bytes as text, if they are UTF-8.
pub fn utf8(bytes: &[u8]) -> Option<&str> {
    #[cfg(target_arch = "x86_64")]
    if bytes.len() >= GROUP && is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
        // SAFETY: the CPU has what the function needs; and what it accepts is UTF-8.
        return unsafe { vectors(bytes).then(|| std::str::from_utf8_unchecked(bytes)) };
    }
    simdutf8::basic::from_utf8(bytes).ok()
}

#[cfg(target_arch = "x86_64")]
use vector::{GROUP, vectors};

#[cfg(target_arch = "x86_64")]
mod vector {
    use std::arch::x86_64::{
        __m512i, _MM_HINT_T0, _mm_loadu_si128, _mm_prefetch, _mm512_alignr_epi8, _mm512_and_si512,
        _mm512_broadcast_i32x4, _mm512_loadu_si512, _mm512_movepi8_mask, _mm512_or_si512,
        _mm512_permutex2var_epi64, _mm512_set_epi64, _mm512_set1_epi8, _mm512_setzero_si512,
        _mm512_shuffle_epi8, _mm512_srli_epi16, _mm512_subs_epu8, _mm512_test_epi8_mask, _mm512_xor_si512,
    };

    pub(super) const GROUP: usize = 64;

    /// A leading byte without its second.
    const TOO_SHORT: u8 = 1;
    /// A continuation after ASCII.
    const TOO_LONG: u8 = 1 << 1;
    const OVERLONG_3: u8 = 1 << 2;
    const TOO_LARGE: u8 = 1 << 3;
    const SURROGATE: u8 = 1 << 4;
    const OVERLONG_2: u8 = 1 << 5;
    /// Beyond 0x110000, or four bytes that are too many: the second byte tells them apart from what is right.
    const OVERLONG_4: u8 = 1 << 6;
    const TOO_LARGE_1000: u8 = 1 << 6;
    /// Two continuations: an error unless a leading byte of three or four comes before them.
    const TWO: u8 = 1 << 7;
    /// What the low half of the first byte does not matter to.
    const ANY: u8 = TOO_SHORT | TOO_LONG | TWO;

    const FIRST_HIGH: [u8; 16] = [
        TOO_LONG,
        TOO_LONG,
        TOO_LONG,
        TOO_LONG,
        TOO_LONG,
        TOO_LONG,
        TOO_LONG,
        TOO_LONG,
        TWO,
        TWO,
        TWO,
        TWO,
        TOO_SHORT | OVERLONG_2,
        TOO_SHORT,
        TOO_SHORT | OVERLONG_3 | SURROGATE,
        TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4,
    ];
    const FIRST_LOW: [u8; 16] = {
        let mut low = [ANY | TOO_LARGE | TOO_LARGE_1000; 16];
        low[0] = ANY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4;
        low[1] = ANY | OVERLONG_2;
        low[2] = ANY;
        low[3] = ANY;
        low[4] = ANY | TOO_LARGE;
        low[13] |= SURROGATE;
        low
    };
    const SECOND_HIGH: [u8; 16] = {
        let mut second = [TOO_SHORT; 16];
        let all = TOO_LONG | OVERLONG_2 | TWO;
        second[8] = all | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4;
        second[9] = all | OVERLONG_3 | TOO_LARGE;
        second[10] = all | SURROGATE | TOO_LARGE;
        second[11] = all | SURROGATE | TOO_LARGE;
        second
    };

    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) fn vectors(bytes: &[u8]) -> bool {
        let tables = [table(&FIRST_HIGH), table(&FIRST_LOW), table(&SECOND_HIGH)];
        let (groups, rest) = bytes.as_chunks::<GROUP>();
        let mut before = _mm512_setzero_si512();
        let mut wrong = _mm512_setzero_si512();
        let mut plain = true;
        for group in groups {
            // Another reader will want them in the first cache soon; any address will do.
            _mm_prefetch::<_MM_HINT_T0>(group.as_ptr().wrapping_add(24 * GROUP).cast());
            let now = load(group);
            let ascii = _mm512_movepi8_mask(now) == 0;
            // A character that began before shows its lack only here, so ASCII after ASCII alone is passed over.
            if !(ascii && plain) {
                wrong = _mm512_or_si512(wrong, faults(before, now, &tables));
            }
            (before, plain) = (now, ascii);
        }
        // At least one byte of ASCII comes last: what is incomplete is found to be.
        let mut last = [b' '; GROUP];
        last[..rest.len()].copy_from_slice(rest);
        wrong = _mm512_or_si512(wrong, faults(before, load(&last), &tables));
        _mm512_test_epi8_mask(wrong, wrong) == 0
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn faults(before: __m512i, now: __m512i, [first_high, first_low, second_high]: &[__m512i; 3]) -> __m512i {
        let half = _mm512_set1_epi8(0x0F);
        // Each 16 bytes beside the 16 bytes before them.
        let beside = _mm512_permutex2var_epi64(before, _mm512_set_epi64(13, 12, 11, 10, 9, 8, 7, 6), now);
        let one = _mm512_alignr_epi8::<15>(now, beside);
        let two = _mm512_alignr_epi8::<14>(now, beside);
        let three = _mm512_alignr_epi8::<13>(now, beside);
        let high = |bytes| _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), half);
        let pairs = _mm512_and_si512(
            _mm512_and_si512(
                _mm512_shuffle_epi8(*first_high, high(one)),
                _mm512_shuffle_epi8(*first_low, _mm512_and_si512(one, half)),
            ),
            _mm512_shuffle_epi8(*second_high, high(now)),
        );
        // 0xE0 and 0xF0 are above 0x7F by so much: the highest bit stays two after the first byte of three or four, and three
        // after the first of four.
        let third = _mm512_subs_epu8(two, _mm512_set1_epi8(0x60));
        let fourth = _mm512_subs_epu8(three, _mm512_set1_epi8(0x70));
        let must = _mm512_and_si512(_mm512_or_si512(third, fourth), _mm512_set1_epi8(0x80_u8.cast_signed()));
        _mm512_xor_si512(must, pairs)
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn table(of: &[u8; 16]) -> __m512i {
        // SAFETY: 16 bytes are read where there are 16.
        _mm512_broadcast_i32x4(unsafe { _mm_loadu_si128(of.as_ptr().cast()) })
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    fn load(group: &[u8; GROUP]) -> __m512i {
        // SAFETY: 64 bytes are read where there are 64.
        unsafe { _mm512_loadu_si512(group.as_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests {
    use super::utf8;

    /// Every scalar value, every sequence of two bytes and many of three and four, at each place across a border.
    #[test]
    fn as_the_standard_library_says() {
        let mut samples: Vec<Vec<u8>> = Vec::new();
        for first in 0..=255_u8 {
            for second in (0..=255_u8).step_by(3).chain([0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]) {
                samples.push(vec![first, second]);
                if first >= 0xE0 {
                    for third in [0x00, 0x7F, 0x80, 0xBF, 0xC0] {
                        samples.push(vec![first, second, third]);
                        samples.push(vec![first, second, third, 0x80]);
                        samples.push(vec![first, second, third, 0xBF, 0x80]);
                    }
                }
            }
        }
        for at in [0, 1, 61, 62, 63, 64, 125, 126, 127] {
            for after in [0, 1, 70] {
                let mut bytes = vec![b'a'; at];
                for sample in &samples {
                    bytes.truncate(at);
                    bytes.extend_from_slice(sample);
                    bytes.resize(bytes.len() + after, b'z');
                    let wanted = std::str::from_utf8(&bytes).ok();
                    assert_eq!(utf8(&bytes), wanted, "{sample:x?} at {at}, {after} after");
                }
            }
        }
        let all: String = (0..=0x0010_FFFF).filter_map(char::from_u32).collect();
        assert_eq!(utf8(all.as_bytes()), Some(all.as_str()));
    }
}
