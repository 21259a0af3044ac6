//! The built-in rubrics: prompt files like any user's, embedded. To add one: a file beside these and its row.

use sdk_prompt::Builtin;

/// All of them, in the order of `--list`.
pub const RUBRICS: &[Builtin] = &[
    Builtin { name: "general", text: include_str!("rubrics/general.md") },
    Builtin { name: "qa", text: include_str!("rubrics/qa.md") },
    Builtin { name: "cot", text: include_str!("rubrics/cot.md") },
    Builtin { name: "summary", text: include_str!("rubrics/summary.md") },
    Builtin { name: "instruct", text: include_str!("rubrics/instruct.md") },
    Builtin { name: "conversation", text: include_str!("rubrics/conversation.md") },
];

/// The built-in rubric of this name.
pub fn named(name: &str) -> Option<&'static Builtin> {
    RUBRICS.iter().find(|rubric| rubric.name == name)
}
