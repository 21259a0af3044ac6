//! From the body of an answer to a reply: of a chat completion, and what all wires share. Knows nothing of status codes (`retry.rs`).

use serde_json::Value;

use sdk_prompt::{Finish, Usage};
use sdk_record::{Fault, Kind};

use crate::retry::quoted;

/// What a body says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) reasoning: Option<String>,
    pub(crate) finish: Finish,
    pub(crate) usage: Option<Usage>,
}

/// Why a body gives no reply.
#[derive(Debug)]
pub(crate) enum Unsaid {
    /// It is no chat completion; another try may bring one.
    Broken(String),
    /// The model said nothing; another try may help, more will not.
    Nothing(Fault),
    /// It is final.
    Final(Fault),
}

/// Reads the body of a successful answer.
pub(crate) fn read(body: &[u8]) -> Result<Said, Unsaid> {
    let body = object(body)?;
    let choice = &body["choices"][0];
    let message = &choice["message"];
    if !message.is_object() {
        let whole = body.to_string();
        return Err(Unsaid::Broken(format!(
            "the server's answer holds no choice: {}",
            quoted(whole.as_bytes())
        )));
    }
    if let Some(refusal) = message["refusal"].as_str().filter(|text| !text.trim().is_empty()) {
        let fault = Fault::new(Kind::Refused, format!("the model refused: {}", quoted(refusal.as_bytes())));
        return Err(Unsaid::Final(fault.after(refusal)));
    }
    let finish = match choice["finish_reason"].as_str() {
        Some("length" | "max_tokens") => Finish::Length,
        Some("content_filter") => Finish::Filtered,
        _ => Finish::Stop,
    };
    let reasoning = ["reasoning_content", "reasoning"]
        .iter()
        .find_map(|key| message[*key].as_str().filter(|text| !text.trim().is_empty()))
        .map(str::to_owned);
    said(content(&message["content"]), reasoning, finish, usage(&body["usage"]))
}

/// A body as JSON.
pub(crate) fn object(body: &[u8]) -> Result<Value, Unsaid> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Unsaid::Broken("the server's answer is empty".into()));
    }
    serde_json::from_slice(body)
        .map_err(|_| Unsaid::Broken(format!("the server's answer is not JSON; it begins: {}", quoted(body))))
}

/// What was said, if it is anything. Thoughts may stand before the text, where the server does not part them.
pub(crate) fn said(
    text: String,
    reasoning: Option<String>,
    finish: Finish,
    usage: Option<Usage>,
) -> Result<Said, Unsaid> {
    let (thought, text) = parted(text);
    if text.trim().is_empty() {
        return Err(match finish {
            Finish::Stop => Unsaid::Nothing(Fault::new(Kind::Empty, "the model's reply is empty")),
            Finish::Filtered => {
                Unsaid::Final(Fault::new(Kind::Filtered, "the provider's content filter withheld the reply"))
            }
            // Asking again would spend the same tokens on the same thoughts.
            Finish::Length => Unsaid::Final(Fault::new(
                Kind::Truncated,
                "the token limit was reached before any text of the reply; raise --max-tokens",
            )),
        });
    }
    Ok(Said { text, reasoning: reasoning.or(thought), finish, usage })
}

/// The text of a message: a string, or a list with parts of text.
fn content(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part["text"].as_str().or(part.as_str())).collect()
        }
        _ => String::new(),
    }
}

/// Thoughts that stand before the text, and the text. Thoughts without an end leave no text.
fn parted(text: String) -> (Option<String>, String) {
    let Some(after) = text.trim_start().strip_prefix("<think>") else { return (None, text) };
    let (thought, rest) = after.split_once("</think>").unwrap_or((after, ""));
    let thought = Some(thought.trim().to_owned()).filter(|thought| !thought.is_empty());
    (thought, rest.trim_start().to_owned())
}

fn usage(usage: &Value) -> Option<Usage> {
    let input = usage["prompt_tokens"].as_u64();
    let output = usage["completion_tokens"].as_u64();
    (input.is_some() || output.is_some()).then(|| Usage {
        input: input.unwrap_or_default(),
        output: output.unwrap_or_default(),
        cached: usage["prompt_tokens_details"]["cached_tokens"].as_u64().unwrap_or_default(),
        written: 0,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(message: Value, finish: Value) -> Result<Said, Unsaid> {
        let body = json!({
            "choices": [{"message": message, "finish_reason": finish}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 2}}
        });
        read(body.to_string().as_bytes())
    }

    #[test]
    fn texts_and_thoughts() {
        for (message, text, reasoning) in [
            (json!({"content": " a "}), " a ", None),
            (
                json!({"content": [{"type": "text", "text": "a"}, {"type": "image"}, {"text": "b"}]}),
                "ab",
                None,
            ),
            (json!({"content": "a", "reasoning_content": "r"}), "a", Some("r")),
            (json!({"content": "a", "reasoning": "r", "refusal": null}), "a", Some("r")),
            (json!({"content": "<think>\nr\n</think>\n\na"}), "a", Some("r")),
            (json!({"content": "<think>\n\n</think>\n\na"}), "a", None),
            (json!({"content": "a <think>b</think>"}), "a <think>b</think>", None),
        ] {
            let found = said(message.clone(), json!("stop")).unwrap();
            assert_eq!((found.text.as_str(), found.reasoning.as_deref()), (text, reasoning), "{message}");
            assert_eq!(found.usage, Some(Usage { input: 7, output: 3, cached: 2, written: 0 }));
        }
    }

    #[test]
    fn ends() {
        for (reason, finish) in [
            (json!("stop"), Finish::Stop),
            (Value::Null, Finish::Stop),
            (json!("length"), Finish::Length),
            (json!("content_filter"), Finish::Filtered),
        ] {
            assert_eq!(said(json!({"content": "a"}), reason).unwrap().finish, finish);
        }
    }

    #[test]
    fn nothing_said() {
        for (message, finish, wanted) in [
            (json!({"content": null}), "stop", "nothing empty"),
            (json!({"content": " \n"}), "stop", "nothing empty"),
            (json!({"content": "<think>and so"}), "length", "final truncated"),
            (json!({"content": null}), "content_filter", "final filtered"),
            (json!({"content": null, "refusal": "No."}), "stop", "final refused"),
        ] {
            let found = match said(message.clone(), json!(finish)) {
                Err(Unsaid::Nothing(fault)) => format!("nothing {}", fault.kind.name()),
                Err(Unsaid::Final(fault)) => format!("final {}", fault.kind.name()),
                other => panic!("{other:?}"),
            };
            assert_eq!(found, wanted, "{message}");
        }
    }

    #[test]
    fn no_completion_at_all() {
        for body in [
            &b""[..],
            b" \n",
            b"<html>busy</html>",
            b"{\"choices\":[{\"message\":{\"content\":\"ha",
            b"{\"choices\":[]}",
            b"{\"error\":{\"message\":\"x\"}}",
            b"[]",
            b"\"x\"",
            b"\xff\xfe",
            b"{\"choices\":{\"a\":1}}",
        ] {
            assert!(matches!(read(body), Err(Unsaid::Broken(_))), "{}", String::from_utf8_lossy(body));
        }
    }
}
