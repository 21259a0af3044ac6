//! The lines of an outline that name something, each with its depth: headings and list items of a Markdown file, or
//! every line of an indented text that has neither. Prose, front matter, fences, comments and rules are left out; so
//! is what hangs under what (`outline.rs`).

use super::marks::{bare, fence_of, heading, indented, is_rule, item, underline, without_comments};

/// One named line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) depth: Depth,
    pub(super) name: String,
}

/// How a line says where it hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// A heading of this level, from 1.
    Heading(usize),
    /// A list item or a line of plain text, indented by so many columns.
    Indent(usize),
}

/// The named lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut named: Vec<Line> = Vec::new();
    let mut plain: Vec<Line> = Vec::new();
    let mut fence = None;
    let mut comment = false;
    let mut before = Before::Nothing;
    for line in body(text).lines() {
        if let Some((mark, length)) = fence {
            if fence_of(line).is_some_and(|(other, long, bare)| other == mark && long >= length && bare) {
                fence = None;
            }
            continue;
        }
        if let (false, Some((mark, length, _))) = (comment, fence_of(line)) {
            (fence, before) = (Some((mark, length)), Before::Nothing);
            continue;
        }
        let line = without_comments(line, &mut comment);
        let (indent, text) = indented(&line);
        if text.is_empty() {
            before = Before::Nothing;
        } else if let (Some(level), Before::Prose) = (underline(text), before) {
            // The prose line that was just put aside was a heading.
            let name = plain.pop().map(|line| line.name).unwrap_or_default();
            named.push(Line { depth: Depth::Heading(level), name });
            before = Before::Nothing;
        } else if is_rule(text) {
            before = Before::Nothing;
        } else if let Some((level, title)) = heading(text).filter(|_| indent < 4) {
            push(&mut named, Depth::Heading(level), title);
            before = Before::Nothing;
        } else if let Some(item) = item(text) {
            before = if push(&mut named, Depth::Indent(indent), item) {
                Before::Item(indent)
            } else {
                Before::Nothing
            };
        } else if let (Before::Item(item), Some(last)) = (before, named.last_mut())
            && indent > item
        {
            // A long item goes on, indented, on the next line.
            last.name.extend([" ", text]);
        } else {
            push(&mut plain, Depth::Indent(indent), text);
            before = Before::Prose;
        }
    }
    let mut lines = if named.is_empty() { plain } else { named };
    for line in &mut lines {
        line.name = bare(&line.name).to_owned();
    }
    lines.retain(|line| !line.name.is_empty());
    lines
}

#[derive(Clone, Copy)]
enum Before {
    Nothing,
    Prose,
    Item(usize),
}

fn push(lines: &mut Vec<Line>, depth: Depth, name: &str) -> bool {
    if !name.is_empty() {
        lines.push(Line { depth, name: name.to_owned() });
    }
    !name.is_empty()
}

/// The text after its front matter, if that is closed.
fn body(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else { return text };
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        end += line.len();
        if matches!(line.trim_end(), "---" | "...") {
            return &rest[end..];
        }
    }
    text
}
