//! A rubric made ready: its criteria, the schema that a model must fill, and the sum over both kinds.

use std::sync::Arc;

use sdk_prompt::{Criterion, Parameters, PromptFile, Scale, Schema, Score, Variables};
use sdk_record::{Fault, Kind, Record};
use sdk_select::{Select, Val, input, raw, val};
use serde_json::{Map, Value, json};

/// A rubric, ready to judge with.
#[derive(Debug)]
pub struct Rubric {
    pub(crate) file: PromptFile,
    pub(crate) variables: Variables,
    pub(crate) parameters: Parameters,
    pub(crate) criteria: Vec<Criterion>,
    /// What a model is asked for; none where every criterion is computed.
    pub(crate) schema: Option<Arc<Schema>>,
    computed: Vec<(usize, Select)>,
    total: Option<Select>,
    mean: bool,
}

impl Rubric {
    /// Compiles the rubric file `text`, called `name`.
    ///
    /// # Errors
    /// One line that names the place.
    pub fn new(
        name: &str,
        text: &str,
        vars: &[(String, String)],
        flags: &Parameters,
    ) -> Result<Rubric, String> {
        let wrong = |what: String| format!("rubric file {name}: {what}");
        let variables = Variables::new(vars)?;
        let file = PromptFile::parse(name, text, &variables)?;
        let criteria = file.front.criteria().map_err(wrong)?;
        if criteria.is_empty() {
            return Err(wrong("expected `criteria` in its front matter, found none".to_owned()));
        }
        let names = variables.names();
        let mut computed = Vec::new();
        for (at, criterion) in criteria.iter().enumerate() {
            if let Some(text) = &criterion.value {
                let select = Select::new(text, &names);
                computed.push((
                    at,
                    select.map_err(|error| wrong(format!("criteria.{}: {error}", criterion.name)))?,
                ));
            }
        }
        let (total, mean) = match file.front.scoring() {
            Score::Expression(text) => {
                (Some(Select::new(&text, &names).map_err(|e| wrong(format!("score: {e}")))?), false)
            }
            Score::Mean => (None, true),
            Score::Sum => (None, false),
        };
        let schema = schema(&criteria).map(Schema::new).transpose().map_err(wrong)?.map(Arc::new);
        let parameters = file.parameters(flags);
        Ok(Rubric { file, variables, parameters, criteria, schema, computed, total, mean })
    }

    /// What rows and messages call it.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Whether a model must be asked.
    pub fn asks(&self) -> bool {
        self.schema.is_some()
    }

    /// The computed criteria of a row, by name.
    pub(crate) fn compute(&self, row: &Record, values: &[Val]) -> Result<Vec<(usize, Value)>, Fault> {
        let row = input(row)?;
        let compute = |(at, select): &(usize, Select)| {
            let value = select.first(row.clone(), values)?.unwrap_or(Val::Null);
            Ok((*at, serde_json::from_str(&raw(&value)).unwrap_or(Value::Null)))
        };
        self.computed.iter().map(compute).collect()
    }

    /// One score out of the criteria's numbers.
    pub(crate) fn total(&self, numbers: &[(String, f64)], values: &[Val]) -> Result<f64, Fault> {
        let Some(select) = &self.total else {
            let weight = |name: &str| self.criteria.iter().find(|c| c.name == name).map_or(1.0, |c| c.weight);
            let sum: f64 = numbers.iter().map(|(name, number)| number * weight(name)).sum();
            let weights: f64 = numbers.iter().map(|(name, _)| weight(name)).sum();
            return Ok(if self.mean && weights > 0.0 { sum / weights } else { sum });
        };
        let object: Map<String, Value> =
            numbers.iter().map(|(name, number)| (name.clone(), json!(number))).collect();
        let found = select.first(val(&Value::Object(object).to_string())?, values)?.unwrap_or(Val::Null);
        let number = serde_json::from_str::<f64>(&raw(&found)).ok().filter(|number| number.is_finite());
        number.ok_or_else(|| {
            Fault::new(Kind::Expression, format!("`score` must give a number, it gave {}", raw(&found)))
        })
    }
}

/// `{"NAME":{"score","reason"},…}` for the criteria that a model is asked.
fn schema(criteria: &[Criterion]) -> Option<Value> {
    let asked: Vec<&Criterion> = criteria.iter().filter(|criterion| criterion.value.is_none()).collect();
    let mut properties = Map::new();
    for criterion in &asked {
        let score = match &criterion.scale {
            Scale::Range(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
            Scale::Boolean => json!({ "type": "boolean" }),
            Scale::Words(words) => json!({ "enum": words.iter().map(|(word, _)| word).collect::<Vec<_>>() }),
        };
        let judgment = json!({
            "type": "object",
            "description": criterion.about,
            "properties": { "score": score, "reason": { "type": "string" } },
            "required": ["score", "reason"],
            "additionalProperties": false
        });
        properties.insert(criterion.name.clone(), judgment);
    }
    let required: Vec<&str> = asked.iter().map(|criterion| criterion.name.as_str()).collect();
    (!asked.is_empty()).then(|| {
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
    })
}
