//! A model's judgment as numbers and reasons: tolerant of form, strict about range. What becomes of several judgments is
//! next door (`opinion.rs`).

use sdk_prompt::{Criterion, Scale};
use sdk_record::{Fault, Kind};
use serde_json::{Map, Value, json};

/// One criterion's judgment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judged {
    pub(crate) name: String,
    /// As the scale says it: a number, a boolean, a word.
    pub(crate) score: Value,
    /// What it counts in sums.
    pub(crate) number: f64,
    pub(crate) reason: Option<String>,
}

/// Keys that models give a score under.
const SCORES: [&str; 2] = ["score", "rating"];

/// Reads what was said of the criteria that a model is asked about.
pub(crate) fn all_judged<'c>(
    criteria: impl Iterator<Item = &'c Criterion> + Clone,
    said: &Value,
) -> Result<Vec<Judged>, Fault> {
    let alone = criteria.clone().count() == 1;
    let read = |criterion: &Criterion| {
        let named = said.get(&criterion.name);
        // Of one criterion models leave out the name.
        let bare = || Some(said).filter(|said| alone && SCORES.iter().any(|key| said.get(key).is_some()));
        judged(criterion, named.or_else(bare))
    };
    criteria.map(read).collect()
}

/// Reads what was said of one criterion: `{"score","reason"}`, or the score alone; `"9"` and `9/10` are 9.
pub(crate) fn judged(criterion: &Criterion, said: Option<&Value>) -> Result<Judged, Fault> {
    let wrong = |what: String| Fault::new(Kind::Invalid, format!("{}: {what}", criterion.name));
    let said = said.ok_or_else(|| wrong("it is missing from the reply".to_owned()))?;
    let (score, reason) = match said {
        Value::Object(map) => {
            let score = SCORES.iter().find_map(|key| map.get(*key)).unwrap_or(&Value::Null);
            (score, map.get("reason").and_then(Value::as_str))
        }
        score => (score, None),
    };
    let (score, number) = scaled(&criterion.scale, score).map_err(wrong)?;
    Ok(Judged {
        name: criterion.name.clone(),
        score,
        number,
        reason: reason.map(|text| text.trim().to_owned()),
    })
}

fn scaled(scale: &Scale, score: &Value) -> Result<(Value, f64), String> {
    match scale {
        Scale::Range(low, high) => {
            let number = number(score, *high)
                .ok_or(format!("expected a number from {low} to {high}, found {score}"))?;
            #[allow(clippy::cast_precision_loss)]
            if number < *low as f64 || number > *high as f64 {
                return Err(format!("expected a number from {low} to {high}, found {number}"));
            }
            Ok((plain(number), number))
        }
        Scale::Boolean => {
            let truth = match score {
                Value::Bool(truth) => Some(*truth),
                Value::Number(number) => match number.as_i64() {
                    Some(0) => Some(false),
                    Some(1) => Some(true),
                    _ => None,
                },
                Value::String(word) => match word.trim().to_lowercase().as_str() {
                    "true" | "yes" => Some(true),
                    "false" | "no" => Some(false),
                    _ => None,
                },
                _ => None,
            };
            let truth = truth.ok_or(format!("expected true or false, found {score}"))?;
            Ok((Value::Bool(truth), f64::from(u8::from(truth))))
        }
        Scale::Words(words) => {
            let said = score.as_str().unwrap_or_default().trim();
            let stands_for = score.as_f64();
            let found = words
                .iter()
                .find(|(word, number)| word.eq_ignore_ascii_case(said) || Some(*number) == stands_for);
            found.map(|(word, number)| (Value::from(word.as_str()), *number)).ok_or_else(|| {
                let known: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
                format!("expected one of {}, found {score}", known.join(", "))
            })
        }
    }
}

/// A number, also as text, also of so many: `9/10` on another scale is not 9.
fn number(score: &Value, high: i64) -> Option<f64> {
    match score {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.split_once('/') {
            Some((number, of)) if of.trim().parse() == Ok(high) => number.trim().parse().ok(),
            Some(_) => None,
            None => text.trim().parse().ok(),
        },
        _ => None,
    }
    .filter(|number: &f64| number.is_finite())
}

/// A number as JSON says it shortest: 8, not 8.0.
pub(crate) fn plain(number: f64) -> Value {
    // Beyond it no number has a fraction, and not every whole one is there.
    const WHOLE: f64 = 9e15;
    #[allow(clippy::cast_possible_truncation)]
    if number.abs() >= WHOLE {
        json!(number)
    } else if number.fract() == 0.0 {
        json!(number as i64)
    } else {
        json!((number * 1e6).round() / 1e6)
    }
}

/// `judge.criteria` of a row.
pub(crate) fn criteria(all: &[Judged]) -> Value {
    let one = |judged: &Judged| {
        let mut map = Map::new();
        map.insert("score".to_owned(), judged.score.clone());
        if let Some(reason) = &judged.reason {
            map.insert("reason".to_owned(), reason.clone().into());
        }
        (judged.name.clone(), Value::Object(map))
    };
    Value::Object(all.iter().map(one).collect())
}

/// `judge.reason` of a row: the criteria's reasons in one line.
pub(crate) fn reason(all: &[Judged]) -> String {
    let said = |judged: &Judged| judged.reason.as_ref().map(|reason| format!("{}: {reason}", judged.name));
    all.iter().filter_map(said).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number_of(scale: Scale, said: &Value) -> Result<f64, String> {
        let criterion = Criterion { name: "c".into(), scale, weight: 1.0, about: String::new(), value: None };
        judged(&criterion, Some(said)).map(|judged| judged.number).map_err(|fault| fault.message)
    }

    #[test]
    fn form_is_forgiven_and_range_is_not() {
        let said = [json!({"score": 9}), json!("9"), json!("9/10"), json!({"rating": "9 / 10"}), json!(9.0)];
        for said in said {
            assert_eq!(number_of(Scale::Range(0, 10), &said), Ok(9.0));
        }
        for said in
            [json!(95), json!(-1), json!("good"), json!(null), json!({}), json!("4/5"), json!("9 of 10")]
        {
            assert!(
                number_of(Scale::Range(0, 10), &said)
                    .unwrap_err()
                    .starts_with("c: expected a number from 0 to 10")
            );
        }
        assert_eq!(number_of(Scale::Boolean, &json!("Yes")), Ok(1.0));
        let words = || Scale::Words(vec![("poor".into(), 1.0), ("good".into(), 4.0)]);
        assert_eq!(number_of(words(), &json!({"score": "Good"})), Ok(4.0));
        assert_eq!(number_of(words(), &json!(4)), Ok(4.0));
        assert!(number_of(words(), &json!("fair")).unwrap_err().contains("poor, good"));
        assert!(number_of(words(), &json!(2)).is_err());
        assert_eq!(number_of(Scale::Boolean, &json!(0)), Ok(0.0));
    }
}
