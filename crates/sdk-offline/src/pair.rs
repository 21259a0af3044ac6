//! A question with its answer, and what makes one fit to be shown.
//!
//! The last word on every pair, whatever rule it came from: the answer stands in the source as it is, the question
//! does not give it away, and neither of them points to something that a reader cannot see.

use std::ops::Range;

use sdk_text::is_stop_word;

use crate::grammar::{ARTICLES, MODALS, POINTING, PREPOSITIONS};
use crate::plain::Plain;
use crate::tokens::{Token, tokens};

/// A question and a verbatim answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) question: String,
    pub(crate) answer: String,
    /// How good it is thought to be; higher is better.
    pub(crate) worth: i32,
    /// Number of the sentence that it was made of.
    pub(crate) place: usize,
}

/// One sentence made ready: plain words, tokens, number.
pub(crate) struct Line<'a> {
    pub(crate) plain: Plain<'a>,
    pub(crate) tokens: Vec<Token>,
    pub(crate) place: usize,
}

impl<'a> Line<'a> {
    pub(crate) fn of(raw: &'a str, place: usize) -> Self {
        let plain = Plain::of(raw);
        let tokens = tokens(&plain.text);
        Line { plain, tokens, place }
    }

    /// The word of a token, empty beyond the last one.
    pub(crate) fn word(&self, token: usize) -> &str {
        self.tokens.get(token).map_or("", |token| &token.word)
    }

    /// The token as it is written.
    pub(crate) fn written(&self, token: usize) -> &str {
        self.tokens.get(token).map_or("", |token| &self.plain.text[token.range.clone()])
    }

    /// The plain words of these tokens.
    pub(crate) fn say(&self, range: Range<usize>) -> &str {
        match (self.tokens.get(range.start), range.end.checked_sub(1).and_then(|last| self.tokens.get(last)))
        {
            (Some(first), Some(last)) if range.start < range.end => {
                &self.plain.text[first.range.start..last.range.end]
            }
            _ => "",
        }
    }

    /// The first of these tokens whose word is one of `words`.
    pub(crate) fn find(&self, range: Range<usize>, words: &[&str]) -> Option<usize> {
        range.into_iter().find(|&token| words.contains(&self.word(token)))
    }

    /// A pair whose answer is the best beginning of these tokens, if it is fit to be shown.
    pub(crate) fn pair(&self, question: &str, answer: Range<usize>, worth: i32) -> Option<Pair> {
        let answer = self.trim(answer);
        let (raw, clean) = self
            .plain
            .verbatim(self.tokens[answer.start].range.start..self.tokens[answer.end - 1].range.end)?;
        let count = answer.len();
        let mut worth = worth - i32::from(!clean) - i32::from(raw.contains('\n'));
        worth += i32::from((3..=20).contains(&count));
        // An announcement of what follows, and "a third approach" and its like, say nothing by themselves.
        let announced = self.tokens[answer.end - 1].after.contains(':');
        let other = ["different", "second", "third", "another", "new", "similar", "special", "certain"];
        worth -= 6 * i32::from(announced && (count < 4 || other.contains(&self.word(answer.start + 1))));
        // An emphasis that ends before it began is cut out of two.
        let torn = !clean && raw.find('*').is_some_and(|at| raw[..at].ends_with(char::is_alphanumeric));
        worth -= if count > 26 { 3 } else { 0 };
        for token in answer.clone() {
            match self.word(token) {
                "following" | "below" | "above" | "listing" | "figure" | "here" | "chapter" | "later" => {
                    return None;
                }
                "we" | "us" | "our" | "this" | "these" | "those" | "it’s" | "they" => worth -= 1,
                _ => {}
            }
        }
        let happens = question.starts_with("What happens");
        let (first, last) = (self.word(answer.start), self.word(answer.end - 1));
        let dangling = PREPOSITIONS.contains(&last) || ARTICLES.contains(&last) || MODALS.contains(&last);
        if torn || count > 40 || dangling || ["and", "or", "that", "not", "is", "are", "if"].contains(&last) {
            return None;
        }
        if (POINTING.contains(&first)
            && !["one", "that", "what", "how", "some"].contains(&first)
            && !(matches!(first, "it" | "they") && happens))
            || (count == 1
                && (is_stop_word(first) || first.chars().count() < 2 && !first.starts_with(char::is_numeric)))
            || raw.matches('(').count() != raw.matches(')').count()
            || raw.matches(['“', '”']).count() % 2 == 1
            || raw.matches('"').count() % 2 == 1
            || raw.matches('`').count() % 2 == 1
        {
            return None;
        }
        finish(question, raw, worth, self.place)
    }

    /// Where the first self-contained part of these tokens ends.
    fn trim(&self, range: Range<usize>) -> Range<usize> {
        const TURNS: [&str; 19] = [
            "which", "but", "so", "because", "although", "though", "while", "whereas", "who", "where",
            "since", "unlike", "however", "except", "even", "making", "as", "like", "shown",
        ];
        for token in range.start + 1..range.end {
            let before = &self.tokens[token - 1].after;
            let word = self.word(token);
            let turns = before.contains(',')
                && (TURNS.contains(&word)
                    || matches!(self.word(token + 1), "instance" | "example")
                    || self.opens_clause(token));
            let breaks = before.contains([';', ':', '—', '–', '.']) || matches!(word, "—" | "–" | "-" | "--");
            let aside =
                word.starts_with('(') && token > range.start + 1 && self.closes_well(token, range.end);
            if turns || breaks || aside || (word == "because" && token > range.start + 1) {
                return range.start..token;
            }
        }
        range
    }

    /// Whether what stands in brackets from here on can be left out with all that follows.
    fn closes_well(&self, token: usize, end: usize) -> bool {
        let last = (token..end).find(|&token| self.written(token).ends_with(')'));
        last.is_none_or(|last| last + 1 == end || self.tokens[last].stops())
    }

    /// ", and it …", ", and the …": another clause begins.
    fn opens_clause(&self, token: usize) -> bool {
        matches!(self.word(token), "and" | "or")
            && (POINTING.contains(&self.word(token + 1))
                || matches!(self.word(token + 1), "you" | "if" | "when" | "is" | "the"))
    }
}

/// The checks that need no tokens.
pub(crate) fn finish(question: &str, answer: &str, worth: i32, place: usize) -> Option<Pair> {
    let answer = answer.trim();
    let padded = format!(" {} ", question.to_lowercase().replace(['’', ',', '?'], " "));
    let points = [
        " this ",
        " these ",
        " those ",
        " following ",
        " listing ",
        " figure ",
        " we ",
        " us ",
        " our ",
        " above ",
        " below ",
        " here ",
        " such ",
        " example ",
        " previous ",
        " let s ",
    ];
    let loose = [" it ", " they ", " them ", " its ", " their ", " i ", " he ", " she ", " his ", " her "];
    let fits = !answer.is_empty()
        && (12..=170).contains(&question.len())
        && !points.iter().any(|word| padded.contains(word))
        && !question.to_lowercase().contains(&answer.to_lowercase())
        && question.matches('(').count() == question.matches(')').count()
        && question.matches(['“', '”']).count().is_multiple_of(2)
        && question.matches('"').count().is_multiple_of(2)
        && question.matches('`').count().is_multiple_of(2);
    let vague = i32::from(loose.iter().any(|word| padded.contains(word)));
    fits.then(|| Pair {
        question: question.to_owned(),
        answer: answer.to_owned(),
        worth: worth - 3 * vague,
        place,
    })
}
