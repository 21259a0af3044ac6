//! `--container`, `--parts` and `--license`, and what they ask for.

use std::path::Path;

use clap::Args;
use clap::builder::PossibleValuesParser;
use sdk_record::{Array, Layout};

use super::pile::Pile;
use super::{Container, HF, Origins, find, names};
use crate::Shape;

/// The flags of sdk-format that say what holds the lines.
#[derive(Debug, Default, Clone, Args)]
pub struct ContainerFlags {
    /// What holds the lines: jsonl, json, parquet, csv, hf (a folder with a card), kit ({metadata, examples}) [default: by
    /// the name of -o]
    #[arg(long, value_name = "NAME", hide_possible_values = true, value_parser = PossibleValuesParser::new(names()))]
    pub container: Option<String>,
    /// Write so many files into the folder -o, the rows in order, as many in each
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=99_999))]
    pub parts: Option<u32>,
    /// Licence on the card of --container hf, as Hugging Face spells it: cc-by-4.0
    #[arg(long, value_name = "ID")]
    pub license: Option<String>,
}

/// Why rows cannot be held so.
#[derive(Debug, thiserror::Error)]
pub enum ContainerError {
    /// A folder without a name.
    #[error("{0} writes a folder; name it with -o")]
    Nameless(&'static str),
    /// A licence without a card.
    #[error("--license stands on the card of --container hf, and {0} has none; add --container hf")]
    Cardless(&'static str),
}

impl ContainerFlags {
    /// How the lines of `shape` lie in `output`, and who counts the rows that they are made of, if anybody does.
    ///
    /// # Errors
    /// Flags that contradict each other.
    pub fn layout(
        &self,
        shape: &'static Shape,
        output: Option<&Path>,
    ) -> Result<(Layout, Option<Origins>), ContainerError> {
        let told = output.filter(|_| self.parts.is_none());
        let container = self.container.as_deref().and_then(find).unwrap_or_else(|| named(told));
        let folder = container.name == HF || self.parts.is_some();
        if folder && output.is_none() {
            let flag = if self.parts.is_some() { "--parts" } else { "--container hf" };
            return Err(ContainerError::Nameless(flag));
        }
        if self.license.is_some() && container.name != HF {
            return Err(ContainerError::Cardless(container.name));
        }
        Ok(match container.name {
            "jsonl" if !folder => (Layout::Lines, None),
            "json" if !folder => (Layout::Array(Array::default()), None),
            _ => {
                let origins = Origins::default();
                let license = self.license.clone();
                let pile = Pile::new(container, shape, self.parts, license, origins.clone());
                (Layout::Store(Box::new(pile)), (container.name == HF).then_some(origins))
            }
        })
    }
}

/// By the name of the output, where that is one file.
fn named(output: Option<&Path>) -> &'static Container {
    let by_ending = match output.and_then(Path::extension).and_then(|ending| ending.to_str()) {
        Some(ending @ ("json" | "parquet" | "csv")) => find(ending),
        _ => None,
    };
    by_ending.unwrap_or(&super::CONTAINERS[0])
}
