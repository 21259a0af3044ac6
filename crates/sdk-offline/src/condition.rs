//! Questions from sentences that begin with a condition, a purpose or a year.

use crate::grammar::{POINTING, is_year};
use crate::names::Names;
use crate::pair::{Line, Pair};

/// The pair that such a sentence gives.
pub(crate) fn conditions(line: &Line, names: &Names) -> Option<Pair> {
    let comma = (1..line.tokens.len().min(24)).find(|&token| line.tokens[token].after.contains(','))?;
    let rest = comma + 1 + usize::from(line.word(comma + 1) == "then");
    let end = line.tokens.len();
    if end < rest + 3
        || matches!(
            line.word(rest),
            "let's" | "see" | "we'll" | "consider" | "note" | "here" | "as" | "and" | "or"
        )
    {
        return None;
    }
    let said = |from: usize| names.inside(line.say(from..comma + 1));
    match line.word(0) {
        "to" if comma >= 3 => {
            let told = [
                "use", "you", "call", "add", "set", "run", "type", "write", "press", "open", "create",
                "pass", "just",
            ];
            let subject = usize::from(line.word(rest) == "simply");
            told.contains(&line.word(rest + subject)).then_some(())?;
            line.pair(&format!("How do you {}?", said(1)), rest..end, 9)
        }
        word @ ("if" | "when" | "once") if !POINTING.contains(&line.word(1)) && comma >= 3 => {
            let own = matches!(line.word(1), "you" | "your");
            let idle = ["you've", "you're", "used", "possible", "necessary", "needed", "so", "desired"]
                .contains(&line.word(1))
                || line.word(1).ends_with("ing")
                || own
                    && ["see", "read", "understand", "look", "want", "think", "know", "need", "wish"]
                        .contains(&line.word(2));
            if idle {
                return None;
            }
            let pronoun = matches!(line.word(rest), "it" | "they");
            let thing = if own { 5 } else { 8 } - i32::from(pronoun);
            let word = if word == "if" { "if" } else { "when" };
            line.pair(&format!("What happens {word} {}?", said(1)), rest..end, thing)
        }
        "in" if comma == 1 && is_year(line.word(1)) => {
            line.pair(&format!("What happened in {}?", line.word(1)), rest..end, 8)
        }
        _ => None,
    }
}
