//! What rows say of how they were made: `sdk` of those that were generated, `judge` and `score` of those that were judged.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use sdk_record::token::body;
use sdk_record::{member, members};

use super::histogram::Histogram;

/// Most makers that are counted apart.
const MAKERS: usize = 100;

/// Makers in words, and how many rows are theirs.
pub(super) type Makers = BTreeMap<Vec<String>, u64>;

/// The counts of rows. Clones count together.
#[derive(Debug, Default, Clone)]
pub struct Origins(Rc<RefCell<Counts>>);

/// What is counted.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Tool, task, model and prompt.
    pub(super) made: Makers,
    /// Rubric and model.
    pub(super) judged: Makers,
    pub(super) scores: Histogram,
}

impl Origins {
    /// Counts a row that was made into a line: its JSON.
    pub fn count(&self, row: &str) {
        let mut counts = self.0.borrow_mut();
        for (key, raw) in members(row) {
            match key {
                "\"sdk\"" if raw.starts_with('{') => {
                    let prompt = member(raw, "prompt");
                    let prompt = prompt.and_then(|prompt| member(prompt, "hash").or(Some(prompt)));
                    let of = |key| member(raw, key);
                    add(&mut counts.made, [of("tool"), of("task"), of("model"), prompt]);
                }
                "\"judge\"" if raw.starts_with('{') => {
                    add(&mut counts.judged, [member(raw, "rubric"), member(raw, "model")]);
                }
                "\"score\"" => counts.scores.add(raw),
                _ => {}
            }
        }
    }

    pub(super) fn with<T>(&self, read: impl FnOnce(&Counts) -> T) -> T {
        read(&self.0.borrow())
    }
}

fn add<const N: usize>(makers: &mut Makers, raw: [Option<&str>; N]) {
    let text = |raw: Option<&str>| raw.and_then(body).unwrap_or("–").chars().take(120).collect::<String>();
    let maker = raw.map(text).to_vec();
    let known = makers.len() < MAKERS || makers.contains_key(&maker);
    *makers.entry(if known { maker } else { vec!["others".to_owned(); N] }).or_default() += 1;
}
