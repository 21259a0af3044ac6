use super::*;

use sdk_prompt::{About, Parameters, Schema};
use sdk_record::Record;

pub(crate) fn ask(row: &Value, item: Value, want: Want, sample: u32) -> Ask {
    let row = row.as_object().map(|_| Record::parse(&row.to_string()).unwrap());
    Ask {
        messages: Vec::new(),
        want,
        schema: Some(Arc::new(Schema::new(item).unwrap())),
        parameters: Parameters::default(),
        sample,
        about: About { row, ..About::default() },
    }
}

fn object(properties: Value) -> Value {
    let required: Vec<String> = properties.as_object().unwrap().keys().cloned().collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn qa() -> Value {
    object(json!({ "question": { "type": "string" }, "answer": { "type": "string" } }))
}

fn strings(names: &[&str]) -> Value {
    object(names.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect())
}

fn items(ask: &Ask) -> Vec<Value> {
    let reply: Value = serde_json::from_str(&answer(ask).unwrap()).unwrap();
    let items = reply["items"].as_array().unwrap().clone();
    for item in &items {
        ask.schema.as_ref().unwrap().check(item).unwrap();
    }
    items
}

const PASSAGE: &str = "# Bees\n\nA hive is a structure in which bees live. Apis mellifera was described by Carl \
Linnaeus in 1758. Worker bees store honey in wax cells. The queen has two compound eyes, and she can lay *many* eggs a \
day. A colony survives the winter because the bees cluster around the queen. If the queen dies, the workers raise a \
new one.\n\n```\nbees = 1; A drone is a thing.\n```\n";

#[test]
fn a_passage_gives_pairs_that_it_holds() {
    let row = json!({ "text": PASSAGE });
    let found = items(&ask(&row, qa(), Want::Items(6), 0));
    assert!(found.len() >= 5, "{found:#?}");
    for pair in &found {
        let (question, answer) = (pair["question"].as_str().unwrap(), pair["answer"].as_str().unwrap());
        assert!(PASSAGE.contains(answer), "{answer}");
        assert!(!question.to_lowercase().contains(&answer.to_lowercase()), "{question}");
        assert!(question.ends_with('?'));
    }
    let questions: Vec<&str> = found.iter().filter_map(|pair| pair["question"].as_str()).collect();
    for question in [
        "What is a hive?",
        "When was Apis mellifera described by Carl Linnaeus?",
        "What happens if the queen dies?",
    ] {
        assert!(questions.contains(&question), "{questions:#?}");
    }
    let mut again = ask(&row, qa(), Want::Items(2), 0);
    again.about.avoid = questions[..3].iter().map(ToString::to_string).collect();
    assert!(items(&again).iter().all(|pair| !questions[..3].contains(&pair["question"].as_str().unwrap())));
    assert_ne!(items(&ask(&row, qa(), Want::Items(2), 0)), items(&ask(&row, qa(), Want::Items(2), 1)));
}

#[test]
fn seeds_come_back_in_other_words() {
    let seed = |n: u32| {
        Record::parse(&format!(
            r#"{{"id":"{n}","instruction":"Add {n} and 2.","input":"","output":"{}","level":{n}}}"#,
            n + 2
        ))
        .unwrap()
    };
    let schema = object(
        json!({ "instruction": {"type":"string"}, "input": {"type":"string"}, "output": {"type":"string"}, "level": {"type":"integer"} }),
    );
    let mut all = std::collections::HashSet::new();
    for job in 0..40 {
        let mut ask = ask(&Value::Null, schema.clone(), Want::Items(5), job * 1000);
        ask.about.seeds = (1..=5).map(seed).collect();
        let found = items(&ask);
        assert_eq!(found.len(), 5);
        for item in found {
            let n = item["level"].as_u64().unwrap();
            assert_eq!(item["output"], (n + 2).to_string());
            assert_ne!(item["instruction"], format!("Add {n} and 2."));
            all.insert(item.to_string());
        }
    }
    assert_eq!(all.len(), 200);
}

#[test]
fn reasoning_is_the_row_s_own_words() {
    let row = json!({ "text": PASSAGE });
    let found = items(&ask(&row, strings(&["question", "reasoning", "answer"]), Want::Items(4), 0));
    assert!(found.len() >= 3, "{found:#?}");
    for pair in &found {
        let (reasoning, answer) = (pair["reasoning"].as_str().unwrap(), pair["answer"].as_str().unwrap());
        assert!(PASSAGE.contains(reasoning) && reasoning.contains(answer) && reasoning != answer, "{pair}");
    }
    let list = json!({ "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2 });
    let chat = json!({ "messages": [
        { "role": "system", "content": "A hive holds bees. Wax is soft." },
        { "role": "user", "content": "What does a hive hold?" },
        { "role": "assistant", "content": "It holds bees." },
        { "role": "user", "content": "Why?" },
        { "role": "assistant", "content": "xyz" }
    ] });
    let said = answer(&ask(&chat, object(json!({ "reasoning": list })), Want::Item, 0)).unwrap();
    assert_eq!(said, r#"{"reasoning":["A hive holds bees.","Why?"]}"#);
}

#[test]
fn a_picture_s_address_is_no_text() {
    let url = format!("data:image/png;base64,{}", "A bee is a thing. ".repeat(50));
    let row = json!({ "image": url, "caption": "A hive is a structure in which bees live." });
    let found = items(&ask(&row, qa(), Want::Items(3), 0));
    assert!(found.iter().all(|pair| pair["answer"] != "a thing"), "{found:#?}");
    assert_eq!(items(&ask(&json!({ "image": url }), qa(), Want::Items(3), 0)), [] as [Value; 0]);
}

#[test]
fn topics_get_work_and_no_facts() {
    let schema = strings(&["instruction", "input", "output"]);
    let row = json!({ "topic": ["Receipts", "Faded"], "tone": "calm", "id": "7" });
    let found = items(&ask(&row, schema.clone(), Want::Items(3), 0));
    assert_eq!(found.len(), 3);
    for item in found {
        assert!(item["instruction"].as_str().unwrap().contains("Faded"));
        assert!(item["instruction"].as_str().unwrap().contains("calm"));
        assert!(item["output"].as_str().unwrap().len() > 100);
    }
    let one = |sample| answer(&ask(&row, schema.clone(), Want::Item, sample)).unwrap();
    assert_ne!(one(0), one(1000));
}

fn total(row: &Value) -> u64 {
    let criterion = |most: u8| {
        object(json!({ "score": {"type":"integer","minimum":0,"maximum":most}, "reason": {"type":"string"} }))
    };
    let rubric = object(
        json!({ "accuracy": criterion(3), "relevance": criterion(2), "clarity": criterion(2), "usefulness": criterion(3) }),
    );
    let ask = ask(row, rubric, Want::Item, 0);
    let said: Value = serde_json::from_str(&answer(&ask).unwrap()).unwrap();
    ask.schema.unwrap().check(&said).unwrap();
    said.as_object().unwrap().values().map(|criterion| criterion["score"].as_u64().unwrap()).sum()
}

#[test]
fn scores_tell_good_from_poor() {
    let question = "What is a hive?";
    let good = [
        json!({ "question": question, "answer": "a structure in which bees live", "text": PASSAGE }),
        json!({ "question": question, "answer": "a structure in which bees live" }),
        json!({ "instruction": "Add 2 and 3.", "input": "", "output": "The sum of 2 and 3 is 5." }),
        json!({ "messages": [{"role":"user","content":"Name a prime number, please."},{"role":"assistant","content":"Seven is a prime number."}] }),
    ];
    for row in good {
        assert!(total(&row) >= 8, "{row}");
    }
    let poor = [
        "",
        "What is a hive?",
        "bees bees bees bees bees bees bees bees",
        "xkcd qwrt zzpk brrt",
        "@@@ ### $$$ %%%",
        "I'm sorry, but I cannot help.",
    ];
    for answer in poor {
        for row in [
            json!({ "question": question, "answer": answer }),
            json!({ "question": question, "answer": answer, "text": PASSAGE }),
        ] {
            assert!(total(&row) <= 4, "{row}");
        }
    }
    assert!(
        total(
            &json!({ "question": question, "answer": "Rockets burn kerosene with oxygen.", "text": PASSAGE })
        ) <= 7
    );
}

#[test]
fn any_schema_is_filled() {
    let criterion = |score: Value| object(json!({ "score": score, "reason": {"type":"string"} }));
    let schemas = [
        object(json!({ "summary": {"type":"string"} })),
        object(
            json!({ "label": {"enum":["a","b"]}, "n": {"type":"integer","minimum":3,"maximum":4}, "x": {"type":"number"}, "yes": {"type":"boolean"},
            "tags": {"type":"array","items":{"type":"string"},"minItems":2}, "deep": {"type":"object","properties":{"k":{"type":["null","string"]}}} }),
        ),
        object(
            json!({ "short": criterion(json!({"type":"boolean"})), "tone": criterion(json!({"enum":["poor","good"]})), "odd": criterion(json!({"type":"number","minimum":0,"maximum":1})) }),
        ),
    ];
    for schema in schemas {
        for text in [PASSAGE, "", "😀😀😀"] {
            let ask = ask(&json!({ "text": text }), schema.clone(), Want::Item, 0);
            let item: Value = serde_json::from_str(&answer(&ask).unwrap()).unwrap();
            ask.schema.unwrap().check(&item).unwrap();
        }
    }
}

#[test]
fn hostile_text_ends_in_time() {
    let began = std::time::Instant::now();
    for seed in [
        "",
        "x",
        "😀",
        "中文。",
        "`",
        "](",
        "*",
        "If a, ",
        "A is a b. ",
        "- a: the b c d e.\n",
        "1. A\n",
        "The a of ",
        "“(",
        "is because ",
        "\\",
        "a\u{301}",
    ] {
        let row =
            json!({ "text": seed.repeat(10_000_000 / seed.len().max(1)), "answer": seed.repeat(100_000) });
        items(&ask(&row, qa(), Want::Items(5), 3));
        total(&row);
        answer(&ask(&row, strings(&["summary"]), Want::Text, 0)).unwrap();
    }
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}
