//! Settings as the flags that say the same, for `--explain`.

use serde_json::Value;

use super::{Endpoint, Settings};

/// The words of one command.
#[derive(Debug)]
pub(super) struct Words(Vec<String>);

impl Words {
    pub(super) fn new(words: &str) -> Words {
        Words(words.split(' ').map(str::to_owned).collect())
    }

    /// A word, quoted for the shell where it must be.
    pub(super) fn word(mut self, word: &str) -> Words {
        self.0.push(quoted(word));
        self
    }

    /// A flag and its value, quoted for the shell where it must be; nothing where there is none.
    pub(super) fn flag(mut self, name: &str, value: Option<impl ToString>) -> Words {
        if let Some(value) = value {
            self.0.extend([name.to_owned(), quoted(&value.to_string())]);
        }
        self
    }

    /// Who is asked.
    pub(super) fn endpoint(self, endpoint: &Endpoint) -> Words {
        let provider = endpoint.provider.unwrap_or("openai");
        self.flag("-m", endpoint.model.as_ref().map(|model| format!("{provider}:{model}")))
            .flag("--base-url", endpoint.base_url.as_ref())
            .flag("--retries", endpoint.retries)
    }

    /// How.
    pub(super) fn settings(self, settings: &Settings) -> Words {
        let sampling = &settings.parameters;
        let words = self
            .flag("-n", settings.number)
            .flag("--per", settings.per.as_ref())
            .flag("-j", settings.jobs)
            .flag("--temperature", sampling.temperature)
            .flag("--max-tokens", sampling.max_tokens)
            .flag("--pack", settings.pack.filter(|pack| *pack > 1))
            .flag("--threshold", settings.threshold);
        let param = |words: Words, (key, value): (&String, &Value)| {
            words.flag("--param", Some(format!("{key}={value}")))
        };
        sampling.other.iter().fold(words, param)
    }

    pub(super) fn line(self) -> String {
        self.0.join(" ")
    }
}

/// A word as the shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}
