//! Subject and verb of a sentence, where word lists are enough to find them.
//!
//! Only the plain order of a statement is read: an optional phrase in front, a subject of a few words, a verb that
//! is known. Everything else is `None`.

use std::ops::Range;

use crate::grammar::{ADVERBS, ARTICLES, MODALS, POINTING, PREPOSITIONS, VAGUE, is_participle};
use crate::names::Names;
use crate::pair::Line;
use crate::verbs::{Form, Verb, verb};

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

const LEADS: [&str; 20] = [
    "to",
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
    let comma = (0..line.tokens.len().min(14)).find(|&token| line.tokens[token].after.contains(','));
    match comma {
        Some(0) if FILLERS.contains(&line.word(0)) => (0..0, 1),
        Some(end) if is_filler(line.say(0..end + 1)) => (0..0, end + 1),
        Some(end) if line.word(0) == "when" && line.word(1).ends_with("ing") => (0..end + 1, end + 1),
        Some(end) if LEADS.contains(&line.word(0)) => (0..end + 1, end + 1),
        _ => (0..0, 0),
    }
}

/// A phrase that only joins a sentence to the one before it.
fn is_filler(phrase: &str) -> bool {
    [
        "for instance",
        "for example",
        "in fact",
        "in addition",
        "in general",
        "in other words",
        "in particular",
        "as a result",
        "at this point",
        "in this case",
        "in practice",
        "in contrast",
        "by contrast",
        "of course",
        "in short",
        "as such",
        "in that case",
        "on the other hand",
        "in turn",
        "as you can see",
        "in this way",
        "at first",
        "as always",
    ]
    .contains(&phrase.to_lowercase().as_str())
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
            if verb(next).is_some() && !found.with.contains(&next)
                || matches!(next, "is" | "are" | "can" | "has" | "have")
            {
                return None;
            }
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
    let joins = [
        "because", "given", "though", "although", "unless", "while", "since", "whether", "rather", "instead",
        "once", "not", "no", "all",
    ];
    if joins.contains(&first)
        || PREPOSITIONS.contains(&first)
        || POINTING.contains(&first)
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
