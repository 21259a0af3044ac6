//! The bytes that a JSON string token says.

/// Ends a string inside another value; no UTF-8 has this byte.
pub(crate) const END: u8 = 0xff;

/// Writes the opening quote and what the token at `at` says, without an end; returns where the token ends in `raw`.
pub(crate) fn write(raw: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    out.push(b'"');
    let mut at = at + 1;
    loop {
        let plain = memchr::memchr2(b'"', b'\\', &raw[at..]).unwrap_or(raw.len() - at);
        out.extend_from_slice(&raw[at..at + plain]);
        at += plain;
        match raw.get(at) {
            Some(b'\\') => at = escape(raw, at + 1, out),
            _ => return at + 1,
        }
    }
}

/// Writes what the escape says whose letter is at `at`; returns where it ends.
fn escape(raw: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let byte = match raw.get(at) {
        Some(b'u') => {
            let (said, end) = unicode(raw, at);
            let said = said.unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(said.encode_utf8(&mut [0; 4]).as_bytes());
            return end;
        }
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(byte) => *byte,
        None => return at,
    };
    out.push(byte);
    at + 1
}

/// What the escape says whose `u` is at `at`, none for a lone surrogate; and where it ends.
pub(crate) fn unicode(raw: &[u8], at: usize) -> (Option<char>, usize) {
    let high = unit(raw, at + 1);
    if (0xd800..0xdc00).contains(&high) && raw.get(at + 5..at + 7) == Some(b"\\u") {
        let low = unit(raw, at + 7);
        if (0xdc00..0xe000).contains(&low) {
            let point = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            return (char::from_u32(point), (at + 11).min(raw.len()));
        }
    }
    (char::from_u32(high), (at + 5).min(raw.len()))
}

/// Four hexadecimal digits.
fn unit(raw: &[u8], at: usize) -> u32 {
    let digits = raw.get(at..at + 4).and_then(|digits| std::str::from_utf8(digits).ok());
    digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xfffd)
}
