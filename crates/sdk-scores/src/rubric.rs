//! A rubric made ready: its criteria, the schema that a model must fill, and the sum over both kinds.

use std::sync::Arc;

use sdk_prompt::{Criterion, Parameters, PromptFile, Scale, Schema, Score, Variables};
use sdk_record::{Fault, Kind, Record};
use sdk_select::{Select, Val, input, raw, val};
use serde_json::{Map, Value, json};

use crate::judgment::{Judged, judged, plain};

/// The key by which a judgment of a pack says its row.
pub(crate) const ID: &str = "id";

/// How far a sum of decimals may be off.
const HAIR: f64 = 1e-9;

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
    /// Whether it looks at `$reference`.
    refers: bool,
    /// The token limit of a reply is the user's: no pack changes it.
    limited: bool,
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
        let (refers, limited) = (text.contains("$reference"), flags.max_tokens.is_some());
        if let Some([least, most]) = file.front.scale
            && let Some(expected) = unordered(least, most)
        {
            return Err(wrong(format!("`scale`: expected {expected}, found [{least}, {most}]")));
        }
        Ok(Rubric { file, variables, parameters, criteria, schema, computed, total, mean, refers, limited })
    }

    /// The criteria that a model is asked about.
    pub(crate) fn asked(&self) -> impl Iterator<Item = &Criterion> + Clone {
        self.criteria.iter().filter(|criterion| criterion.value.is_none())
    }

    /// Whether it looks at `$reference`.
    pub(crate) fn refers(&self) -> bool {
        self.refers
    }

    /// The schema and the parameters for judging `count` rows in one reply, each told by its `id`.
    ///
    /// # Errors
    /// A criterion has the name of the `id`.
    pub(crate) fn packed(&self, count: usize) -> Result<(Arc<Schema>, Parameters), String> {
        let name = &self.file.name;
        if self.asked().any(|criterion| criterion.name == ID) {
            return Err(format!(
                "rubric file {name}: --pack tells rows by `{ID}`; give that criterion another name"
            ));
        }
        let mut item = schema(&self.criteria).unwrap_or_default();
        let mut properties = Map::new();
        properties.insert(ID.to_owned(), json!({ "type": "integer", "minimum": 1, "maximum": count }));
        if let Some(Value::Object(criteria)) = item.get_mut("properties").map(Value::take) {
            properties.extend(criteria);
        }
        item["required"] = properties.keys().cloned().collect();
        item["properties"] = properties.into();
        let mut parameters = self.parameters.clone();
        if !self.limited {
            let times = u64::try_from(count).unwrap_or(u64::MAX);
            parameters.max_tokens = parameters.max_tokens.map(|limit| limit.saturating_mul(times));
        }
        Ok((Arc::new(Schema::new(item)?), parameters))
    }

    /// The least and the greatest score, as the rubric says or its criteria allow.
    pub(crate) fn scale(&self) -> Option<(f64, f64)> {
        if let Some([least, most]) = self.file.front.scale {
            return Some((least, most));
        }
        let end = |pick: fn(&Scale) -> f64| {
            let ends: Vec<(String, f64)> =
                self.criteria.iter().map(|one| (one.name.clone(), pick(&one.scale))).collect();
            self.total(&ends, &self.variables.values(&[])).ok()
        };
        end(least).zip(end(most)).filter(|(least, most)| least < most)
    }

    /// What rows and messages call it.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// Whether a model must be asked.
    pub fn asks(&self) -> bool {
        self.schema.is_some()
    }

    /// The computed criteria of a row, as they come out; what is no score is for the row's judgment to say.
    pub(crate) fn compute(&self, row: &Record, values: &[Val]) -> Result<Vec<Value>, Fault> {
        let row = input(row)?;
        let compute = |(_, select): &(usize, Select)| {
            let value = select.first(row.clone(), values)?.unwrap_or(Val::Null);
            Ok(serde_json::from_str(&raw(&value)).unwrap_or(Value::Null))
        };
        self.computed.iter().map(compute).collect()
    }

    /// The computed criteria as judgments.
    ///
    /// # Errors
    /// One of them is not on its scale.
    pub(crate) fn measured(&self, values: &[Value]) -> Result<Vec<Judged>, Fault> {
        let both = self.computed.iter().zip(values);
        both.map(|((at, _), value)| judged(&self.criteria[*at], Some(value))).collect()
    }

    /// All criteria in the rubric's order, of those that were asked and those that were computed.
    pub(crate) fn ordered(&self, asked: &[Judged], computed: &[Judged]) -> Vec<Judged> {
        let all = || asked.iter().chain(computed);
        self.criteria.iter().filter_map(|one| all().find(|judged| judged.name == one.name)).cloned().collect()
    }

    /// The score of all criteria.
    ///
    /// # Errors
    /// The rubric's own sum gives none, or one that is not on its scale.
    pub(crate) fn score(&self, all: &[Judged], values: &[Val]) -> Result<f64, Fault> {
        let numbers: Vec<(String, f64)> = all.iter().map(|one| (one.name.clone(), one.number)).collect();
        let score = self.total(&numbers, values)?;
        match self.file.front.scale {
            // Sums of decimals miss by a hair.
            Some([least, most]) if score < least - HAIR || score > most + HAIR => Err(Fault::new(
                Kind::Expression,
                format!(
                    "the rubric's `score` is {}, and its `scale` goes from {least} to {most}",
                    plain(score)
                ),
            )),
            Some([least, most]) => Ok(score.clamp(least, most)),
            None => Ok(score),
        }
    }

    /// One score out of the criteria's numbers.
    fn total(&self, numbers: &[(String, f64)], values: &[Val]) -> Result<f64, Fault> {
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

/// What two numbers lack to be the ends of a scale.
fn unordered(least: f64, most: f64) -> Option<&'static str> {
    if !least.is_finite() || !most.is_finite() {
        return Some("two finite numbers");
    }
    (least >= most).then_some("the lower number first")
}

fn least(scale: &Scale) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    match scale {
        Scale::Range(low, _) => *low as f64,
        Scale::Boolean => 0.0,
        Scale::Words(words) => words.iter().map(|(_, number)| *number).fold(f64::INFINITY, f64::min),
    }
}

fn most(scale: &Scale) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    match scale {
        Scale::Range(_, high) => *high as f64,
        Scale::Boolean => 1.0,
        Scale::Words(words) => words.iter().map(|(_, number)| *number).fold(f64::NEG_INFINITY, f64::max),
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
