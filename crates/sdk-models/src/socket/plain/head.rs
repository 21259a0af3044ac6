//! The beginning of an answer: its status, its headers, and how its body ends (RFC 9112 §6.3).

use std::mem::MaybeUninit;

use bytes::Bytes;
use httparse::{ParserConfig, Status};
use reqwest::StatusCode;
use reqwest::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TRANSFER_ENCODING};

use super::framing::Framing;

/// Bytes of a head, and headers in it, that anybody sends; beyond them it is no answer.
const LONGEST: usize = 256 * 1024;
const HEADERS: usize = 100;

/// What stands before the body.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) framing: Framing,
    /// The connection may be used again once the body has come.
    pub(super) keeps: bool,
}

/// Reads the head that `bytes` begin with, and says how long it is; `None`: it is not all there. What a server says
/// before its answer (100 Continue) is passed over.
///
/// # Errors
/// It is no head of HTTP/1, in a few words.
pub(super) fn read(bytes: &[u8]) -> Result<Option<(Head, usize)>, String> {
    let mut from = 0;
    loop {
        let mut room = [const { MaybeUninit::uninit() }; HEADERS];
        let mut response = httparse::Response::new(&mut []);
        let parsed = ParserConfig::default().parse_response_with_uninit_headers(
            &mut response,
            &bytes[from..],
            &mut room,
        );
        let length = match parsed.map_err(|error| format!("this is no HTTP: {error}"))? {
            Status::Complete(length) => length,
            Status::Partial if bytes.len() > LONGEST => return Err("its headers have no end".into()),
            Status::Partial => return Ok(None),
        };
        let code = response.code.unwrap_or_default();
        if code == 101 {
            return Err("it changes to another protocol".into());
        }
        if !(100..200).contains(&code) {
            let head = head(&bytes[from..from + length], &response)?;
            return Ok(Some((head, from + length)));
        }
        from += length;
    }
}

fn head(bytes: &[u8], response: &httparse::Response<'_, '_>) -> Result<Head, String> {
    let bad = |what: &str| format!("this is no HTTP: {what}");
    let status =
        StatusCode::from_u16(response.code.unwrap_or_default()).map_err(|_| bad("invalid status"))?;
    // One piece of memory for all values.
    let whole = Bytes::copy_from_slice(bytes);
    let mut headers = HeaderMap::with_capacity(response.headers.len());
    for header in response.headers.iter() {
        let name = HeaderName::from_bytes(header.name.as_bytes()).map_err(|_| bad("invalid header name"))?;
        let at = header.value.as_ptr().addr() - bytes.as_ptr().addr();
        let value = HeaderValue::from_maybe_shared(whole.slice(at..at + header.value.len()));
        headers.append(name, value.map_err(|_| bad("invalid header value"))?);
    }
    let framing = framing(status, &headers)?;
    let is_new = response.version == Some(1);
    let keeps = match is_new {
        true => !says(&headers, &CONNECTION, "close"),
        false => says(&headers, &CONNECTION, "keep-alive"),
    };
    Ok(Head { status, keeps: keeps && !matches!(framing, Framing::Close), headers, framing })
}

fn framing(status: StatusCode, headers: &HeaderMap) -> Result<Framing, String> {
    if matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        return Ok(Framing::Length(0));
    }
    if let Some(last) = headers.get_all(TRANSFER_ENCODING).iter().next_back() {
        // A length beside it is of no account.
        let last = last.as_bytes().rsplit(|byte| *byte == b',').next().unwrap_or_default();
        let is_chunked = last.trim_ascii().eq_ignore_ascii_case(b"chunked");
        return Ok(if is_chunked { Framing::chunked() } else { Framing::Close });
    }
    let mut length = None;
    for value in headers.get_all(CONTENT_LENGTH) {
        // Proxies repeat it, also within one header.
        for said in value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
            let digits =
                std::str::from_utf8(said).ok().filter(|said| said.bytes().all(|byte| byte.is_ascii_digit()));
            let said = digits.and_then(|digits| digits.parse::<u64>().ok());
            let said = said.ok_or("this is no HTTP: its content-length is no number")?;
            if length.replace(said).is_some_and(|before| before != said) {
                return Err("this is no HTTP: it has two lengths".into());
            }
        }
    }
    Ok(length.map_or(Framing::Close, Framing::Length))
}

/// Whether a header's list has this word.
fn says(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let words =
        headers.get_all(name).into_iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    words.map(<[u8]>::trim_ascii).any(|said| said.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Head {
        let (head, length) = read(text.as_bytes()).unwrap().unwrap();
        assert_eq!(length, text.len());
        // Nothing is said before all of it is there.
        for end in 0..length {
            assert!(read(&text.as_bytes()[..end]).unwrap().is_none(), "{:?}", &text[..end]);
        }
        head
    }

    #[test]
    fn how_the_body_ends_and_whether_the_connection_stays() {
        let cases = [
            ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", Framing::Length(5), true),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\ncontent-length: 5\r\n\r\n",
                Framing::Length(5),
                true,
            ),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nConnection: TE, Close\r\n\r\n",
                Framing::Length(5),
                false,
            ),
            (
                "HTTP/1.1 200\r\nTransfer-Encoding: gzip, Chunked\r\ncontent-length: 5\r\n\r\n",
                Framing::chunked(),
                true,
            ),
            (
                "HTTP/1.1 200 OK\ntransfer-encoding: chunked\ntransfer-encoding: gzip\n\n",
                Framing::Close,
                false,
            ),
            ("HTTP/1.1 200 OK\r\n\r\n", Framing::Close, false),
            ("HTTP/1.0 200 OK\r\ncontent-length: 5\r\n\r\n", Framing::Length(5), false),
            (
                "HTTP/1.0 200 OK\r\ncontent-length: 5\r\nconnection: keep-alive\r\n\r\n",
                Framing::Length(5),
                true,
            ),
            ("HTTP/1.1 204 No Content\r\n\r\n", Framing::Length(0), true),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 503 Busy\r\n\
              retry-after: 2\r\ncontent-length: 0\r\n\r\n",
                Framing::Length(0),
                true,
            ),
        ];
        for (text, framing, keeps) in cases {
            let head = all(text);
            assert_eq!((head.framing, head.keeps), (framing, keeps), "{text}");
        }
        let busy = all("HTTP/1.1 503 Busy\r\nRetry-After:  2 \r\ncontent-length: 0\r\n\r\n");
        assert_eq!((busy.status.as_u16(), busy.headers["retry-after"].as_bytes()), (503, &b"2"[..]));
    }

    #[test]
    fn what_is_no_answer_says_so() {
        let endless = format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(LONGEST));
        let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "x: y\r\n".repeat(HEADERS + 1));
        let cases = [
            ("SSH-2.0-OpenSSH\r\n", "this is no HTTP"),
            ("HTTP/2 200\r\n\r\n", "this is no HTTP"),
            ("HTTP/1.1 2x0 OK\r\n\r\n", "this is no HTTP"),
            ("HTTP/1.1 200 OK\r\na b: c\r\n\r\n", "this is no HTTP"),
            ("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", "content-length is no number"),
            ("HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\n", "content-length is no number"),
            ("HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\n", "content-length is no number"),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n",
                "content-length is no number",
            ),
            ("HTTP/1.1 200 OK\r\ncontent-length: 1, 2\r\n\r\n", "two lengths"),
            ("HTTP/1.1 101 Switching Protocols\r\n\r\n", "another protocol"),
            (&endless, "no end"),
            (&many, "this is no HTTP"),
        ];
        for (text, why) in cases {
            let said = read(text.as_bytes()).unwrap_err();
            assert!(said.contains(why), "{}: {said}", &text[..text.len().min(60)]);
        }
    }
}
