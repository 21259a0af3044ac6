//! Text → pieces that follow each other without gap or overlap, each at most a capacity long: the new part of every
//! passage. Cuts fall where `text-splitter` finds the largest unit that fits (headings, paragraphs, sentences, words).
//!
//! It is fed short windows, because its cost is quadratic in what it sees; the last piece of a window is cut again with
//! what follows, so that a window's end leaves no trace. Very long runs without white space are cut by our own rule.
//! A window that begins inside a fence is read as if it did not: cuts are a little worse there, never wrong.

use std::collections::VecDeque;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};

use text_splitter::{Characters, ChunkConfig, MarkdownSplitter, TextSplitter};

use crate::Sizes;

/// A window has room for this many full pieces,
const PIECES: usize = 16;
/// and at most so many characters (a megabyte at most), unless two pieces are longer.
const WINDOW: usize = 1 << 18;
/// A run without white space as long as this is cut by our own rule, if it is longer than a piece.
const RUN: usize = 1 << 14;

/// Cuts a text piece by piece.
pub(crate) struct Pieces {
    markdown: bool,
    /// The first piece has no predecessor to share with, so it may be as long as a passage.
    first: Option<usize>,
    capacity: usize,
    place: usize,
    ends: VecDeque<usize>,
}

impl Pieces {
    pub(crate) fn new(markdown: bool, sizes: Sizes) -> Self {
        let capacity = sizes.chunk_size() - sizes.overlap();
        Pieces { markdown, first: Some(sizes.chunk_size()), capacity, place: 0, ends: VecDeque::new() }
    }

    /// The next piece, in bytes. It must always be asked with the same text.
    pub(crate) fn next(&mut self, text: &str) -> Option<Range<usize>> {
        if self.ends.is_empty() {
            self.fill(&text[self.place..]);
        }
        let start = self.place;
        self.place = self.ends.pop_front()?;
        Some(start..self.place)
    }

    fn fill(&mut self, rest: &str) {
        let first = self.first.take();
        let capacity = first.unwrap_or(self.capacity);
        let most = capacity.saturating_mul(PIECES).min(WINDOW.max(capacity.saturating_mul(2)));
        let mut window = &rest[..after(rest, most)];
        let mut whole = window.len() == rest.len();
        let run = long_run(window, capacity.max(RUN));
        let mut ends = if run.as_ref().is_some_and(|run| run.start == 0) {
            hard_cuts(&window[..run.map_or(0, |run| run.end)], capacity)
        } else {
            if let Some(run) = run {
                window = &window[..run.start];
                whole = true;
            }
            let mut ends = cuts(window, self.markdown, capacity);
            keep_line_ends(window, &mut ends, capacity);
            if !whole && ends.len() > 1 {
                ends.pop();
            }
            ends
        };
        if first.is_some_and(|first| first != self.capacity) {
            ends.truncate(1);
        }
        self.ends.extend(ends.into_iter().map(|end| self.place + end));
    }
}

/// Byte after this many characters, or the end.
fn after(text: &str, characters: usize) -> usize {
    // A text of fewer bytes than that has fewer characters.
    if text.len() <= characters {
        return text.len();
    }
    text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at)
}

/// The first run of more than `longest` characters without white space.
fn long_run(text: &str, longest: usize) -> Option<Range<usize>> {
    let (mut start, mut length) = (0, 0);
    for (at, character) in text.char_indices() {
        if character.is_whitespace() {
            if length > longest {
                return Some(start..at);
            }
            length = 0;
            start = at + character.len_utf8();
        } else {
            length += 1;
        }
    }
    (length > longest).then_some(start..text.len())
}

/// Ends of the pieces that the splitter finds. What it leaves too long, or leaves out, is cut by our own rule.
fn cuts(text: &str, markdown: bool, capacity: usize) -> Vec<usize> {
    let found = catch_unwind(AssertUnwindSafe(|| {
        let config: ChunkConfig<Characters> = ChunkConfig::new(capacity).with_trim(false);
        if markdown {
            MarkdownSplitter::new(config)
                .chunk_indices(text)
                .map(|(at, chunk)| (at, chunk.len()))
                .collect::<Vec<_>>()
        } else {
            TextSplitter::new(config).chunk_indices(text).map(|(at, chunk)| (at, chunk.len())).collect()
        }
    }));
    let mut ends = Vec::new();
    let mut place = 0;
    for (at, length) in found.unwrap_or_default().into_iter().chain([(text.len(), 0)]) {
        for end in [at, at + length] {
            if end > place {
                ends.extend(hard_cuts_to_end(&text[place..end], capacity).into_iter().map(|cut| place + cut));
                place = end;
            }
        }
    }
    ends
}

/// White space at the start of a piece moves to the end of the one before where it has room: up to the last line end,
/// so that indentation stays with its line.
fn keep_line_ends(text: &str, ends: &mut Vec<usize>, capacity: usize) {
    let (mut start, mut at) = (0, 0);
    while at + 1 < ends.len() {
        let next = &text[ends[at]..ends[at + 1]];
        let space = &next[..next.len() - next.trim_start().len()];
        let indentation = text[..ends[at]].ends_with('\n');
        let moved = space.rfind('\n').map_or(if indentation { "" } else { space }, |last| &space[..=last]);
        if !moved.is_empty() {
            let room = capacity.saturating_sub(text[start..ends[at]].chars().count());
            ends[at] += after(moved, room);
        }
        if ends[at] == ends[at + 1] {
            ends.remove(at);
        } else {
            start = ends[at];
            at += 1;
        }
    }
}

/// Cuts off full pieces while more than one is left; what remains goes on with the text behind it.
fn hard_cuts(text: &str, capacity: usize) -> Vec<usize> {
    let (mut ends, mut place) = (Vec::new(), 0);
    while after(&text[place..], capacity) < text.len() - place {
        place += hard_cut(&text[place..], capacity);
        ends.push(place);
    }
    ends
}

fn hard_cuts_to_end(text: &str, capacity: usize) -> Vec<usize> {
    let mut ends = hard_cuts(text, capacity);
    ends.push(text.len());
    ends
}

/// Where to cut a text that is longer than the capacity: after a sentence, else after another sign, looking back a
/// quarter; else where no character is torn from its accents.
fn hard_cut(text: &str, capacity: usize) -> usize {
    let most = after(text, capacity);
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
    fn hard_cuts_look_back() {
        assert_eq!(hard_cuts("aaa。bbb,cc", 4), [6, 10]);
        assert_eq!(hard_cut(&format!("{}。bb{}", "a".repeat(17), "c".repeat(9)), 20), 20);
        assert_eq!(hard_cut("abce\u{301}x", 4), 3);
        assert_eq!(hard_cut("👩\u{200D}👩", 2), "👩\u{200D}".len());
        assert_eq!(hard_cut(&"\u{301}".repeat(100), 40), 80);
    }

    #[test]
    fn line_ends_stay_behind() {
        let text = "aaa\n\n  bbb";
        let mut ends = vec![3, 10];
        keep_line_ends(text, &mut ends, 7);
        assert_eq!(ends, [5, 10]);
        let mut ends = vec![3, 5, 10];
        keep_line_ends(text, &mut ends, 4);
        assert_eq!(ends, [4, 5, 10]);
    }
}
