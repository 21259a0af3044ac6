//! What a `-c` file says, where no flag and no variable says it.

use std::rc::Rc;

use anyhow::{anyhow, bail};

use sdk_cli::Jobs;
use sdk_models::{GivenKey, ModelFlags, provider};
use sdk_recipes::config::{Config, Endpoint, Secret, Settings};

use super::Asking;

impl Asking {
    /// Reads the file, if there is one, and says what it has in vain. From here on it is the file's model that is asked.
    pub(super) fn read(&mut self, name: &'static str) -> anyhow::Result<()> {
        let Some(path) = &self.config.config else { return Ok(()) };
        let config = Config::open(path).map_err(|why| anyhow!(why))?;
        let say = self.common.remarks.sayer(name);
        config.remarks.iter().for_each(|remark| say(remark));
        if let Some(remark) = lend(&mut self.model, &config.endpoint)? {
            say(&remark);
        }
        self.file = Some(Rc::new(config));
        Ok(())
    }

    /// What the file says of something; where there is none, nothing.
    pub(crate) fn said<T: Default>(&self, of: impl Fn(&Config) -> T) -> T {
        self.file.as_deref().map(of).unwrap_or_default()
    }

    /// The same, with what the file says where no flag does.
    #[must_use]
    pub(crate) fn with(&self, settings: &Settings) -> Asking {
        let mut asking = self.clone();
        let (model, said) = (&mut asking.model, &settings.parameters);
        model.temperature = model.temperature.or(said.temperature);
        model.max_tokens = model.max_tokens.or(said.max_tokens);
        for (key, value) in &said.other {
            if !model.param.iter().any(|(known, _)| known == key) {
                model.param.push((key.clone(), value.clone()));
            }
        }
        asking.common.jobs = asking.common.jobs.or(settings.jobs.map(Jobs::Fixed));
        asking
    }
}

/// Completes the flags by the file's model, and says what is not sent. Its address and its key are for each other, and
/// for no provider but its own.
fn lend(model: &mut ModelFlags, endpoint: &Endpoint) -> anyhow::Result<Option<String>> {
    model.retries = model.retries.or(endpoint.retries);
    let Some(own) = endpoint.provider else { return Ok(None) };
    let of = |name: &str| provider(name.split(':').next().unwrap_or_default()).map(|row| row.name);
    let mut all: Vec<String> = model.model.iter().map(|name| name.trim().to_owned()).collect();
    all.retain(|name| !name.is_empty());
    let (others, its): (Vec<&String>, Vec<&String>) =
        all.iter().partition(|name| *name == "offline" || of(name).is_some_and(|named| named != own));
    if let (Some(other), Some(one)) = (others.first(), its.first()) {
        bail!(
            "-m {one} is of the server that -c names, and -m {other} is not: its address and its key are not for both; \
             run it once for each"
        );
    }
    if !others.is_empty() {
        let asked = others.iter().any(|name| *name != "offline");
        return Ok(if asked { unsent(endpoint, own, "provider") } else { None });
    }
    let whole = |name: &String| if of(name).is_some() { name.clone() } else { format!("{own}:{name}") };
    model.model = if all.is_empty() {
        // It may be called as a provider is: mistral:7b, say.
        endpoint.model.iter().map(|name| format!("{own}:{name}")).collect()
    } else {
        all.iter().map(whole).collect()
    };
    if model.base_url.is_some() {
        return Ok(unsent(endpoint, own, "address"));
    }
    model.base_url.clone_from(&endpoint.base_url);
    let named = endpoint.key_variables.iter().find_map(|name| Some(GivenKey::new(&set(name)?, name)));
    model.key = named.or(endpoint.key.as_ref().map(|key| GivenKey::new(key.text(), key.place())));
    Ok(None)
}

/// What a variable holds.
fn set(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|key| !key.trim().is_empty())
}

/// Says which key of the file stays here, if there is one: the variables of its provider are the user's own word.
fn unsent(endpoint: &Endpoint, own: &str, another: &str) -> Option<String> {
    let usual = provider(own).map_or(&[][..], |row| row.key_variables);
    let variable =
        endpoint.key_variables.iter().find(|name| !usual.contains(&name.as_str()) && set(name).is_some());
    let place = variable.map(String::as_str).or(endpoint.key.as_ref().map(Secret::place))?;
    Some(format!("{place} is not sent to another {another}; --key-file names a key for it"))
}
