//! The items of a reply: which rules speak for a request, and what they leave open filled by type.

use serde_json::{Map, Value};

use sdk_prompt::Ask;
use sdk_record::Record;

use crate::fill::{Said, is_of_kind};
use crate::judgment::{is_criterion, judged};
use crate::measure::measures;
use crate::outline::on_topic;
use crate::preference::{is_preference, preferred};
use crate::qa::pairs;
use crate::row::{main_text, parts, topic};
use crate::thought::{holding, thoughts};
use crate::variation::variations;

/// Names that a question and its answer go by in an item.
const NAMED: [(&str, &str); 5] = [
    ("question", "answer"),
    ("instruction", "output"),
    ("prompt", "completion"),
    ("prompt", "response"),
    ("user", "assistant"),
];

/// Up to `count` items of the schema; fewer where the row has no more in it.
pub(crate) fn items(ask: &Ask, schema: &Value, count: usize) -> Vec<Value> {
    let row = row(ask);
    let none = Map::new();
    let properties = schema["properties"].as_object().unwrap_or(&none);
    if is_criterion(schema) || properties.values().any(is_criterion) {
        if ask.about.pack.is_empty() {
            return vec![judgment(ask, schema, properties, &row)];
        }
        return ask
            .about
            .pack
            .iter()
            .zip(1..)
            .map(|(row, id)| numbered(ask, schema, properties, row, id))
            .collect();
    }
    if is_preference(properties, &row) {
        return vec![preferred(&row)];
    }
    if let Some(thoughts) = thoughts(ask, properties) {
        return vec![thoughts];
    }
    let seeds: Vec<Map<String, Value>> = ask
        .about
        .seeds
        .iter()
        .filter_map(|seed| seed.without(&["id", "sdk"]).value().as_object().cloned())
        .collect();
    let text = main_text(&row);
    let named =
        NAMED.iter().find(|(asked, told)| properties.contains_key(*asked) && properties.contains_key(*told));
    let known: Option<Vec<Map<String, Value>>> = if !seeds.is_empty() && (row.is_empty() || named.is_none()) {
        Some(variations(&seeds, count, ask.sample, &ask.about.avoid))
    } else if !topic(&row).is_empty() && properties.contains_key("output") {
        Some(on_topic(&row, count, ask.sample, &ask.about.avoid))
    } else {
        named.map(|(asked, told)| {
            let reasons = properties.contains_key("reasoning");
            let pair = |pair: crate::pair::Pair| {
                let reasoning = holding(text, &pair.answer).unwrap_or_default().to_owned();
                let known = [
                    (*asked, pair.question),
                    (*told, pair.answer),
                    ("input", String::new()),
                    ("reasoning", reasoning),
                ];
                known.map(|(key, text)| (key.to_owned(), Value::from(text))).into_iter().collect()
            };
            let found = pairs(text, count, ask.sample, &ask.about.avoid).into_iter();
            // Without a sentence around it an answer has no reason that the row says.
            let fit = found.filter(|pair| !reasons || holding(text, &pair.answer).is_some());
            fit.map(pair).collect()
        })
    };
    let said = Said::of(text);
    let turn = |number: usize| u64::from(ask.sample).wrapping_mul(count as u64).wrapping_add(number as u64);
    let complete = |(number, known): (usize, Map<String, Value>)| {
        if properties.is_empty() {
            return Value::Object(known);
        }
        let fill = |(key, schema): (&String, &Value)| {
            let value = known.get(key).filter(|value| is_of_kind(value, schema)).cloned();
            (key.clone(), value.unwrap_or_else(|| said.value(key, schema, turn(number))))
        };
        Value::Object(properties.iter().map(fill).collect())
    };
    match known {
        Some(known) => known.into_iter().enumerate().map(complete).collect(),
        None if properties.is_empty() => vec![said.value("", schema, turn(0))],
        None => {
            let mut made: Vec<Value> = Vec::new();
            for number in 0..count {
                let item = complete((number, Map::new()));
                if !made.contains(&item) {
                    made.push(item);
                }
            }
            made
        }
    }
}

/// The row of a request as a map, empty where it has none.
pub(crate) fn row(ask: &Ask) -> Map<String, Value> {
    match ask.about.row.as_ref().map(Record::value) {
        Some(Value::Object(row)) => row,
        _ => Map::new(),
    }
}

/// The judgment of one of several rows, with its number.
fn numbered(ask: &Ask, schema: &Value, properties: &Map<String, Value>, row: &Record, id: u64) -> Value {
    let none = Map::new();
    let row = row.value();
    let mut judged = judgment(ask, schema, properties, row.as_object().unwrap_or(&none));
    judged["id"] = id.into();
    judged
}

/// A judgment by criteria; a schema with a score of its own is one criterion, named by the rubric.
fn judgment(ask: &Ask, schema: &Value, properties: &Map<String, Value>, row: &Map<String, Value>) -> Value {
    let measures = measures(&parts(row));
    if is_criterion(schema) && !properties.values().any(is_criterion) {
        return judged(&ask.about.name, schema, &measures);
    }
    let said = Said::of(main_text(row));
    let fill = |(key, schema): (&String, &Value)| {
        let value =
            if is_criterion(schema) { judged(key, schema, &measures) } else { said.value(key, schema, 0) };
        (key.clone(), value)
    };
    Value::Object(properties.iter().map(fill).collect())
}
