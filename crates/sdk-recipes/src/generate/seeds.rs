//! The pool of seeds: examples of any shape, a bounded draw of them, and the schema that mirrors their keys.

use sdk_prompt::{Schema, id};
use sdk_record::{Fault, Kind, Record};
use serde_json::{Map, Value, json};

use crate::expand::Draw;

/// Seeds that are kept; of more, a draw by the seed.
const POOL: u64 = 10_000;

/// Keys that belong to the tools, not to the examples.
const OURS: [&str; 4] = ["id", "sdk", "score", "judge"];

/// The examples that came in.
pub(super) struct Seeds {
    pool: Vec<Record>,
    seen: u64,
    draw: Draw,
}

impl Seeds {
    pub(super) fn new(seed: u64) -> Seeds {
        Seeds { pool: Vec::new(), seen: 0, draw: Draw::new(seed, "seed pool") }
    }

    /// Takes a row, or the members of a row that stands for a list of them.
    pub(super) fn take(&mut self, row: &Record) -> Result<(), Fault> {
        match members(row) {
            Some(members) => {
                for member in members {
                    let text = member.to_string();
                    let member = Record::parse(&text).map_err(|fault| fault.of(row))?;
                    self.keep(member.placed(row.place().cloned()));
                }
                Ok(())
            }
            None if row.without(&OURS).iter().next().is_none() => {
                Err(Fault::new(Kind::Missing, "a seed needs keys besides id, sdk, score and judge").of(row))
            }
            None => {
                self.keep(row.clone());
                Ok(())
            }
        }
    }

    /// Reservoir sampling (Vitter 1985, algorithm R): every seed has the same chance, whatever their number.
    fn keep(&mut self, row: Record) {
        let row = row.without(&OURS);
        self.seen += 1;
        if (self.pool.len() as u64) < POOL {
            self.pool.push(row);
            return;
        }
        let at = self.draw.below(u128::from(self.seen));
        if let Some(place) = usize::try_from(at).ok().and_then(|at| self.pool.get_mut(at)) {
            *place = row;
        }
    }

    pub(super) fn all(&self) -> &[Record] {
        &self.pool
    }

    /// The examples of request number `request`: distinct, drawn by the seed.
    pub(super) fn shots(&self, seed: u64, request: u64, count: usize) -> Vec<Record> {
        let mut draw = Draw::new(seed, &id(&["shots", &request.to_string()]));
        let mut places: Vec<usize> = (0..self.pool.len()).collect();
        let count = count.min(places.len());
        for at in 0..count {
            let left = (places.len() - at) as u128;
            let other = at + usize::try_from(draw.below(left)).unwrap_or(0);
            places.swap(at, other);
        }
        places[..count].iter().map(|&at| self.pool[at].clone()).collect()
    }

    /// The schema that new rows must meet: the keys that seeds have, required where every seed has them.
    pub(super) fn schema(&self) -> Result<Schema, String> {
        let values: Vec<Value> = self.pool.iter().map(Record::value).collect();
        Schema::new(mirror(&values.iter().collect::<Vec<_>>()))
    }
}

/// `{"examples": […]}` and its like stand for their members, unless those are turns of a conversation.
fn members(row: &Record) -> Option<Vec<Value>> {
    let key = ["examples", "data", "conversations"].into_iter().find(|key| row.has(key))?;
    let list: Vec<Value> = serde_json::from_str(row.get(key)?).ok()?;
    let turn = |member: &Value| member.get("role").is_some() || member.get("from").is_some();
    (!list.is_empty() && list.iter().all(|member| member.is_object() && !turn(member))).then_some(list)
}

/// A JSON Schema that all of `values` meet.
fn mirror(values: &[&Value]) -> Value {
    let mut kinds: Vec<&str> = values.iter().map(|value| kind(value)).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds == ["integer", "number"] {
        kinds = vec!["number"];
    }
    match kinds.as_slice() {
        ["object"] => object(values),
        ["array"] => {
            let members: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
            if members.is_empty() {
                json!({ "type": "array" })
            } else {
                json!({ "type": "array", "items": mirror(&members) })
            }
        }
        [one] => json!({ "type": one }),
        // Seeds that disagree: the mix that they show, and no word about what is inside.
        many => json!({ "type": many }),
    }
}

fn object(values: &[&Value]) -> Value {
    let mut members: Map<String, Value> = Map::new();
    let mut required = Vec::new();
    let maps: Vec<&Map<String, Value>> = values.iter().filter_map(|value| value.as_object()).collect();
    for key in maps.iter().flat_map(|map| map.keys()) {
        if members.contains_key(key) {
            continue;
        }
        let found: Vec<&Value> = maps.iter().filter_map(|map| map.get(key)).collect();
        if found.len() == maps.len() {
            required.push(key.clone());
        }
        members.insert(key.clone(), mirror(&found));
    }
    json!({ "type": "object", "properties": members, "required": required, "additionalProperties": false })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_of_any_shape() {
        let mut seeds = Seeds::new(0);
        for row in [
            r#"{"examples":[{"OCR text":"₹ 5","n":1},{"OCR text":"x","n":2.5}]}"#,
            r#"{"id":1,"OCR text":"y","n":3,"score":9}"#,
        ] {
            seeds.take(&Record::parse(row).unwrap()).unwrap();
        }
        assert_eq!(seeds.all().len(), 3);
        let schema = seeds.schema().unwrap();
        assert_eq!(schema.item()["properties"]["n"], json!({"type": "number"}));
        assert!(schema.check(&json!({"OCR text": "z", "n": 7})).is_ok());
        assert!(schema.check(&json!({"OCR text": "z"})).is_err());
        let chat = r#"{"conversations":[{"from":"human","value":"hi"}]}"#;
        seeds.take(&Record::parse(chat).unwrap()).unwrap();
        assert!(seeds.all()[3].has("conversations"));
        assert_eq!(seeds.shots(1, 2, 3), seeds.shots(1, 2, 3));
        assert!(seeds.take(&Record::parse("{\"id\":1}").unwrap()).is_err());
    }
}
