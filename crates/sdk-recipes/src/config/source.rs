//! A file of YAML (or JSON, which is YAML) as a tree that knows its lines, so that what is wrong in it can be named by
//! its place.

use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use serde_saphyr::Spanned;

/// A file, read.
#[derive(Debug)]
pub(super) struct Source {
    /// As the user wrote it.
    pub(super) name: String,
    pub(super) root: Node,
    text: String,
}

/// A value and the line that it begins at, from 1.
#[derive(Debug, Default)]
pub(super) struct Node {
    pub(super) line: u64,
    pub(super) value: Tree,
}

/// A value.
#[derive(Debug)]
pub(super) enum Tree {
    /// Null, a truth value, a number or a text.
    Scalar(Value),
    /// Nobody asks for the elements yet.
    List,
    Map(Vec<Member>),
}

/// A key of a map, its line, and what it says.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) key: String,
    pub(super) line: u64,
    pub(super) node: Node,
}

impl Default for Tree {
    fn default() -> Tree {
        Tree::Scalar(Value::Null)
    }
}

impl Source {
    /// Reads a file; `-` is stdin.
    ///
    /// # Errors
    /// It cannot be read, or is no YAML: with its line.
    pub(super) fn open(path: &Path) -> Result<Source, String> {
        let text = crate::text_file::text(path)
            .map_err(|why| format!("-c {why}; expected a config, by its path"))?;
        Source::new(&path.display().to_string(), text)
    }

    /// Reads the text of a file of this name.
    ///
    /// # Errors
    /// It is no YAML: with its line.
    pub(super) fn new(name: &str, text: String) -> Result<Source, String> {
        let read = serde_saphyr::from_str::<Option<Spanned<Tree>>>(&text);
        let root = read.map_err(|error| {
            let line = error.location().map(|place| format!(":{}", place.line())).unwrap_or_default();
            let said = error.without_snippet().to_string();
            format!("{name}{line}: expected YAML: {}", said.lines().next().unwrap_or("it cannot be read"))
        })?;
        Ok(Source { name: name.to_owned(), root: root.map(node).unwrap_or_default(), text })
    }

    /// `file:line`.
    pub(super) fn at(&self, line: u64) -> String {
        format!("{}:{line}", self.name)
    }

    /// The line of the file that a text's line (from 0) stands at: exact for the blocks that begin with `|`, else where
    /// the text begins.
    pub(super) fn line_of(&self, text: &Node, line: usize) -> u64 {
        let begins = usize::try_from(text.line.saturating_sub(1)).unwrap_or(usize::MAX);
        let opens_block = |at: usize| {
            let head = self.text.lines().nth(at).unwrap_or_default();
            let head = head.split(" #").next().unwrap_or_default().trim_end();
            head.trim_end_matches(|c: char| c == '-' || c == '+' || c.is_ascii_digit()).ends_with('|')
        };
        // The text begins at its sign, or at the line below it.
        if opens_block(begins) {
            return text.line + 1 + line as u64;
        }
        if begins > 0 && opens_block(begins - 1) { text.line + line as u64 } else { text.line }
    }
}

impl Node {
    /// The members of a map; none of anything else.
    pub(super) fn members(&self) -> &[Member] {
        match &self.value {
            Tree::Map(members) => members,
            Tree::Scalar(_) | Tree::List => &[],
        }
    }

    /// The member of this key; a key without a value is as good as none.
    pub(super) fn get(&self, key: &str) -> Option<&Member> {
        let member = self.members().iter().find(|member| member.key == key)?;
        (!member.node.is_null()).then_some(member)
    }

    /// Whether nothing is said.
    pub(super) fn is_null(&self) -> bool {
        matches!(self.value, Tree::Scalar(Value::Null))
    }

    /// What stands here, in a few words.
    pub(super) fn shown(&self) -> String {
        match &self.value {
            Tree::Scalar(Value::String(text)) if text.chars().count() > 40 => "a long text".to_owned(),
            Tree::Scalar(value) => value.to_string(),
            Tree::List => "a list".to_owned(),
            Tree::Map(_) => "a map".to_owned(),
        }
    }
}

fn node(spanned: Spanned<Tree>) -> Node {
    Node { line: spanned.referenced.line(), value: spanned.value }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Tree, D::Error> {
        from.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Scalar(Number::from_f64(value).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::default())
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Tree, D::Error> {
        Tree::deserialize(from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Tree, A::Error> {
        while from.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Tree::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Tree, A::Error> {
        let mut map = Vec::new();
        while let Some((key, value)) = from.next_entry::<Spanned<String>, Spanned<Tree>>()? {
            map.push(Member { line: key.referenced.line(), key: key.value, node: node(value) });
        }
        Ok(Tree::Map(map))
    }
}
