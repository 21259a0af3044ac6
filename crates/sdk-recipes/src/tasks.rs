//! The built-in tasks: prompt files like any user's, embedded. To add one: a file beside these and its row.

use sdk_prompt::Builtin;
use sdk_record::Record;

/// All of them, in the order of `--list`.
pub const TASKS: &[Builtin] = &[
    Builtin { name: "qa", text: include_str!("tasks/qa.md") },
    Builtin { name: "summary", text: include_str!("tasks/summary.md") },
    Builtin { name: "cot", text: include_str!("tasks/cot.md") },
    Builtin { name: "cot-enhance", text: include_str!("tasks/cot-enhance.md") },
    Builtin { name: "multimodal-qa", text: include_str!("tasks/multimodal-qa.md") },
    Builtin { name: "instruct", text: include_str!("tasks/instruct.md") },
    Builtin { name: "taxonomy", text: include_str!("tasks/taxonomy.md") },
];

/// The built-in task of this name.
pub fn named(name: &str) -> Option<&'static Builtin> {
    TASKS.iter().find(|task| task.name == name)
}

/// The task for rows like this one where none is named, and why: the planned row's own, `qa` for passages, `instruct`
/// for anything else.
pub fn suited(first: &Record) -> (String, Option<&'static str>) {
    let planned = first.get("sdk").and_then(|raw| Record::parse(raw).ok()).and_then(|sdk| sdk.string("task"));
    match planned {
        Some(task) if first.get("sdk").is_some_and(|raw| raw.contains("\"sdk-expand\"")) => {
            (task, Some("the rows were planned for it"))
        }
        _ if first.has("text") => ("qa".to_owned(), Some("the rows have `text`")),
        _ => ("instruct".to_owned(), Some("the rows are taken as seeds; --task names another")),
    }
}
