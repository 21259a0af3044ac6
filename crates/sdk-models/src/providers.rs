//! The providers that are known by name, as plain rows, and how an address is read.
//!
//! Every row speaks the `openai` wire. Which row a run uses is decided in `whom.rs`.

use std::net::IpAddr;

use reqwest::Url;

/// One provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// Name before the `:` of `-m`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Where it is, unless told otherwise.
    pub base_url: Option<&'static str>,
    /// Variable that tells otherwise.
    pub base_url_variable: Option<&'static str>,
    /// Variable that holds the key.
    pub key_variable: Option<&'static str>,
    /// Whether its own address wants a key.
    pub key_needed: bool,
}

/// All of them.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        name: "openai",
        about: "OpenAI, or any server that speaks its protocol",
        base_url: Some("https://api.openai.com/v1"),
        base_url_variable: Some("OPENAI_BASE_URL"),
        key_variable: Some("OPENAI_API_KEY"),
        key_needed: true,
    },
    Provider {
        name: "ollama",
        about: "Ollama on this machine",
        base_url: Some("http://127.0.0.1:11434/v1"),
        base_url_variable: None,
        key_variable: None,
        key_needed: false,
    },
    Provider {
        name: "vllm",
        about: "vLLM on this machine",
        base_url: Some("http://127.0.0.1:8000/v1"),
        base_url_variable: None,
        key_variable: Some("VLLM_API_KEY"),
        key_needed: false,
    },
    Provider {
        name: "llama-server",
        about: "llama.cpp's server on this machine",
        base_url: Some("http://127.0.0.1:8080/v1"),
        base_url_variable: None,
        key_variable: Some("LLAMA_API_KEY"),
        key_needed: false,
    },
];

/// The provider of that name.
pub fn provider(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|row| row.name == name)
}

/// Where to post, from an address in any of its usual forms: with `/v1`, a bare host, or the full path. A query stays.
///
/// # Errors
/// What is wrong with the address.
pub(crate) fn endpoint(address: &str) -> Result<Url, String> {
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
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/chat/completions").unwrap_or(if path.is_empty() { "/v1" } else { path });
    let path = format!("{path}/chat/completions");
    url.set_path(&path);
    Ok(url)
}

/// An address to show: without the credentials and the query that may stand in it.
pub(crate) fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let path = url.path().strip_suffix("/chat/completions").unwrap_or(url.path());
    format!("{}://{}{port}{path}", url.scheme(), url.host_str().unwrap_or_default())
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
