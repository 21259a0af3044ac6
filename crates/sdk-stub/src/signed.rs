//! Whether a request is signed as AWS has it (Signature Version 4), found out from what came over the wire.

use std::fmt::Write as _;

use ring::digest::{SHA256, digest};
use ring::hmac::{HMAC_SHA256, Key, sign};

use crate::http::Request;

/// Whether `id` has signed it with `secret`: every header that AWS wants signed, the body, and for the day it names.
pub(crate) fn by(request: &Request, id: &str, secret: &str) -> bool {
    expected(request, id, secret).is_some_and(|wanted| request.header("authorization") == Some(&wanted))
}

fn expected(request: &Request, id: &str, secret: &str) -> Option<String> {
    let given = request.header("authorization")?;
    let part = |name: &str| {
        let part = given.split([' ', ',']).find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        part.map(str::to_owned)
    };
    let (credential, names) = (part("Credential")?, part("SignedHeaders")?);
    let mut scope = credential.split('/').skip(1);
    let [day, region, service, end] = [(); 4].map(|()| scope.next().unwrap_or_default());
    let all: Vec<&str> = names.split(';').collect();
    let mut needed = request.headers.iter().filter(|(name, _)| name.starts_with("x-amz-") || name == "host");
    if !all.is_sorted() || !needed.all(|(name, _)| all.contains(&name.as_str())) || end != "aws4_request" {
        return None;
    }
    let date = request.header("x-amz-date").filter(|date| date.starts_with(day))?;
    let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
    let mut text = format!("{}\n{}\n{query}\n", request.method, path.replace('%', "%25"));
    for name in &all {
        let _ = writeln!(text, "{name}:{}", request.header(name)?);
    }
    let _ = write!(text, "\n{names}\n{}", hex(digest(&SHA256, &request.body).as_ref()));
    let hash = hex(digest(&SHA256, text.as_bytes()).as_ref());
    let scope = format!("{day}/{region}/{service}/{end}");
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{hash}");
    let first = format!("AWS4{secret}").into_bytes();
    let key = [day, region, service, end, &text]
        .into_iter()
        .fold(first, |key, part| sign(&Key::new(HMAC_SHA256, &key), part.as_bytes()).as_ref().to_vec());
    let head = format!("AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}");
    Some(format!("{head}, Signature={}", hex(&key)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
