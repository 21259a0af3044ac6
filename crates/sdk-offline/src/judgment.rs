//! Scores on the scale that a rubric's schema gives, each with its reason.

use serde_json::{Map, Number, Value, json};

use crate::measure::{Measure, Measures};

/// Whether the schema of a property is that of a criterion.
pub(crate) fn is_criterion(schema: &Value) -> bool {
    schema["properties"]["score"].is_object()
}

/// Fills one criterion: its `score` and `reason`.
pub(crate) fn judged(name: &str, schema: &Value, measures: &Measures) -> Value {
    let found = criterion(name, measures);
    let mut said = Map::new();
    for key in schema["properties"].as_object().into_iter().flat_map(|properties| properties.keys()) {
        let value = match key.as_str() {
            "score" => scaled(found.value, &schema["properties"]["score"]),
            "reason" | "explanation" | "judgment" | "comment" => Value::from(found.reason.as_str()),
            _ => continue,
        };
        said.insert(key.clone(), value);
    }
    Value::Object(said)
}

/// The measure that answers for a criterion.
fn criterion(name: &str, measures: &Measures) -> Measure {
    if let Some(fault) = &measures.fault {
        return fault.clone();
    }
    let found = match name.to_lowercase().as_str() {
        "accuracy" | "correctness" | "faithfulness" | "groundedness" | "truthfulness" => &measures.grounding,
        "relevance" | "relevancy" => &measures.relevance,
        "clarity" | "coherence" | "fluency" | "form" => &measures.form,
        "usefulness" | "helpfulness" | "use" | "completeness" => &measures.substance,
        _ => {
            let all = [&measures.grounding, &measures.relevance, &measures.form, &measures.substance];
            let value = all.iter().map(|measure| measure.value).sum::<f64>() / 4.0;
            let reasons: Vec<&str> = all.iter().map(|measure| measure.reason.as_str()).collect();
            return Measure { value, reason: format!("mean of the measures: {}", reasons.join("; ")) };
        }
    };
    found.clone()
}

/// A share of one on the scale of the schema.
fn scaled(share: f64, schema: &Value) -> Value {
    if let Some(steps) = schema["enum"].as_array().filter(|steps| !steps.is_empty()) {
        return step(share, steps);
    }
    let bound = |names: [&str; 2]| names.iter().find_map(|name| number(&schema[*name]));
    let least = bound(["minimum", "exclusiveMinimum"]).unwrap_or(0.0);
    let most = bound(["maximum", "exclusiveMaximum"]).unwrap_or(least + 10.0);
    let value = least + share.clamp(0.0, 1.0) * (most - least);
    match schema["type"].as_str() {
        Some("boolean") => json!(share >= 0.6),
        Some("string") => json!(if share >= 0.6 { "good" } else { "poor" }),
        Some("number") => Number::from_f64((value * 10.0).round() / 10.0).map_or(Value::Null, Value::Number),
        #[allow(clippy::cast_possible_truncation)] // a scale's few points
        _ => json!(value.round() as i64),
    }
}

/// A number of the schema; with arbitrary precision `as_f64` still reads its spelling.
pub(crate) fn number(value: &Value) -> Option<f64> {
    value.as_f64()
}

/// The step of a scale in words, or in numbers, that a share falls on.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // a few steps
fn step(share: f64, steps: &[Value]) -> Value {
    let best = ["good", "excellent", "great", "high", "yes", "best", "pass", "correct", "true"];
    let first = steps[0].as_str().unwrap_or_default().to_lowercase();
    let falling = best.contains(&first.as_str()) || steps[0] == json!(true);
    let place = ((share.clamp(0.0, 1.0) * (steps.len() - 1) as f64).round()) as usize;
    let place = if falling { steps.len() - 1 - place } else { place };
    steps[place.min(steps.len() - 1)].clone()
}
