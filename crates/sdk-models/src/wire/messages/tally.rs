//! Tokens as Anthropic counts them.

use serde::Deserialize;
use serde_json::value::RawValue;

use sdk_prompt::Usage;

use crate::reply::count;

/// What was read from or written to a cache is not among the input's.
#[derive(Deserialize)]
struct Counts<'a> {
    #[serde(borrow, rename = "input_tokens")]
    input: Option<&'a RawValue>,
    #[serde(borrow, rename = "output_tokens")]
    output: Option<&'a RawValue>,
    #[serde(borrow, rename = "cache_read_input_tokens")]
    cached: Option<&'a RawValue>,
    #[serde(borrow, rename = "cache_creation_input_tokens")]
    written: Option<&'a RawValue>,
}

/// Tokens so far: a stream counts those of the request first, those of the reply last.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    input: Option<u64>,
    output: Option<u64>,
    cached: Option<u64>,
    written: Option<u64>,
}

impl Tally {
    /// Adds what is counted here, which is more up to date.
    pub(crate) fn add(&mut self, counts: &RawValue) {
        let Ok(counts) = serde_json::from_str::<Counts<'_>>(counts.get()) else { return };
        self.input = count(counts.input).or(self.input);
        self.output = count(counts.output).or(self.output);
        self.cached = count(counts.cached).or(self.cached);
        self.written = count(counts.written).or(self.written);
    }

    /// All of it, if the request was counted.
    pub(crate) fn usage(&self) -> Option<Usage> {
        let [output, cached, written] =
            [self.output, self.cached, self.written].map(Option::unwrap_or_default);
        Some(Usage { input: self.input? + cached + written, output, cached, written })
    }
}
