//! A prompt file made ready to generate with: compiled rules, what is kept, how much is asked.

use sdk_prompt::{Adds, From, Parameters, Price, PromptFile, Repair, Variables};
use sdk_record::{Fault, Kind, Record};
use sdk_select::{Select, Val, input, object};
use serde_json::Value;

use super::conversation::Conversation;
use crate::GenFlags;

/// Seeds shown in a request unless the file says another number.
const SHOTS: usize = 5;

/// Least characters of a part: below that nothing gets shorter by being joined.
const PART: usize = 500;

/// A task, ready to be asked.
#[derive(Debug)]
pub struct Task {
    pub(super) file: PromptFile,
    pub(super) variables: Variables,
    pub(super) parameters: Parameters,
    pub(super) rules: Vec<Select>,
    pub(super) distinct: Option<Select>,
    pub(super) ask: usize,
    pub(super) repairs: u32,
    /// What tokens cost.
    pub(super) price: Option<Price>,
    keep: Keep,
}

#[derive(Debug)]
enum Keep {
    Nothing,
    All,
    Keys(Vec<String>),
    Object(Box<Select>),
}

impl Task {
    /// Compiles the prompt file `text`, called `name`, with the user's flags.
    ///
    /// # Errors
    /// One line that names the place.
    pub fn new(name: &str, text: &str, flags: &GenFlags, parameters: &Parameters) -> Result<Task, String> {
        let variables = Variables::new(&flags.vars)?;
        let file = PromptFile::parse(name, text, &variables)?;
        let wrong = |what: String| format!("prompt file {name}: {what}");
        let names = variables.names();
        let rules: Result<Vec<Select>, _> =
            file.front.rules.iter().map(|rule| Select::new(rule, &names)).collect();
        let distinct = file.front.distinct.as_deref().map(|text| Select::new(text, &names)).transpose();
        let keep = match (&flags.keep, &file.front.keep) {
            (Some(text), _) => {
                let select = Select::new(text, &names).map_err(|error| format!("--keep: {error}"))?;
                Keep::Object(Box::new(select))
            }
            (None, None) => Keep::Nothing,
            (None, Some(Value::String(all))) if all == "all" => Keep::All,
            (None, Some(Value::Array(keys))) => {
                Keep::Keys(keys.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            }
            (None, Some(other)) => {
                return Err(wrong(format!("keep: expected `all` or a list of keys, found {other}")));
            }
        };
        let task = Task {
            parameters: file.parameters(parameters),
            rules: rules.map_err(|error| wrong(format!("rules: {error}")))?,
            distinct: distinct.map_err(|error| wrong(format!("distinct: {error}")))?,
            ask: file.front.ask.unwrap_or(1).max(1),
            repairs: Repair::ROUNDS,
            price: None,
            file,
            variables,
            keep,
        };
        if task.adds() && flags.number.is_some() {
            return Err(format!(
                "-n: {name} adds keys to each row; take fewer rows with `head -n N` before it"
            ));
        }
        if task.adds() && task.ask > 1 {
            return Err(wrong("ask: a task that adds keys asks one item of each row".to_owned()));
        }
        if task.adds_reasoning() && task.file.schema.is_some() {
            return Err(wrong(
                "item: `adds: reasoning` asks a text for each answer; leave `item` out".to_owned(),
            ));
        }
        if let Some(parts) = task.file.front.parts {
            let fits = task.adds() && !task.adds_reasoning() && !task.file.front.needs.is_empty();
            if !fits || parts < PART {
                return Err(wrong(format!(
                    "parts: expected at least {PART} characters, with `adds: keys` and in `needs` first the key of the text"
                )));
            }
            if task.file.front.images.is_some() {
                return Err(wrong(
                    "parts: a text that is asked about in parts is sent without pictures; leave out `parts` or `images`"
                        .to_owned(),
                ));
            }
        }
        Ok(task)
    }

    /// The same, where an unusable reply is sent back at most so often.
    #[must_use]
    pub fn with_repairs(self, repairs: u32) -> Task {
        Task { repairs, ..self }
    }

    /// The same, where rows say what they cost.
    #[must_use]
    pub fn with_price(self, price: Option<Price>) -> Task {
        Task { price, ..self }
    }

    /// What rows and messages call it.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Whether the item joins the row, instead of making a new one.
    pub fn adds(&self) -> bool {
        self.file.front.adds.is_some()
    }

    /// Whether it joins the conversation of the row.
    pub(super) fn adds_reasoning(&self) -> bool {
        self.file.front.adds == Some(Adds::Reasoning)
    }

    /// Whether a long text is asked about in parts.
    pub fn reads_in_parts(&self) -> bool {
        self.file.front.parts.is_some()
    }

    /// Longest text of a request, in characters.
    pub(super) fn parts(&self) -> usize {
        self.file.front.parts.unwrap_or(usize::MAX)
    }

    /// The key of the text that is asked about in parts.
    pub(super) fn text_key(&self) -> &str {
        self.file.front.needs.first().map_or("text", String::as_str)
    }

    /// Whether all rows are examples.
    pub fn from_seeds(&self) -> bool {
        self.file.front.from == From::Seeds
    }

    pub(super) fn shots(&self) -> usize {
        self.file.front.shots.unwrap_or(SHOTS)
    }

    /// Whether this row can be asked about.
    ///
    /// # Errors
    /// `missing` or `key_exists`.
    pub fn check(&self, row: &Record) -> Result<(), Fault> {
        self.file.lacks(row)?;
        if self.adds_reasoning() {
            return Conversation::of(self.name(), row).map(|_| ());
        }
        if self.adds() {
            let text = ["output".to_owned()];
            let added = match &self.file.schema {
                Some(schema) => keys(schema.item()),
                None => text.to_vec(),
            };
            if let Some(key) = added.iter().find(|key| row.has(key)) {
                let name = self.name();
                let message =
                    format!("{name} adds the key `{key}`, which is there already; rename or delete it first");
                return Err(Fault::new(Kind::KeyExists, message));
            }
        }
        Ok(())
    }

    /// The parent's fields that ride along, never its `id` and `sdk`.
    pub(super) fn kept(&self, row: &Record) -> Result<Record, Fault> {
        let kept = match &self.keep {
            Keep::Nothing => return Ok(Record::default()),
            Keep::All => row.clone(),
            Keep::Keys(keys) => {
                return Ok(Record::from_pairs(keys.iter().filter_map(|key| Some((key, row.get(key)?)))));
            }
            Keep::Object(select) => object(select, input(row)?, &self.variables.values(&[]))?,
        };
        Ok(kept.without(&["id", "sdk"]))
    }

    /// What tells an item or a made row from its repeats; spaces do not matter.
    pub(super) fn identity(&self, row: &Record) -> String {
        match self.distinct_of(row) {
            Some(value) => fold(&value),
            None => fold(row.without(&["id", "sdk"]).text()),
        }
    }

    /// What later requests are told not to repeat: the distinct value, else the item's first text.
    pub(super) fn avoided(&self, item: &Record) -> Option<String> {
        self.distinct_of(item).or_else(|| first_text(item))
    }

    /// Whether repeats are told across rows: labels may well be equal, questions and copies of seeds may not.
    pub(super) fn tells_repeats(&self) -> bool {
        self.distinct.is_some() || self.from_seeds()
    }

    fn distinct_of(&self, row: &Record) -> Option<String> {
        let value = self.distinct.as_ref()?.first(input(row).ok()?, &self.variables.values(&[])).ok()??;
        let raw = sdk_select::raw(&value);
        (!matches!(value, Val::Null)).then(|| serde_json::from_str::<String>(&raw).unwrap_or(raw))
    }
}

/// What items of parts are as the text of the next request: the first text of each.
pub(super) fn joined(items: &[Record]) -> String {
    let texts: Vec<String> = items.iter().filter_map(first_text).collect();
    texts.join("\n\n")
}

fn first_text(item: &Record) -> Option<String> {
    let (key, _) = item.iter().find(|(_, raw)| raw.starts_with('"'))?;
    item.string(&key)
}

/// The property names of an item schema, in order.
pub(super) fn keys(schema: &Value) -> Vec<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
