//! The front matter of a prompt file: CLI.md §10.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What a task does with its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Makes {
    /// Each item becomes a row of its own.
    #[default]
    Rows,
}

/// The other thing that a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Adds {
    /// The item's keys join the row.
    Keys,
    /// What is thought before each answer joins the row's conversation, of which nothing else changes.
    Reasoning,
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum From {
    /// One row.
    #[default]
    Row,
    /// Examples drawn from all rows.
    Seeds,
}

/// Everything above the messages. Unknown keys are errors.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Front {
    #[serde(default)]
    pub about: String,
    #[serde(default)]
    pub needs: Vec<String>,
    pub temperature: Option<f64>,
    pub max_tokens: Option<u64>,
    #[serde(default)]
    pub param: Map<String, Value>,
    pub images: Option<String>,
    pub makes: Option<Makes>,
    pub adds: Option<Adds>,
    #[serde(default)]
    pub from: From,
    pub shots: Option<usize>,
    pub ask: Option<usize>,
    /// Longest text of one request, in characters: a longer one is asked about in parts, whose items are joined.
    pub parts: Option<usize>,
    pub item: Option<Map<String, Value>>,
    pub schema: Option<Value>,
    pub keep: Option<Value>,
    #[serde(default)]
    pub rules: Vec<String>,
    pub distinct: Option<String>,
    pub criteria: Option<Map<String, Value>>,
    pub score: Option<String>,
    pub scale: Option<[f64; 2]>,
}

/// How criteria become one score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Score {
    /// Sum of the weighted scores.
    Sum,
    /// Weighted mean.
    Mean,
    /// A jq expression over the criteria.
    Expression(String),
}

/// The values a criterion may take.
#[derive(Debug, Clone, PartialEq)]
pub enum Scale {
    /// Whole numbers from the first to the second.
    Range(i64, i64),
    /// true or false; 1 or 0 in sums.
    Boolean,
    /// Words and the numbers they stand for.
    Words(Vec<(String, f64)>),
}

/// One criterion of a rubric.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub struct Criterion {
    pub name: String,
    pub scale: Scale,
    pub weight: f64,
    pub about: String,
    /// jq on the row, for a criterion that is computed.
    pub value: Option<String>,
}

impl Front {
    /// The JSON Schema of one item, from `item` or `schema`; `None` where the reply is text.
    ///
    /// # Errors
    /// A type that is not known.
    pub fn item_schema(&self) -> Result<Option<Value>, String> {
        match (&self.item, &self.schema) {
            (Some(_), Some(_)) => Err("`item` and `schema` say the same thing; keep one".to_owned()),
            (Some(item), None) => object(item).map(Some),
            (None, Some(schema)) if schema.get("type").and_then(Value::as_str) == Some("object") => {
                Ok(Some(schema.clone()))
            }
            (None, Some(_)) => Err("`schema`: expected a JSON Schema with `type: object`".to_owned()),
            (None, None) => Ok(None),
        }
    }

    /// The criteria of a rubric.
    ///
    /// # Errors
    /// The criterion and what is wrong with it.
    pub fn criteria(&self) -> Result<Vec<Criterion>, String> {
        let criteria = self.criteria.iter().flatten();
        criteria
            .map(|(name, body)| criterion(name, body).map_err(|why| format!("criteria.{name}: {why}")))
            .collect()
    }

    /// How the criteria become one score; `mean` unless said.
    pub fn scoring(&self) -> Score {
        match self.score.as_deref() {
            None | Some("mean") => Score::Mean,
            Some("sum") => Score::Sum,
            Some(expression) => Score::Expression(expression.to_owned()),
        }
    }
}

fn object(item: &Map<String, Value>) -> Result<Value, String> {
    let mut properties = Map::new();
    for (key, kind) in item {
        properties.insert(key.clone(), property(kind).map_err(|why| format!("item.{key}: {why}"))?);
    }
    let required: Vec<&String> = item.keys().collect();
    Ok(json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false
    }))
}

fn property(kind: &Value) -> Result<Value, String> {
    match kind {
        Value::String(name) => match name.as_str() {
            "string" | "integer" | "number" | "boolean" => Ok(json!({ "type": name })),
            "list" | "array" => Ok(json!({ "type": "array", "items": { "type": "string" } })),
            other => Err(format!(
                "expected string, integer, number, boolean, list, a list of words or a map of keys, found {other}"
            )),
        },
        Value::Array(words) if !words.is_empty() => Ok(json!({ "enum": words })),
        Value::Object(keys) => object(keys),
        other => Err(format!("expected a type, found {other}")),
    }
}

fn criterion(name: &str, body: &Value) -> Result<Criterion, String> {
    let Value::Object(body) = body else { return Err(format!("expected a map with `scale`, found {body}")) };
    let known = ["scale", "weight", "about", "value"];
    if let Some(key) = body.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(format!("unknown key `{key}`; known are {}", known.join(", ")));
    }
    let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    Ok(Criterion {
        name: name.to_owned(),
        scale: scale(body.get("scale"))?,
        weight: body.get("weight").map_or(Some(1.0), Value::as_f64).ok_or("`weight` must be a number")?,
        about: text("about").unwrap_or_default(),
        value: text("value"),
    })
}

fn scale(value: Option<&Value>) -> Result<Scale, String> {
    match value {
        Some(Value::Array(ends)) => {
            match (ends.len(), ends.first().and_then(Value::as_i64), ends.last().and_then(Value::as_i64)) {
                (2, Some(low), Some(high)) if low < high => Ok(Scale::Range(low, high)),
                _ => Err("`scale` must be two whole numbers, the lower first".to_owned()),
            }
        }
        Some(Value::String(word)) if word == "boolean" => Ok(Scale::Boolean),
        Some(Value::Object(words)) if !words.is_empty() => {
            let word =
                |(word, number): (&String, &Value)| number.as_f64().map(|number| (word.clone(), number));
            words
                .iter()
                .map(word)
                .collect::<Option<_>>()
                .map(Scale::Words)
                .ok_or("every word of `scale` needs a number".to_owned())
        }
        other => Err(format!(
            "`scale` must be [low, high], boolean or words with numbers, found {}",
            other.map_or("nothing".to_owned(), Value::to_string)
        )),
    }
}
