//! What the marks of one line of Markdown say, each by a function of its own; a small part of `CommonMark`, as outlines
//! use it. Left out: what the lines before a line make of it (`markdown.rs`).

/// Mark and length of a code fence, and whether nothing follows it (only such a one closes).
pub(super) fn fence_of(line: &str) -> Option<(char, usize, bool)> {
    let line = line.trim();
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let rest = line.trim_start_matches(mark);
    let length = line.len() - rest.len();
    (length >= 3 && !(mark == '`' && rest.contains('`'))).then_some((mark, length, rest.is_empty()))
}

/// The line without its comments; `inside` says whether one is open, before and after the line.
pub(super) fn without_comments(line: &str, inside: &mut bool) -> String {
    let (mut kept, mut rest) = (String::new(), line);
    while let Some((before, after)) = rest.split_once(if *inside { "-->" } else { "<!--" }) {
        if !*inside {
            kept.push_str(before);
        }
        (*inside, rest) = (!*inside, after);
    }
    if !*inside {
        kept.push_str(rest);
    }
    kept
}

/// Columns before the text (a tab goes to the next fourth) and the text.
pub(super) fn indented(line: &str) -> (usize, &str) {
    let text = line.trim_start();
    let before = line[..line.len() - text.len()].chars();
    (
        before.fold(0, |column, space| if space == '\t' { column / 4 * 4 + 4 } else { column + 1 }),
        text.trim_end(),
    )
}

/// The level that a line under a line of text makes of it.
pub(super) fn underline(text: &str) -> Option<usize> {
    let of = |mark: char| text.len() >= 2 && text.chars().all(|other| other == mark);
    of('=').then_some(1).or_else(|| of('-').then_some(2))
}

/// Whether a line is three marks or more that part sections.
pub(super) fn is_rule(text: &str) -> bool {
    let mut marks = text.chars().filter(|mark| !mark.is_whitespace());
    let Some(first) = marks.next().filter(|mark| "-*_".contains(*mark)) else { return false };
    marks.clone().count() >= 2 && marks.all(|mark| mark == first)
}

/// Level and title of a heading.
pub(super) fn heading(text: &str) -> Option<(usize, &str)> {
    let rest = text.trim_start_matches('#');
    let level = text.len() - rest.len();
    if !(1..=6).contains(&level) || !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    // Closing marks, where they stand apart from the title.
    let open = rest.trim_end_matches('#');
    let title = if open.is_empty() || open.ends_with([' ', '\t']) { open } else { rest };
    Some((level, title.trim()))
}

/// The text of a list item, without its mark and check box.
pub(super) fn item(text: &str) -> Option<&str> {
    let digits = text.len() - text.trim_start_matches(|mark: char| mark.is_ascii_digit()).len();
    let marks = if (1..=9).contains(&digits) { &['.', ')'][..] } else { &['-', '*', '+'][..] };
    let rest = text[if digits <= 9 { digits } else { 0 }..].strip_prefix(marks)?;
    if !(rest.is_empty() || rest.starts_with([' ', '\t'])) {
        return None;
    }
    let rest = rest.trim();
    let boxes = ["[ ] ", "[x] ", "[X] "];
    Some(boxes.iter().find_map(|mark| rest.strip_prefix(mark)).unwrap_or(rest).trim())
}

/// The name without the marks that stand around all of it: `**`, `*`, a code span, a link.
pub(super) fn bare(name: &str) -> &str {
    let mut name = name.trim();
    loop {
        let inner = ["**", "*", "`"].iter().find_map(|mark| {
            let inner = name.strip_prefix(mark)?.strip_suffix(mark)?;
            (!inner.trim().is_empty() && !inner.contains(mark)).then_some(inner)
        });
        let link = || {
            let (text, address) = name.strip_prefix('[')?.strip_suffix(')')?.split_once("](")?;
            (!text.trim().is_empty() && !text.contains(']') && !address.contains(')')).then_some(text)
        };
        match inner.or_else(link) {
            Some(inner) => name = inner.trim(),
            None => return name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_and_likenesses_are_not() {
        assert_eq!(heading("## C# ##"), Some((2, "C#")));
        assert_eq!(heading("# C#"), Some((1, "C#")));
        assert_eq!((heading("#a"), heading("####### a"), heading("#")), (None, None, Some((1, ""))));
        assert_eq!((item("12) a"), item("-\ta"), item("- [x] a")), (Some("a"), Some("a"), Some("a")));
        assert_eq!((item("-a"), item("1.5 a"), item("1234567890. a"), item("é")), (None, None, None, None));
        assert_eq!(indented(" \t\ta "), (8, "a"));
        assert!(is_rule("* * *") && is_rule("---") && !is_rule("--") && !is_rule("-*-"));
        assert_eq!(fence_of(" ```sh"), Some(('`', 3, false)));
        assert_eq!(fence_of("```a``` b"), None);
    }

    #[test]
    fn only_marks_around_the_whole_name_go() {
        let names =
            ["**a**", "**`a`**", "[a](b)", "**a** and **b**", "`a` or `b`", "__init__", "***", "[a](b) c"];
        let wanted = ["a", "a", "a", "**a** and **b**", "`a` or `b`", "__init__", "***", "[a](b) c"];
        assert_eq!(names.map(bare), wanted);
    }

    #[test]
    fn comments_end_where_they_end() {
        let mut inside = false;
        assert_eq!(without_comments("a <!-- b --> c <!-- d", &mut inside), "a  c ");
        assert!(inside);
        assert_eq!(without_comments("e --> f", &mut inside), " f");
        assert!(!inside);
    }
}
