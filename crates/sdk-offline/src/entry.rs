//! Questions from entries: a function or an option over its description, a term before its meaning, and, where a
//! passage has nothing else, the numbered titles of a table of contents.

use sdk_text::{Block, Kind, beginning, ends_as_sentence, sentences};

use crate::grammar::POINTING;
use crate::pair::{Line, Pair, finish};
use crate::plain::Plain;

/// Pairs from neighbouring blocks and from list items.
pub(crate) fn entries(text: &str, blocks: &[Block]) -> Vec<Pair> {
    let mut found = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        let inside = beginning(&text[block.range.clone()], 800);
        if block.kind == Kind::Item {
            found.extend(term(inside, 10_000 + number));
        }
        let (Kind::Prose | Kind::Item | Kind::Code, Some(next)) = (block.kind, blocks.get(number + 1)) else {
            continue;
        };
        if next.kind == Kind::Prose
            && inside.len() <= 80
            && !inside.contains('\n')
            && !ends_as_sentence(inside.trim_end_matches(')'))
        {
            // Two names over one description: it is not said which of them it describes.
            let shared = inside.starts_with('-')
                && number > 0
                && text[blocks[number - 1].range.clone()].starts_with('-');
            if shared {
                continue;
            }
            found.extend(described(&Plain::of(inside).text, &text[next.range.clone()], 10_000 + number));
        }
    }
    found
}

/// `list.clear()` or `--abort` over what it does.
fn described(name: &str, below: &str, place: usize) -> Option<Pair> {
    let name = name.trim_end_matches('¶').trim();
    let call = name.ends_with(')') && name.split('(').next().is_some_and(is_path);
    let option = name.starts_with('-') && name.len() > 2 && !name.contains(' ');
    let first = sentences(beginning(below, 2_000)).into_iter().next().filter(|sentence| sentence.whole)?;
    let line = Line::of(beginning(below, 2_000).get(first.range)?, place);
    let tells = line.tokens.len() >= 4
        && line.written(0).starts_with(char::is_uppercase)
        && !POINTING.contains(&line.word(0))
        && !["if", "when", "how", "what", "the", "a", "an", "like", "as", "instead"].contains(&line.word(0));
    let question = match (call, option) {
        (true, _) => format!("What does `{name}` do?"),
        (_, true) => format!("What does the option `{name}` do?"),
        _ => return None,
    };
    if !tells || name.contains('`') {
        return None;
    }
    let (raw, _) = line.plain.verbatim(0..line.plain.text.len())?;
    finish(&question, raw, 9, place)
}

fn is_path(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '_' | ':'))
}

/// "Heap: memory that is …" as a list item.
fn term(inside: &str, place: usize) -> Option<Pair> {
    let line = Line::of(inside, place);
    let colon =
        (0..line.tokens.len().min(5)).find(|&token| line.tokens[token].after.contains([':', '—', '–']))?;
    let (name, first) = (line.say(0..colon + 1), line.word(colon + 1));
    let labels = [
        "note", "example", "input", "output", "tip", "warning", "name", "file", "default", "usage", "see",
        "step",
    ];
    let means = matches!(first, "a" | "an" | "the") && line.tokens.len() > colon + 4;
    if !means || labels.contains(&line.word(0)) || !name.starts_with(char::is_alphabetic) {
        return None;
    }
    line.pair(&format!("What is {name}?"), colon + 1..line.tokens.len(), 8)
}

/// "15.3. Running Code on Cleanup": what a table of contents says, asked only for want of better.
pub(crate) fn titles(text: &str, blocks: &[Block]) -> Vec<Pair> {
    let items =
        blocks.iter().enumerate().filter(|(_, block)| matches!(block.kind, Kind::Item | Kind::Heading));
    items
        .filter_map(|(place, block)| {
            let inside = beginning(&text[block.range.clone()], 400).trim_start_matches(['#', ' ']);
            let line = Line::of(inside, place);
            let number = line.written(0);
            let numbered =
                number.contains(char::is_numeric) && number.chars().all(|c| c.is_ascii_digit() || c == '.');
            let (name, end) = (if number.contains('.') { "section" } else { "chapter" }, line.tokens.len());
            if !numbered || !(3..=14).contains(&end) || !line.written(1).starts_with(char::is_uppercase) {
                return None;
            }
            line.pair(&format!("What is the title of {name} {number}?"), 1..end, 3)
        })
        .collect()
}
