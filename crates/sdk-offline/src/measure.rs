//! What can be measured of a question, its answer and its source, each with its figure in words.
//!
//! Measures see form and words, not truth: an answer that its source does not hold word for word is only less sure.

use std::collections::HashSet;

use sdk_text::{beginning, content_words, ends_as_sentence, lower_words, overlap, repetition, words};

use crate::row::Parts;

/// A figure from 0 to 1 and what it says.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    pub(crate) value: f64,
    pub(crate) reason: String,
}

fn measure(value: f64, reason: impl Into<String>) -> Measure {
    Measure { value, reason: reason.into() }
}

/// Everything that is measured of one row.
#[derive(Debug)]
pub(crate) struct Measures {
    /// A fault that no other merit makes up for.
    pub(crate) fault: Option<Measure>,
    pub(crate) grounding: Measure,
    pub(crate) relevance: Measure,
    pub(crate) form: Measure,
    pub(crate) substance: Measure,
}

/// Bytes of a part that are measured.
const READ: usize = 100_000;

/// Measures a row's parts.
pub(crate) fn measures(parts: &Parts) -> Measures {
    let answer = beginning(parts.answer.trim(), READ);
    let question = parts.question.as_deref().map(|question| beginning(question.trim(), READ));
    let source = parts.source.as_deref().map(|source| beginning(source, 4 * READ));
    let said = lower_words(answer);
    Measures {
        fault: fault(answer, question, &said),
        grounding: grounding(answer, source),
        relevance: relevance(answer, question, source),
        form: form(answer, question, &said),
        substance: substance(answer, question, source, &said),
    }
}

fn fault(answer: &str, question: Option<&str>, said: &[String]) -> Option<Measure> {
    let lower = answer.to_lowercase().replace('’', "'");
    if said.is_empty() {
        return Some(measure(
            0.0,
            if answer.is_empty() { "the answer is empty" } else { "the answer has no words" },
        ));
    }
    if let Some(question) = question.map(lower_words).filter(|question| question == said) {
        return Some(measure(0.1, format!("the answer repeats the question ({} words)", question.len())));
    }
    let refusals = [
        "as an ai",
        "i cannot",
        "i can't help",
        "i can't assist",
        "i'm sorry, but",
        "i am sorry, but",
        "i am unable to",
        "i'm unable to",
    ];
    if let Some(words) = refusals.iter().find(|words| beginning(&lower, 300).contains(**words)) {
        return Some(measure(0.1, format!("the answer refuses (“{words}”)")));
    }
    let holes = ["lorem ipsum", "[insert", "{{", "<answer>", "your answer here", "placeholder text", "todo:"];
    if let Some(hole) = holes.iter().find(|hole| lower.contains(**hole)) {
        return Some(measure(0.1, format!("the answer holds a placeholder (“{hole}”)")));
    }
    let again = repetition(said, 3);
    let distinct = said.iter().collect::<HashSet<_>>().len();
    if (said.len() >= 8 && again > 0.4) || (said.len() >= 4 && distinct * 3 <= said.len() && said.len() < 60)
    {
        let share = percent(again.max(1.0 - part(distinct, said.len())));
        return Some(measure(0.1, format!("{share} % of the answer is repetition")));
    }
    let letters = answer.chars().filter(|letter| letter.is_alphanumeric() || letter.is_whitespace()).count();
    let share = part(letters, answer.chars().count());
    let long = said
        .iter()
        .filter(|word| word.is_ascii() && word.len() >= 4 && word.bytes().all(|b| b.is_ascii_alphabetic()));
    let (long, mute) = long.fold((0, 0), |(long, mute), word| {
        (long + 1, mute + usize::from(!word.contains(['a', 'e', 'i', 'o', 'u', 'y'])))
    });
    let garbled = share < 0.5
        || answer.contains('\u{FFFD}')
        || (long >= 3 && mute * 3 > long)
        || said.iter().any(|word| word.len() > 400);
    garbled.then(|| measure(0.1, format!("the answer is garbled ({} % letters and digits)", percent(share))))
}

fn grounding(answer: &str, source: Option<&str>) -> Measure {
    let Some(source) = source.filter(|source| !source.trim().is_empty()) else {
        return measure(0.7, "no source in the row to check the answer against; nothing speaks against it");
    };
    let spaced = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    if spaced(source).contains(&spaced(answer)) {
        return measure(1.0, "the answer stands word for word in the source");
    }
    let share = overlap(&content_words(answer), &content_words(source));
    let value = if share >= 0.9 { 1.0 } else { share };
    measure(value, format!("{} % of the answer's content words stand in the source", percent(share)))
}

fn relevance(answer: &str, question: Option<&str>, source: Option<&str>) -> Measure {
    let Some(question) = question else {
        return measure(0.8, "the row has no question to compare with");
    };
    let asked = content_words(question);
    if asked.is_empty() {
        return measure(0.3, "the question has no content words");
    }
    let own = overlap(&asked, &content_words(answer));
    let held = source.map(|source| overlap(&asked, &content_words(source)));
    match held {
        Some(held) if held >= 0.5 => measure(
            1.0,
            format!(
                "{} % of the question's content words stand in the source that answers it",
                percent(held)
            ),
        ),
        Some(held) if own < 0.2 => measure(
            held,
            format!("only {} % of the question's content words stand in the source", percent(held)),
        ),
        _ if own > 0.0 => {
            measure(1.0, format!("the answer takes up {} % of the question's content words", percent(own)))
        }
        _ => measure(0.75, "the answer shares no content word with the question; nothing speaks against it"),
    }
}

fn form(answer: &str, question: Option<&str>, said: &[String]) -> Measure {
    let count = said.len();
    let again = repetition(said, 3);
    let cut =
        [",", ";", " and", " or", " the", " of", " to", " a"].iter().find(|end| answer.ends_with(**end));
    if let Some(end) = cut {
        return measure(0.4, format!("{count} words, breaks off at “{}”", end.trim()));
    }
    if again > 0.15 {
        return measure(
            1.0 - 2.0 * again.min(0.5),
            format!("{} % of its runs of three words repeat", percent(again)),
        );
    }
    if let Some(question) = question.filter(|question| words(question).count() < 3) {
        return measure(0.6, format!("the question has only {} words", words(question).count()));
    }
    if answer.matches("```").count() % 2 == 1 {
        return measure(0.5, format!("{count} words, a code fence is left open"));
    }
    let end = if ends_as_sentence(answer) { "ends as a sentence" } else { "a phrase, not a sentence" };
    let value = if ends_as_sentence(answer) || count <= 40 { 1.0 } else { 0.7 };
    measure(value, format!("{}, {end}, {} % repetition", counted(count), percent(again)))
}

fn substance(answer: &str, question: Option<&str>, source: Option<&str>, said: &[String]) -> Measure {
    let count = said.len();
    let told = counted(count);
    let points = ["this", "it", "that", "they", "these", "those"];
    if let Some(asked) = question
        .map(lower_words)
        .filter(|asked| asked.len() <= 5 && asked.iter().skip(1).any(|word| points.contains(&word.as_str())))
    {
        return measure(0.5, format!("the question points to something unsaid ({} words)", asked.len()));
    }
    if let Some(source) = source.filter(|source| answer.len() * 5 > source.len() * 4 && source.len() > 200) {
        return measure(
            0.4,
            format!("the answer copies the source ({} of {} bytes)", answer.len(), source.len()),
        );
    }
    if let Some(share) = question
        .map(|question| overlap(&content_words(answer), &content_words(question)))
        .filter(|share| *share >= 0.9)
    {
        return measure(
            0.4,
            format!("{} % of the answer's content words were in the question already", percent(share)),
        );
    }
    match count {
        0 => measure(0.0, "no words"),
        1 if question.is_some_and(|question| question.contains("____")) => measure(0.5, "one missing word"),
        1..=2 => measure(0.7, format!("{told}: short")),
        3..=600 => measure(1.0, told),
        _ => measure(0.6, format!("{told}: long")),
    }
}

fn counted(count: usize) -> String {
    if count == 1 { "1 word".to_owned() } else { format!("{count} words") }
}

#[allow(clippy::cast_precision_loss)] // counts of words and letters
fn part(these: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { these as f64 / all as f64 }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 100
fn percent(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u32
}
