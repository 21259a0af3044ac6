//! Subject and verb of a sentence, where word lists are enough to find them.
//!
//! Only the plain order of a statement is read: an optional phrase in front, a subject of a few words, a verb that
//! is known. Everything else is `None`.

use std::collections::HashMap;
use std::ops::Range;

use crate::grammar::{
    ADVERBS, ARTICLES, Form, MODALS, POINTING, PREPOSITIONS, VAGUE, Verb, is_participle, verb,
};
use crate::pair::Line;

/// The verb of a clause.
#[derive(Clone, Copy)]
pub(crate) enum Predicate {
    /// A form of "be".
    Be,
    /// "can" and its like.
    Modal,
    /// "do", "does", "did" before "not" and the like.
    Negated,
    /// "has" or "have" as a verb of its own.
    Have,
    /// A verb of the list.
    Verb(&'static Verb, Form),
}

/// A statement taken apart; the numbers are tokens.
pub(crate) struct Clause {
    /// The phrase in front of the subject, without its comma.
    pub(crate) lead: Range<usize>,
    pub(crate) subject: Range<usize>,
    /// An adverb between subject and verb.
    pub(crate) adverb: Option<usize>,
    pub(crate) verb: usize,
    pub(crate) predicate: Predicate,
    /// What the subject is worth in a question.
    pub(crate) worth: i32,
}

const LEADS: [&str; 19] = [
    "in",
    "on",
    "at",
    "for",
    "with",
    "by",
    "within",
    "during",
    "since",
    "from",
    "under",
    "after",
    "before",
    "unlike",
    "until",
    "like",
    "as",
    "throughout",
    "at",
];
const FILLERS: [&str; 16] = [
    "however",
    "therefore",
    "additionally",
    "moreover",
    "furthermore",
    "thus",
    "also",
    "instead",
    "similarly",
    "unfortunately",
    "fortunately",
    "finally",
    "first",
    "second",
    "comparatively",
    "today",
];

/// Finds subject and verb of a sentence, or of the part of it that begins at token `from`.
pub(crate) fn clause(line: &Line, names: &Names) -> Option<Clause> {
    let (lead, from) = lead(line);
    for at in from + 1..(from + 12).min(line.tokens.len()) {
        let word = line.word(at);
        let previous = &line.tokens[at - 1];
        if previous.stops()
            || matches!(
                word,
                "that" | "which" | "who" | "where" | "when" | "whose" | "what" | "if" | "because"
            )
        {
            return None;
        }
        let Some(predicate) = predicate(line, from, at) else { continue };
        let adverb = (at > from + 1 && ADVERBS.contains(&line.word(at - 1))).then(|| at - 1);
        let subject = from..adverb.unwrap_or(at);
        let worth = worth(line, subject.clone(), names)? - i32::from(!lead.is_empty());
        return Some(Clause { lead, subject, adverb, verb: at, predicate, worth });
    }
    None
}

/// The phrase in front, and where the subject begins.
fn lead(line: &Line) -> (Range<usize>, usize) {
    let comma = (0..line.tokens.len().min(10)).find(|&token| line.tokens[token].after.contains(','));
    match comma {
        Some(0) if FILLERS.contains(&line.word(0)) => (0..0, 1),
        Some(end) if LEADS.contains(&line.word(0)) => (0..end + 1, end + 1),
        _ => (0..0, 0),
    }
}

fn predicate(line: &Line, from: usize, at: usize) -> Option<Predicate> {
    let (word, next) = (line.word(at), line.word(at + 1));
    let before = line.word(at - 1);
    match word {
        "is" | "are" | "was" | "were" => Some(Predicate::Be),
        "doesn't" | "don't" | "didn't" | "isn't" | "aren't" | "can't" | "cannot" | "won't" | "wasn't" => {
            Some(Predicate::Negated)
        }
        "has" | "have" | "had"
            if !is_participle(next) && !["been", "to", "not", "become"].contains(&next) =>
        {
            Some(Predicate::Have)
        }
        _ if MODALS.contains(&word) => Some(Predicate::Modal),
        _ => {
            // A noun may look like the base form of a verb, so a base form needs a plural before it.
            let starts_lower = line.written(at).starts_with(char::is_lowercase);
            let (found, form) = verb(word).filter(|_| starts_lower && !ARTICLES.contains(&before))?;
            let plural = plural(line, from..at) || before == "you";
            let adjective = PREPOSITIONS.contains(&before) || before == "to";
            let fits = match form {
                Form::Third => !adjective && !PREPOSITIONS.contains(&next) || found.with.contains(&next),
                Form::Base => plural && !adjective,
                Form::Past => {
                    !adjective
                        && (ARTICLES.contains(&next) || line.written(at + 1).starts_with(char::is_uppercase))
                }
            };
            fits.then_some(Predicate::Verb(found, form))
        }
    }
}

/// Whether the subject is more than one, by its look.
pub(crate) fn plural(line: &Line, subject: Range<usize>) -> bool {
    let head = subject.clone().take_while(|&token| !PREPOSITIONS.contains(&line.word(token))).last();
    let word = head.map_or("", |token| line.word(token));
    let head_plural =
        word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is");
    head_plural || line.find(subject, &["and"]).is_some()
}

/// What a subject is worth; `None` where a question about it would be empty.
fn worth(line: &Line, subject: Range<usize>, names: &Names) -> Option<i32> {
    let (first, second) = (line.word(subject.start), line.word(subject.start + 1));
    let count = subject.len();
    let number = first.starts_with(|c: char| c.is_ascii_digit());
    if POINTING.contains(&first)
        || count > 9
        || count == 0
        || number
        || first.starts_with('(')
        || first == "if"
        || first == "when"
    {
        return None;
    }
    if matches!(first, "the" | "a" | "an") && VAGUE.contains(&second) && count < 4 {
        return None;
    }
    let mut worth = 0;
    match first {
        "the" if count <= 2 => worth -= 2,
        "the" if count == 3 => worth -= 1,
        "a" | "an" => worth += 1,
        "you" => worth -= 1,
        _ => {}
    }
    let known =
        subject.clone().any(|token| names.is_name(line.written(token)) || line.written(token).contains('`'));
    worth += i32::from(known);
    worth -= i32::from(count > 6);
    worth -= i32::from(VAGUE.contains(&second) && first == "the");
    Some(worth)
}

/// Which words of a passage are names, and which only begin its sentences.
#[derive(Default)]
pub(crate) struct Names {
    seen: HashMap<String, (u32, u32)>,
}

impl Names {
    /// Counts the words of these sentences, small and capital.
    pub(crate) fn of(lines: &[Line]) -> Self {
        let mut names = Names::default();
        for token in lines.iter().flat_map(|line| (1..line.tokens.len()).map(|token| line.written(token))) {
            let counts = names.seen.entry(token.to_lowercase()).or_default();
            if token.starts_with(char::is_uppercase) {
                counts.1 += 1;
            } else {
                counts.0 += 1;
            }
        }
        names
    }

    /// Whether the word has a capital inside a sentence too.
    pub(crate) fn is_name(&self, word: &str) -> bool {
        let inner = word.chars().skip(1).any(char::is_uppercase);
        let counts = self.seen.get(&word.to_lowercase()).copied().unwrap_or_default();
        word.starts_with(char::is_uppercase) && (inner || (counts.1 > 0 && counts.1 >= counts.0))
    }

    /// The words, without the capital that only the sentence's beginning gave them.
    pub(crate) fn inside(&self, words: &str) -> String {
        let first = words.split(' ').next().unwrap_or_default();
        let mut letters = words.chars();
        let Some(letter) = letters.next() else { return String::new() };
        let lower = first.to_lowercase();
        let common = self.seen.get(&lower).is_some_and(|counts| counts.0 > 0)
            || ["ing", "tion", "ity", "ness", "ment", "ly", "s"].iter().any(|end| lower.ends_with(end))
            || sdk_text::is_stop_word(&lower)
            || ["many", "adding", "multiple", "several", "two", "three", "empty", "another"]
                .contains(&lower.as_str());
        if letter.is_uppercase() && common && !self.is_name(first) {
            letter.to_lowercase().chain(letters).collect()
        } else {
            words.to_owned()
        }
    }
}
