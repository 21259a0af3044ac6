//! Who is asked: `llm.provider` and the section that it names.

use super::fields::Fields;
use crate::config::{Endpoint, Secret};

/// What the kit itself reads a key from; it counts more than the file's `api_key`.
const KEY: &str = "API_ENDPOINT_KEY";
/// What the kit asks vLLM for where nothing is said.
const MODEL: &str = "meta-llama/Llama-3.3-70B-Instruct";

/// The two that there are, and the one of ours that speaks as they do.
const PROVIDERS: [(&str, &str); 2] = [("api-endpoint", "openai"), ("vllm", "vllm")];

pub(super) fn read(fields: &mut Fields) -> Endpoint {
    let Some((section, provider)) = provider(fields) else { return Endpoint::default() };
    let key = |name: &str| format!("{section}.{name}");
    let base_url = fields.text(&key("api_base"));
    let model = fields.text(&key("model")).or_else(|| (section == "vllm").then(|| MODEL.to_owned()));
    if base_url.is_none() && model.is_none() {
        return Endpoint::default();
    }
    let mut key_variables = vec![];
    key_variables.extend((section == "api-endpoint").then(|| KEY.to_owned()));
    key_variables.extend(fields.text(&key("api_key_env")));
    let retries = fields.whole(&key("max_retries")).and_then(|number| u32::try_from(number).ok());
    let path = key("api_key");
    let place = fields.find(&path).map(|member| format!("{}: {path}", fields.source.at(member.line)));
    let secret = fields.text(&path).zip(place).map(|(text, place)| Secret { text, place });
    Endpoint { provider: Some(provider), model, base_url, key_variables, key: secret, retries }
}

/// The provider that the file names; where it names none, the only one that it has a section of.
fn provider(fields: &mut Fields) -> Option<(&'static str, &'static str)> {
    let Some(named) = fields.text("llm.provider") else {
        let mut there = PROVIDERS.into_iter().filter(|(section, _)| fields.find(section).is_some());
        return match (there.next(), there.next()) {
            (Some(one), None) => Some(one),
            (Some(_), Some(_)) => {
                let line = fields.find(PROVIDERS[1].0).map_or(1, |member| member.line);
                // What the kit itself takes for granted.
                fields.remark(line, "llm.provider", "it is missing, and of the two sections vllm is taken");
                Some(PROVIDERS[1])
            }
            (None, _) => None,
        };
    };
    let known = PROVIDERS.into_iter().find(|(section, _)| *section == named);
    if known.is_none() {
        let line = fields.find("llm.provider").map_or(1, |member| member.line);
        fields.fault(line, "llm.provider", &format!("expected vllm or api-endpoint, found {named}"));
    }
    known
}
