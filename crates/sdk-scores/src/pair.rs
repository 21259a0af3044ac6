//! `--pairwise`: which of two answers is better, asked in both orders. Who prefers a place to an answer prefers none.

use std::sync::Arc;

use sdk_prompt::{Criterion, PromptFile, Scale, Schema, Variables};
use sdk_record::{Fault, Kind, Record, quote};
use sdk_select::{Select, Val, input, raw};
use serde_json::{Value, json};

use crate::judgment::{Judged, judged};
use crate::question::{Question, Reads};
use crate::rubric::Rubric;

/// In which order the two answers stand in the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    AsGiven,
    Swapped,
}

/// Names that models give the two places and the tie.
const PLACES: [&[&str]; 3] =
    [&["first", "1", "a"], &["second", "2", "b"], &["tie", "equal", "neither", "both"]];

impl Order {
    /// The row's own answer that is meant: 1 the first, 0 the second, between them neither.
    pub(crate) fn read(self, said: &Value) -> Result<Judged, Fault> {
        let word = match &said["better"] {
            Value::String(word) => word.trim().to_lowercase(),
            other => other.to_string(),
        };
        let place = PLACES.iter().position(|names| names.contains(&word.as_str()));
        let meant = place.map(|place| match (self, place) {
            (Order::AsGiven, 0) | (Order::Swapped, 1) => "first",
            (Order::AsGiven, 1) | (Order::Swapped, 0) => "second",
            _ => "tie",
        });
        let meant = meant.ok_or_else(|| {
            let found = said.get("better").map_or("nothing".to_owned(), Value::to_string);
            Fault::new(Kind::Invalid, format!("better: expected first, second or tie, found {found}"))
        })?;
        judged(&self.criterion(), Some(&json!({ "score": meant, "reason": said["reason"] })))
    }

    fn criterion(self) -> Criterion {
        let name = match self {
            Order::AsGiven => "as_given",
            Order::Swapped => "swapped",
        };
        let words = [("first", 1.0), ("second", 0.0), ("tie", TIE)];
        let scale = Scale::Words(words.map(|(word, number)| (word.to_owned(), number)).into());
        Criterion { name: name.to_owned(), scale, weight: 1.0, about: String::new(), value: None }
    }
}

/// The score of two answers of which neither is better.
const TIE: f64 = 0.5;

/// One score out of both orders: better is what is better in both.
pub(crate) fn outcome(both: &[Judged]) -> f64 {
    match both {
        [one, rest @ ..] if rest.iter().all(|other| (other.number - one.number).abs() < TIE) => one.number,
        _ => TIE,
    }
}

/// The outcome in a word.
pub(crate) fn word(score: f64) -> &'static str {
    match score {
        score if score > TIE => "first",
        score if score < TIE => "second",
        _ => "tie",
    }
}

/// The two answers and what is asked about them.
#[derive(Debug)]
pub(crate) struct Pair {
    answers: Select,
    file: PromptFile,
    criteria: String,
    pub(crate) schema: Arc<Schema>,
}

impl Pair {
    /// Compiles `--pairwise`, to be asked by the criteria of `rubric`.
    ///
    /// # Errors
    /// It is no jq, or nothing is asked by the rubric.
    pub(crate) fn new(answers: &str, rubric: &Rubric, variables: &Variables) -> Result<Pair, String> {
        let answers = Select::new(answers, &[]).map_err(|error| error.to_string())?;
        let criteria: Vec<Value> =
            rubric.asked().map(|one| json!({ "name": one.name, "about": one.about })).collect();
        if criteria.is_empty() {
            return Err("--pairwise asks by a rubric's criteria, and all of this one are computed".to_owned());
        }
        let schema = json!({
            "type": "object",
            "properties": { "reason": { "type": "string" }, "better": { "enum": ["first", "second", "tie"] } },
            "required": ["reason", "better"],
            "additionalProperties": false
        });
        Ok(Pair {
            answers,
            file: PromptFile::parse("pairwise", include_str!("pairwise.md"), variables)?,
            criteria: Value::from(criteria).to_string(),
            schema: Arc::new(Schema::new(schema)?),
        })
    }

    /// Both questions about a row, which is seen without what tools added. `source`: what it is judged against.
    ///
    /// # Errors
    /// There are not two answers, or a hole of the prompt fails.
    pub(crate) fn questions(
        &self,
        seen: &Record,
        source: Option<&str>,
        known: &Record,
        values: &[Val],
    ) -> Result<Vec<Question>, Fault> {
        let found = self.answers.values(input(seen)?, &[], 3)?;
        let [first, second] = found.as_slice() else {
            let expected =
                format!("--pairwise {}: expected two answers, found {}", self.answers.text(), found.len());
            return Err(Fault::new(Kind::Expression, expected));
        };
        if let Some(at) = found.iter().position(|answer| *answer == Val::Null) {
            let message = format!("--pairwise {}: answer {} is null", self.answers.text(), at + 1);
            return Err(Fault::new(Kind::Missing, message));
        }
        let text = |answer: &Val| match raw(answer) {
            raw if raw.starts_with('"') => raw,
            raw => quote(&raw),
        };
        let (first, second) = (text(first), text(second));
        let ordered = |order: Order, first: &str, second: &str| {
            let mut pairs = vec![("criteria", self.criteria.as_str()), ("first", first), ("second", second)];
            pairs.extend(source.map(|source| ("source", source)));
            let messages = self.file.messages(Some(&Record::from_pairs(pairs)), values)?;
            let mut about = known.clone();
            about.push("first", first);
            about.push("second", second);
            Ok(Question { messages, about, reads: Reads::Better(order) })
        };
        Ok(vec![ordered(Order::AsGiven, &first, &second)?, ordered(Order::Swapped, &second, &first)?])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(as_given: &str, swapped: &str) -> &'static str {
        let read =
            |order: Order, place: &str| order.read(&json!({ "better": place, "reason": "r" })).unwrap();
        word(outcome(&[read(Order::AsGiven, as_given), read(Order::Swapped, swapped)]))
    }

    #[test]
    fn better_is_what_is_better_in_both_orders() {
        assert_eq!(both("first", "second"), "first");
        assert_eq!(both("second", "first"), "second");
        assert_eq!(both("tie", "Tie"), "tie");
        // The first place, or the second, whoever stands there.
        assert_eq!(both("first", "first"), "tie");
        assert_eq!(both("B", "2"), "tie");
        assert_eq!(both("first", "tie"), "tie");
        let fault = Order::AsGiven.read(&json!({ "better": "third" })).unwrap_err();
        assert!(fault.message.contains("first, second or tie, found \"third\""), "{fault}");
        assert!(Order::Swapped.read(&json!({})).unwrap_err().message.ends_with("found nothing"));
    }
}
