//! Summaries made of a text's own sentences.
//!
//! TextRank: a sentence is worth what the sentences that share its words are worth. Nothing is rewritten; only
//! inline markup is taken off.

use sdk_text::{beginning, content_words, overlap, sentences};

use crate::plain::Plain;

/// Sentences that are compared with each other; the comparison is quadratic.
const COMPARED: usize = 120;
const LONGEST: usize = 600;

/// Two to four sentences of the text, in its order; its beginning where it has no sentences.
pub(crate) fn summary(text: &str) -> String {
    let text = beginning(text, 100_000);
    let mut found: Vec<String> = sentences(text)
        .into_iter()
        .filter(|sentence| sentence.whole && sentence.range.len() <= LONGEST)
        .map(|sentence| Plain::of(&text[sentence.range]).text)
        .filter(|sentence| stands_alone(sentence))
        .collect();
    if found.is_empty() {
        return Plain::of(beginning(text.trim(), 300)).text;
    }
    found.truncate(COMPARED);
    let worth = ranks(&found);
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by(|a, b| worth[*b].total_cmp(&worth[*a]).then(a.cmp(b)));
    order.truncate((found.len() / 4).clamp(2, 4));
    order.sort_unstable();
    let chosen: Vec<&str> = order.into_iter().map(|sentence| found[sentence].as_str()).collect();
    chosen.join(" ")
}

/// Whether a sentence can be read away from its neighbours.
fn stands_alone(sentence: &str) -> bool {
    let count = sentence.split_whitespace().count();
    let points =
        ["Listing", "Figure", "following", "Let’s", "let’s", "Here ", "below", "above", "this chapter"];
    let wide = sentence.chars().filter(|letter| *letter > '\u{2E7F}').count() > 8;
    (wide || (6..=60).contains(&count)) && !points.iter().any(|word| sentence.contains(word))
}

fn ranks(found: &[String]) -> Vec<f64> {
    let words: Vec<Vec<String>> = found.iter().map(|sentence| content_words(sentence)).collect();
    let near: Vec<Vec<f64>> = (0..words.len())
        .map(|a| (0..words.len()).map(|b| if a == b { 0.0 } else { overlap(&words[a], &words[b]) }).collect())
        .collect();
    let sums: Vec<f64> = near.iter().map(|row| row.iter().sum()).collect();
    let mut ranks = vec![1.0; found.len()];
    for _ in 0..20 {
        ranks = (0..found.len())
            .map(|to| {
                let given = |from: usize| {
                    if sums[from] > 0.0 { near[from][to] / sums[from] * ranks[from] } else { 0.0 }
                };
                0.15 + 0.85 * (0..found.len()).map(given).sum::<f64>()
            })
            .collect();
    }
    // What a text begins with tends to say what it is about.
    ranks.iter_mut().take(2).for_each(|rank| *rank *= 1.15);
    ranks
}
