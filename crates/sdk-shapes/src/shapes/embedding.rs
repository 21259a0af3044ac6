//! `embedding`: `{"anchor","positive","negative"}` for training sentence embeddings; without `negative` where the row
//! has none, with `negative_1`, `negative_2`, … where it has several. What is asked is the anchor, the answer the
//! positive, and `negative` (a text or a list), `negative_1`, … or the rejected answer are the negatives. Source: Sentence
//! Transformers' "Dataset Overview", and the n-tuples of its `mine_hard_negatives`.

use std::borrow::Cow;

use sdk_record::{Fault, Row, Speaker, Turn, Turns, as_text, elements};

use super::Shape;
use crate::check::embedding as check;
use crate::messages::{exchange, plain, refused, without_media};
use crate::{Example, tools};

pub(super) const SHAPE: Shape = Shape {
    name: "embedding",
    about: "{\"anchor\",\"positive\",\"negative\"}, for sentence embeddings",
    empty: r#"{"anchor":"","positive":""}"#,
    write,
    read,
    check,
};

pub(crate) fn read<'a>(row: Row<'a>, turns: &mut Turns<'a>) -> Result<bool, Fault> {
    let (Some(anchor), Some(positive)) = (row.get("anchor"), row.get("positive")) else { return Ok(false) };
    turns.turns.push(Turn::new(Speaker::User, as_text("anchor", anchor)?));
    turns.turns.push(Turn::new(Speaker::Assistant, as_text("positive", positive)?));
    let rejected = negatives(row)?.into_iter().map(|text| Turn::new(Speaker::Assistant, text));
    turns.rejected.extend(rejected);
    (turns.texts, turns.answer) = (true, 1);
    turns.frame(row);
    Ok(true)
}

/// Whether a key holds texts that are far from the anchor.
pub(crate) fn is_negative(key: &str) -> bool {
    number(key).is_some()
}

/// The place of a key among those of negatives.
fn number(key: &str) -> Option<u64> {
    match key.strip_prefix("negative")? {
        "" => Some(0),
        rest => rest.strip_prefix('_')?.parse().ok(),
    }
}

/// The texts that are far from the anchor, in the order of their numbers.
fn negatives(row: Row<'_>) -> Result<Vec<Cow<'_, str>>, Fault> {
    let mut found: Vec<_> = row
        .iter()
        .filter_map(|(key, raw)| Some((number(&key)?, key, raw)))
        .filter(|(_, _, raw)| *raw != "null")
        .collect();
    found.sort_by_key(|(number, _, _)| *number);
    let mut texts = Vec::new();
    for (_, key, raw) in found {
        match raw.starts_with('[') {
            true => {
                for text in elements(raw) {
                    texts.push(as_text(&key, text)?);
                }
            }
            false => texts.push(as_text(&key, raw)?),
        }
    }
    Ok(texts)
}

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut told = Turns::default();
    example.told(&mut told)?;
    let (system, user, assistant) = exchange("embedding", &told.turns)?;
    if system.is_some() {
        return Err(refused(
            "embedding",
            "holds two texts, found a system text (--system null leaves it out)",
        ));
    }
    if told.tools.as_deref().is_some_and(|raw| tools::functions(raw).is_some()) {
        return Err(refused("embedding", "holds texts, found tools"));
    }
    without_media("embedding", &told)?;
    if told.bad {
        return Err(refused("embedding", "holds a text that is near, found an answer with label false"));
    }
    let negatives = match told.rejected.as_slice() {
        [] => negatives(example.row)?,
        many if told.texts => many.iter().map(|one| plain("embedding", one)).collect::<Result<_, _>>()?,
        [one] => vec![plain("embedding", one)?],
        _ => return Err(refused("embedding", "holds texts as negatives, found several messages")),
    };
    let (anchor, positive) = (plain("embedding", user)?, plain("embedding", assistant)?);
    line.extend(["{\"anchor\":", &anchor, ",\"positive\":", &positive]);
    match negatives.as_slice() {
        [one] => line.extend([",\"negative\":", one]),
        many => {
            for (index, text) in many.iter().enumerate() {
                line.extend([",\"negative_", &(index + 1).to_string(), "\":", text]);
            }
        }
    }
    line.push('}');
    Ok(())
}
