//! Cuts of very long runs without white space, where the splitter would be slow, and of what it leaves too long.

use std::ops::Range;

use crate::ruler::{Ruler, after};

/// The first run of more than `longest` characters without white space.
pub(super) fn long_run(text: &str, longest: usize) -> Option<Range<usize>> {
    let mut start = 0;
    // Such a run has more bytes than that: looking back from there, the last word tells that there is none.
    while start + longest < text.len() {
        let reach = text.ceil_char_boundary(start + longest + 1);
        if let Some(at) = text[start..reach].rfind(char::is_whitespace) {
            start = text.ceil_char_boundary(start + at + 1);
            continue;
        }
        let end = text[reach..].find(char::is_whitespace).map_or(text.len(), |at| reach + at);
        if after(&text[start..end], longest) < end - start {
            return Some(start..end);
        }
        start = end;
    }
    None
}

/// Cuts off full pieces while more than one is left; what remains goes on with the text behind it.
pub(super) fn hard_cuts(text: &str, ruler: &Ruler, capacity: usize) -> Vec<usize> {
    let (mut ends, mut place) = (Vec::new(), 0);
    while ruler.after(&text[place..], capacity) < text.len() - place {
        place += hard_cut(&text[place..], ruler, capacity);
        ends.push(place);
    }
    ends
}

/// The same to the end.
pub(super) fn hard_cuts_to_end(text: &str, ruler: &Ruler, capacity: usize) -> Vec<usize> {
    let mut ends = hard_cuts(text, ruler, capacity);
    ends.push(text.len());
    ends
}

/// Where to cut a text that is longer than the capacity: after a sentence, else after another sign, looking back a
/// quarter; else where no character is torn from its accents.
fn hard_cut(text: &str, ruler: &Ruler, capacity: usize) -> usize {
    let most = ruler.after(text, capacity);
    let head = &text[..most];
    let behind = |signs: &str| {
        let mut back = head.char_indices().rev().take((capacity / 4).min(1000));
        back.find(|(_, character)| signs.contains(*character))
            .map(|(at, character)| at + character.len_utf8())
    };
    if let Some(end) = behind("。！？．｡!?").or_else(|| behind("，、；：,;:)）」』")) {
        return end;
    }
    let mut next = text[most..].chars().next();
    for (at, character) in head.char_indices().rev().take(32) {
        if character != '\u{200D}' && !next.is_some_and(joins) {
            return at + character.len_utf8();
        }
        next = Some(character);
    }
    most
}

/// Characters that belong to the one before them.
fn joins(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{20D0}'..='\u{20FF}' | '\u{200D}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_are_longer_than_asked() {
        for (text, longest, found) in [
            ("", 0, None),
            ("aaa", 3, None),
            ("aaaa", 3, Some(0..4)),
            ("a aaaa b", 3, Some(2..6)),
            ("aaa\u{3000}aaa\u{3000}aaaa", 3, Some(12..16)),
            ("\u{3000}ééé ééé éééé", 3, Some(17..25)),
            ("éééé\u{a0}é", 4, None),
            ("  \n  ", 1, None),
        ] {
            assert_eq!(long_run(text, longest), found, "{text}");
        }
    }

    #[test]
    fn hard_cuts_look_back() {
        let hard_cut = |text: &str, capacity| super::hard_cut(text, &Ruler::Characters, capacity);
        assert_eq!(hard_cuts("aaa。bbb,cc", &Ruler::Characters, 4), [6, 10]);
        assert_eq!(hard_cut(&format!("{}。bb{}", "a".repeat(17), "c".repeat(9)), 20), 20);
        assert_eq!(hard_cut("abce\u{301}x", 4), 3);
        assert_eq!(hard_cut("👩\u{200D}👩", 2), "👩\u{200D}".len());
        assert_eq!(hard_cut(&"\u{301}".repeat(100), 40), 80);
    }
}
