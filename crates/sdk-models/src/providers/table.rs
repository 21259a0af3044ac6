//! One line a provider.

use super::Dialect::{Grammar, Strict, Tool, Words};
use super::{Dialect, Limit, Provider};
use crate::wire::{AZURE, CHAT, CONVERSE, MESSAGES, Wire};

/// All of them; the first one speaks for any server that is named by its address alone.
pub const PROVIDERS: &[Provider] = &[
    hosted(
        "openai",
        "OpenAI, or any server that speaks its protocol",
        "https://api.openai.com/v1",
        &["OPENAI_API_KEY", "API_ENDPOINT_KEY"],
        Strict,
    )
    .moved_by("OPENAI_BASE_URL"),
    local("ollama", "Ollama on this machine", "http://127.0.0.1:11434/v1", &["OLLAMA_API_KEY"])
        .moved_by("OLLAMA_HOST"),
    local(
        "vllm",
        "vLLM on this machine",
        "http://127.0.0.1:8000/v1",
        &["VLLM_API_KEY", "HOSTED_VLLM_API_KEY"],
    ),
    local(
        "llama-server",
        "llama.cpp's server on this machine",
        "http://127.0.0.1:8080/v1",
        &["LLAMA_API_KEY"],
    ),
    local("lmstudio", "LM Studio on this machine", "http://127.0.0.1:1234/v1", &["LM_STUDIO_API_KEY"]),
    local("sglang", "SGLang on this machine", "http://127.0.0.1:30000/v1", &["SGLANG_API_KEY"]),
    hosted("groq", "Groq", "https://api.groq.com/openai/v1", &["GROQ_API_KEY"], Grammar).counting_thoughts(),
    hosted("together", "Together", "https://api.together.xyz/v1", &["TOGETHER_API_KEY"], Grammar),
    hosted(
        "fireworks",
        "Fireworks",
        "https://api.fireworks.ai/inference/v1",
        &["FIREWORKS_API_KEY"],
        Grammar,
    ),
    hosted("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", &["OPENROUTER_API_KEY"], Strict),
    hosted("mistral", "Mistral", "https://api.mistral.ai/v1", &["MISTRAL_API_KEY"], Strict).counting_anyway(),
    hosted("deepseek", "DeepSeek", "https://api.deepseek.com/v1", &["DEEPSEEK_API_KEY"], Words),
    hosted("xai", "xAI", "https://api.x.ai/v1", &["XAI_API_KEY"], Grammar),
    hosted("cerebras", "Cerebras", "https://api.cerebras.ai/v1", &["CEREBRAS_API_KEY"], Strict)
        .counting_thoughts(),
    hosted("sambanova", "SambaNova", "https://api.sambanova.ai/v1", &["SAMBANOVA_API_KEY"], Grammar),
    hosted("parasail", "Parasail", "https://api.parasail.io/v1", &["PARASAIL_API_KEY"], Grammar),
    hosted(
        "nvidia",
        "NVIDIA's hosted NIM",
        "https://integrate.api.nvidia.com/v1",
        &["NVIDIA_API_KEY"],
        Grammar,
    ),
    hosted(
        "hf-router",
        "Hugging Face's inference providers",
        "https://router.huggingface.co/v1",
        &["HF_TOKEN"],
        Strict,
    ),
    hosted(
        "gemini",
        "Google's Gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai",
        &["GEMINI_API_KEY", "GOOGLE_API_KEY"],
        Grammar,
    ),
    elsewhere("cloudera", "Cloudera AI Inference; its address by --base-url", &["CDP_TOKEN"], Grammar),
    hosted("anthropic", "Anthropic", "https://api.anthropic.com", &["ANTHROPIC_API_KEY"], Tool)
        .moved_by("ANTHROPIC_BASE_URL")
        .speaking(&MESSAGES)
        .counting_anyway(),
    elsewhere("azure", "Azure OpenAI; the model is the deployment", &["AZURE_OPENAI_API_KEY"], Strict)
        .moved_by("AZURE_OPENAI_ENDPOINT")
        .speaking(&AZURE),
    hosted(
        "bedrock",
        "Amazon Bedrock, by its API key or a pair of AWS keys",
        "https://bedrock-runtime.{region}.amazonaws.com",
        &["AWS_BEARER_TOKEN_BEDROCK"],
        Tool,
    )
    .moved_by("AWS_ENDPOINT_URL_BEDROCK_RUNTIME")
    .speaking(&CONVERSE),
];

/// A service with an address and a key.
const fn hosted(
    name: &'static str,
    about: &'static str,
    base_url: &'static str,
    key_variables: &'static [&'static str],
    schema: Dialect,
) -> Provider {
    Provider {
        name,
        about,
        base_url: Some(base_url),
        base_url_variable: None,
        key_variables,
        key_needed: true,
        wire: &CHAT,
        schema,
        usage_in_streams: true,
        limit: Limit::MaxTokens,
    }
}

/// A server on this machine, where a key is the exception.
const fn local(
    name: &'static str,
    about: &'static str,
    base_url: &'static str,
    key_variables: &'static [&'static str],
) -> Provider {
    Provider { key_needed: false, ..hosted(name, about, base_url, key_variables, Grammar) }
}

/// A service that is somewhere else for everybody.
const fn elsewhere(
    name: &'static str,
    about: &'static str,
    key_variables: &'static [&'static str],
    schema: Dialect,
) -> Provider {
    Provider { base_url: None, ..hosted(name, about, "", key_variables, schema) }
}

impl Provider {
    /// Its address may be told by this variable.
    const fn moved_by(self, variable: &'static str) -> Provider {
        Provider { base_url_variable: Some(variable), ..self }
    }

    /// Its API is not OpenAI's.
    const fn speaking(self, wire: &'static Wire) -> Provider {
        Provider { wire, ..self }
    }

    /// Its streams have token counts unasked.
    const fn counting_anyway(self) -> Provider {
        Provider { usage_in_streams: false, ..self }
    }

    /// Its token limit is called `max_completion_tokens`.
    const fn counting_thoughts(self) -> Provider {
        Provider { limit: Limit::MaxCompletionTokens, ..self }
    }
}
