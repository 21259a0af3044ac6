//! The config of synthetic-data-kit and of its fork: endpoint, sampling, numbers, prompts. It plans no rows.
//!
//! A missing key means what it means without a config: its authors' own defaults are those of another program. Only the
//! threshold of `curate`, which its users know as 7, is kept.

mod endpoint;
mod fields;
mod format;
mod keys;
mod prompts;
mod shell;

use std::collections::BTreeMap;

use sdk_prompt::Parameters;
use serde_json::Map;

use super::dialects::Dialect;
use super::source::Source;
use super::{Config, Settings};
use fields::Fields;

pub(super) const DIALECT: Dialect = Dialect { name: "synthetic-data-kit", keys: keys::SECTIONS, read };

/// What `curate` keeps unless told otherwise.
const THRESHOLD: f64 = 7.0;

/// A document: `num_pairs` counts for each.
const DOCUMENT: &str = ".document";

fn read(source: &Source) -> Result<Config, String> {
    let mut fields = Fields::new(source);
    let endpoint = endpoint::read(&mut fields);
    let generate = generation(&mut fields);
    let (curate, seeds) = (curation(&mut fields, "curate"), curation(&mut fields, "seed_curate"));
    let prompts = prompts::read(&mut fields);
    let tasks = tasks(&mut fields, &generate, &prompts);
    let only_seeds = source.root.get("curate").is_none() && source.root.get("seed_curate").is_some();
    let judged = |name: &str, settings: &Settings| {
        let prompt = prompts.get(&(prompts::Made::Rubric, name)).cloned();
        (name.to_owned(), Settings { prompt, ..settings.clone() })
    };
    let rubrics = BTreeMap::from([judged("qa", &curate), judged("instruct", &seeds)]);
    let rubric = if only_seeds { "instruct" } else { "qa" };
    let mut config = Config {
        endpoint,
        generate,
        tasks,
        judge: if only_seeds { seeds } else { curate },
        rubrics,
        rubric: Some(rubric.to_owned()),
        ..Config::default()
    };
    config.pipeline = shell::pipeline(&mut fields, &config, only_seeds);
    config.remarks = fields.end()?;
    Ok(config)
}

fn generation(fields: &mut Fields) -> Settings {
    let mut other = Map::new();
    if let Some(share) =
        fields.number("generation.top_p", "a number from 0 to 1", |x| (0.0..=1.0).contains(&x))
    {
        other.insert("top_p".to_owned(), share);
    }
    Settings {
        jobs: fields.count("generation.batch_size"),
        parameters: Parameters {
            temperature: fields.temperature("generation.temperature"),
            max_tokens: fields.whole("generation.max_tokens"),
            other,
        },
        ..Settings::default()
    }
}

fn curation(fields: &mut Fields, section: &str) -> Settings {
    let key = |name: &str| format!("{section}.{name}");
    let threshold = fields.number(&key("threshold"), "a number from 0 to 10", |x| (0.0..=10.0).contains(&x));
    Settings {
        jobs: fields.count(&key("inference_batch")),
        parameters: Parameters {
            temperature: fields.temperature(&key("temperature")),
            ..Parameters::default()
        },
        pack: fields.count(&key("batch_size")),
        threshold: threshold.and_then(|number| number.as_f64()).or(Some(THRESHOLD)),
        ..Settings::default()
    }
}

/// How each task is asked: its number, its prompt.
fn tasks(fields: &mut Fields, all: &Settings, prompts: &prompts::Prompts) -> BTreeMap<String, Settings> {
    let pairs = fields.whole("generation.num_pairs");
    let reasoned = fields.whole("generation.num_cot_examples");
    let path = "generation.num_cot_enhance_examples";
    if let Some((member, number)) = fields.find(path).zip(fields.whole(path)) {
        fields.remark(
            member.line,
            path,
            &format!("cot-enhance takes every row; put `head -n {number}` before it"),
        );
    }
    let document = Some(DOCUMENT.to_owned());
    let one = |name: &str, number: Option<u64>, per: Option<&String>| {
        let prompt = prompts.get(&(prompts::Made::Task, name)).cloned();
        let per = per.filter(|_| number.is_some()).cloned();
        (name.to_owned(), Settings { number, per, prompt, ..all.clone() })
    };
    let mut tasks = BTreeMap::from([
        one("qa", pairs, document.as_ref()),
        one("multimodal-qa", pairs, document.as_ref()),
        one("cot", reasoned, document.as_ref()),
        one("instruct", pairs, None),
        one("taxonomy", pairs, None),
        one("cot-enhance", None, None),
        one("summary", None, None),
    ]);
    // A summary is always asked for coolly; the temperature of the pairs is none of its.
    if let Some(summary) = tasks.get_mut("summary") {
        summary.parameters.temperature = None;
    }
    tasks
}
