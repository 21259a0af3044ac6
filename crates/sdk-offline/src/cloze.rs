//! Questions with a missing word, for sentences that no other rule fits.

use std::collections::HashMap;

use sdk_text::is_stop_word;

use crate::grammar::{ADVERBS, ARTICLES, POINTING, PREPOSITIONS};
use crate::pair::{Line, Pair, finish};
use crate::verbs::verb;

/// How often each word stands in the passage.
pub(crate) fn counts(lines: &[Line]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for token in lines.iter().flat_map(|line| &line.tokens) {
        *counts.entry(token.word.clone()).or_default() += 1;
    }
    counts
}

/// The sentence without the word that matters most in it.
///
/// A `loose` one may point to what stands before it: better than nothing, and only then.
pub(crate) fn cloze(line: &Line, counts: &HashMap<String, usize>, loose: bool) -> Option<Pair> {
    let count = line.tokens.len();
    let starts =
        line.written(0).starts_with(|letter: char| !letter.is_lowercase() && !letter.is_ascii_punctuation())
            && (loose || !POINTING.contains(&line.word(0)))
            && !line.tokens[0].stops()
            && !line.plain.text.ends_with(':');
    let verbs =
        ["is", "are", "was", "were", "has", "have", "can", "will", "must", "does", "do", "should", "may"];
    let states =
        line.find(1..count, &verbs).is_some() || (1..count).any(|token| verb(line.word(token)).is_some());
    if !states || !(8..=28).contains(&count) || !starts {
        return None;
    }
    let lower = line.plain.text.to_lowercase();
    let missing = (2..count)
        .filter(|&token| {
            let word = line.word(token);
            let letters = word.chars().count() >= 4 && word.chars().all(char::is_alphabetic);
            let common = is_stop_word(word)
                || ADVERBS.contains(&word)
                || word.ends_with("ly")
                || word.ends_with("ing")
                || verb(word).is_some();
            let name = line.written(token).starts_with(char::is_uppercase);
            letters && !common && !name && lower.matches(word).count() == 1
        })
        .max_by_key(|&token| {
            let before = line.word(token - 1);
            // After an article or a preposition stands a thing rather than a quality.
            let thing =
                ARTICLES.contains(&before) || PREPOSITIONS.contains(&before) || line.tokens[token].stops();
            let often = counts.get(line.word(token)).copied().unwrap_or(0).min(4);
            (often + 2 * usize::from(thing) + usize::from(token + 1 == count), token)
        })?;
    let hole = line.tokens[missing].range.clone();
    let (answer, _) = line.plain.verbatim(hole.clone())?;
    let text = &line.plain.text;
    let question = format!(
        "Which word is missing in this sentence: “{}____{}”?",
        &text[..hole.start],
        &text[hole.end..]
    );
    // The wording has its own "this", so the sentence is checked by itself.
    if !loose {
        finish(text, "\u{0}", 3, line.place)?;
    }
    let fits = question.len() <= 260
        && !question.to_lowercase().contains(&answer.to_lowercase())
        && !text.contains('“');
    fits.then(|| Pair { question, answer: answer.to_owned(), worth: 3, place: line.place })
}
