//! Which rubric sdk-judge judges by: that of a flag, of a file, or the built-in one.

use anyhow::anyhow;

use sdk_recipes::config::Settings;
use sdk_scores::{JudgeFlags, RUBRICS, Rubric};

use crate::asking::{Asking, Builtins};

/// The rubrics that are built in.
pub(crate) fn all() -> Builtins {
    let all = RUBRICS.iter().map(|rubric| (rubric.name, rubric.about(), rubric.text));
    Builtins { kind: "rubric", all: all.collect() }
}

/// The rubric, and what a file says of it.
pub(crate) fn chosen(flags: &JudgeFlags, asking: &Asking) -> anyhow::Result<(Rubric, Settings)> {
    let named = flags.rubric.clone().or_else(|| asking.said(|file| file.rubric.clone()));
    let name = named.as_deref().unwrap_or("general");
    let said = asking.said(|file| file.rubric(name).clone());
    let text = said.prompt.clone().map_or_else(|| all().text(name), Ok)?;
    let rubric = Rubric::new(name, &text, &flags.vars, &asking.with(&said).model.parameters());
    rubric.map(|rubric| (rubric, said)).map_err(|why| anyhow!(why))
}
