//! Where to post, for each API: an address completed, whichever part of it the user gave.

use reqwest::Url;

use crate::sign::encoded;

/// The path that is given, without its last slash.
fn path(url: &Url) -> String {
    url.path().trim_end_matches('/').to_owned()
}

/// With `/v1`, a bare host, or the full path. A query stays.
pub(super) fn chat(url: &mut Url, _: &str, _: Option<&str>) {
    let path = path(url);
    let path = path.strip_suffix("/chat/completions").unwrap_or(if path.is_empty() { "/v1" } else { &path });
    url.set_path(&format!("{path}/chat/completions"));
}

/// As Anthropic's own clients: the base without `/v1`; with it, and with the full path, too.
pub(super) fn messages(url: &mut Url, _: &str, _: Option<&str>) {
    let path = path(url);
    let path = path.strip_suffix("/messages").unwrap_or(&path);
    let path = path.strip_suffix("/v1").unwrap_or(path);
    url.set_path(&format!("{path}/v1/messages"));
}

/// With a version the deployment stands in the path, without one (the later form) in the request as its model.
pub(super) fn azure(url: &mut Url, model: &str, version: Option<&str>) {
    let path = path(url);
    let whole = path.strip_suffix("/chat/completions").unwrap_or(&path);
    let dated = url.query_pairs().any(|(key, _)| key == "api-version");
    let deployed = whole.contains("/deployments/");
    let base =
        ["/openai/v1", "/openai", "/v1"].iter().find_map(|end| whole.strip_suffix(end)).unwrap_or(whole);
    let path = match (deployed, dated || version.is_some()) {
        (true, _) => whole.to_owned(),
        (false, true) => format!("{base}/openai/deployments/{}", encoded(model, "")),
        (false, false) => format!("{base}/openai/v1"),
    };
    url.set_path(&format!("{path}/chat/completions"));
    if let (Some(version), false) = (version, dated) {
        url.query_pairs_mut().append_pair("api-version", version);
    }
}

/// The model stands in the path, its colons and slashes encoded.
pub(super) fn converse(url: &mut Url, model: &str, _: Option<&str>) {
    let path = path(url);
    if !path.ends_with("/converse") {
        url.set_path(&format!("{path}/model/{}/converse", encoded(model, "")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(place: fn(&mut Url, &str, Option<&str>), given: &str, version: Option<&str>) -> String {
        let mut url = Url::parse(given).unwrap();
        place(&mut url, "a:b/c", version);
        url.to_string()
    }

    #[test]
    fn addresses_of_each_api() {
        for given in ["https://h", "https://h/", "https://h/v1", "https://h/v1/messages"] {
            assert_eq!(placed(messages, given, None), "https://h/v1/messages", "{given}");
        }
        assert_eq!(placed(messages, "https://h/proxy", None), "https://h/proxy/v1/messages");
        for given in
            ["https://h", "https://h/openai/", "https://h/openai/v1/", "https://h/openai/v1/chat/completions"]
        {
            assert_eq!(placed(azure, given, None), "https://h/openai/v1/chat/completions", "{given}");
            let dated = "https://h/openai/deployments/a%3Ab%2Fc/chat/completions?api-version=2024-10-21";
            assert_eq!(placed(azure, given, Some("2024-10-21")), dated, "{given}");
        }
        let own = "https://h/openai/deployments/x/chat/completions?api-version=1";
        assert_eq!(placed(azure, own, Some("2")), own);
        assert_eq!(placed(azure, "https://h/openai/deployments/x?api-version=1", None), own);
        let there = "https://h/model/a%3Ab%2Fc/converse";
        assert_eq!(placed(converse, "https://h/", None), there);
        assert_eq!(placed(converse, there, None), there);
    }
}
