//! Addresses: how one is read in any of its usual forms, and how it is shown.

use std::net::IpAddr;

use reqwest::Url;

/// An address in any of its usual forms, with or without its scheme.
///
/// # Errors
/// What is wrong with the address.
pub(crate) fn parsed(address: &str) -> Result<Url, String> {
    let address = address.trim();
    // What stands before an @ or after a ? may be a secret.
    let plain = address.split('?').next().unwrap_or_default();
    let plain = plain.rsplit('@').next().unwrap_or_default();
    let wrong =
        |why: &str| format!("--base-url {plain}: {why}; expected something like http://127.0.0.1:8080/v1");
    let full =
        if address.contains("://") { address.to_owned() } else { format!("{}://{address}", scheme(address)) };
    let mut url = Url::parse(&full).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("only http and https are spoken"));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("no host"));
    }
    url.set_fragment(None);
    Ok(url)
}

/// An address to show: without the credentials and the query that may stand in it.
pub(crate) fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let ends = ["/chat/completions", "/messages", "/"];
    let path = ends.iter().find_map(|end| url.path().strip_suffix(end)).unwrap_or(url.path());
    format!("{}://{}{port}{path}", url.scheme(), url.host_str().unwrap_or_default())
}

/// Whether an address is at the host of that base address.
pub(crate) fn is_of(url: &Url, base: &str) -> bool {
    Url::parse(base).is_ok_and(|base| base.host_str() == url.host_str() && !is_local(url))
}

/// A bare host as some servers' own variables have it (`127.0.0.1`, `gpu7`), with the port of the usual address.
pub(crate) fn ported(address: &str, base: Option<&str>) -> String {
    let usual = base.and_then(|base| Url::parse(base).ok()?.port());
    match usual {
        Some(port) if !address.contains([':', '/']) => format!("{address}:{port}"),
        _ => address.to_owned(),
    }
}

/// Whether an address is on this machine.
pub(crate) fn is_local(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback() || address.is_unspecified())
}

/// The scheme of an address without one. A key should not cross the open network unencrypted by accident.
fn scheme(address: &str) -> &'static str {
    let authority = address.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let plain = !port.is_empty() || host == "localhost" || host.parse::<IpAddr>().is_ok();
    if plain { "http" } else { "https" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::CHAT;

    fn endpoint(address: &str) -> Result<Url, String> {
        let mut url = parsed(address)?;
        (CHAT.place)(&mut url, "", None);
        Ok(url)
    }

    #[test]
    fn addresses_in_their_usual_forms() {
        for (given, wanted) in [
            ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1/chat/completions"),
            ("http://127.0.0.1:8080/v1/", "http://127.0.0.1:8080/v1/chat/completions"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1/chat/completions"),
            ("127.0.0.1:8080", "http://127.0.0.1:8080/v1/chat/completions"),
            ("localhost", "http://localhost/v1/chat/completions"),
            ("gpu7:8000/v1", "http://gpu7:8000/v1/chat/completions"),
            ("[::1]:8080", "http://[::1]:8080/v1/chat/completions"),
            ("api.example.com", "https://api.example.com/v1/chat/completions"),
            ("https://h/api/v3/chat/completions", "https://h/api/v3/chat/completions"),
            ("https://h/openai/x?api-version=1", "https://h/openai/x/chat/completions?api-version=1"),
        ] {
            assert_eq!(endpoint(given).unwrap().as_str(), wanted, "{given}");
        }
        for given in ["", "ftp://h/v1", "http://", "http://h:port", "not a host"] {
            let error = endpoint(given).expect_err(given);
            assert!(error.contains("expected something like"), "{error}");
        }
    }

    #[test]
    fn shown_addresses_hold_no_secret() {
        let url = endpoint("http://me:secret@h:1/v1?key=secret").unwrap();
        assert_eq!(shown(&url), "http://h:1/v1");
    }
}
