//! The keys that the config has, and what becomes of each. Keys that do nothing are named, so that nobody trusts in them.

use crate::config::source::{Node, Source};

/// What stands at the top of the file.
pub(super) const SECTIONS: &[&str] = &[
    "paths",
    "llm",
    "vllm",
    "api-endpoint",
    "ingest",
    "generation",
    "curate",
    "seed_curate",
    "format",
    "prompts",
];

/// Keys that mean something here, to one tool or another.
const READ: &[&str] = &[
    "api-endpoint.api_base",
    "api-endpoint.api_key",
    "api-endpoint.api_key_env",
    "api-endpoint.max_retries",
    "api-endpoint.model",
    "curate.batch_size",
    "curate.inference_batch",
    "curate.temperature",
    "curate.threshold",
    "format.default",
    "generation.batch_size",
    "generation.chunk_size",
    "generation.max_tokens",
    "generation.num_cot_enhance_examples",
    "generation.num_cot_examples",
    "generation.num_pairs",
    "generation.overlap",
    "generation.temperature",
    "generation.top_p",
    "llm.provider",
    "paths.input",
    "prompts.cot_enhancement",
    "prompts.cot_generation",
    "prompts.qa_generation",
    "prompts.qa_rating",
    "prompts.seed_examples_generation",
    "prompts.seed_rating",
    "prompts.summary",
    "prompts.taxonomy_generation",
    "seed_curate.batch_size",
    "seed_curate.inference_batch",
    "seed_curate.temperature",
    "seed_curate.threshold",
    "vllm.api_base",
    "vllm.api_key",
    "vllm.api_key_env",
    "vllm.max_retries",
    "vllm.model",
];

/// Keys that it has and that do nothing here. The first ones do nothing there either; the others wait, name folders or cut
/// texts where our tools learn from the server, have pipes, and read texts whole.
const IDLE: &[&str] = &[
    "format.include_metadata",
    "format.pretty_json",
    "generation.enable_deduplication",
    "generation.processing_strategy",
    "generation.similarity_threshold",
    "ingest.default_format",
    "ingest.youtube_captions",
    "api-endpoint.retry_delay",
    "api-endpoint.sleep_time",
    "generation.max_context_length",
    "generation.single_call_max_size",
    "generation.summary_overlap",
    "paths.output.cleaned",
    "paths.output.curated",
    "paths.output.final",
    "paths.output.generated",
    "paths.output.parsed",
    "vllm.port",
    "vllm.retry_delay",
    "vllm.sleep_time",
];

/// What the user should know of keys that do nothing: two lines at the most.
pub(super) fn remarks(source: &Source) -> Vec<String> {
    let (mut idle, mut unknown) = (Vec::new(), Vec::new());
    for section in source.root.members() {
        if SECTIONS.contains(&section.key.as_str()) {
            below(&section.node, &section.key, &mut idle, &mut unknown);
        } else {
            unknown.push((section.key.clone(), section.line));
        }
    }
    let said = |what: &str, keys: &[(String, u64)]| {
        let keys: Vec<String> = keys.iter().map(|(path, line)| format!("{path} (line {line})")).collect();
        (!keys.is_empty()).then(|| format!("{}: {what}: {}", source.name, keys.join(", ")))
    };
    [said("keys without effect here", &idle), said("keys that nobody knows, left out", &unknown)]
        .into_iter()
        .flatten()
        .collect()
}

fn below(node: &Node, path: &str, idle: &mut Vec<(String, u64)>, unknown: &mut Vec<(String, u64)>) {
    for member in node.members() {
        let path = format!("{path}.{}", member.key);
        if path == "paths.output" {
            below(&member.node, &path, idle, unknown);
        } else if IDLE.contains(&path.as_str()) {
            idle.push((path, member.line));
        } else if !READ.contains(&path.as_str()) {
            unknown.push((path, member.line));
        }
    }
}
