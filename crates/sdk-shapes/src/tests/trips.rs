//! There and back: whatever two shapes can both hold says the same after a trip through them, token for token.

use proptest::prelude::*;

use super::laws::token;
use super::{line, row};
use crate::{Checker, find};

/// Shapes that hold any conversation with system text, tools, calls and reasoning.
const ALL: [&str; 5] = ["chatml", "conversation", "prompt-completion", "harmony", "gemini"];
/// Those that hold it without reasoning, and one of text or calls in a message.
const CALLS: [&str; 7] =
    ["chatml", "conversation", "prompt-completion", "harmony", "gemini", "openai", "sharegpt"];
/// Those that hold one plain exchange with a system text.
const EXCHANGE: [&str; 8] =
    ["chatml", "conversation", "prompt-completion", "harmony", "gemini", "openai", "sharegpt", "alpaca"];
/// Those that hold one plain exchange.
const PAIR: [&str; 9] = [
    "chatml",
    "conversation",
    "prompt-completion",
    "harmony",
    "gemini",
    "openai",
    "sharegpt",
    "alpaca",
    "embedding",
];
/// Those that hold two answers in messages.
const ANSWERS: [&str; 3] = ["dpo", "orpo", "reward"];

const TOOLS: &str = r#"[{"type":"function","function":{"name":"sum","description":"adds","parameters":{"type":"object","properties":{"a":{"type":"number"}},"required":["a"]}}}]"#;

fn said() -> impl Strategy<Value = String> {
    token().prop_filter("what is thought is not empty", |text| text != "\"\"")
}

/// What the assistant does: thinks, and answers, or says something and calls tools.
#[derive(Debug, Clone)]
struct Round {
    asked: String,
    thought: Option<String>,
    calls: Vec<(u16, String)>,
    preamble: Option<String>,
    answer: String,
}

fn round() -> impl Strategy<Value = Round> {
    let calls = proptest::collection::vec((any::<u16>(), token()), 0..3);
    let thought = proptest::option::of(said());
    (token(), thought, calls, proptest::option::of(said()), token()).prop_map(
        |(asked, thought, calls, preamble, answer)| Round { asked, thought, calls, preamble, answer },
    )
}

/// A line of chatml; `full`: with reasoning, and text beside calls.
fn chat(system: Option<&str>, rounds: &[Round], full: bool, tools: bool) -> String {
    let mut list: Vec<String> = Vec::new();
    list.extend(system.map(|text| format!("{{\"role\":\"system\",\"content\":{text}}}")));
    let mut count = 0;
    for round in rounds {
        list.push(format!("{{\"role\":\"user\",\"content\":{}}}", round.asked));
        let thought = round.thought.as_ref().filter(|_| full);
        let thought = thought.map(|text| format!(",\"reasoning_content\":{text}")).unwrap_or_default();
        let calls = if tools { round.calls.as_slice() } else { &[] };
        if calls.is_empty() {
            list.push(format!("{{\"role\":\"assistant\",\"content\":{}{thought}}}", round.answer));
        } else {
            let ids: Vec<usize> = (count + 1..=count + calls.len()).collect();
            count += calls.len();
            let spelled: Vec<String> = ids.iter().zip(calls).map(|(id, (a, _))| format!(
                r#"{{"id":"call_{id}","type":"function","function":{{"name":"sum","arguments":"{{\"a\":{a}}}"}}}}"#
            )).collect();
            let preamble = round.preamble.as_deref().filter(|_| full).unwrap_or("null");
            list.push(format!(
                "{{\"role\":\"assistant\",\"content\":{preamble},\"tool_calls\":[{}]{thought}}}",
                spelled.join(",")
            ));
            list.extend(ids.iter().zip(calls).map(|(id, (_, result))| {
                format!("{{\"role\":\"tool\",\"content\":{result},\"tool_call_id\":\"call_{id}\"}}")
            }));
            list.push(format!("{{\"role\":\"assistant\",\"content\":{}}}", round.answer));
        }
    }
    let tools = if tools { format!(",\"tools\":{TOOLS}") } else { String::new() };
    format!("{{\"messages\":[{}]{tools}}}", list.join(","))
}

fn through(shapes: &[&str], text: &str) -> Result<(), TestCaseError> {
    for one in shapes {
        let first = line(one, text);
        prop_assert_eq!(line("chatml", &first), text, "{}: {}", one, first);
        for two in shapes {
            prop_assert_eq!(line("chatml", &line(two, &first)), text, "{} → {}", one, two);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_conversation(system in proptest::option::of(said()), rounds in proptest::collection::vec(round(), 1..4), tools: bool) {
        through(&ALL, &chat(system.as_deref(), &rounds, true, tools))?;
        // Results side by side are no turns that alternate.
        let beside = tools && rounds.iter().any(|round| round.calls.len() > 1);
        let calls = if beside { &CALLS[..CALLS.len() - 1] } else { &CALLS };
        through(calls, &chat(system.as_deref(), &rounds, false, tools))?;
        through(&EXCHANGE, &chat(system.as_deref(), &rounds[..1], false, false))?;
        through(&PAIR, &chat(None, &rounds[..1], false, false))?;
    }

    #[test]
    fn a_question_and_its_calls(asked in token(), a in proptest::collection::vec(any::<u16>(), 1..3)) {
        let calls: Vec<String> = a.iter().enumerate().map(|(at, a)| format!(
            r#"{{"id":"call_{}","type":"function","function":{{"name":"sum","arguments":"{{\"a\":{a}}}"}}}}"#, at + 1
        )).collect();
        let text = format!(
            r#"{{"messages":[{{"role":"user","content":{asked}}},{{"role":"assistant","content":null,"tool_calls":[{}]}}],"tools":{TOOLS}}}"#,
            calls.join(",")
        );
        through(&["chatml", "conversation", "prompt-completion", "harmony", "gemini", "openai", "sharegpt", "xlam"], &text)?;
    }

    #[test]
    fn two_answers(system in proptest::option::of(said()), asked in token(), one in token(), two in token()) {
        prop_assume!(one != two);
        let system = system.map(|text| format!(r#"{{"role":"system","content":{text}}},"#)).unwrap_or_default();
        let answer = |text: &str| format!(r#"[{{"role":"assistant","content":{text}}}]"#);
        let text = format!(
            r#"{{"prompt":[{system}{{"role":"user","content":{asked}}}],"chosen":{},"rejected":{}}}"#,
            answer(&one), answer(&two)
        );
        for one in ANSWERS {
            let first = line(one, &text);
            for two in ANSWERS {
                prop_assert_eq!(line("dpo", &line(two, &first)), text.as_str(), "{} → {}", one, two);
            }
        }
        let texts = format!(r#"{{"prompt":{asked},"chosen":{one},"rejected":{two}}}"#);
        let triple = line("embedding", &texts);
        prop_assert_eq!(line("dpo", &triple), texts.as_str());
        prop_assert_eq!(line("orpo", &texts), texts.as_str());
        prop_assert_eq!(line("embedding", &triple), triple);
    }

    #[test]
    fn an_answer_and_its_label(asked in token(), said in token(), label: bool) {
        let text = format!(r#"{{"prompt":{asked},"completion":{said},"label":{label}}}"#);
        prop_assert_eq!(line("kto", &text), text.as_str());
        let lists = format!(
            r#"{{"prompt":[{{"role":"user","content":{asked}}}],"completion":[{{"role":"assistant","content":{said}}}],"label":{label}}}"#
        );
        prop_assert_eq!(line("kto", &lists), lists.as_str());
    }

    #[test]
    fn what_is_written_passes_the_check(words in proptest::collection::vec("[a-z]{1,8}", 6), tools: bool) {
        let text = |at: usize| format!("\"{}\"", words[at]);
        let round = |calls| Round {
            asked: text(0), thought: Some(text(1)), calls, preamble: None, answer: text(2),
        };
        let rounds = [round(vec![(7, text(3))]), round(Vec::new())];
        let chat = chat(Some(&text(4)), &rounds, false, tools);
        for shape in CALLS {
            let written = line(shape, &chat);
            let found = Checker::new(find(shape).unwrap(), None).unwrap().check(row(&written).row());
            prop_assert!(found.is_ok(), "{}: {:?}: {}", shape, found, written);
        }
        let refuses = format!(
            r#"{{"messages":[{{"role":"user","content":{}}},{{"role":"assistant","content":null,"refusal":{}}}]}}"#,
            text(0), text(1)
        );
        let written = line("openai", &refuses);
        prop_assert!(Checker::new(find("openai").unwrap(), None).unwrap().check(row(&written).row()).is_ok(), "{}", written);
        let pair = format!(r#"{{"prompt":{},"chosen":"yes","rejected":"no","label":true}}"#, text(5));
        for shape in ["dpo", "orpo", "reward", "embedding"] {
            let written = line(shape, &pair);
            prop_assert!(Checker::new(find(shape).unwrap(), None).unwrap().check(row(&written).row()).is_ok(), "{}", written);
        }
        for shape in ["alpaca", "kto", "text"] {
            let written = line(shape, &format!(r#"{{"prompt":{},"completion":"yes","label":true}}"#, text(5)));
            prop_assert!(Checker::new(find(shape).unwrap(), None).unwrap().check(row(&written).row()).is_ok(), "{}", written);
        }
    }
}
