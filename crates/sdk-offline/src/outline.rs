//! Instructions on a topic of an outline.
//!
//! Nothing is known of the topic but its name and place, so the answers are ways of working on it: plans, checks,
//! questions. They hold for any topic and claim no fact about this one.

use serde_json::{Map, Value};

use crate::draw::draw_below;
use crate::row::{topic, wishes};

/// A request and its answer; `{leaf}` is the topic, `{in}` what it is part of, `{near}` both in one.
struct Form {
    instruction: [&'static str; 3],
    output: &'static str,
}

#[rustfmt::skip]
const FORMS: [Form; 8] = [
    Form { instruction: ["Explain how to approach {leaf}{in}", "Describe a way into {leaf}{in}", "How should somebody new to it approach {leaf}{in}?"],
      output: "Start by writing down what {leaf} has to achieve{in}, and for whom. Collect two or three real examples and note what they have in common and where they differ. Turn the common part into a short description in your own words, and keep the differences as a list of cases to check. Then try the description on a new example: where it fails, correct it and try again." },
    Form { instruction: ["Write a checklist for {leaf}{in}", "Make a short checklist that covers {leaf}{in}", "Which points should a checklist for {leaf}{in} contain?"],
      output: "1. State in one sentence what {leaf} is for{in}.\n2. List what is needed before the work begins.\n3. Name who decides when something is unclear.\n4. Work through one typical case and one unusual case.\n5. Compare the result with the purpose stated first.\n6. Write down what was learned, so that the next case is easier." },
    Form { instruction: ["List questions to ask about {leaf}{in}", "Which questions help to understand {leaf}{in}?", "Prepare interview questions on {leaf}{in}"],
      output: "These questions help to understand {leaf}{in}. What is it used for, and who depends on it? What does a good example look like, and what does a poor one look like? Which mistakes are made most often, and how are they noticed? What changes when the circumstances change? Whoever can answer these with examples knows the subject well enough to explain it." },
    Form { instruction: ["Outline a lesson on {leaf}{in}", "Draft a one-hour lesson plan about {leaf}{in}", "Plan a short workshop on {leaf}{in}"],
      output: "A lesson on {leaf}{in} can have four parts. First, ten minutes on what the learners already know and expect. Second, twenty minutes with one worked example, shown step by step. Third, twenty minutes in which the learners work on a similar example in pairs. Last, ten minutes to compare the results, collect open questions and agree on what to practise next." },
    Form { instruction: ["Suggest how to test someone's knowledge of {leaf}{in}", "How can you check whether somebody understands {leaf}{in}?", "Design a small test on {leaf}{in}"],
      output: "Ask for three things. The first is an explanation of {leaf} in a few plain sentences, without notes. The second is an example from the person's own experience{in}, with the reason why it fits. The third is a case in which something is wrong on purpose: whoever finds the fault and says how to mend it has understood the subject, and whoever only repeats a definition has not." },
    Form { instruction: ["Describe how to document {leaf}{in}", "How would you write a good documentation page on {leaf}{in}?", "Give the structure of a reference page about {leaf}{in}"],
      output: "A good page on {leaf} begins with one sentence that says what it is for{in}. After it comes the shortest example that works, then the details in the order in which a reader needs them. Limits and known problems have a section of their own, so that nobody has to find them by accident. The page ends with links to neighbouring subjects and the date of the last review." },
    Form { instruction: ["Make a plan to learn {leaf}{in} in a week", "Set up a five-day study plan for {leaf}{in}", "How can I learn {leaf}{in} within a few days?"],
      output: "Day 1: read an overview of {leaf} and write down the words that are new. Day 2: explain each of these words with an example{in}. Day 3: work through a complete example slowly and note every step. Day 4: do a similar example alone and compare it with the first. Day 5: explain {leaf} to somebody else and collect the questions that you could not answer; they are the plan for the next week." },
    Form { instruction: ["Explain how to avoid mistakes with {leaf}{in}", "What helps to prevent errors in {leaf}{in}?", "Name practices that keep {leaf}{in} free of mistakes"],
      output: "Most mistakes with {leaf} can be noticed early if the work is done in small steps. Write down what you expect before each step and compare it with what you see{in}. Let a second person look at the result, because one's own mistakes are hard to see. Keep a list of the mistakes that did happen, with their causes, and read it before the next piece of work begins." },
];

/// Up to `count` instructions for the row's topic; none whose instruction is in `avoid`.
pub(crate) fn on_topic(
    row: &Map<String, Value>,
    count: usize,
    sample: u32,
    avoid: &[String],
) -> Vec<Map<String, Value>> {
    let path = topic(row);
    let Some((leaf, above)) = path.split_last() else { return Vec::new() };
    let place =
        if above.is_empty() { String::new() } else { format!(" in the context of {}", above.join(", ")) };
    let (asked, told) = wished(row);
    let ways = FORMS.len() * 3;
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let first = draw_below(ways, &names, 0);
    // Copies of a row count in thousands, rounds in ones: each copy begins one form further.
    let start = first + (sample as usize / 1000) + (sample as usize % 1000) * 11;
    let fill = |text: &str| text.replace("{leaf}", &quoted(leaf)).replace("{in}", &place);
    (0..ways)
        .map(|turn| (start + turn) % ways)
        .filter_map(|way| {
            let form = &FORMS[way % FORMS.len()];
            let request = fill(form.instruction[way / FORMS.len()]);
            let instruction = match request.strip_suffix('?') {
                Some(question) => format!("{question}{asked}?"),
                None => format!("{request}{asked}."),
            };
            let output = format!("{}{told}", fill(form.output));
            (!avoid.contains(&instruction)).then(|| {
                let pairs = [("instruction", instruction), ("input", String::new()), ("output", output)];
                pairs.into_iter().map(|(key, text)| (key.to_owned(), Value::from(text))).collect()
            })
        })
        .take(count)
        .collect()
}

fn quoted(leaf: &str) -> String {
    format!("“{}”", leaf.trim())
}

/// What a planned row wishes for, as words for the request and for the answer.
fn wished(row: &Map<String, Value>) -> (String, String) {
    let (mut asked, mut told) = (String::new(), String::new());
    for (key, value) in wishes(row) {
        match key {
            "audience" | "reader" | "persona" => {
                asked.push_str(&format!(" for {value}"));
                told.push_str(&format!(" For {value}, choose examples from their own work."));
            }
            "tone" | "style" => asked.push_str(&format!(", in a {value} {key}")),
            "language" => asked.push_str(&format!(", in {value}")),
            _ => asked.push_str(&format!(" ({key}: {value})")),
        }
    }
    (asked, told)
}
