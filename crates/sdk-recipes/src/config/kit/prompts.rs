//! The prompts of the config, as prompt files: the user's words with our front matter, so that the reply has its schema,
//! the number reaches the model, and repeats are asked away.

use std::collections::HashMap;

use serde_json::Value;

use super::fields::Fields;
use super::format::{Hole, Translated, literal, translate};
use crate::config::source::{Member, Tree};

/// What a prompt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Made {
    Task,
    Rubric,
}

/// Prompt files by what they stand for.
pub(super) type Prompts = HashMap<(Made, &'static str), String>;

/// A prompt of the config.
struct Prompt {
    key: &'static str,
    made: Made,
    name: &'static str,
    /// Its placeholders; without the first of them it would ask about nothing.
    holes: &'static [Hole],
}

const SUMMARY: &str = ".summary // .context // \"\"";
const TOPIC: &str = ".topic | if type == \"array\" then map(tostring) | join(\" › \") \
     elif . == null then null else tostring end";
const TURNS: &str = "$turns | map({role, content}) | tojson";
/// A row as the kit writes its pairs, in a list of one.
const PAIRS: &str = "[if $user == null or $assistant == null then . \
     else {question: $user} + (if .reasoning then {reasoning} else {} end) + {answer: $assistant} end] | tojson";

const PROMPTS: &[Prompt] = &[
    Prompt { key: "summary", made: Made::Task, name: "summary", holes: &[("text", ".text")] },
    Prompt {
        key: "qa_generation",
        made: Made::Task,
        name: "qa",
        holes: &[("text", ".text"), ("num_pairs", "$n"), ("num_examples", "$n"), ("summary", SUMMARY)],
    },
    Prompt {
        key: "cot_generation",
        made: Made::Task,
        name: "cot",
        holes: &[("text", ".text"), ("num_examples", "$n"), ("num_pairs", "$n"), ("summary", SUMMARY)],
    },
    Prompt {
        key: "cot_enhancement",
        made: Made::Task,
        name: "cot-enhance",
        holes: &[("conversations", TURNS), ("include_simple_steps", "\"false\"")],
    },
    Prompt {
        key: "taxonomy_generation",
        made: Made::Task,
        name: "taxonomy",
        holes: &[("taxonomy", TOPIC), ("num_examples", "$n"), ("num_pairs", "$n")],
    },
    Prompt {
        key: "seed_examples_generation",
        made: Made::Task,
        name: "instruct",
        holes: &[
            ("seed_examples", "$seeds | tojson"),
            ("examples", "$seeds | tojson"),
            ("num_examples", "$n"),
            ("num_pairs", "$n"),
        ],
    },
    Prompt { key: "qa_rating", made: Made::Rubric, name: "qa", holes: &[("pairs", PAIRS)] },
    Prompt {
        key: "seed_rating",
        made: Made::Rubric,
        name: "instruct",
        holes: &[("examples", PAIRS), ("pairs", PAIRS), ("seed_examples", PAIRS)],
    },
];

/// What tells later requests with the same words apart: nothing is added to the first.
const AGAIN: &str = "
{{ if $variation != \"\" then \"Variation \\($variation): take others than the most obvious ones.\" else \"\" end }}
{{ if ($avoid // []) != [] then \"Do not repeat these:\\n\" + ($avoid | map(\"- \" + .) | join(\"\\n\")) else \"\" end }}";

const RATED: &str = "

Rate this one alone, from 1 to 10, with one short reason: reply with JSON of the form
{\"rating\":{\"score\":7,\"reason\":\"…\"}} and nothing else.";

/// Reads those that the file has.
pub(super) fn read(fields: &mut Fields) -> Prompts {
    let mut prompts = Prompts::new();
    for prompt in PROMPTS {
        let path = format!("prompts.{}", prompt.key);
        let Some(member) = fields.find(&path) else { continue };
        let Some(body) = body(fields, prompt, &path, member) else { continue };
        if let Some(file) = prompt.file(&body) {
            prompts.insert((prompt.made, prompt.name), file);
        }
    }
    prompts
}

/// The words of a prompt as a template of ours.
fn body(fields: &mut Fields, prompt: &Prompt, path: &str, member: &Member) -> Option<String> {
    let Tree::Scalar(Value::String(template)) = &member.node.value else {
        let found = member.node.shown();
        fields.fault(member.line, path, &format!("expected a text, found {found}"));
        return None;
    };
    if template.trim().is_empty() {
        fields.fault(member.line, path, "it is empty; leave it out for the built-in prompt");
        return None;
    }
    let read = match translate(template, prompt.holes) {
        // This one is no template there: its braces are text.
        Err(wrong) if wrong.stray && prompt.key == "summary" => {
            Translated { text: literal(template), used: Vec::new() }
        }
        Err(wrong) => {
            let line = fields.source.line_of(&member.node, wrong.line);
            fields.fault(line, path, &wrong.what);
            return None;
        }
        Ok(read) => read,
    };
    let uses = |names: &[&str]| read.used.iter().any(|used| names.contains(used));
    let mut text = read.text;
    let (main, hole) = prompt.holes[0];
    if !uses(&[main, "examples", "pairs", "seed_examples"]) {
        if prompt.key != "summary" {
            fields.remark(member.line, path, &format!("it has no `{{{main}}}`, which is put at its end"));
        }
        text = format!("{}\n\n{{{{ {hole} }}}}", text.trim_end());
    }
    let counts = prompt.holes.iter().any(|hole| hole.1 == "$n");
    if counts && !uses(&["num_pairs", "num_examples"]) {
        text = format!("{}\n\nWrite exactly {{{{ $n }}}}.", text.trim_end());
    }
    Some(text)
}

impl Prompt {
    /// The prompt file of these words; none where the task is not built in.
    fn file(&self, body: &str) -> Option<String> {
        if self.made == Made::Rubric {
            let front = "about: The config's own prompt, 1–10\ncriteria:\n  rating: {scale: [1, 10]}\n\
                         score: .rating\nscale: [1, 10]\n";
            return Some(format!("---\n{front}---\n# user\n{body}{RATED}\n"));
        }
        let builtin = crate::named(self.name)?.text;
        let front = builtin.strip_prefix("---\n")?.split_once("\n---\n")?.0;
        let again = if builtin.contains("$avoid") { AGAIN } else { "" };
        Some(format!("---\n{front}\n---\n# user\n{body}\n{again}\n"))
    }
}
