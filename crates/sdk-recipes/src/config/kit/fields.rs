//! The fields of the config by `section.key`, with what is wrong collected: everything is said at once.

use serde_json::{Number, Value};

use crate::config::source::{Member, Node, Source, Tree};

/// A file that is being read.
pub(super) struct Fields<'a> {
    pub(super) source: &'a Source,
    /// What the user should know, though nothing is wrong.
    pub(super) remarks: Vec<String>,
    faults: Vec<String>,
}

impl<'a> Fields<'a> {
    /// Begins; a section that is no map is a fault.
    pub(super) fn new(source: &'a Source) -> Fields<'a> {
        let mut fields = Fields { source, remarks: super::keys::remarks(source), faults: Vec::new() };
        for section in source.root.members().iter().filter(|section| !section.node.is_null()) {
            if super::keys::SECTIONS.contains(&section.key.as_str())
                && !matches!(section.node.value, Tree::Map(_))
            {
                fields.fault(
                    section.line,
                    &section.key,
                    &format!("expected keys below it, found {}", section.node.shown()),
                );
            }
        }
        fields
    }

    /// The remarks, where nothing was wrong.
    ///
    /// # Errors
    /// All that was, a line each.
    pub(super) fn end(self) -> Result<Vec<String>, String> {
        if self.faults.is_empty() { Ok(self.remarks) } else { Err(self.faults.join("\n")) }
    }

    /// Something is wrong with this key.
    pub(super) fn fault(&mut self, line: u64, path: &str, what: &str) {
        self.faults.push(format!("{}: {path}: {what}", self.source.at(line)));
    }

    /// The user should know this of a key.
    pub(super) fn remark(&mut self, line: u64, path: &str, what: &str) {
        self.remarks.push(format!("{}: {path}: {what}", self.source.at(line)));
    }

    /// The member at this path, where it says anything.
    pub(super) fn find(&self, path: &str) -> Option<&'a Member> {
        let mut node: &Node = &self.source.root;
        let mut found = None;
        for key in path.split('.') {
            let member = node.get(key)?;
            (node, found) = (&member.node, Some(member));
        }
        found
    }

    /// A text.
    pub(super) fn text(&mut self, path: &str) -> Option<String> {
        let member = self.find(path)?;
        match &member.node.value {
            Tree::Scalar(Value::String(text)) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            Tree::Scalar(value @ (Value::Number(_) | Value::Bool(_))) => Some(value.to_string()),
            _ => {
                self.fault(
                    member.line,
                    path,
                    &format!("expected a text, found {}; quote it", member.node.shown()),
                );
                None
            }
        }
    }

    /// A number for which `good` holds, as it is spelt; in quotes it is one, too.
    pub(super) fn number(&mut self, path: &str, expected: &str, good: fn(f64) -> bool) -> Option<Value> {
        let member = self.find(path)?;
        let number: Option<Number> = match &member.node.value {
            Tree::Scalar(Value::Number(number)) => Some(number.clone()),
            Tree::Scalar(Value::String(text)) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| number.as_f64().is_some_and(good));
        if number.is_none() {
            let found = member.node.shown();
            self.fault(member.line, path, &format!("expected {expected}, found {found}"));
        }
        number.map(Value::Number)
    }

    /// A temperature.
    pub(super) fn temperature(&mut self, path: &str) -> Option<f64> {
        self.number(path, "a number of 0 or more, such as 0.7", |x| x >= 0.0)?.as_f64()
    }

    /// A whole number from 1 on.
    pub(super) fn whole(&mut self, path: &str) -> Option<u64> {
        let whole = |x: f64| x >= 1.0 && x.fract() == 0.0 && x < 1e15;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // looked at above
        self.number(path, "a whole number from 1 on", whole)?.as_f64().map(|x| x as u64)
    }

    /// A number of things at once, from 1 on.
    pub(super) fn count(&mut self, path: &str) -> Option<usize> {
        self.whole(path).and_then(|number| usize::try_from(number).ok()).map(|number| number.min(100_000))
    }
}
