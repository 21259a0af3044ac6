//! Questions from statements: what a thing is, does, has or can do, and where, when, why and how.
//!
//! Each rule turns one form of sentence into a question that the rest of the sentence answers. Conditions stand in
//! `condition`, entries of reference pages in `entry`, missing words in `cloze`.

use std::ops::Range;

use crate::clause::{Clause, Names, Predicate, clause, plural};
use crate::grammar::{ADVERBS, Form, Verb, is_number, is_participle, is_placing, is_year};
use crate::pair::{Line, Pair};

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

struct Asking<'l, 'a> {
    line: &'l Line<'a>,
    clause: Clause,
    subject: String,
    lead: String,
    rest: Range<usize>,
}

type Found = Vec<Option<Pair>>;

impl Asking<'_, '_> {
    fn pair(&self, question: &str, answer: Range<usize>, worth: i32) -> Option<Pair> {
        let mut question = question.to_owned();
        if !self.lead.is_empty() {
            question.insert_str(question.len() - 1, &self.lead);
        }
        (!answer.is_empty()).then(|| self.line.pair(&question, answer, worth + self.clause.worth))?
    }

    fn being(&self) -> Found {
        let (line, subject) = (self.line, &self.subject);
        let be = line.word(self.clause.verb);
        let mut at = self.rest.start;
        while ADVERBS.contains(&line.word(at)) {
            at += 1;
        }
        let (first, second, end) = (line.word(at), line.word(at + 1), self.rest.end);
        let mut found = Vec::new();
        match first {
            "a" | "an" | "the" | "one"
                if !["same", "only", "case", "lot", "bit", "good", "great"].contains(&second) =>
            {
                let bare = self.clause.subject.len() <= 5;
                found.push(self.pair(&format!("What {be} {subject}?"), at..end, 8 + i32::from(bare)));
            }
            "called" | "named" | "termed" => {
                found.push(self.pair(&format!("What {be} {subject} called?"), at + 1..end, 9))
            }
            "known" if second == "as" => {
                found.push(self.pair(&format!("What {be} {subject} known as?"), at + 2..end, 9))
            }
            "used" if second == "to" => {
                found.push(self.pair(&format!("What {be} {subject} used for?"), at + 1..end, 8))
            }
            "able" if second == "to" => {
                found.push(self.pair(&format!("What {be} {subject} able to do?"), at + 2..end, 8))
            }
            "made" if second == "up" && line.word(at + 2) == "of" => {
                found.push(self.pair(&format!("What {be} {subject} made up of?"), at + 3..end, 9));
            }
            _ if is_participle(first) => found.extend(self.passive(be, at)),
            _ => {}
        }
        if let Some(than) = line.find(at + 1..end.min(at + 4), &["than"]) {
            found.push(self.pair(
                &format!("What {be} {subject} {} than?", line.say(at..than)),
                than + 1..end,
                7,
            ));
        }
        found.extend(self.time(be, at));
        found
    }

    /// "is stored on the heap", "was written by …", "were sold in 1998".
    fn passive(&self, be: &str, at: usize) -> Found {
        let (line, subject, end) = (self.line, &self.subject, self.rest.end);
        let mut found = Vec::new();
        let done = line.word(at);
        let next = line.word(at + 1);
        if next == "by" {
            let person = line.written(at + 2).starts_with(char::is_uppercase);
            let by_doing = line.word(at + 2).ends_with("ing");
            let asked = match (person, by_doing) {
                (true, _) => format!("By whom {be} {subject} {done}?"),
                (_, true) => format!("How {be} {subject} {done}?"),
                _ => format!("What {be} {subject} {done} by?"),
            };
            let stop = line.find(at + 3..end, &["in", "on", "at"]).filter(|_| person).unwrap_or(end);
            found.push(self.pair(&asked, at + 2 - usize::from(by_doing)..stop, 9));
        } else if matches!(next, "with" | "using" | "through" | "via") {
            found.push(self.pair(&format!("How {be} {subject} {done}?"), at + 1..end, 8));
        } else if matches!(next, "in" | "on" | "at" | "inside" | "within")
            && is_placing(done)
            && !is_year(line.word(at + 2))
        {
            let order = line.word(at + 3) == "order";
            found.push(self.pair(
                &format!("Where {be} {subject} {done}?"),
                at + 1..end,
                8 - 4 * i32::from(order),
            ));
        } else if next == "to" && matches!(done, "used" | "needed" | "designed" | "required" | "intended") {
            found.push(self.pair(&format!("What {be} {subject} {done} to do?"), at + 2..end, 7));
        } else if next == "for" {
            found.push(self.pair(&format!("What {be} {subject} {done} for?"), at + 2..end, 8));
        } else if matches!(next, "of" | "into" | "to" | "from" | "as" | "on") {
            found.push(self.pair(&format!("What {be} {subject} {done} {next}?"), at + 2..end, 7));
        }
        found
    }

    /// "… in 1998", "… when the owner goes out of scope".
    fn time(&self, auxiliary: &str, at: usize) -> Found {
        let (line, subject, end) = (self.line, &self.subject, self.rest.end);
        let mut found = Vec::new();
        if let Some(year) =
            (at + 2..end).find(|&token| is_year(line.word(token)) && line.word(token - 1) == "in")
        {
            let question = format!("When {auxiliary} {subject} {}?", line.say(at..year - 1));
            found.push(self.pair(&question, year..year + 1, 11));
        }
        if let Some(when) = line.find(at + 1..end, &["when", "once", "until", "after", "before", "if"]) {
            let calm = !(at..when).any(|token| line.tokens[token].stops());
            let before = line.say(at..when);
            let question = match line.word(when) {
                "if" => format!("Under what condition {auxiliary} {subject} {before}?"),
                "until" => format!("Until when {auxiliary} {subject} {before}?"),
                _ => format!("When {auxiliary} {subject} {before}?"),
            };
            found.push(self.pair(&question, when..end, 7).filter(|_| calm && when + 2 < end));
        }
        found
    }

    fn modal(&self) -> Found {
        let (line, subject, end) = (self.line, &self.subject, self.rest.end);
        let modal = line.word(self.clause.verb);
        let at = self.rest.start;
        let mut found = Vec::new();
        if matches!(line.word(at), "not" | "only" | "have" | "never" | "i" | "you" | "we" | "it") {
            return found;
        }
        let tail = line
            .find(at + 2..end, &["by", "using", "via"])
            .filter(|&tail| line.word(tail) != "by" || line.word(tail + 1).ends_with("ing"));
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
            found.push(self.pair(&format!("What {modal} {subject} do?"), at..end, 6));
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
            let whom = line.say(at..to);
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
        let thing = !matches!(
            first,
            "sense"
                | "sure"
                | "place"
                | "part"
                | "care"
                | "up"
                | "out"
                | "off"
                | "down"
                | "no"
                | "not"
                | "when"
                | "if"
                | "you"
                | "us"
        ) && !crate::grammar::PREPOSITIONS.contains(&first)
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
