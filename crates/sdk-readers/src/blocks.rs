//! What documents of an office are made of, in reading order, and how it is written as Markdown.

use sdk_record::{Fault, Kind};

use crate::{Mark, Part, table};

/// Longest text of a document, in bytes. Formats that refer to a text many times could make it endless.
const LONGEST: usize = 256 << 20;

/// Columns that one cell may span; more is a mistake or an attack.
pub(crate) const WIDEST: usize = 50;

/// A block of text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    /// A part of the document begins.
    Part(Part),
    /// A heading and its level, from 1.
    Heading(usize, String),
    /// A paragraph; line breaks in it are kept.
    Paragraph(String),
    /// An item of a list.
    Item(Item),
    /// Rows of cells.
    Table(Vec<Vec<String>>),
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    /// Its level, from 0.
    pub(crate) level: usize,
    /// `-`, or a number and a dot.
    pub(crate) marker: String,
    /// Its first paragraph.
    pub(crate) text: String,
}

impl Block {
    /// Its words on one line.
    fn words(self) -> String {
        match self {
            Block::Part(_) => String::new(),
            Block::Heading(_, text) | Block::Paragraph(text) | Block::Item(Item { text, .. }) => text,
            Block::Table(rows) => {
                let cells = rows.into_iter().flatten().filter(|cell| !cell.is_empty());
                cells.collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// Blocks on one line, for a cell.
pub(crate) fn words(blocks: Vec<Block>) -> String {
    blocks.into_iter().map(Block::words).filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A table whose cells hold blocks, as blocks: one without a second column only draws a box, so it is what is in it.
pub(crate) fn table(rows: Vec<Vec<Vec<Block>>>) -> Vec<Block> {
    if rows.iter().all(|row| row.iter().skip(1).all(Vec::is_empty)) {
        return rows.into_iter().flatten().flatten().collect();
    }
    let rows = rows.into_iter().map(|row| row.into_iter().map(words).collect());
    vec![Block::Table(rows.collect())]
}

/// A link with this text; text alone where it leads nowhere.
pub(crate) fn link(text: &str, to: &str) -> String {
    if text.trim().is_empty() || to.is_empty() || to.starts_with('#') {
        return text.to_owned();
    }
    let to = to.replace(char::is_whitespace, "%20").replace('(', "%28").replace(')', "%29");
    format!("[{text}]({to})")
}

/// A note by its number, as Markdown has it.
pub(crate) fn note((number, words): (usize, String)) -> Block {
    Block::Paragraph(format!("[^{number}]: {words}"))
}

/// A picture of which only this description is text. What it is called inside a file means nothing outside.
pub(crate) fn picture(description: &str) -> String {
    let words = description.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { words } else { format!("![{words}]()") }
}

/// A heading, behind the pictures in it: a path of headings is made of words.
pub(crate) fn heading(level: usize, text: &str) -> Vec<Block> {
    let (mut blocks, mut words, mut rest) = (Vec::new(), String::new(), text);
    while let Some((before, after)) = rest.split_once("![") {
        let Some((description, after)) = after.split_once("]()") else { break };
        blocks.push(Block::Paragraph(format!("![{description}]()")));
        words.push_str(before);
        rest = after;
    }
    words.push_str(rest);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    blocks.push(Block::Heading(level, words));
    blocks
}

/// The text of all blocks, and where parts begin in it.
///
/// # Errors
/// `too_large` beyond [`LONGEST`].
pub(crate) fn written(blocks: Vec<Block>) -> Result<(String, Vec<Mark>), Fault> {
    let (mut text, mut marks) = (String::new(), Vec::new());
    let mut part = None;
    let mut levels: Vec<usize> = Vec::new();
    for block in blocks {
        let item = matches!(block, Block::Item(_));
        let (before, block) = match block {
            Block::Part(begins) => {
                part = Some(begins);
                continue;
            }
            Block::Heading(level, words) => {
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                let sign = if words.is_empty() { String::new() } else { "#".repeat(level.clamp(1, 6)) + " " };
                ("\n\n", sign + &words)
            }
            Block::Paragraph(words) => ("\n\n", paragraph(&words)),
            Block::Item(item) => {
                let before = if levels.is_empty() { "\n\n" } else { "\n" };
                (before, item.markdown(&mut levels))
            }
            Block::Table(mut rows) => {
                rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
                ("\n\n", table::markdown(&rows))
            }
        };
        let block = block.trim_end();
        if block.is_empty() {
            continue;
        }
        if !item {
            levels.clear();
        }
        if !text.is_empty() {
            text.push_str(before);
        }
        if let Some(part) = part.take() {
            marks.push(Mark { at: text.len(), part });
        }
        text.push_str(block);
        if text.len() > LONGEST {
            let message = format!(
                "expected a document of at most {LONGEST} bytes of text, found more; it is hostile, or must be split first"
            );
            return Err(Fault::new(Kind::TooLarge, message));
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    Ok((text, marks))
}

/// A paragraph's lines without the white space around them. Indented lines would be code, and a `#` a heading.
fn paragraph(words: &str) -> String {
    let mut text = String::with_capacity(words.len());
    for line in words.trim().lines() {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        let signs = line.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=6).contains(&signs) && line[signs..].chars().next().is_none_or(char::is_whitespace) {
            text.push('\\');
        }
        text.push_str(line);
    }
    text
}

impl Item {
    /// Nested by the levels that are open, so that a list that begins at its third is no code.
    fn markdown(&self, levels: &mut Vec<usize>) -> String {
        let words = paragraph(&self.text);
        if words.is_empty() {
            return words;
        }
        while levels.last().is_some_and(|level| *level >= self.level) {
            levels.pop();
        }
        let indent = " ".repeat(4 * levels.len());
        levels.push(self.level);
        let margin = " ".repeat(indent.len() + self.marker.len() + 1);
        format!("{indent}{} {}", self.marker, words.replace('\n', &format!("\n{margin}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: &str) -> Block {
        Block::Paragraph(words.to_owned())
    }

    fn item(level: usize, marker: &str, text: &str) -> Block {
        Block::Item(Item { level, marker: marker.to_owned(), text: text.to_owned() })
    }

    #[test]
    fn markdown() {
        let blocks = vec![
            Block::Part(Part::Slide(1)),
            Block::Part(Part::Slide(2)),
            Block::Heading(9, " A\n b ".to_owned()),
            text("  one\n\n   two\n# three "),
            item(2, "-", "four\nfive"),
            item(3, "10.", "six"),
            item(2, "-", "seven"),
            text(" "),
            item(0, "-", "eight"),
            Block::Part(Part::Slide(3)),
            Block::Table(vec![vec![String::new()], vec!["a".to_owned(), "b".to_owned()]]),
            Block::Part(Part::Slide(4)),
        ];
        let (text, marks) = written(blocks).unwrap();
        assert_eq!(
            text,
            "###### A b\n\none\ntwo\n\\# three\n\n- four\n  five\n    10. six\n- seven\n- eight\n\n| a | b |\n| --- | --- |\n"
        );
        let begins = |at: usize| text[marks[at].at..].chars().next().unwrap();
        assert_eq!((marks.len(), &marks[0].part, &marks[1].part), (2, &Part::Slide(2), &Part::Slide(3)));
        assert_eq!((begins(0), begins(1)), ('#', '|'));
    }

    #[test]
    fn boxes_are_what_is_in_them() {
        let boxed = table(vec![vec![vec![text("a"), item(0, "-", "b")], Vec::new()], vec![vec![text("c")]]]);
        assert_eq!(boxed, [text("a"), item(0, "-", "b"), text("c")]);
        let inner = Block::Table(vec![vec!["b".to_owned(), String::new(), "c".to_owned()]]);
        let real = table(vec![vec![vec![text("a"), inner], vec![text("d")]]]);
        assert_eq!(real, [Block::Table(vec![vec!["a b c".to_owned(), "d".to_owned()]])]);
    }

    #[test]
    fn headings_are_words() {
        let picture = Block::Paragraph("![a b]()".to_owned());
        assert_eq!(heading(2, "![a b]()One\n![two"), [picture, Block::Heading(2, "One ![two".to_owned())]);
    }

    #[test]
    fn links() {
        assert_eq!(link("a", "http://b/c d_(e)"), "[a](http://b/c%20d_%28e%29)");
        assert_eq!((link(" ", "http://b"), link("a", "#b")), (" ".to_owned(), "a".to_owned()));
        assert_eq!((picture("a\n b"), picture(" ")), ("![a b]()".to_owned(), String::new()));
    }
}
