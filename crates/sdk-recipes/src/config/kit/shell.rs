//! The config as a pipeline: the flags of all tools that it means.

use super::fields::Fields;
use crate::config::explain::Words;
use crate::config::{Config, Settings};

/// Where the kit looks for documents.
const INPUT: &str = "data/input";

/// The kit's formats and ours.
const FORMATS: [(&str, &str); 4] =
    [("jsonl", "jsonl"), ("alpaca", "alpaca"), ("ft", "openai"), ("chatml", "chatml")];

/// `seeds`: it is about examples, not about documents.
pub(super) fn pipeline(fields: &mut Fields, config: &Config, seeds: bool) -> String {
    let task = if seeds { "instruct" } else { "qa" };
    let input = fields.text("paths.input").unwrap_or_else(|| INPUT.to_owned());
    let size = fields.whole("generation.chunk_size");
    let overlap = fields.number("generation.overlap", "a whole number", |x| x >= 0.0 && x.fract() == 0.0);
    let format = format(fields);
    let rubric = config.rubric.as_ref();
    let (asking, judging) = (config.task(task), rubric.map_or(&config.judge, |name| config.rubric(name)));
    // What no flag says comes from the file again.
    let file = |settings: &Settings| {
        let needed = settings.prompt.is_some() || config.endpoint.needs_file();
        needed.then_some(&fields.source.name)
    };
    let mut stages = Vec::new();
    let mut generate = Words::new("sdk-gen --task").word(task).flag("-c", file(asking));
    generate = generate.endpoint(&config.endpoint).settings(asking);
    if seeds {
        generate = generate.word("seeds.jsonl");
    } else {
        let extract = Words::new("sdk-extract").word(&input).flag("--chunk-size", size);
        stages.push(extract.flag("--overlap", overlap));
    }
    stages.push(generate);
    let judge = Words::new("sdk-judge").flag("--rubric", rubric).flag("-c", file(judging));
    stages.push(judge.endpoint(&config.endpoint).settings(judging));
    stages.push(Words::new("sdk-filter").flag("--min", judging.threshold));
    stages.push(Words::new("sdk-format").word(format));
    let lines: Vec<String> = stages.into_iter().map(Words::line).collect();
    format!("{}\n", lines.join(" \\\n  | "))
}

fn format(fields: &mut Fields) -> &'static str {
    let path = "format.default";
    let Some(named) = fields.text(path) else { return FORMATS[0].1 };
    let known = FORMATS.iter().find(|(theirs, _)| *theirs == named);
    if let (None, Some(member)) = (known, fields.find(path)) {
        fields.fault(member.line, path, &format!("expected jsonl, alpaca, ft or chatml, found {named}"));
    }
    known.map_or(FORMATS[0].1, |(_, ours)| ours)
}
