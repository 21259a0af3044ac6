//! `-c`: what other people's files say about a run. Each kind of file is a dialect, read into one neutral [`Config`];
//! the tools know that alone.
//!
//! `source.rs` has the file as a tree that knows its lines, `dialects.rs` the table of dialects, one folder each.
//! Placeholders of others (`{name}`) are translated into our templates here and nowhere else. Left out: whose word
//! counts more (the tools: a flag, then the environment, then this), and the environment.

mod dialects;
mod explain;
mod flags;
mod kit;
mod source;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use sdk_prompt::Parameters;

use source::Source;

pub use flags::ConfigFlag;

/// What a file says; what it leaves open is absent.
#[derive(Debug, Default)]
pub struct Config {
    /// Who is asked.
    pub endpoint: Endpoint,
    /// How sdk-gen asks, whatever the task.
    pub generate: Settings,
    /// How it asks these tasks.
    pub tasks: BTreeMap<String, Settings>,
    /// How sdk-judge asks, whatever the rubric.
    pub judge: Settings,
    /// How it asks these rubrics.
    pub rubrics: BTreeMap<String, Settings>,
    /// The rubric where no flag names one.
    pub rubric: Option<String>,
    /// The flags that the file means for every tool, as a pipeline of the shell.
    pub pipeline: String,
    /// Lines for the user: what has no effect, what is not known.
    pub remarks: Vec<String>,
}

/// A model's address, and what opens its door.
#[derive(Debug, Clone, Default)]
pub struct Endpoint {
    /// The provider as `-m` names it.
    pub provider: Option<&'static str>,
    /// The model as the server knows it.
    pub model: Option<String>,
    /// The server's address.
    pub base_url: Option<String>,
    /// Environment variables that may hold the key, the first that is set.
    pub key_variables: Vec<String>,
    /// The key, where the file itself holds it.
    pub key: Option<Secret>,
    /// How often a request that failed on the way is sent again.
    pub retries: Option<u32>,
}

impl Endpoint {
    /// Whether the file says of it what no flag can.
    fn needs_file(&self) -> bool {
        self.key.is_some() || !self.key_variables.is_empty()
    }
}

/// How one tool works.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Requests at once.
    pub jobs: Option<usize>,
    /// Sampling.
    pub parameters: Parameters,
    /// Rows: of the whole run, or of each group.
    pub number: Option<u64>,
    /// What tells the groups apart, jq.
    pub per: Option<String>,
    /// Rows that are judged in one request.
    pub pack: Option<usize>,
    /// The score from which on a row is kept.
    pub threshold: Option<f64>,
    /// The prompt file that stands for the built-in one.
    pub prompt: Option<String>,
}

/// A text that is never shown.
#[derive(Clone)]
pub struct Secret {
    text: String,
    place: String,
}

impl Secret {
    /// The text itself.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands: file, line and key.
    pub fn place(&self) -> &str {
        &self.place
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Config {
    /// Reads a file of any dialect.
    ///
    /// # Errors
    /// Everything that is wrong with it, a line each: file, line, key, what was expected and what to do.
    pub fn open(path: &Path) -> Result<Config, String> {
        Config::read(&Source::open(path)?)
    }

    fn read(source: &Source) -> Result<Config, String> {
        (dialects::of(source)?.read)(source)
    }

    /// How sdk-gen asks this task.
    pub fn task(&self, name: &str) -> &Settings {
        self.tasks.get(name).unwrap_or(&self.generate)
    }

    /// How sdk-judge asks this rubric.
    pub fn rubric(&self, name: &str) -> &Settings {
        self.rubrics.get(name).unwrap_or(&self.judge)
    }
}

#[cfg(test)]
mod tests;
