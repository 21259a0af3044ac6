//! Questions from statements: what a thing is, does, has or can do, and where, when, why and how.
//!
//! What something is, and what is done to it, stands in `being`. Each rule turns one form of sentence into a question that the rest of the sentence answers. Conditions stand in
//! `condition`, entries of reference pages in `entry`, missing words in `cloze`.

use std::ops::Range;

use crate::clause::{Clause, Predicate, clause, plural};
use crate::grammar::{ADVERBS, PREPOSITIONS, is_number, is_participle, is_placing, is_year};
use crate::names::Names;
use crate::pair::{Line, Pair};
use crate::verbs::{Form, Verb, verb};

/// The pairs that one statement gives.
pub(crate) fn questions(line: &Line, names: &Names) -> Vec<Pair> {
    let Some(clause) = clause(line, names) else { return Vec::new() };
    let lead = names.inside(line.say(clause.lead.clone()));
    let asking = Asking {
        line,
        subject: names.inside(line.say(clause.subject.clone())),
        lead: if lead.is_empty() { lead } else { format!(" {lead}") },
        rest: clause.verb + 1..line.tokens.len(),
        clause,
    };
    let mut found = match asking.clause.predicate {
        Predicate::Be => asking.being(),
        Predicate::Modal => asking.modal(),
        Predicate::Negated => Vec::new(),
        Predicate::Have => asking.having(),
        Predicate::Verb(verb, form) => asking.doing(verb, form),
    };
    found.extend(asking.why());
    found.into_iter().flatten().collect()
}

/// Words after a verb that make its object no thing to ask for.
const EMPTY: [&str; 18] = [
    "sense", "sure", "place", "part", "care", "track", "up", "out", "off", "down", "no", "not", "when", "if",
    "you", "us", "use", "rid",
];

pub(crate) struct Asking<'l, 'a> {
    pub(crate) line: &'l Line<'a>,
    pub(crate) clause: Clause,
    pub(crate) subject: String,
    pub(crate) lead: String,
    pub(crate) rest: Range<usize>,
}

pub(crate) type Found = Vec<Option<Pair>>;

impl Asking<'_, '_> {
    pub(crate) fn pair(&self, question: &str, answer: Range<usize>, worth: i32) -> Option<Pair> {
        let mut question = question.to_owned();
        if !self.lead.is_empty() {
            question.insert_str(question.len() - 1, &self.lead);
        }
        (!answer.is_empty()).then(|| self.line.pair(&question, answer, worth + self.clause.worth))?
    }

    fn modal(&self) -> Found {
        let (line, subject, end) = (self.line, &self.subject, self.rest.end);
        let modal = line.word(self.clause.verb);
        let mut at = self.rest.start;
        while ADVERBS.contains(&line.word(at)) {
            at += 1;
        }
        let mut found = Vec::new();
        if matches!(line.word(at), "not" | "only" | "have" | "never" | "do" | "i" | "you" | "we" | "it") {
            return found;
        }
        let passive = line.word(at) == "be" && is_participle(line.word(at + 1));
        let words: &[&str] = if passive { &["by", "using", "via", "with"] } else { &["by", "using", "via"] };
        let tail = line.find(at + 2..end, words).filter(|&tail| match line.word(tail) {
            "by" => line.word(tail + 1).ends_with("ing"),
            "with" => tail == at + 2,
            _ => true,
        });
        if let Some(tail) = tail {
            let question = format!("How {modal} {subject} {}?", line.say(at..tail));
            found.push(self.pair(&question, tail..end, 10));
        }
        if line.word(at) == "be" {
            let (done, next) = (line.word(at + 1), line.word(at + 2));
            if is_participle(done)
                && matches!(next, "in" | "on" | "at" | "inside" | "within")
                && is_placing(done)
            {
                found.push(self.pair(&format!("Where {modal} {subject} be {done}?"), at + 2..end, 9));
            } else if done == "used" && matches!(next, "to" | "as" | "for") {
                let how = if next == "as" { "be used as" } else { "be used for" };
                let from = at + 2 + usize::from(next != "to");
                found.push(self.pair(&format!("What {modal} {subject} {how}?"), from..end, 8));
            }
        } else if subject != "you" && subject != "You" && tail.is_none() {
            let known = verb(line.word(at)).filter(|(_, form)| *form == Form::Base);
            let next = line.word(at + 1);
            found.push(match known {
                Some((verb, _)) if verb.with.contains(&next) => {
                    self.pair(&format!("What {modal} {subject} {} {next}?", verb.base), at + 2..end, 8)
                }
                Some((verb, _))
                    if !PREPOSITIONS.contains(&next) && next != "that" && !next.ends_with("ly") =>
                {
                    self.pair(&format!("What {modal} {subject} {}?", verb.base), at + 1..end, 7)
                }
                _ => self.pair(&format!("What {modal} {subject} do?"), at..end, 6),
            });
        }
        found.extend(self.time(modal, at));
        found
    }

    fn having(&self) -> Found {
        let (line, subject) = (self.line, &self.subject);
        let at = self.rest.start;
        let auxiliary = self.auxiliary(line.word(self.clause.verb) == "had");
        let mut found = Vec::new();
        if is_number(line.word(at)) && line.word(at + 1).ends_with('s') {
            let question = format!("How many {} {auxiliary} {subject} have?", line.word(at + 1));
            found.push(self.pair(&question, at..at + 1, 10));
        }
        let plain = !matches!(line.word(at), "no" | "not" | "to" | "some" | "more");
        found.push(
            self.pair(&format!("What {auxiliary} {subject} have?"), at..self.rest.end, 7).filter(|_| plain),
        );
        found
    }

    fn doing(&self, verb: &Verb, form: Form) -> Found {
        let (line, subject, end) = (self.line, &self.subject, self.rest.end);
        let auxiliary = self.auxiliary(form == Form::Past);
        let adverb = self.clause.adverb.map_or(String::new(), |adverb| format!("{} ", line.written(adverb)));
        let doing = format!("{auxiliary} {subject} {adverb}{}", verb.base);
        let at = self.rest.start;
        let first = line.word(at);
        let mut found = Vec::new();
        if subject.eq_ignore_ascii_case("you") {
            return found;
        }
        if verb.with.contains(&first) {
            found.push(self.pair(&format!("What {doing} {first}?"), at + 1..end, 8));
            return found;
        }
        let to = line.find(at + 1..end.min(at + 5), &["to"]);
        if let Some(to) = to.filter(|_| {
            matches!(verb.base, "allow" | "enable" | "help" | "force" | "require" | "cause" | "tell")
        }) {
            let whom = if first == "us" { "you" } else { line.say(at..to) };
            found.push(self.pair(&format!("What {doing} {whom} to do?"), to + 1..end, 9));
            return found;
        }
        if matches!(verb.base, "need" | "want" | "try" | "help" | "aim") && first == "to" {
            found.push(self.pair(&format!("What {doing} to do?"), at + 1..end, 7));
            return found;
        }
        if form == Form::Past {
            let person = self.clause.subject.len() >= 2
                && self
                    .clause
                    .subject
                    .clone()
                    .filter(|&token| line.written(token).starts_with(char::is_uppercase))
                    .count()
                    >= 2;
            let year = (at + 1..end).find(|&token| is_year(line.word(token)) && line.word(token - 1) == "in");
            let object = year.map_or(end, |year| year - 1);
            if person {
                let question = format!("Who {} {}?", verb.past, line.say(at..object));
                found.push(self.pair(&question, self.clause.subject.clone(), 10));
            }
            if let Some(year) = year {
                let question = format!("When {doing} {}?", line.say(at..object));
                found.push(self.pair(&question, year..year + 1, 10));
            }
        }
        let thing = !EMPTY.contains(&first)
            && !PREPOSITIONS.contains(&first)
            && !first.ends_with("ly")
            && !is_participle(first);
        found.push(self.pair(&format!("What {doing}?"), at..end, 7).filter(|_| thing));
        found
    }

    /// "because …": what stands before it is asked for its reason.
    fn why(&self) -> Found {
        let (line, subject, end) = (self.line, &self.subject, self.rest.end);
        let (verb, at) = (self.clause.verb, self.rest.start);
        let Some(because) = line.find(at + 1..end, &["because"]) else { return Vec::new() };
        let adverb = self.clause.adverb.map_or(String::new(), |adverb| format!("{} ", line.written(adverb)));
        let question = match self.clause.predicate {
            Predicate::Be | Predicate::Modal | Predicate::Negated => {
                format!("Why {} {subject} {}?", line.word(verb), line.say(at..because))
            }
            Predicate::Have => {
                format!("Why {} {subject} have {}?", self.auxiliary(false), line.say(at..because))
            }
            Predicate::Verb(known, form) => {
                let auxiliary = self.auxiliary(form == Form::Past);
                format!("Why {auxiliary} {subject} {adverb}{} {}?", known.base, line.say(at..because))
            }
        };
        let fits = line.word(because + 1) != "of";
        vec![self.pair(&question, because..end, 10).filter(|_| fits)]
    }

    fn auxiliary(&self, past: bool) -> &'static str {
        let many = plural(self.line, self.clause.subject.clone());
        let third = matches!(self.clause.predicate, Predicate::Verb(_, Form::Third))
            || self.line.word(self.clause.verb) == "has";
        match (past, third, many) {
            (true, ..) => "did",
            (_, true, _) => "does",
            (_, _, true) => "do",
            _ if matches!(self.clause.predicate, Predicate::Verb(_, Form::Base))
                || self.line.word(self.clause.verb) == "have" =>
            {
                "do"
            }
            _ => "does",
        }
    }
}
