//! What providers ask for a million tokens at their own address, where that is one price for requests of any length. Every
//! row says where and when it was read; what was not found is not here, and nothing is guessed.
//!
//! Prices change: `--price` wins over the table.

use sdk_prompt::Price;

/// Where rows were read, and the day.
mod sources {
    /// Anthropic's own table of prices, read on 2026-11-21.
    pub(super) const ANTHROPIC: &str = "https://platform.claude.com/docs/en/about-claude/pricing";
    /// Anthropic's own page of the model, read on 2026-11-21.
    pub(super) const SONNET_5: &str = "https://platform.claude.com/docs/zh-CN/models/sonnet-5/overview";
    /// OpenAI's own table as OpenAI.Responses has it since 2025-06-03, read on 2026-11-21.
    pub(super) const OPENAI_2025: &str =
        "https://hex.pm/packages/openai_responses/0.4.1/files/lib/responses/pricing.ex";
    /// The same as API Evangelist has it since 2026-05-04, read on 2026-11-21.
    pub(super) const OPENAI_2026: &str =
        "https://github.com/api-evangelist/openai/blob/main/plans/openai-plans-pricing.yml";
    /// The same as GitHub has it, read on 2026-11-21.
    pub(super) const GITHUB: &str =
        "https://raw.githubusercontent.com/github/docs/main/data/tables/copilot/models-and-pricing.yml";
    /// Google's own table as API Evangelist has it since 2026-09-20, read on 2026-11-21.
    pub(super) const GEMINI: &str =
        "https://github.com/api-evangelist/gemini/blob/main/plans/gemini-plans-pricing.yml";
    /// Groq's own table as an issue quotes it, read on 2026-11-21.
    pub(super) const GROQ: &str = "https://github.com/braintrustdata/braintrust-proxy/issues/925";
}
use sources::{ANTHROPIC, GEMINI, GITHUB, GROQ, OPENAI_2025, OPENAI_2026, SONNET_5};

/// A model's price in US dollars a million tokens: input, output, cached input, input put into a cache.
struct Row {
    provider: &'static str,
    model: &'static str,
    price: [&'static str; 4],
    #[cfg_attr(not(test), expect(dead_code, reason = "for whoever looks a price up"))]
    source: &'static str,
}

const fn row(
    provider: &'static str,
    model: &'static str,
    price: [&'static str; 4],
    source: &'static str,
) -> Row {
    Row { provider, model, price, source }
}

const PRICES: &[Row] = &[
    row("anthropic", "claude-opus-5", ["5", "25", "0.50", "6.25"], ANTHROPIC),
    row("anthropic", "claude-opus-4-8", ["5", "25", "0.50", "6.25"], ANTHROPIC),
    row("anthropic", "claude-opus-4-7", ["5", "25", "0.50", "6.25"], ANTHROPIC),
    row("anthropic", "claude-opus-4-6", ["5", "25", "0.50", "6.25"], ANTHROPIC),
    row("anthropic", "claude-opus-4-5", ["5", "25", "0.50", "6.25"], ANTHROPIC),
    row("anthropic", "claude-opus-4-1", ["15", "75", "1.50", "18.75"], ANTHROPIC),
    row("anthropic", "claude-sonnet-5", ["2", "10", "0.20", "2.50"], SONNET_5),
    row("anthropic", "claude-sonnet-4-6", ["3", "15", "0.30", "3.75"], ANTHROPIC),
    row("anthropic", "claude-sonnet-4-5", ["3", "15", "0.30", "3.75"], ANTHROPIC),
    row("anthropic", "claude-haiku-4-5", ["1", "5", "0.10", "1.25"], ANTHROPIC),
    row("openai", "gpt-4.1", ["2", "8", "0.50", "2"], OPENAI_2025),
    row("openai", "gpt-4.1-mini", ["0.40", "1.60", "0.10", "0.40"], OPENAI_2025),
    row("openai", "gpt-4.1-nano", ["0.10", "0.40", "0.025", "0.10"], OPENAI_2025),
    row("openai", "gpt-4o", ["2.50", "10", "1.25", "2.50"], OPENAI_2025),
    row("openai", "gpt-4o-mini", ["0.15", "0.60", "0.075", "0.15"], OPENAI_2025),
    row("openai", "gpt-5-mini", ["0.25", "2", "0.025", "0.25"], GITHUB),
    row("openai", "gpt-5.2", ["1.75", "14", "0.175", "1.75"], GITHUB),
    row("openai", "gpt-5.4-mini", ["0.75", "4.50", "0.075", "0.75"], OPENAI_2026),
    row("openai", "gpt-5.4-nano", ["0.20", "1.25", "0.02", "0.20"], OPENAI_2026),
    row("gemini", "gemini-3.5-flash", ["1.50", "9", "1.50", "1.50"], GEMINI),
    row("groq", "openai/gpt-oss-120b", ["0.15", "0.60", "0.15", "0.15"], GROQ),
];

/// What `model` of `provider` costs; a dated release costs what its name without the date does.
pub(super) fn usual(provider: &str, model: &str) -> Option<Price> {
    let named = |model: &str| PRICES.iter().find(|row| row.provider == provider && row.model == model);
    let row = named(model).or_else(|| named(undated(model)?))?;
    let [input, output, cached, written] = row.price.map(super::micros);
    Some(Price { input: input?, output: output?, cached: cached?, written: written? })
}

/// A name without the date at its end: `-2024-07-18` or `-20251001`.
fn undated(model: &str) -> Option<&str> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let long = model.len().checked_sub("-2024-07-18".len()).and_then(|at| model.split_at_checked(at));
    if let Some((name, date)) = long
        && let [year, month, day] = date.strip_prefix('-')?.split('-').collect::<Vec<_>>()[..]
        && (year.len(), month.len(), day.len()) == (4, 2, 2)
        && [year, month, day].into_iter().all(digits)
    {
        return Some(name);
    }
    let (name, date) = model.rsplit_once('-')?;
    (date.len() == 8 && digits(date)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider;

    #[test]
    fn rows_are_whole() {
        for (at, row) in PRICES.iter().enumerate() {
            let twice =
                PRICES[..at].iter().any(|other| (other.provider, other.model) == (row.provider, row.model));
            assert!(
                !twice && provider(row.provider).is_some_and(|provider| provider.base_url.is_some()),
                "{}",
                row.model
            );
            let price = usual(row.provider, row.model).unwrap();
            assert!(price.cached <= price.input && price.input <= price.written, "{}", row.model);
            assert!(price.input < price.output && row.source.starts_with("https://"), "{}", row.model);
        }
    }

    #[test]
    fn releases_cost_what_their_model_does() {
        for (provider, model, input) in [
            ("openai", "gpt-4o-mini", Some(150_000)),
            ("openai", "gpt-4o-mini-2024-07-18", Some(150_000)),
            ("anthropic", "claude-haiku-4-5-20251001", Some(1_000_000)),
            ("openai", "gpt-4o-mini-audio-preview", None),
            ("openai", "gpt-4o-mini-2024-07-1x", None),
            ("openai", "-2024-07-18", None),
            ("openai", "grün-2024-07-18", None),
            ("openrouter", "gpt-4o-mini", None),
            ("ollama", "qwen3:8b", None),
        ] {
            assert_eq!(usual(provider, model).map(|price| price.input), input, "{model}");
        }
    }
}
