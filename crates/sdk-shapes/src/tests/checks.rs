//! What `--check` says of lines that a trainer would refuse, and that it says nothing of good ones.

use super::row;
use crate::{Checker, find};

fn said(shape: &str, text: &str) -> String {
    match Checker::new(find(shape).unwrap(), None).unwrap().check(row(text).row()) {
        Ok(()) => String::new(),
        Err(fault) => fault.message,
    }
}

fn chat(messages: &str) -> String {
    format!("{{\"messages\":[{messages}]}}")
}

const USER: &str = r#"{"role":"user","content":"Q"}"#;
const ANSWER: &str = r#"{"role":"assistant","content":"A"}"#;

#[test]
fn each_rule_has_its_name() {
    let table = [
        ("openai", r#"{"a":1}"#.to_owned(), "a: this key is not known → remove it [openai: message_unrecognized_key]"),
        ("openai", r#"{"messages":[]}"#.to_owned(), "messages: expected a list with members, found an empty list"),
        ("openai", chat("7"), "messages[0]: expected an object, found a number"),
        ("openai", chat(r#"{"content":"x"}"#), "messages[0].role: expected a role, found nothing"),
        ("openai", chat(r#"{"role":"owl","content":"x"}"#), "[openai: unrecognized_role]"),
        ("openai", chat(&format!("{USER},{{\"role\":\"assistant\"}}")), "[openai: message_missing_key]"),
        ("openai", chat(&format!("{USER},{{\"role\":\"assistant\",\"content\":\" \"}}")), "found an empty text → fill it"),
        ("openai", chat(&format!("{USER},{{\"role\":\"assistant\",\"content\":null,\"refusal\":\" \"}}")), "found null → fill it"),
        ("openai", chat(r#"{"role":"user","content":null,"refusal":"No."}"#), "found null → fill it"),
        ("chatml", chat(&format!("{USER},{{\"role\":\"assistant\",\"content\":null,\"refusal\":\"No.\"}}")), "found null → fill it"),
        ("openai", chat(USER), "[openai: example_missing_assistant_message]"),
        ("openai", chat(r#"{"role":"user","content":"Q","mood":1}"#), "messages[0].mood: this key is not known"),
        ("openai", chat(&format!("{USER},{}", ANSWER.replace('}', ",\"weight\":2}"))), "messages[1].weight: expected 0 or 1"),
        ("openai", chat(&format!("{USER},{}", ANSWER.replace("\"A\"", "null,\"tool_calls\":[{\"id\":\"x\",\"function\":{\"name\":\"f\",\"arguments\":{}}}]"))), "messages[1].tool_calls[0].function.arguments: expected JSON as text, found an object"),
        ("openai", chat(&format!("{USER},{{\"role\":\"tool\",\"tool_call_id\":\"x\",\"content\":\"4\"}},{ANSWER}")), "[openai: tool_call_id]"),
        ("chatml", chat(USER), "[axolotl: nothing to train on]"),
        ("chatml", chat(&format!("{USER},{USER},{ANSWER}")), "messages[1].role: expected the other side after user"),
        ("chatml", chat(&format!("{ANSWER},{USER},{ANSWER}")), "found the assistant first"),
        ("chatml", chat(&format!("{USER},{ANSWER},{}", USER.replace("user", "system"))), "[chat templates: system first]"),
        ("chatml", format!("{{\"messages\":[{USER},{ANSWER}],\"tools\":\"[]\"}}"), "[trl: tools]"),
        ("conversation", format!("{{\"messages\":[{USER},{ANSWER}],\"tools\":[{{\"name\":\"f\"}}]}}"), "tools[0]: expected"),
        ("chatml", chat(&format!("{USER},{{\"role\":\"assistant\",\"tool_calls\":[{{\"id\":\"x\",\"function\":{{\"name\":\"f\"}}}}]}},{USER},{ANSWER}")), "expected a tool's result after the call \"x\", found user"),
        ("alpaca", r#"{"instruction":"","output":"A"}"#.into(), "instruction: expected a text, found an empty text"),
        ("alpaca", r#"{"instruction":"Q","output":7}"#.into(), "output: expected a text, found a number"),
        ("alpaca", r#"{"instruction":"Q","input":[],"output":"A"}"#.into(), "input: expected a text, found an empty list"),
        ("prompt-completion", format!(r#"{{"prompt":[{USER}],"completion":"A"}}"#), "write both as texts or both as messages"),
        ("prompt-completion", format!(r#"{{"prompt":[{USER}],"completion":[{USER}]}}"#), "completion[0].role: expected the assistant first"),
        ("prompt-completion", format!(r#"{{"prompt":[{USER},{ANSWER}],"completion":[{ANSWER}]}}"#), "prompt[1]: expected the user or a tool last"),
        ("dpo", r#"{"prompt":"Q","chosen":"A","rejected":"A"}"#.into(), "rejected: expected another answer"),
        ("reward", r#"{"chosen":"A"}"#.into(), "rejected: expected a text, found nothing"),
        ("kto", r#"{"prompt":"Q","completion":"A","label":"yes"}"#.into(), "label: expected true or false, found a text"),
        ("embedding", r#"{"anchor":"Q","positive":"A","negative":"A"}"#.into(), "negative: expected another text"),
        ("text", r#"{"text":null}"#.into(), "text: expected a text, found null"),
        ("sharegpt", r#"{"conversations":[{"from":"human","value":"Q"}]}"#.into(), "[llama-factory: invalid message count]"),
        ("sharegpt", r#"{"conversations":[{"from":"gpt","value":"Q"},{"from":"human","value":"A"}]}"#.into(), "conversations[0].from: expected human or observation, found gpt"),
        ("sharegpt", r#"{"conversations":[{"from":"owl","value":"Q"},{"from":"gpt","value":""}]}"#.into(), "[axolotl: empty turn]"),
        ("sharegpt", r#"{"conversations":[{"from":"human","value":"Q"},{"from":"function_call","value":"f()"}],"tools":[]}"#.into(), "[llama-factory: function_call]; tools: expected JSON as text"),
        ("gemini", r#"{"contents":[{"role":"user","parts":[{"text":"Q"}]}]}"#.into(), "expected the model last"),
        ("gemini", r#"{"contents":[{"role":"model","parts":[]},{"role":"model","parts":[{"text":1}]}]}"#.into(), "contents[0].parts: expected a list with parts, found an empty list"),
        ("harmony", r#"{"messages":[{"role":"assistant","content":"A"}]}"#.into(), "messages[0].channel: expected analysis, commentary or final, found null"),
        ("harmony", r#"{"messages":[{"role":"assistant","content":"A","channel":"analysis"}]}"#.into(), "end with the final channel"),
        ("xlam", r#"{"query":"Q","tools":[],"answers":"[{\"name\":\"f\",\"arguments\":1}]"}"#.into(), "answers[0].name: expected one of the tools, found f"),
        ("chatml", chat(r#"{"role":"user","content":"\ud800"}"#), "[json]"),
    ];
    for (shape, text, wanted) in table {
        let said = said(shape, &text);
        assert!(said.contains(wanted), "{shape}: {text}\n{said}");
        assert!(!said.contains('\n'));
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let said = said("openai", r#"{"messages":[{"role":"owl","content":""}]}"#);
    assert_eq!(said.matches(" → ").count(), 3, "{said}");
}

#[test]
fn good_lines_are_good() {
    assert_eq!(said("jsonl", r#"{"anything":[1]}"#), "");
    assert_eq!(said("chatml", &chat(&format!("{USER},{ANSWER}"))), "");
    let refuses = r#"{"role":"assistant","content":null,"refusal":"No."}"#;
    assert_eq!(said("openai", &chat(&format!("{USER},{refuses}"))), "");
    let called =
        r#"{"query":"Q","tools":"[{\"name\":\"f\"}]","answers":"[{\"name\":\"f\",\"arguments\":{}}]"}"#;
    assert_eq!(said("xlam", called), "");
}
