//! Where the API key comes from: a file, a command, or the provider's own variables. No message shows it.

mod command;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::ModelFlags;
use crate::providers::Provider;
use crate::sign::Signer;

use command::said;

/// What opens a server's door, which no message shows.
#[derive(Clone)]
pub(crate) struct Key {
    kind: Kind,
    from: String,
}

#[derive(Clone)]
enum Kind {
    /// A text that is sent.
    Text(Arc<Held>),
    /// A pair that signs what is sent.
    Pair(Box<Signer>),
}

/// A key that a file or a variable of another program holds.
#[derive(Clone)]
pub struct GivenKey {
    text: String,
    from: String,
}

impl GivenKey {
    /// A key that was found `from` there, which messages may say.
    pub fn new(text: &str, from: &str) -> GivenKey {
        GivenKey { text: text.to_owned(), from: from.to_owned() }
    }
}

impl fmt::Debug for GivenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GivenKey(***)")
    }
}

/// A text that may be another one later.
struct Held {
    /// All that it ever was; the last one counts. A server may still say an old one back.
    texts: RwLock<Vec<String>>,
    /// Says it.
    command: Option<String>,
    /// Whether the last one has opened the door.
    good: AtomicBool,
    /// Held by whoever runs the command.
    running: Mutex<()>,
}

impl Key {
    /// Takes a key that came `from` a flag or a variable, and comes from that command anew.
    ///
    /// # Errors
    /// It is none.
    fn new(text: &str, from: &str, command: Option<&str>) -> Result<Key, String> {
        let texts = RwLock::new(vec![checked(text, from)?]);
        let command = command.map(str::to_owned);
        let held = Held { texts, command, good: AtomicBool::new(false), running: Mutex::new(()) };
        Ok(Key { kind: Kind::Text(Arc::new(held)), from: from.to_owned() })
    }

    /// The flag or the variable that it came from.
    pub(crate) fn from(&self) -> &str {
        &self.from
    }

    /// All that is to be made unreadable wherever it turns up.
    pub(crate) fn secrets(&self) -> Vec<String> {
        match &self.kind {
            Kind::Text(held) => held.texts().clone(),
            Kind::Pair(signer) => {
                let Signer { id, secret, session, .. } = &**signer;
                [Some(id), Some(secret), session.as_ref()].into_iter().flatten().cloned().collect()
            }
        }
    }

    /// The value of the header that carries it, after `before`.
    pub(crate) fn value(&self, before: &str) -> Option<HeaderValue> {
        match &self.kind {
            Kind::Text(held) => value(before, held.texts().last()?),
            Kind::Pair(_) => None,
        }
    }

    /// Who signs requests instead.
    pub(crate) fn signer(&self) -> Option<&Signer> {
        match &self.kind {
            Kind::Text(_) => None,
            Kind::Pair(signer) => Some(signer),
        }
    }

    /// How often it has been another one.
    pub(crate) fn age(&self) -> usize {
        match &self.kind {
            Kind::Text(held) => held.texts().len() - 1,
            Kind::Pair(_) => 0,
        }
    }

    /// It has opened the door.
    pub(crate) fn opened(&self) {
        if let Kind::Text(held) = &self.kind {
            held.good.store(true, Ordering::Relaxed);
        }
    }

    /// Whether there is another one for a request that was refused with one of this age. A command says a new one only
    /// where the old one has been good: keys of some places live for an hour.
    ///
    /// # Errors
    /// The command gives none any more.
    pub(crate) fn renewed(&self, age: usize) -> Result<bool, String> {
        let Kind::Text(held) = &self.kind else { return Ok(false) };
        let _running = held.running.lock().unwrap_or_else(PoisonError::into_inner);
        if self.age() > age {
            return Ok(true);
        }
        let Some(command) = held.command.as_ref().filter(|_| held.good.load(Ordering::Relaxed)) else {
            return Ok(false);
        };
        let text = checked(&said(command)?, &self.from)?;
        if held.texts().last() == Some(&text) {
            return Ok(false);
        }
        held.good.store(false, Ordering::Relaxed);
        held.texts.write().unwrap_or_else(PoisonError::into_inner).push(text);
        Ok(true)
    }
}

impl Held {
    fn texts(&self) -> RwLockReadGuard<'_, Vec<String>> {
        self.texts.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

fn value(before: &str, text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("{before}{text}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// A key without what surrounds it.
fn checked(text: &str, from: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("{from} holds no key: it is empty"));
    }
    if value("", text).is_none() {
        return Err(format!("{from} holds characters that no key can have; was more than the key copied?"));
    }
    Ok(text.to_owned())
}

/// The key of a run: a flag's, else the one that came with the address, else that of the provider's own variables, else
/// none. `endpoint`: where it is for.
///
/// # Errors
/// What a flag names gives no key, or none that a header can carry.
pub(crate) fn key(
    flags: &ModelFlags,
    row: &Provider,
    endpoint: &Url,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Key>, String> {
    match (&flags.key_file, &flags.key_command) {
        (Some(_), Some(_)) => {
            Err("--key-file and --key-command both name a key; leave one of them out, also as \
             SDK_KEY_FILE or SDK_KEY_COMMAND"
                .to_owned())
        }
        (Some(file), None) => {
            let from = format!("--key-file {}", file.display());
            let text = std::fs::read_to_string(file).map_err(|error| format!("{from}: {error}"))?;
            Key::new(&text, &from, None).map(Some)
        }
        (None, Some(command)) => Key::new(&said(command)?, "--key-command", Some(command)).map(Some),
        (None, None) => {
            let given = flags.key.as_ref().map(|given| (given.text.clone(), given.from.as_str()));
            let own = || row.key_variables.iter().find_map(|name| Some((variable(name)?, *name)));
            let found = given.or_else(own);
            match found {
                Some((text, name)) => Key::new(&text, name, None).map(Some),
                None => row.wire.signed.map_or(Ok(None), |service| pair(service, endpoint, variable)),
            }
        }
    }
}

/// The pair of keys that Amazon's own variables hold.
fn pair(
    service: &'static str,
    endpoint: &Url,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Key>, String> {
    const ID: &str = "AWS_ACCESS_KEY_ID";
    let Some(id) = variable(ID) else { return Ok(None) };
    let secret = variable("AWS_SECRET_ACCESS_KEY")
        .ok_or_else(|| format!("{ID} is one half of a pair; export AWS_SECRET_ACCESS_KEY=… too"))?;
    let (id, secret) = (checked(&id, ID)?, checked(&secret, "AWS_SECRET_ACCESS_KEY")?);
    let session =
        variable("AWS_SESSION_TOKEN").map(|token| checked(&token, "AWS_SESSION_TOKEN")).transpose()?;
    // The address knows best; one of one's own may not say.
    let parts = endpoint.host_str().unwrap_or_default().split('.');
    let named = parts.skip_while(|part| !part.starts_with("bedrock-runtime")).nth(1);
    let named = named.filter(|_| endpoint.host_str().is_some_and(|host| host.contains(".amazonaws.")));
    let region = named
        .map(str::to_owned)
        .or_else(|| variable("AWS_REGION"))
        .or_else(|| variable("AWS_DEFAULT_REGION"));
    let region =
        region.ok_or("bedrock needs a region to sign for: export AWS_REGION=eu-central-1, or the like")?;
    let signer = Signer { id, secret, session, region, service };
    Ok(Some(Key { kind: Kind::Pair(Box::new(signer)), from: ID.to_owned() }))
}
