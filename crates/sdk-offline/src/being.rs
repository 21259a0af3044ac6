//! Questions from statements with "is": what a thing is, what it is called, and what is done to it by whom, where, how
//! and when.

use crate::grammar::{ADVERBS, is_participle, is_placing, is_year};
use crate::question::{Asking, Found};

impl Asking<'_, '_> {
    pub(crate) fn being(&self) -> Found {
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
                if ![
                    "same", "only", "case", "lot", "bit", "good", "great", "error", "mistake", "example",
                ]
                .contains(&second)
                    && !line.word(self.clause.subject.start).ends_with("ing") =>
            {
                let bare = self.clause.subject.len() <= 5;
                found.push(self.pair(&format!("What {be} {subject}?"), at..end, 8 + i32::from(bare)));
            }
            "called" | "named" | "termed" => {
                found.push(self.pair(&format!("What {be} {subject} called?"), at + 1..end, 9));
            }
            "known" if second == "as" => {
                found.push(self.pair(&format!("What {be} {subject} known as?"), at + 2..end, 9));
            }
            "used" if second == "to" => {
                found.push(self.pair(&format!("What {be} {subject} used for?"), at + 1..end, 8));
            }
            "able" if second == "to" => {
                found.push(self.pair(&format!("What {be} {subject} able to do?"), at + 2..end, 8));
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
        } else if matches!(next, "of" | "into" | "to" | "from" | "as" | "on")
            && !(done == "set" && next == "to")
        {
            found.push(self.pair(&format!("What {be} {subject} {done} {next}?"), at + 2..end, 7));
        }
        found
    }

    /// "… in 1998", "… when the owner goes out of scope".
    pub(crate) fn time(&self, auxiliary: &str, at: usize) -> Found {
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
}
