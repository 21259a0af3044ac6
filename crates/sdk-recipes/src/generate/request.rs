//! A request put into words: the prompt file's templates with what this request has that others have not.

use std::sync::Arc;

use sdk_prompt::{About, Ask, Picture, Schema, Want};
use sdk_record::{Fault, Record};
use sdk_select::{Val, val};

use super::task::Task;

/// What one request is about.
#[derive(Default)]
pub(super) struct Request<'a> {
    pub(super) row: Option<&'a Record>,
    pub(super) seeds: &'a [Record],
    pub(super) pictures: &'a [Picture],
    pub(super) avoid: &'a [String],
    /// Items asked for.
    pub(super) count: usize,
    /// Tells this request apart from others with the same words.
    pub(super) sample: u32,
    /// The same in words, for `$variation`.
    pub(super) variation: String,
    /// Other names that this request gives a value.
    pub(super) also: Vec<(&'static str, Val)>,
}

impl Request<'_> {
    /// The request to `task`, whose items are as `schema` says.
    ///
    /// # Errors
    /// What the row lacks, or a hole that fails.
    pub(super) fn ask(self, task: &Task, schema: Option<&Arc<Schema>>) -> Result<Ask, Fault> {
        let want = match (schema, task.ask > 1) {
            (None, _) => Want::Text,
            (Some(_), false) => Want::Item,
            (Some(_), true) => Want::Items(self.count),
        };
        // Most prompts use few of them, and a list of examples is long.
        let uses = |name| task.file.uses(name);
        let mut known = vec![("n", Val::from(self.count)), ("variation", Val::from(self.variation))];
        if uses("seeds") {
            let seeds: Vec<&str> = self.seeds.iter().map(Record::text).collect();
            known.push(("seeds", val(&format!("[{}]", seeds.join(",")))?));
        }
        if uses("avoid") {
            known.push(("avoid", val(&serde_json::Value::from(self.avoid.to_vec()).to_string())?));
        }
        if let Some(schema) = schema.filter(|_| uses("schema")) {
            known.push(("schema", val(&schema.item().to_string())?));
        }
        known.extend(self.also);
        Ok(Ask {
            messages: task.file.messages_with(self.row, &task.variables.values(&known), self.pictures)?,
            want,
            schema: schema.cloned(),
            parameters: task.parameters.clone(),
            sample: self.sample,
            about: About {
                name: Arc::clone(&task.file.name),
                row: self.row.cloned(),
                seeds: self.seeds.to_vec(),
                avoid: self.avoid.to_vec(),
                ..About::default()
            },
        })
    }
}
