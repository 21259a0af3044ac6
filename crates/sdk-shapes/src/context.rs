//! How long a line is for a model: what its chat template makes of it, counted by its tokenizer. There is no flag for a
//! length: `tokenizer_config.json` gives it as `model_max_length`, and `tokenizer.json` beside it counts.

use std::path::Path;

use sdk_record::{Row, Turns};
use serde_json::Value;
use tokenizers::Tokenizer;

use crate::template::{Template, TemplateError};
use crate::{Report, Shape};

/// From here on a length stands for none: `transformers` writes 10^30.
const ENDLESS: f64 = 1e15;

/// A model's own rendering of lines, and how many tokens it reads.
#[derive(Debug)]
pub(crate) struct Context {
    shape: &'static Shape,
    template: Template,
    most: Option<(usize, Tokenizer)>,
}

/// Why lines cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    /// There is no template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A length, and nothing that counts.
    #[error(
        "{0}: {1}; --chat-template gives a model_max_length, which needs the model's tokenizer.json beside it"
    )]
    Tokenizer(String, String),
}

impl Context {
    /// The template of a file, and the length and the tokenizer that stand there too.
    pub(crate) fn open(shape: &'static Shape, file: &Path) -> Result<Context, ContextError> {
        let template = Template::open(file)?;
        let config =
            std::fs::read_to_string(file).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
        let length = config.and_then(|config| config["model_max_length"].as_f64());
        let most = match length.filter(|length| (1.0..ENDLESS).contains(length)) {
            None => None,
            Some(length) => {
                let beside = file.with_file_name("tokenizer.json");
                let tokenizer = counting(&beside).map_err(|error| {
                    ContextError::Tokenizer(beside.display().to_string(), error.to_string())
                })?;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "it is within the range"
                )]
                Some((length as usize, tokenizer))
            }
        };
        Ok(Context { shape, template, most })
    }

    /// Reports a line that the template refuses, or that is too long.
    pub(crate) fn check(&self, row: Row<'_>, report: &mut Report) {
        let texts = match self.shape.name {
            "text" => Ok(vec![row.string("text").unwrap_or_default()]),
            _ => self.rendered(row),
        };
        let texts = match texts {
            Ok(texts) => texts,
            Err(why) => {
                return report.wrong("line", why, "mend the row, or leave it out", "chat template");
            }
        };
        let Some((most, tokenizer)) = &self.most else { return };
        // A template writes the special tokens itself; to a plain text trainers add them.
        let count =
            |text| tokenizer.encode_fast(text, self.shape.name == "text").map(|encoded| encoded.len());
        // What is too long is the longest in tokens, which need not be the longest text.
        match texts
            .into_iter()
            .map(count)
            .try_fold(0, |longest, tokens| tokens.map(|tokens| longest.max(tokens)))
        {
            Ok(tokens) if tokens > *most => {
                let what = format!("expected at most {most} tokens, found {tokens}");
                report.wrong("line", what, "shorten or part it", "tokenizer: model_max_length");
            }
            Ok(_) => {}
            Err(error) => report.wrong("line", error, "mend the text", "tokenizer"),
        }
    }

    /// The line as the model reads it; of two answers each.
    fn rendered(&self, row: Row<'_>) -> Result<Vec<String>, String> {
        let mut told = Turns::default();
        match (self.shape.read)(row, &mut told) {
            Ok(true) => {}
            Ok(false) => return Err("expected a conversation, found none".to_owned()),
            Err(fault) => return Err(fault.message),
        }
        let chosen = self.template.render(&told).map_err(|fault| fault.message)?;
        if told.rejected.is_empty() {
            return Ok(vec![chosen]);
        }
        let prompt = told.turns.len() - told.answer;
        told.turns.truncate(prompt);
        let rejected = std::mem::take(&mut told.rejected);
        told.turns.extend(rejected);
        let rejected = self.template.render(&told).map_err(|fault| fault.message)?;
        Ok(vec![chosen, rejected])
    }
}

/// A tokenizer that counts all of a text and nothing else: a file may tell it to cut or to fill up.
fn counting(file: &Path) -> tokenizers::Result<Tokenizer> {
    let mut tokenizer = Tokenizer::from_file(file)?;
    tokenizer.with_padding(None).with_truncation(None)?;
    Ok(tokenizer)
}
