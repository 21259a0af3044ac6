//! The providers that are known by name. A row is data: where it is, which key, and the dialect of its requests.
//!
//! The rows are in `providers/table.rs`; which of them a run uses is decided in `whom.rs`, what a request looks like in
//! `wire.rs`.

mod table;

pub use table::PROVIDERS;

use crate::wire::Wire;

/// One provider.
#[derive(Debug, Clone, Copy)]
pub struct Provider {
    /// Name before the `:` of `-m`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// Where it is, unless told otherwise. `{region}` is that of `AWS_REGION`.
    pub base_url: Option<&'static str>,
    /// Variable that tells otherwise.
    pub base_url_variable: Option<&'static str>,
    /// Variables that may hold the key; the first one found is it.
    pub key_variables: &'static [&'static str],
    /// Whether its own address wants a key.
    pub key_needed: bool,
    /// Its API.
    pub(crate) wire: &'static Wire,
    /// How it takes a schema.
    pub schema: Dialect,
    /// Whether it takes the wish for token counts in a stream.
    pub usage_in_streams: bool,
    /// How it calls the token limit of a reply.
    pub limit: Limit,
}

/// How a schema is asked for. Whatever the row says, a server that refuses it is asked in words from then on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `response_format`, marked strict where strict mode takes the schema.
    Strict,
    /// `response_format`, never marked: the server builds a grammar of any schema, or does its best.
    Grammar,
    /// As a tool that the model must use.
    Tool,
    /// In words, beside the promise of a JSON object.
    Words,
}

/// The request field of the token limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// `max_tokens`.
    MaxTokens,
    /// `max_completion_tokens`.
    MaxCompletionTokens,
}

impl Limit {
    /// The field's name.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Limit::MaxTokens => "max_tokens",
            Limit::MaxCompletionTokens => "max_completion_tokens",
        }
    }

    /// The other field.
    pub(crate) fn turned(self) -> Limit {
        match self {
            Limit::MaxTokens => Limit::MaxCompletionTokens,
            Limit::MaxCompletionTokens => Limit::MaxTokens,
        }
    }
}

/// The provider of that name.
pub fn provider(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|row| row.name == name)
}

/// Whether a model of that name thinks before it answers, takes no temperature and counts its thoughts in
/// `max_completion_tokens`. Names may have a maker before a slash.
pub(crate) fn reasons(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    let series =
        |series: &str| name == series || name.strip_prefix(series).is_some_and(|end| end.starts_with('-'));
    let fifth = name.starts_with("gpt-5") && !name.contains("-chat");
    fifth || ["o1", "o3", "o4"].into_iter().any(series)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasoning_models_are_known_by_name() {
        for name in
            ["o1", "o3-mini", "o4-mini-2025-04-16", "openai/o3", "gpt-5", "gpt-5.1", "openai/gpt-5-nano"]
        {
            assert!(reasons(name), "{name}");
        }
        for name in ["gpt-4o", "o100", "gpt-5-chat-latest", "qwen3:8b", "olmo", "o3x", "o3/x"] {
            assert!(!reasons(name), "{name}");
        }
    }

    #[test]
    fn rows_are_whole() {
        for (at, row) in PROVIDERS.iter().enumerate() {
            assert_eq!(provider(row.name).map(|row| row.about), Some(row.about), "{} stands twice", row.name);
            assert!(at == 0 || row.name.len() <= 12, "{} is wider than the list", row.name);
            if let Some(url) = row.base_url {
                let url = url.replace("{region}", "eu-west-1");
                let endpoint = crate::address::parsed(&url).unwrap();
                assert_eq!(crate::address::shown(&endpoint), url, "{}", row.name);
                assert_eq!(endpoint.scheme() == "http", crate::address::is_local(&endpoint), "{url}");
                assert_eq!(row.key_needed, endpoint.scheme() == "https", "{url}");
            }
            assert!(!row.key_needed || !row.key_variables.is_empty(), "{}", row.name);
        }
    }
}
