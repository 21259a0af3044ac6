//! An outline: a tree of names, of which the leaves are topics. What its lines are is said in `markdown.rs`.
//!
//! A heading hangs under the nearest heading of a lower level before it, a list item under the nearest item before it
//! that is indented less, or under the heading; indented text likewise. The same name under the same names is the same node,
//! wherever it stands again. A sole level-1 heading above everything else is the document's title and no part of a
//! topic. The tree is a flat list and no function recurses, so that depth costs no stack.

use std::collections::HashMap;
use std::path::Path;

use sdk_record::{Record, quote};

use super::markdown::{Depth, Line, lines};
use crate::text_file;

/// The key that a leaf's path has in its row.
pub(super) const TOPIC: &str = "topic";

/// The nodes of an outline that has at least one leaf.
#[derive(Debug, Clone)]
pub struct Outline {
    nodes: Vec<Node>,
    leaves: Vec<usize>,
}

#[derive(Debug, Clone)]
struct Node {
    above: Option<usize>,
    /// As a JSON string, which is all that becomes of it.
    name: String,
    leaf: bool,
}

impl Outline {
    /// Reads the outline of a file; `-` is stdin, `.gz` and `.zst` are unpacked.
    ///
    /// # Errors
    /// A line for a person (exit 2): the file cannot be read, is not UTF-8 or names no topic.
    pub fn open(path: &Path) -> Result<Outline, String> {
        let text = text_file::text(path)?;
        Outline::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Reads the outline of a text.
    ///
    /// # Errors
    /// That it names no topic.
    pub fn parse(text: &str) -> Result<Outline, String> {
        let lines = lines(text);
        let lines = if has_title(&lines) { &lines[1..] } else { &lines[..] };
        let nodes = tree(lines);
        let leaves: Vec<usize> = (0..nodes.len()).filter(|&node| nodes[node].leaf).collect();
        if leaves.is_empty() {
            return Err(
                "no topic found; write Markdown headings, a list (- one a line), or indented lines".into()
            );
        }
        Ok(Outline { nodes, leaves })
    }

    /// How many leaves there are.
    pub fn leaves(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// The leaves as base rows for a `Planner`: `{"topic":["Receipts","Faded"],"sdk":{"task":"taxonomy"}}`.
    pub fn rows(&self) -> impl Iterator<Item = Record> {
        self.leaves.iter().map(|&leaf| {
            let path = format!("[{}]", self.path(leaf).join(","));
            Record::from_pairs([(TOPIC, path.as_str()), ("sdk", r#"{"task":"taxonomy"}"#)])
        })
    }

    // Paths are made when asked for: all at once, those of a deep outline would be its square.
    fn path(&self, leaf: usize) -> Vec<&str> {
        let up = std::iter::successors(Some(leaf), |&node| self.nodes[node].above);
        let mut path: Vec<&str> = up.map(|node| &*self.nodes[node].name).collect();
        path.reverse();
        path
    }
}

/// Whether the first line is a level-1 heading, the only one, and something hangs under it.
fn has_title(lines: &[Line]) -> bool {
    let mut headings = lines.iter().enumerate().filter(|(_, line)| line.depth == Depth::Heading(1));
    lines.len() > 1 && headings.next().is_some_and(|(at, _)| at == 0) && headings.next().is_none()
}

fn tree(lines: &[Line]) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut known: HashMap<(Option<usize>, &str), usize> = HashMap::new();
    // What is open around the line: headings by level, then items by indent.
    let mut open: Vec<(Depth, usize)> = Vec::new();
    for Line { depth, name } in lines {
        while open.pop_if(|(other, _)| !is_above(*other, *depth)).is_some() {}
        let above = open.last().map(|(_, node)| *node);
        let node = *known.entry((above, name)).or_insert_with(|| {
            nodes.push(Node { above, name: quote(name), leaf: true });
            nodes.len() - 1
        });
        if let Some(above) = above {
            nodes[above].leaf = false;
        }
        open.push((*depth, node));
    }
    nodes
}

fn is_above(one: Depth, other: Depth) -> bool {
    match (one, other) {
        (Depth::Heading(one), Depth::Heading(other)) | (Depth::Indent(one), Depth::Indent(other)) => {
            one < other
        }
        (Depth::Heading(_), Depth::Indent(_)) => true,
        (Depth::Indent(_), Depth::Heading(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(text: &str) -> Vec<String> {
        let rows = Outline::parse(text).unwrap();
        rows.rows().map(|row| row.get("topic").unwrap().replace('"', "")).collect()
    }

    #[test]
    fn headings_and_items_nest_under_a_title_that_is_left_out() {
        let text = "---\ntitle: x\n---\n# Paper\n\nProse - not a topic.\n\n## Receipts ##\n- Faded\n  1. By sun\n  \
                    2) By heat\n- [ ] **Torn** <!-- often -->\n<!--\n- no\n-->\n### Old\n## Letters\n\n```sh\n# no\n- no\n```\n\
                    * * *\n+ `Lost` and\n  found\n+ [Late](https://a.b)\n#no\n";
        let wanted = [
            "[Receipts,Faded,By sun]",
            "[Receipts,Faded,By heat]",
            "[Receipts,Torn]",
            "[Receipts,Old]",
            "[Letters,`Lost` and found]",
            "[Letters,Late]",
        ];
        assert_eq!(topics(text), wanted);
        assert_eq!(topics(&text.replace('\n', "\r\n")), wanted);
    }

    #[test]
    fn plain_text_nests_by_indent() {
        assert_eq!(topics("A\n\tB\n\t\tC\n\tD\n\nE: -x #y\n"), ["[A,B,C]", "[A,D]", "[E: -x #y]"]);
        assert_eq!(topics("A\n    B\n  C\nA\n    B\n"), ["[A,B]", "[A,C]"]);
    }

    #[test]
    fn a_title_is_one_only_where_it_is_alone_and_above() {
        assert_eq!(topics("# A\n# B\n- c\n"), ["[A]", "[B,c]"]);
        assert_eq!(topics("- a\n# B\n- c\n"), ["[a]", "[B,c]"]);
        assert_eq!(topics("Title\n=====\n\nOne\n---\nprose\n\nTwo\n---\n"), ["[One]", "[Two]"]);
        assert_eq!(topics("# A\n"), ["[A]"]);
        assert_eq!(topics("## A\n#### B\n## A\n### C\n- B\n"), ["[A,B]", "[A,C,B]"]);
    }

    #[test]
    fn a_row_of_a_leaf_is_exact() {
        let row = Outline::parse("- a \"b\"\n").unwrap().rows().next().unwrap();
        assert_eq!(row.text(), r#"{"topic":["a \"b\""],"sdk":{"task":"taxonomy"}}"#);
    }

    #[test]
    fn no_topic_is_an_error() {
        for empty in ["", "\n\n", "---\na: b\n---\n", "<!-- x", "```\n- a\n", "#\n-\n"] {
            assert!(Outline::parse(empty).unwrap_err().contains("no topic"), "{empty:?}");
        }
    }

    #[test]
    fn depth_and_length_cost_no_stack() {
        let deep: Vec<String> = (0..10_000).map(|depth| format!("{}- n{depth}", " ".repeat(depth))).collect();
        let outline = Outline::parse(&deep.join("\n")).unwrap();
        assert_eq!(
            (outline.leaves(), outline.rows().next().unwrap().text().matches("\"n").count()),
            (1, 10_000)
        );
        let long: Vec<String> = (0..100_000).map(|line| format!("- {}", line / 2)).collect();
        assert_eq!(Outline::parse(&long.join("\n")).unwrap().leaves(), 50_000);
    }
}
