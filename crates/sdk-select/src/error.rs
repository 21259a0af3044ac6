//! What is wrong with an expression, and where in it.

use jaq_core::load::span;
use jaq_core::{compile, load};

/// An expression that cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("in the jq expression `{expression}` at character {column}: {message}")]
pub struct SelectError {
    /// The whole expression.
    pub expression: String,
    /// The place in it, counted from 1 in characters.
    pub column: usize,
    /// What was expected and what was found.
    pub message: String,
}

impl SelectError {
    pub(crate) fn new(expression: &str, at: &str, message: String) -> Self {
        let start = span(expression, at).start.min(expression.len());
        let column = expression.get(..start).map_or(0, |before| before.chars().count()) + 1;
        SelectError { expression: expression.to_owned(), column, message }
    }

    pub(crate) fn loading(expression: &str, errors: load::Errors<&str, ()>) -> Self {
        let Some((_, first)) = errors.into_iter().next() else {
            return SelectError::new(expression, expression, "it does not parse".to_owned());
        };
        match first {
            load::Error::Io(names) => {
                let name = names.first().map_or(expression, |(name, _)| name);
                SelectError::new(expression, name, "modules cannot be loaded here".to_owned())
            }
            load::Error::Lex(errors) => match errors.into_iter().next() {
                Some((expected, found)) => {
                    SelectError::new(expression, found, expectation(lexed(&expected), found))
                }
                None => SelectError::new(expression, expression, "it does not parse".to_owned()),
            },
            load::Error::Parse(errors) => match errors.into_iter().next() {
                Some((expected, found)) => {
                    SelectError::new(expression, found, expectation(expected.as_str(), found))
                }
                None => SelectError::new(expression, expression, "it does not parse".to_owned()),
            },
        }
    }

    pub(crate) fn compiling(expression: &str, errors: compile::Errors<&str, ()>) -> Self {
        match errors.into_iter().flat_map(|(_, errors)| errors).next() {
            Some((name, what)) => {
                SelectError::new(expression, name, format!("there is no {} `{name}`", what.as_str()))
            }
            None => SelectError::new(expression, expression, "it does not compile".to_owned()),
        }
    }
}

/// The crate's own names panic for a delimiter that it does not know.
fn lexed(expected: &load::lex::Expect<&str>) -> &'static str {
    match expected {
        load::lex::Expect::Delim(delimiter) if !matches!(*delimiter, "(" | "[" | "{" | "\"") => {
            "closing delimiter"
        }
        known => known.as_str(),
    }
}

fn expectation(expected: &str, found: &str) -> String {
    let found: String = found.chars().take(20).collect();
    match found.trim() {
        "" => format!("expected {expected}, found the end"),
        found => format!("expected {expected}, found `{found}`"),
    }
}
