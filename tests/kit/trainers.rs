//! Line 26 again: what is written is what TRL's trainers take.

use serde_json::{Value, json};

use crate::loaders::{loaded, python};
use crate::server::rows;
use crate::shell::sh;

/// A row, a shape of it, and what TRL trains on.
fn lines() -> [(Value, &'static str, Value); 9] {
    let chat = json!({ "messages": [
        { "role": "system", "content": "S" }, { "role": "user", "content": "Q" }, { "role": "assistant", "content": "A" },
    ] });
    let pair = json!({ "question": "Q", "answer": "A" });
    let two = json!({ "prompt": "Q", "chosen": "yes", "rejected": "no" });
    let turn = |role: &str, content: &str| json!([{ "role": role, "content": content }]);
    let turns = json!({
        "prompt": turn("user", "Q"), "chosen": turn("assistant", "yes"), "rejected": turn("assistant", "no"),
    });
    let better = json!({
        "prompt": "<user>Q</user><assistant>", "chosen": "yes</assistant>", "rejected": "no</assistant>",
    });
    let kto = json!({ "prompt": "Q", "completion": "A", "label": true });
    [
        (
            chat.clone(),
            "conversation",
            json!({ "text": "<system>S</system><user>Q</user><assistant>A</assistant>" }),
        ),
        (
            chat.clone(),
            "openai",
            json!({ "text": "<system>S</system><user>Q</user><assistant>A</assistant>" }),
        ),
        (
            chat,
            "prompt-completion",
            json!({ "prompt": "<system>S</system><user>Q</user><assistant>", "completion": "A</assistant>" }),
        ),
        (pair, "prompt-completion", json!({ "prompt": "Q", "completion": "A" })),
        (two.clone(), "dpo", two.clone()),
        (turns.clone(), "orpo", better.clone()),
        (turns, "dpo", better.clone()),
        (two, "reward", better),
        (kto.clone(), "kto", kto),
    ]
}

#[test]
fn line_26_trl_takes_what_is_written() {
    let Some(python) = python() else { return };
    let lines = lines();
    let folder = rows(&lines.iter().map(|(row, ..)| row.to_string()).collect::<Vec<_>>());
    let names: Vec<String> = (1..=lines.len()).map(|at| format!("{at}.jsonl")).collect();
    for ((at, name), (_, shape, _)) in (1..).zip(&names).zip(&lines) {
        sh(&format!("sed -n {at}p in.jsonl | sdk-format {shape} -o {name}"), folder.path()).ended(0);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let trained = loaded(&python, "train.py", &names, folder.path());
    assert_eq!(trained.len(), lines.len());
    for ((row, shape, wanted), trained) in lines.iter().zip(&trained) {
        assert_eq!(trained, wanted, "{shape} of {row}");
    }
}
