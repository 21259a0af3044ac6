//! The body of an answer: where it ends, and its bytes without what frames them (RFC 9112 §6, §7.1).

/// Bytes of a chunk's extensions, and of all trailers, that are passed over.
const LONGEST: u32 = 64 * 1024;

/// How a body ends, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Framing {
    /// So many bytes are still to come.
    Length(u64),
    Chunked(Chunks),
    /// With the connection.
    Close,
}

/// Where in the chunks it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Chunks {
    at: At,
    /// The size of this chunk, or what of it is still to come.
    size: u64,
    /// Bytes of the present line that say nothing.
    passed: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before a size's first digit, and after it.
    Begin,
    Size,
    /// After the size, up to the end of the line.
    Extension,
    Data,
    /// Between the data and the end of its line.
    After,
    /// At the beginning of a trailer's line, and within one.
    Trailers,
    Trailer,
}

impl Framing {
    /// A body in chunks, before the first.
    pub(super) fn chunked() -> Framing {
        Framing::Chunked(Chunks { at: At::Begin, size: 0, passed: 0 })
    }

    /// Whether nothing more belongs to it, before any byte has come.
    pub(super) fn is_empty(&self) -> bool {
        *self == Framing::Length(0)
    }

    /// Whether the end of the connection is its end.
    pub(super) fn is_open(&self) -> bool {
        *self == Framing::Close
    }

    /// The bytes that are promised before the first has come.
    pub(super) fn promised(&self) -> u64 {
        if let Framing::Length(length) = self { *length } else { 0 }
    }

    /// Adds to `body` what of these bytes belongs to it; says how many were used once that was the end.
    ///
    /// # Errors
    /// The frame is broken, in a few words.
    pub(super) fn feed(&mut self, bytes: &[u8], body: &mut Vec<u8>) -> Result<Option<usize>, &'static str> {
        match self {
            Framing::Close => {
                body.extend_from_slice(bytes);
                Ok(None)
            }
            Framing::Length(left) => {
                let used = usize::try_from(*left).map_or(bytes.len(), |left| left.min(bytes.len()));
                body.extend_from_slice(&bytes[..used]);
                *left -= used as u64;
                Ok((*left == 0).then_some(used))
            }
            Framing::Chunked(chunks) => chunks.feed(bytes, body),
        }
    }
}

impl Chunks {
    fn feed(&mut self, bytes: &[u8], body: &mut Vec<u8>) -> Result<Option<usize>, &'static str> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.at == At::Data {
                let length =
                    usize::try_from(self.size).map_or(bytes.len() - at, |size| size.min(bytes.len() - at));
                body.extend_from_slice(&bytes[at..at + length]);
                at += length;
                self.size -= length as u64;
                if self.size == 0 {
                    self.at = At::After;
                }
                continue;
            }
            at += 1;
            if self.step(byte)? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// Takes a byte outside the data; says whether it was the body's last.
    fn step(&mut self, byte: u8) -> Result<bool, &'static str> {
        let digit = char::from(byte).to_digit(16);
        self.at = match (self.at, byte, digit) {
            (At::Begin | At::Size, _, Some(digit)) => {
                self.size = self.size.checked_mul(16).ok_or("a chunk is too large")? + u64::from(digit);
                self.pass(At::Size)?
            }
            (At::Size | At::Extension, b'\n', _) => {
                self.passed = 0;
                if self.size == 0 { At::Trailers } else { At::Data }
            }
            (At::Size, b';' | b' ' | b'\t' | b'\r', _) => At::Extension,
            (At::After, b'\r', _) => self.pass(At::After)?,
            (At::After, b'\n', _) => At::Begin,
            (At::Trailers, b'\n', _) => return Ok(true),
            (At::Trailer, b'\n', _) => At::Trailers,
            (At::Extension, ..) => self.pass(At::Extension)?,
            (At::Trailers, b'\r', _) => self.pass(At::Trailers)?,
            (At::Trailers | At::Trailer, ..) => self.pass(At::Trailer)?,
            _ => return Err("its chunks are broken"),
        };
        Ok(false)
    }

    /// Goes on to `next` past a byte that says nothing.
    fn pass(&mut self, next: At) -> Result<At, &'static str> {
        self.passed += 1;
        if self.passed > LONGEST { Err("its chunks have no end") } else { Ok(next) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn all(framing: &mut Framing, bytes: &[u8]) -> (Result<Option<usize>, &'static str>, Vec<u8>) {
        let mut body = Vec::new();
        let end = framing.feed(bytes, &mut body);
        (end, body)
    }

    #[test]
    fn what_follows_the_end_is_not_taken() {
        let cases: [(Framing, &str, &str, usize); 5] = [
            (Framing::Length(3), "abcHTTP", "abc", 3),
            (Framing::chunked(), "3\r\nabc\r\n0\r\n\r\nHTTP", "abc", 13),
            (
                Framing::chunked(),
                "3;a=\"b\"\nab\n\n0A \r\n0123456789\r\n000\r\nx: y\r\n\r\nHTTP",
                "ab\n0123456789",
                42,
            ),
            (Framing::chunked(), "0\n\nHTTP", "", 3),
            (Framing::chunked(), "0\r\n\r\n", "", 5),
        ];
        for (mut framing, text, body, used) in cases {
            assert_eq!(all(&mut framing, text.as_bytes()), (Ok(Some(used)), body.into()), "{text:?}");
        }
        assert_eq!(all(&mut Framing::Close, b"abc"), (Ok(None), b"abc".into()));
    }

    #[test]
    fn broken_chunks_say_so() {
        let (extension, trailer) =
            (format!("1;{}", "x".repeat(70_000)), format!("0\r\n{}", "x\r\n".repeat(70_000)));
        let (zeros, returns) = ("0".repeat(70_000), format!("1\r\na{}", "\r".repeat(70_000)));
        let cases = [
            ("x\r\n", "broken"),
            ("\r\n", "broken"),
            ("-1\r\n", "broken"),
            ("1\r\nab\r\n", "broken"),
            ("fffffffffffffffff\r\n", "too large"),
            (&zeros, "no end"),
            (&returns, "no end"),
            (&extension, "no end"),
            (&trailer, "no end"),
        ];
        for (text, why) in cases {
            let said = all(&mut Framing::chunked(), text.as_bytes()).0.unwrap_err();
            assert!(said.contains(why), "{:?}: {said}", &text[..text.len().min(20)]);
        }
    }

    proptest! {
        /// However the bytes are cut, the body is the same, and nothing of any length or kind panics.
        #[test]
        fn cuts_do_not_matter(chunks in vec(vec(any::<u8>(), 1..40), 0..6), cuts in vec(1..9_usize, 0..40), junk in vec(any::<u8>(), 0..40)) {
            let mut sent = Vec::new();
            for chunk in &chunks {
                sent.extend(format!("{:x}\r\n", chunk.len()).bytes().chain(chunk.iter().copied()).chain(*b"\r\n"));
            }
            sent.extend_from_slice(b"0\r\n\r\n");
            let length = sent.len();
            sent.extend(&junk);
            let (mut framing, mut body, mut rest, mut used) = (Framing::chunked(), Vec::new(), &sent[..], 0);
            let mut cuts = cuts.into_iter();
            let end = loop {
                let (now, later) = rest.split_at(cuts.next().unwrap_or(rest.len()).min(rest.len()));
                if let Some(last) = framing.feed(now, &mut body).unwrap() {
                    break used + last;
                }
                (used, rest) = (used + now.len(), later);
            };
            prop_assert_eq!((end, body), (length, chunks.concat()));
            let _ = all(&mut Framing::chunked(), &junk);
        }
    }
}
