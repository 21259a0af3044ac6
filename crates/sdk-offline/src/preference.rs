//! Which of two answers measures better.

use serde_json::{Map, Value, json};

use crate::measure::{Measures, measures};
use crate::row::parts;

/// Differences below this are none.
const HAIR: f64 = 0.02;

/// Whether a schema asks for the better one of two answers that the row has.
pub(crate) fn is_preference(properties: &Map<String, Value>, row: &Map<String, Value>) -> bool {
    properties.contains_key("better") && ["first", "second"].iter().all(|key| row.contains_key(*key))
}

/// The one that measures better, whichever stands first.
pub(crate) fn preferred(row: &Map<String, Value>) -> Value {
    let of = |answer: &str| {
        let mut row: Map<String, Value> = row.clone();
        let answer = row.remove(answer).unwrap_or_default();
        row.retain(|key, _| !matches!(key.as_str(), "first" | "second" | "assistant"));
        row.insert("answer".to_owned(), answer);
        total(&measures(&parts(&row)))
    };
    let (first, second) = (of("first"), of("second"));
    let better = match first - second {
        difference if difference > HAIR => "first",
        difference if difference < -HAIR => "second",
        _ => "tie",
    };
    json!({ "reason": format!("the answers measure {first:.2} and {second:.2}"), "better": better })
}

/// All measures in one figure; a fault weighs all.
fn total(measures: &Measures) -> f64 {
    if let Some(fault) = &measures.fault {
        return fault.value / 4.0;
    }
    let all = [&measures.grounding, &measures.relevance, &measures.form, &measures.substance];
    all.iter().map(|measure| measure.value).sum::<f64>() / 4.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn better(first: &str, second: &str) -> String {
        let row = json!({ "user": "Why is the sea salty?", "first": first, "second": second });
        preferred(row.as_object().unwrap())["better"].as_str().unwrap().to_owned()
    }

    #[test]
    fn the_order_changes_nothing() {
        let (good, bad) =
            ("Rivers carry salt to the sea, and it stays there.", "salt salt salt salt salt salt salt salt");
        assert_eq!(better(good, bad), "first");
        assert_eq!(better(bad, good), "second");
        assert_eq!(better(good, good), "tie");
    }
}
