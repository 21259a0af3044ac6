//! From flags and variables to the one who is asked. Sends nothing.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;
use reqwest::header::AUTHORIZATION;

use sdk_prompt::Parameters;

use crate::ModelFlags;
use crate::address::{is_of, parsed, ported, shown};
use crate::connection::Connection;
use crate::keys::{self, Key};
use crate::money::Purse;
use crate::providers::{PROVIDERS, Provider, provider};

/// Who is asked.
#[derive(Debug, Clone)]
pub enum Whom {
    /// Nobody: rules (room `sdk-offline`).
    Offline,
    /// A model's server.
    Server(Box<Server>),
}

impl Whom {
    /// Who it is, as rows say it: `provider:model` or `offline`.
    pub fn name(&self) -> String {
        self.server().map_or_else(|| "offline".to_owned(), Server::name)
    }

    fn server(&self) -> Option<&Server> {
        match self {
            Whom::Offline => None,
            Whom::Server(server) => Some(server),
        }
    }
}

/// A model and where it is.
#[derive(Debug, Clone)]
pub struct Server {
    pub(crate) provider: &'static Provider,
    pub(crate) model: String,
    pub(crate) endpoint: Url,
    pub(crate) key: Option<Key>,
    pub(crate) connection: Connection,
    pub(crate) parameters: Parameters,
    /// What may be spent on it, where that is bounded.
    pub(crate) purse: Option<Arc<Purse>>,
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

    /// The same server, with so much silence in the middle of an answer, and asked for it in pieces or not: for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn idle(mut self, idle: std::time::Duration, stream: bool) -> Server {
        (self.connection.stream, self.connection.idle) = (stream, idle);
        self
    }

    /// `text` with all that is secret in it made unreadable: servers say keys back in their messages.
    pub(crate) fn hide(&self, text: &str) -> String {
        let (user, password) = (self.endpoint.username(), self.endpoint.password().unwrap_or_default());
        let basic = STANDARD.encode(format!("{user}:{password}"));
        let written = if password.len() < 4 { [""; 2] } else { [password, &basic] };
        let keys = self.key.as_ref().map(Key::secrets).unwrap_or_default();
        let secrets = keys.iter().map(String::as_str).chain(written).chain(self.connection.secrets());
        let text = secrets
            .filter(|secret| !secret.is_empty())
            .fold(text.to_owned(), |text, secret| text.replace(secret, "***"));
        unsigned(&text)
    }
}

/// `text` without signatures, which open the door to the same request for a while.
fn unsigned(text: &str) -> String {
    let mut parts = text.split("Signature=");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str("Signature=***");
        plain.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    plain
}

const NONE: &str = "no model is configured; there are three ways to name one:
  a provider, with your key:   export OPENAI_API_KEY=…; -m openai:gpt-4o-mini
  a server of your own:        -m ollama:qwen3:8b   or   --base-url http://127.0.0.1:8080/v1
  no model at all:             -m offline   (works by rules, needs neither key nor network; for trying things out)
SDK_MODEL and SDK_BASE_URL do the same as the flags. Nothing was sent.";

/// Decides from the flags, and from the providers' own variables, whom to ask.
///
/// # Errors
/// The text for the user when nobody, or nobody known, is named, or more than one (exit 2).
pub fn choose(flags: &ModelFlags) -> Result<Whom, String> {
    let named = flags.model.len();
    flags.batch.of_one(named)?;
    if named > 1 {
        return Err(format!(
            "-m names {named} models, and one is asked here; several are a panel of sdk-judge"
        ));
    }
    let whom = choose_with(flags, &|name| std::env::var(name).ok())?;
    flags.batch.suit(&whom)?;
    Ok(whom)
}

/// Decides the same for each model that is named, each with its own provider's address and key.
///
/// # Errors
/// As [`choose`], for any of them; what cannot be theirs together, such as one key for several providers.
pub fn choose_all(flags: &ModelFlags) -> Result<Vec<Whom>, String> {
    if flags.model.len() < 2 {
        return choose(flags).map(|whom| vec![whom]);
    }
    flags.batch.of_one(flags.model.len())?;
    let mut all: Vec<Whom> = Vec::new();
    for model in &flags.model {
        let one = ModelFlags { model: vec![model.clone()], ..flags.clone() };
        let whom = choose(&one)?;
        if all.iter().any(|known| known.name() == whom.name()) {
            return Err(format!("-m {model} is named twice; --votes K asks one model several times"));
        }
        all.push(whom);
    }
    one_door(flags, &all)?;
    Ok(all)
}

/// Whether the key that a flag names opens for all of them: it would be sent to every provider.
fn one_door(flags: &ModelFlags, all: &[Whom]) -> Result<(), String> {
    let servers: Vec<&Server> = all.iter().filter_map(Whom::server).collect();
    let same = |pair: &[&Server]| pair[0].provider.name == pair[1].provider.name;
    if flags.base_url.is_some() || servers.windows(2).all(same) {
        return Ok(());
    }
    let mut headers = servers.iter().flat_map(|server| [AUTHORIZATION.as_str(), server.provider.wire.key.0]);
    let header = headers.find(|name| servers.iter().any(|one| one.connection.headers.contains_key(*name)));
    let flag = match header {
        _ if flags.key_file.is_some() || flags.key_command.is_some() => {
            "--key-file and --key-command name".to_owned()
        }
        Some(name) => format!("--header {name} names"),
        None => return Ok(()),
    };
    Err(format!(
        "{flag} one key, and -m models of several providers; export each provider's own variable instead"
    ))
}

fn choose_with(flags: &ModelFlags, variable: &dyn Fn(&str) -> Option<String>) -> Result<Whom, String> {
    let variable = |name: Option<&str>| {
        name.and_then(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    };
    let openai = &PROVIDERS[0];
    let told = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let (model, base_url) = (told(&flags.model.first().cloned()), told(&flags.base_url));
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
    let own =
        row.base_url.map(|url| regional(url, &variable)).filter(|_| base_url.is_none() && told.is_none());
    let Some(address) = base_url.or(told).map_or(own.transpose()?, Some) else {
        let variable = row.base_url_variable.map(|name| format!(", or export {name}=…")).unwrap_or_default();
        return Err(format!(
            "{0}:{name} needs an address, which is your own: --base-url URL{variable}",
            row.name
        ));
    };
    let mut endpoint = parsed(&address)?;
    (row.wire.place)(&mut endpoint, &name, variable(Some("AZURE_OPENAI_API_VERSION")).as_deref());
    let own = row
        .base_url
        .is_none_or(|url| is_of(&endpoint, url) || url.contains('{') && address.contains("amazonaws"));
    let key = keys::key(flags, row, &endpoint, &|name| variable(Some(name)))?;
    let connection = Connection::new(flags)?;
    let by_header =
        [AUTHORIZATION.as_str(), row.wire.key.0].iter().any(|name| connection.headers.contains_key(*name));
    let wanted = row.key_needed && own && !by_header && !flags.batch.any();
    if key.is_none() && wanted {
        return Err(format!(
            "{}:{name} needs a key: export {}=…, or ask a server of your own (--base-url), or -m offline",
            row.name,
            row.key_variables.first().unwrap_or(&"…")
        ));
    }
    if own && model.is_none() {
        return Err(NONE.into());
    }
    let parameters = flags.parameters();
    let purse = None;
    Ok(Whom::Server(Box::new(Server {
        provider: row,
        model: name,
        endpoint,
        key,
        connection,
        parameters,
        purse,
    })))
}

/// An address with the region that the user works in.
fn regional(url: &str, variable: &dyn Fn(Option<&str>) -> Option<String>) -> Result<String, String> {
    if !url.contains("{region}") {
        return Ok(url.to_owned());
    }
    let region = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(|name| variable(Some(name)));
    let region = region.ok_or("bedrock needs a region: export AWS_REGION=eu-central-1, or the like")?;
    Ok(url.replace("{region}", &region))
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
