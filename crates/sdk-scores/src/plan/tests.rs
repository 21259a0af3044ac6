//! The laws of judging: every row comes out once or is refused once, with its own bytes, and what the rows cost is what
//! the answers have cost.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use sdk_prompt::{Finish, Key, Move, Reply, Usage, Want};
use sdk_record::Kind;
use serde_json::{Value, json};

use super::*;

const RUBRIC: &str = "---\nmax_tokens: 50\ncriteria:\n  a: {scale: [0, 4]}\n  b: {scale: boolean, weight: 2}\n  c: \
                      {scale: {poor: 1, good: 4}}\nscore: sum\n---\n# user\n{{ .q }}\n";

/// What a model does with the requests that come to it, one after the other.
struct Model {
    luck: Vec<u8>,
    asked: usize,
    spent: Usage,
}

impl Model {
    fn luck(&mut self) -> u8 {
        self.asked += 1;
        self.luck[self.asked % self.luck.len()]
            .wrapping_mul(31)
            .wrapping_add(u8::try_from(self.asked % 251).unwrap())
    }

    fn answer(&mut self, call: &Call) -> Result<Reply, Fault> {
        let Call::Model(ask) = call;
        let luck = self.luck();
        let usage = Usage { input: u64::from(luck) * 7 + 1, output: u64::from(luck) + 3, ..Usage::default() };
        let item = |luck: u8| {
            let word = ["poor", "good"][usize::from(luck / 128)];
            json!({ "a": { "score": luck % 6, "reason": "r" }, "b": { "score": luck.is_multiple_of(2) }, "c": word })
        };
        let text = match ask.want {
            _ if luck.is_multiple_of(11) => return Err(Fault::new(Kind::Http, "lost")),
            _ if luck % 11 == 1 => {
                self.spent = self.spent.and(usage);
                return Err(Fault { usage: Some(usage), ..Fault::new(Kind::Refused, "no") });
            }
            _ if luck % 11 == 2 => "What a day.".to_owned(),
            Want::Items(count) => {
                let mut items: Vec<Value> = Vec::new();
                for id in 1..=count {
                    let mut item = item(self.luck());
                    item["id"] = if luck.is_multiple_of(2) { id.into() } else { id.to_string().into() };
                    items.push(item);
                }
                items.rotate_left(usize::from(luck) % count);
                items.truncate(count - usize::from(luck.is_multiple_of(3)));
                json!({ "items": items }).to_string()
            }
            _ => item(luck).to_string(),
        };
        self.spent = self.spent.and(usage);
        let (reasoning, finish, key, model) = (None, Finish::Stop, Key([0; 32]), Arc::from("m"));
        Ok(Reply { text, reasoning, finish, usage: Some(usage), key, model, attempts: 1 })
    }
}

/// Plays a plan to its end: the rows that came out and those that were refused.
fn played(plan: &mut Judging, rows: &[Record], model: &mut Model) -> (Vec<Record>, Vec<Fault>) {
    let (mut out, mut refused) = (Vec::new(), Vec::new());
    let mut rows = rows.iter();
    loop {
        let job = match rows.next() {
            Some(row) => plan.admit(row.clone()).unwrap(),
            None => match plan.finish().unwrap() {
                Some(job) => Some(job),
                None => return (out, refused),
            },
        };
        let Some(mut job) = job else { continue };
        let (about, before) = (job.rows(), out.len() + refused.len());
        let mut replies = Vec::new();
        loop {
            match job.next(std::mem::take(&mut replies)) {
                Move::Call(calls) => replies = calls.iter().map(|call| model.answer(call)).collect(),
                Move::Emit(rows) => out.extend(rows),
                Move::Refuse(faults) => refused.extend(faults),
                Move::Reject(fault) => {
                    refused.push(*fault);
                    break;
                }
                Move::Done => break,
            }
        }
        assert_eq!(out.len() + refused.len() - before, usize::try_from(about).unwrap());
    }
}

fn flags(pack: usize, votes: u32) -> JudgeFlags {
    JudgeFlags {
        rubric: Some("r".into()),
        parts: sdk_select::PartsFlags::default(),
        reference: None,
        pack: Some(pack),
        votes,
        pairwise: None,
        group: None,
        threshold: None,
        vars: Vec::new(),
    }
}

fn plan(pack: usize, votes: u32, models: usize, repairs: u32) -> Judging {
    let rubric = Rubric::new("r", RUBRIC, &[], &Parameters::default()).unwrap();
    let judges = (0..models).map(|n| Judge { name: format!("m:{n}"), price: None }).collect();
    Judging::new(rubric, &flags(pack, votes), judges, repairs).unwrap()
}

proptest! {
    #[test]
    fn rows_in_are_rows_out_and_refused_and_cost_what_was_paid(
        count in 0usize..12, pack in 1usize..6, votes in 1u32..4, models in 1usize..3, repairs in 0u32..3,
        luck in prop::collection::vec(any::<u8>(), 1..40),
    ) {
        let row = |n: usize| Record::parse(&format!("{{ \"id\":{n}, \"q\":\"{n}\\u00e9\",\"n\":1.50}}")).unwrap();
        let rows: Vec<Record> = (0..count).map(row).collect();
        let mut plan = plan(pack, votes, models, repairs);
        let mut model = Model { luck, asked: 0, spent: Usage::default() };
        let (out, refused) = played(&mut plan, &rows, &mut model);
        let mut found: BTreeMap<String, usize> = BTreeMap::new();
        let mut spent = Usage::default();
        for row in &out {
            let value = row.value();
            let id = value["id"].to_string();
            let own = rows[id.parse::<usize>().unwrap()].text();
            let own = format!("{},\"score\":", own.strip_suffix('}').unwrap());
            prop_assert!(row.text().starts_with(&own));
            *found.entry(id).or_default() += 1;
            prop_assert!(value["score"].is_null() == value["judge"]["error"].is_object(), "{value}");
            prop_assert!(value["score"].as_f64().is_none_or(|score| (1.0..=10.0).contains(&score)), "{value}");
            let tokens = |key: &str| value["judge"]["usage"][key].as_u64().unwrap_or(0);
            spent = spent.and(Usage { input: tokens("input_tokens"), output: tokens("output_tokens"), ..Usage::default() });
        }
        for fault in &refused {
            prop_assert_eq!(fault.kind, Kind::Http);
            let row = Record::parse(fault.row.as_deref().unwrap()).unwrap();
            *found.entry(row.get("id").unwrap().to_owned()).or_default() += 1;
        }
        prop_assert!(found.len() == count && found.values().all(|times| *times == 1), "{found:?}");
        let ids: Vec<usize> = out.iter().map(|row| row.get("id").unwrap().parse().unwrap()).collect();
        prop_assert!(ids.is_sorted());
        if refused.is_empty() {
            prop_assert_eq!(spent, model.spent);
        }
    }
}

#[test]
fn a_rubric_s_own_scale_bounds_its_sum() {
    let text = "---\ncriteria:\n  a: {scale: [0, 5], value: .q}\nscore: '.a * 3'\nscale: [1, 10]\n---\n# user\n{{ .q }}\n";
    let rubric = || Rubric::new("r", text, &[], &Parameters::default()).unwrap();
    let mut plan = Judging::new(rubric(), &flags(1, 1), Vec::new(), 0).unwrap();
    let rows = ["{\"q\":3}", "{\"q\":5}", "{\"q\":7}"].map(|row| Record::parse(row).unwrap());
    let mut model = Model { luck: vec![0], asked: 0, spent: Usage::default() };
    let (out, _) = played(&mut plan, &rows, &mut model);
    let said: Vec<Value> = out.iter().map(Record::value).collect();
    assert_eq!(said[0]["score"], 9);
    assert!(
        said[1]["judge"]["error"]["message"]
            .as_str()
            .unwrap()
            .contains("is 15, and its `scale` goes from 1 to 10")
    );
    assert!(
        said[2]["judge"]["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("a: expected a number from 0 to 5")
    );
    assert_eq!(model.asked, 0);
}
