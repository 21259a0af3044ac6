//! From flags and variables to the one who is asked. Sends nothing.

use std::fmt;

use reqwest::Url;
use reqwest::header::HeaderValue;

use sdk_prompt::Parameters;

use crate::ModelFlags;
use crate::address::{endpoint, is_of, ported, shown};
use crate::providers::{PROVIDERS, Provider, provider};

/// Who is asked.
#[derive(Debug, Clone)]
pub enum Whom {
    /// Nobody: rules (room `sdk-offline`).
    Offline,
    /// A model's server.
    Server(Box<Server>),
}

/// A model and where it is.
#[derive(Debug, Clone)]
pub struct Server {
    pub(crate) provider: &'static Provider,
    pub(crate) model: String,
    pub(crate) endpoint: Url,
    pub(crate) key: Option<Key>,
    pub(crate) parameters: Parameters,
}

impl Server {
    /// Who it is, as rows say it: `provider:model`.
    pub fn name(&self) -> String {
        format!("{}:{}", self.provider.name, self.model)
    }

    /// Where it is, without anything secret.
    pub fn address(&self) -> String {
        shown(&self.endpoint)
    }
}

/// An API key, which no message shows.
#[derive(Clone)]
pub(crate) struct Key(String);

impl Key {
    /// `text` with the key in it made unreadable.
    pub(crate) fn hide(&self, text: &str) -> String {
        text.replace(&self.0, "***")
    }

    /// The header that carries it.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

const NONE: &str = "no model is configured; there are three ways to name one:
  a provider, with your key:   export OPENAI_API_KEY=…; -m openai:gpt-4o-mini
  a server of your own:        -m ollama:qwen3:8b   or   --base-url http://127.0.0.1:8080/v1
  no model at all:             -m offline   (works by rules, needs neither key nor network; for trying things out)
SDK_MODEL and SDK_BASE_URL do the same as the flags. Nothing was sent.";

/// Decides from the flags, and from the providers' own variables, whom to ask.
///
/// # Errors
/// The text for the user when nobody, or nobody known, is named (exit 2).
pub fn choose(flags: &ModelFlags) -> Result<Whom, String> {
    choose_with(flags, &|name| std::env::var(name).ok())
}

fn choose_with(flags: &ModelFlags, variable: &dyn Fn(&str) -> Option<String>) -> Result<Whom, String> {
    let variable = |name: Option<&str>| {
        name.and_then(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let openai = &PROVIDERS[0];
    let told = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let (model, base_url) = (told(&flags.model), told(&flags.base_url));
    if model.as_deref() == Some("offline") {
        return Ok(Whom::Offline);
    }
    let any = base_url.clone().or_else(|| variable(openai.base_url_variable));
    let (row, name) = match (&model, &any) {
        (None, None) => return Err(NONE.into()),
        (None, Some(_)) => (openai, "default".to_owned()),
        (Some(model), _) => match model.split_once(':') {
            Some((prefix, "")) if provider(prefix).is_some() => return Err(nameless(prefix)),
            Some((prefix, rest)) if let Some(row) = provider(prefix) => (row, rest.to_owned()),
            None if provider(model).is_some() && base_url.is_none() => return Err(nameless(model)),
            _ if any.is_some() => (openai, model.clone()),
            Some((prefix, _)) => return Err(unknown(&format!("no provider is called `{prefix}`"), model)),
            None => return Err(unknown(&format!("`{model}` names no provider"), model)),
        },
    };
    let told = variable(row.base_url_variable).map(|address| ported(&address, row.base_url));
    let Some(address) = base_url.or(told).or(row.base_url.map(str::to_owned)) else {
        return Err(format!(
            "{0}:{name} needs an address, which {0} has only of your own: --base-url URL",
            row.name
        ));
    };
    let endpoint = endpoint(&address)?;
    let own = row.base_url.is_none_or(|url| is_of(&endpoint, url));
    let found = row.key_variables.iter().find_map(|name| Some((*name, Key(variable(Some(name))?))));
    match &found {
        None if row.key_needed && own => {
            return Err(format!(
                "{}:{name} needs a key: export {}=…, or ask a server of your own (--base-url), or -m offline",
                row.name,
                row.key_variables.first().unwrap_or(&"…")
            ));
        }
        Some((variable, key)) if key.header().is_none() => {
            return Err(format!(
                "{variable} holds characters that no key can have; was more than the key copied?"
            ));
        }
        _ => {}
    }
    let key = found.map(|(_, key)| key);
    if own && model.is_none() {
        return Err(NONE.into());
    }
    let parameters = flags.parameters();
    Ok(Whom::Server(Box::new(Server { provider: row, model: name, endpoint, key, parameters })))
}

fn nameless(provider: &str) -> String {
    format!("-m {provider} names a provider but no model; expected {provider}:MODEL")
}

fn unknown(what: &str, model: &str) -> String {
    let mut text = format!("-m {model}: {what}; known are, before the `:`,");
    for row in PROVIDERS {
        text.push_str(&format!("\n  {:<12} {}", row.name, row.about));
    }
    text.push_str("\nand `offline`; for any other server that speaks OpenAI's protocol add --base-url URL");
    text
}

#[cfg(test)]
mod tests;
