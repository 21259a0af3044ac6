//! Lists of messages with roles: `chatml`, `conversation`, `openai`, and both sides of TRL's pairs.

use serde_json::Value;

use super::{Report, keys, kind, list};

/// Roles that a chat may have.
const ROLES: [&str; 6] = ["system", "developer", "user", "assistant", "tool", "function"];

/// The keys of a message that OpenAI's fine-tuning knows.
const KNOWN: [&str; 8] =
    ["role", "content", "name", "tool_calls", "tool_call_id", "weight", "function_call", "refusal"];

pub(crate) fn chat(line: &Value, report: &mut Report) {
    let Some(messages) = list(line, "messages", "trl: messages", report) else { return };
    whole(messages, "messages", false, report);
    if !messages.iter().any(|message| message["role"] == "assistant") {
        let what = "expected an assistant's message to learn, found none";
        report.wrong(
            "messages",
            what,
            "add the answer, or leave the row out",
            "axolotl: nothing to train on",
        );
    }
    tools(line, report);
}

pub(crate) fn openai(line: &Value, report: &mut Report) {
    keys(
        line,
        &["messages", "tools", "parallel_tool_calls", "functions"],
        "",
        "openai: message_unrecognized_key",
        report,
    );
    let Some(messages) = list(line, "messages", "openai: missing_messages_list", report) else { return };
    whole(messages, "messages", true, report);
    for (index, message) in messages.iter().enumerate() {
        let path = format!("messages[{index}]");
        keys(message, &KNOWN, &path, "openai: message_unrecognized_key", report);
        let weight = message.get("weight");
        let zero_or_one = weight.is_none_or(|weight| weight == 0 || weight == 1);
        if !zero_or_one || (weight.is_some() && message["role"] != "assistant") {
            let what = "expected 0 or 1 at an assistant's message";
            report.wrong(format!("{path}.weight"), what, "mend or remove it", "openai: weight");
        }
        for (at, call) in message["tool_calls"].as_array().into_iter().flatten().enumerate() {
            if !call["function"]["arguments"].is_string() {
                let found = kind(call["function"].get("arguments"));
                report.wrong(
                    format!("{path}.tool_calls[{at}].function.arguments"),
                    format!("expected JSON as text, found {found}"),
                    "write the arguments as a string; sdk-format openai does",
                    "openai: tool_calls",
                );
            }
        }
    }
    match messages.last() {
        Some(last) if last["role"] != "assistant" => {
            let rule = "openai: example_missing_assistant_message";
            let what = format!("expected the assistant's message last, found {}", last["role"]);
            report.wrong(format!("messages[{}].role", messages.len() - 1), what, "end with the answer", rule);
        }
        _ => {}
    }
    tools(line, report);
}

/// Reports what is wrong with a conversation from its first message on. `refusals`: a refusal stands for what is said,
/// which no chat template knows of.
pub(super) fn whole(messages: &[Value], path: &str, refusals: bool, report: &mut Report) {
    let mut before = "";
    for (index, message) in messages.iter().enumerate() {
        let path = format!("{path}[{index}]");
        one(message, &path, refusals, report);
        let role = message["role"].as_str().unwrap_or_default();
        if role == "system" && index > 0 {
            let what = "expected the system's message first, found it here";
            report.wrong(
                format!("{path}.role"),
                what,
                "move it to the front, once",
                "chat templates: system first",
            );
        }
        if role == before && matches!(role, "user" | "assistant") {
            let what = format!("expected the other side after {role}, found {role} again");
            report.wrong(
                format!("{path}.role"),
                what,
                "join the two messages",
                "chat templates: alternation",
            );
        }
        if index == 0 && role == "assistant" {
            let what = "expected the user before the assistant, found the assistant first";
            report.wrong(format!("{path}.role"), what, "add what was asked", "chat templates: alternation");
        }
        before = role;
    }
    answered(messages, path, report);
}

/// Reports what is wrong with one message.
pub(super) fn one(message: &Value, path: &str, refusals: bool, report: &mut Report) {
    if !message.is_object() {
        let what = format!("expected an object, found {}", kind(Some(message)));
        report.wrong(path, what, "write {\"role\",\"content\"}", "openai: data_type");
        return;
    }
    match message.get("role") {
        Some(Value::String(role)) if ROLES.contains(&role.as_str()) => {}
        Some(Value::String(role)) => {
            let what = format!("expected one of {}, found {role:?}", ROLES.join(", "));
            report.wrong(format!("{path}.role"), what, "rename it", "openai: unrecognized_role");
        }
        found => {
            let what = format!("expected a role, found {}", kind(found));
            report.wrong(format!("{path}.role"), what, "say who speaks", "openai: message_missing_key");
        }
    }
    let calls = message["tool_calls"].as_array().is_some_and(|calls| !calls.is_empty())
        || message["function_call"].is_object();
    let refuses = message["role"] == "assistant"
        && message["refusal"].as_str().is_some_and(|refusal| !refusal.trim().is_empty());
    let path_content = format!("{path}.content");
    match message.get("content") {
        Some(Value::String(text)) if !text.trim().is_empty() || calls => {}
        Some(Value::String(_)) if matches!(message["role"].as_str(), Some("tool" | "function")) => {}
        Some(Value::Array(parts)) if !parts.is_empty() => {
            for (at, part) in parts.iter().enumerate().filter(|(_, part)| !part["type"].is_string()) {
                let what = format!("expected a part with a type, found {}", kind(Some(part)));
                report.wrong(
                    format!("{path_content}[{at}]"),
                    what,
                    "write {\"type\":\"text\",\"text\"}",
                    "openai: data_type",
                );
            }
        }
        None | Some(Value::Null) if calls || (refusals && refuses) => {}
        None => {
            let what = "expected what is said, found nothing";
            report.wrong(path_content, what, "add the content", "openai: message_missing_key");
        }
        found => {
            let what = format!("expected a text, found {}", kind(found));
            report.wrong(path_content, what, "fill it, or leave the row out", "openai: missing_content");
        }
    }
    for (at, call) in message["tool_calls"].as_array().into_iter().flatten().enumerate() {
        if !call["function"]["name"].is_string() {
            let what = "expected a function with a name, found none";
            report.wrong(
                format!("{path}.tool_calls[{at}].function.name"),
                what,
                "name the function",
                "openai: tool_calls",
            );
        }
    }
}

/// Reports results of tools that answer no call, and calls that nothing answers.
fn answered(messages: &[Value], path: &str, report: &mut Report) {
    let mut open: Vec<(usize, &str)> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        let role = message["role"].as_str().unwrap_or_default();
        if role == "tool" {
            let id = message["tool_call_id"].as_str();
            match open.iter().position(|(_, call)| id.is_none_or(|id| id == *call)) {
                Some(at) => drop(open.remove(at)),
                None => {
                    let what =
                        format!("expected the id of a call before it, found {}", message["tool_call_id"]);
                    let mend = "give it the id of its call";
                    report.wrong(format!("{path}[{index}].tool_call_id"), what, mend, "openai: tool_call_id");
                }
            }
        } else if let Some((at, id)) = open.first() {
            let what = format!("expected a tool's result after the call {id:?}, found {role}");
            report.wrong(format!("{path}[{at}].tool_calls"), what, "add the result", "openai: tool_calls");
            open.clear();
        }
        let calls = message["tool_calls"].as_array().into_iter().flatten();
        open.extend(calls.map(|call| (index, call["id"].as_str().unwrap_or_default())));
    }
}

/// Reports tools that are no list of functions with names.
pub(super) fn tools(line: &Value, report: &mut Report) {
    match line.get("tools") {
        None | Some(Value::Null) => {}
        Some(Value::Array(list)) => {
            for (at, tool) in list.iter().enumerate() {
                if tool["type"] != "function" || !tool["function"]["name"].is_string() {
                    let what = "expected {\"type\":\"function\",\"function\":{\"name\",…}}";
                    report.wrong(
                        format!("tools[{at}]"),
                        what,
                        "write it so; sdk-format openai does",
                        "openai: tools",
                    );
                }
            }
        }
        found => {
            let what = format!("expected a list of functions, found {}", kind(found));
            report.wrong("tools", what, "write the list itself, not its text", "trl: tools");
        }
    }
}
