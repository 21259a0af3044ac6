//! Lines of a few keys: `alpaca`, `prompt-completion`, `dpo`, `orpo`, `reward`, `kto`, `embedding`, `text`.

use serde_json::Value;

use super::chat::{one, tools, whole};
use super::{Report, kind, said};

pub(crate) fn alpaca(line: &Value, report: &mut Report) {
    said(line.get("instruction"), "instruction", "llama-factory: alpaca prompt", report);
    said(line.get("output"), "output", "llama-factory: alpaca response", report);
    for key in ["input", "system"] {
        if let Some(found) = line.get(key).filter(|value| !value.is_string() && !value.is_null()) {
            let what = format!("expected a text, found {}", kind(Some(found)));
            report.wrong(key, what, "write it as a text", "llama-factory: alpaca");
        }
    }
}

pub(crate) fn pair(line: &Value, report: &mut Report) {
    sides(line, &["completion"], report);
    tools(line, report);
}

pub(crate) fn kto(line: &Value, report: &mut Report) {
    pair(line, report);
    if !line["label"].is_boolean() {
        let what = format!("expected true or false, found {}", kind(line.get("label")));
        report.wrong("label", what, "say whether the answer is a good one", "trl: unpaired preference");
    }
}

pub(crate) fn preference(line: &Value, report: &mut Report) {
    if line.get("prompt").is_some() {
        sides(line, &["chosen", "rejected"], report);
    } else {
        for key in ["chosen", "rejected"] {
            match line.get(key) {
                Some(Value::Array(list)) if !list.is_empty() => whole(list, key, false, report),
                found => said(found, key, "trl: preference", report),
            }
        }
    }
    if line.get("chosen").is_some() && line.get("chosen") == line.get("rejected") {
        let what = "expected another answer than the chosen one, found the same";
        report.wrong("rejected", what, "leave the row out", "trl: preference");
    }
    tools(line, report);
}

/// Reports what is wrong with a prompt and its answers, which are all texts or all messages.
fn sides(line: &Value, answers: &[&str], report: &mut Report) {
    let rule = "trl: dataset types";
    let asked = line.get("prompt");
    match asked {
        Some(Value::Array(list)) if !list.is_empty() => {
            whole(list, "prompt", false, report);
            if list.last().is_some_and(|last| last["role"] == "assistant") {
                let what = "expected the user or a tool last, found the assistant";
                report.wrong(format!("prompt[{}]", list.len() - 1), what, "move it to the answer", rule);
            }
        }
        found => said(found, "prompt", rule, report),
    }
    for key in answers {
        match (asked, line.get(*key)) {
            (Some(Value::Array(_)), Some(Value::Array(list))) if !list.is_empty() => {
                for (at, message) in list.iter().enumerate() {
                    one(message, &format!("{key}[{at}]"), false, report);
                }
                if list[0]["role"] != "assistant" {
                    let what = format!("expected the assistant first, found {}", list[0]["role"]);
                    report.wrong(format!("{key}[0].role"), what, "move what was asked to the prompt", rule);
                }
            }
            (Some(Value::Array(_)), found @ Some(Value::String(_)))
            | (Some(Value::String(_)), found @ Some(Value::Array(_))) => {
                let what = format!("expected {} as in prompt, found {}", kind(asked), kind(found));
                report.wrong(key, what, "write both as texts or both as messages", rule);
            }
            (_, found) => said(found, key, rule, report),
        }
    }
}

pub(crate) fn embedding(line: &Value, report: &mut Report) {
    let rule = "sentence-transformers: triplets";
    said(line.get("anchor"), "anchor", rule, report);
    said(line.get("positive"), "positive", rule, report);
    let negatives = line.as_object().into_iter().flatten();
    for (key, negative) in negatives.filter(|(key, _)| crate::shapes::embedding::is_negative(key)) {
        said(Some(negative), key, rule, report);
        if line.get("positive") == Some(negative) {
            report.wrong(key, "expected another text than the positive", "leave the row out", rule);
        }
    }
}

pub(crate) fn text(line: &Value, report: &mut Report) {
    said(line.get("text"), "text", "trl: language modeling", report);
}
