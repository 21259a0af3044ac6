//! The bytes that a JSON string token says.

/// Ends a string inside another value; no UTF-8, and nothing that stands for a lone surrogate, has this byte.
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
        Some(b'u') => return unicode(raw, at, out),
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

fn unicode(raw: &[u8], at: usize, out: &mut Vec<u8>) -> usize {
    let high = unit(raw, at + 1);
    if (0xd800..0xdc00).contains(&high) && raw.get(at + 5..at + 7) == Some(b"\\u") {
        let low = unit(raw, at + 7);
        if (0xdc00..0xe000).contains(&low) {
            push(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), out);
            return (at + 11).min(raw.len());
        }
    }
    push(high, out);
    (at + 5).min(raw.len())
}

/// Four hexadecimal digits.
fn unit(raw: &[u8], at: usize) -> u32 {
    let digits = raw.get(at..at + 4).and_then(|digits| std::str::from_utf8(digits).ok());
    digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xfffd)
}

/// UTF-8, and for a lone surrogate the three bytes that UTF-8 would give it if it had any: each stays itself.
fn push(point: u32, out: &mut Vec<u8>) {
    match char::from_u32(point) {
        Some(char) => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        None => {
            let [_, _, high, low] = point.to_be_bytes();
            let six = |byte: u8| 0x80 | (byte & 0x3f);
            out.extend([0xed, six((high << 2) | (low >> 6)), six(low)]);
        }
    }
}

/// `raw` JSON with U+FFFD for every lone surrogate, which has no place in a Rust string.
pub(crate) fn mended(raw: &str) -> String {
    let (bytes, mut out, mut from, mut at) = (raw.as_bytes(), String::with_capacity(raw.len()), 0, 0);
    while let Some(found) = raw[at..].find('\\') {
        at += found;
        let mut said = Vec::new();
        let end = escape(bytes, at + 1, &mut said);
        if std::str::from_utf8(&said).is_err() {
            out.push_str(&raw[from..at]);
            out.push_str("\\ufffd");
            from = end;
        }
        at = end;
    }
    out.push_str(&raw[from..]);
    out
}
