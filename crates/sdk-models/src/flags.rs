//! The flags that name a model. What they lead to is decided in `whom.rs`.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;

use sdk_prompt::Parameters;

use crate::keys::GivenKey;
use crate::limit::{INPUT, METERS, OUTPUT, REQUESTS, TOKENS};
use crate::{BatchFlags, JournalFlags, MoneyFlags};

/// Requests that failed on the way are sent again so often.
const RETRIES: u32 = 5;

/// Whom to ask, and how.
#[derive(Debug, Clone, Default, Args)]
pub struct ModelFlags {
    /// Whom to ask: PROVIDER:MODEL, such as openai:gpt-4o-mini or ollama:qwen3:8b, or `offline`
    #[arg(short, long, value_name = "MODEL", env = "SDK_MODEL", help_heading = "Model")]
    pub model: Vec<String>,

    /// Address of an OpenAI-compatible server
    #[arg(long, value_name = "URL", env = "SDK_BASE_URL", hide_env_values = true, help_heading = "Model")]
    pub base_url: Option<String>,

    /// File that holds the API key [default: the provider's own variable, such as `OPENAI_API_KEY`]
    #[arg(long, value_name = "FILE", env = "SDK_KEY_FILE", hide_env_values = true, help_heading = "Model")]
    pub key_file: Option<PathBuf>,

    /// Shell command that prints the API key
    #[arg(
        long,
        value_name = "COMMAND",
        env = "SDK_KEY_COMMAND",
        hide_env_values = true,
        help_heading = "Model"
    )]
    pub key_command: Option<String>,

    /// A key that came with the address, not by a flag; it counts more than the provider's variable
    #[arg(skip)]
    pub key: Option<GivenKey>,

    /// Sampling temperature [default: the prompt's]
    #[arg(long, value_name = "X", env = "SDK_TEMPERATURE", value_parser = temperature, help_heading = "Model")]
    pub temperature: Option<f64>,

    /// Token limit of one reply [default: the prompt's]
    #[arg(long, value_name = "N", env = "SDK_MAX_TOKENS", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Model")]
    pub max_tokens: Option<u64>,

    /// Any other request field, as JSON or as text; `null` leaves a field out. May be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = param, help_heading = "Model")]
    pub param: Vec<(String, Value)>,

    /// How often a request that failed on the way is sent again [default: 5]
    #[arg(long, value_name = "N", env = "SDK_RETRIES", help_heading = "Model")]
    pub retries: Option<u32>,

    /// Requests in a minute, at most, of all on this machine that use the same key and set the same [default: learned]
    #[arg(long, value_name = "N", env = "SDK_RPM", value_parser = a_minute, help_heading = "Model")]
    pub rpm: Option<f64>,

    /// Tokens in a minute, at most: of prompts and replies together, or apart as `IN,OUT` [default: learned]
    #[arg(long, value_name = "N|IN,OUT", env = "SDK_TPM", value_parser = tokens, help_heading = "Model")]
    pub tpm: Option<Tokens>,

    /// How often a reply that cannot be used is sent back with what is wrong
    #[arg(long, value_name = "N", env = "SDK_REPAIRS", default_value_t = 2, help_heading = "Model")]
    pub repairs: u32,

    /// Seconds that one request may take [default: 600]
    #[arg(long, value_name = "SECONDS", env = "SDK_TIMEOUT", value_parser = clap::value_parser!(u64).range(1..=86_400), help_heading = "Model")]
    pub timeout: Option<u64>,

    /// A header of every request, as 'Name: value'; its value is never shown. May be repeated
    #[arg(long, value_name = "HEADER", help_heading = "Model")]
    pub header: Vec<String>,

    /// Certificates of authorities to believe beside the machine's, in PEM
    #[arg(long, value_name = "FILE", env = "SDK_CA", help_heading = "Model")]
    pub ca: Option<PathBuf>,

    /// Ask one tiny question, say what was found, and stop
    #[arg(long, help_heading = "Model")]
    pub ping: bool,

    /// Before the first request, wait while the server refuses connections or is loading (503)
    #[arg(long, help_heading = "Model")]
    pub wait_for_model: bool,

    /// Where answers are kept
    #[command(flatten)]
    pub journal: JournalFlags,

    /// What tokens cost
    #[command(flatten)]
    pub money: MoneyFlags,

    /// Files in the place of the server
    #[command(flatten)]
    pub batch: BatchFlags,
}

impl ModelFlags {
    /// What the flags allow in a minute: requests, tokens, those of prompts, those of replies.
    pub(crate) fn minute(&self) -> [Option<f64>; METERS] {
        let mut minute = [None; METERS];
        minute[REQUESTS] = self.rpm;
        match self.tpm {
            None => {}
            Some(Tokens::All(tokens)) => minute[TOKENS] = Some(tokens),
            Some(Tokens::Apart(input, output)) => {
                (minute[INPUT], minute[OUTPUT]) = (Some(input), Some(output));
            }
        }
        minute
    }

    /// How often a request that failed on the way is sent again.
    pub(crate) fn retries(&self) -> u32 {
        self.retries.unwrap_or(RETRIES)
    }

    /// The sampling parameters that the flags set; they win over a prompt's.
    pub fn parameters(&self) -> Parameters {
        Parameters {
            temperature: self.temperature,
            max_tokens: self.max_tokens,
            other: self.param.iter().cloned().collect(),
        }
    }
}

/// Tokens in a minute.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tokens {
    /// Of prompts and replies together.
    All(f64),
    /// Of prompts, of replies.
    Apart(f64, f64),
}

fn a_minute(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("expected a number above 0".into()),
    }
}

fn tokens(text: &str) -> Result<Tokens, String> {
    match text.split_once(',') {
        None => a_minute(text).map(Tokens::All),
        Some((input, output)) => Ok(Tokens::Apart(a_minute(input)?, a_minute(output)?)),
    }
}

fn temperature(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number >= 0.0 => Ok(number),
        _ => Err("expected a number of 0 or more, such as 0.7".into()),
    }
}

fn param(text: &str) -> Result<(String, Value), String> {
    let (key, value) = match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => (key, value),
        _ => return Err("expected KEY=VALUE, such as top_p=0.9".into()),
    };
    match key {
        "messages" | "model" => Err(format!("`{key}` is the tool's own to set")),
        "stream" | "n" => Err(format!("`{key}` cannot be changed: one reply is read, as a whole")),
        _ => {
            let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
            Ok((key.to_owned(), value))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Tool {
        #[command(flatten)]
        model: ModelFlags,
    }

    fn parse(words: &[&str]) -> Result<ModelFlags, String> {
        let words = ["tool"].iter().chain(words);
        Tool::try_parse_from(words).map(|tool| tool.model).map_err(|error| error.to_string())
    }

    #[test]
    fn params_are_json_or_text() {
        let flags =
            parse(&["--param", "top_p=0.9", "--param", "stop=a=b", "--param", "x={\"y\":[1]}"]).unwrap();
        let other = Value::Object(flags.parameters().other);
        assert_eq!(other, json!({"top_p": 0.9, "stop": "a=b", "x": {"y": [1]}}));
    }

    #[test]
    fn limits_of_a_minute() {
        let minute = |words: &[&str]| parse(words).unwrap().minute();
        assert_eq!(minute(&[]), [None; METERS]);
        assert_eq!(minute(&["--rpm", "90", "--tpm", "1e5"]), [Some(90.0), Some(1e5), None, None]);
        assert_eq!(minute(&["--tpm", "4000, 500"]), [None, None, Some(4000.0), Some(500.0)]);
    }

    #[test]
    fn nonsense_is_refused() {
        for (words, said) in [
            (["--param", "top_p"], "KEY=VALUE"),
            (["--param", "=1"], "KEY=VALUE"),
            (["--param", "stream=true"], "one reply"),
            (["--param", "model=x"], "own to set"),
            (["--temperature", "warm"], "such as 0.7"),
            (["--temperature", "NaN"], "such as 0.7"),
            (["--max-tokens", "0"], "1.."),
            (["--rpm", "0"], "above 0"),
            (["--tpm", "100,"], "above 0"),
            (["--tpm", "many"], "above 0"),
        ] {
            let error = parse(&words).expect_err(said);
            assert!(error.contains(said), "{error}");
        }
    }
}
