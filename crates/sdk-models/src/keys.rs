//! Where the API key comes from: a file, a command, or the provider's own variable. No message shows it.

use std::fmt;
use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::header::HeaderValue;

use crate::ModelFlags;
use crate::providers::Provider;

/// How long a command may take to say a key.
const LONGEST: Duration = Duration::from_secs(30);

/// An API key, which no message shows.
#[derive(Clone)]
pub(crate) struct Key {
    text: String,
    from: String,
}

impl Key {
    /// Takes a key that came `from` a flag or a variable.
    ///
    /// # Errors
    /// It is none.
    fn new(text: &str, from: String) -> Result<Key, String> {
        let key = Key { text: text.trim().to_owned(), from };
        if key.text.is_empty() {
            return Err(format!("{} holds no key: it is empty", key.from));
        }
        if key.value("").is_none() {
            let from = &key.from;
            return Err(format!(
                "{from} holds characters that no key can have; was more than the key copied?"
            ));
        }
        Ok(key)
    }

    /// The flag or the variable that it came from.
    pub(crate) fn from(&self) -> &str {
        &self.from
    }

    /// The key itself, to be made unreadable wherever it turns up.
    pub(crate) fn secret(&self) -> &str {
        &self.text
    }

    /// The value of the header that carries it, after `before`.
    pub(crate) fn value(&self, before: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&format!("{before}{}", self.text)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(***)")
    }
}

/// The key of a run: a flag's, else that of the provider's own variables, else none.
///
/// # Errors
/// What a flag names gives no key, or none that a header can carry.
pub(crate) fn key(
    flags: &ModelFlags,
    row: &Provider,
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
            Key::new(&text, from).map(Some)
        }
        (None, Some(command)) => Key::new(&said(command)?, "--key-command".to_owned()).map(Some),
        (None, None) => {
            let found = row.key_variables.iter().find_map(|name| {
                variable(name).filter(|value| !value.trim().is_empty()).map(|value| (value, *name))
            });
            found.map(|(text, name)| Key::new(&text, name.to_owned())).transpose()
        }
    }
}

/// What a shell command says. Its stderr stays the user's to see; what it prints is shown by no message.
fn said(command: &str) -> Result<String, String> {
    let wrong = |why: &str| format!("--key-command: {why}");
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = shell.spawn().map_err(|error| wrong(&error.to_string()))?;
    let mut stdout = child.stdout.take();
    let reader = thread::spawn(move || {
        let mut text = String::new();
        stdout.as_mut().map(|pipe| pipe.read_to_string(&mut text)).transpose().map(|_| text)
    });
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|error| wrong(&error.to_string()))? {
            Some(status) => break status,
            None if begun.elapsed() > LONGEST => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(wrong(&format!("it did not end within {} s", LONGEST.as_secs())));
            }
            None => thread::sleep(Duration::from_millis(10)),
        }
    };
    if !status.success() {
        return Err(wrong(&format!("it failed ({status})")));
    }
    match reader.join() {
        Ok(Ok(text)) => Ok(text),
        _ => Err(wrong("what it printed is no text")),
    }
}
