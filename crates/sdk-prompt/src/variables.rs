//! The names that may stand in a prompt beside the row: `$n`, `$seeds` and so on, and the user's `--var`s.

use sdk_record::quote;
use sdk_select::{Val, val};

/// Names that every prompt file knows; what does not apply is null.
const KNOWN: [&str; 13] = [
    "n",
    "seeds",
    "avoid",
    "context",
    "schema",
    "variation",
    "part",
    "joined",
    "turns",
    "user",
    "assistant",
    "system",
    "reference",
];

/// The variables of one run: the known names and the user's own.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    own: Vec<(String, String)>,
}

impl Variables {
    /// With these `--var KEY=VALUE`s.
    ///
    /// # Errors
    /// A name that the prompts use themselves.
    pub fn new(own: &[(String, String)]) -> Result<Variables, String> {
        if let Some((name, _)) = own.iter().find(|(name, _)| KNOWN.contains(&name.as_str())) {
            return Err(format!("--var {name}=…: `${name}` is set by the tool; choose another name"));
        }
        Ok(Variables { own: own.to_vec() })
    }

    /// All names, in the order of [`Variables::values`].
    pub fn names(&self) -> Vec<&str> {
        KNOWN.into_iter().chain(self.own.iter().map(|(name, _)| name.as_str())).collect()
    }

    /// The values for one request; `known` names what is not null.
    pub fn values(&self, known: &[(&str, Val)]) -> Vec<Val> {
        let value = |name: &str| {
            known.iter().find(|(key, _)| *key == name).map_or(Val::Null, |(_, value)| value.clone())
        };
        let own = self.own.iter().map(|(_, text)| val(&quote(text)).unwrap_or_default());
        KNOWN.into_iter().map(value).chain(own).collect()
    }
}

/// Reads `KEY=VALUE`.
///
/// # Errors
/// What is missing.
pub fn parse_var(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value))
            if !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') =>
        {
            Ok((key.to_owned(), value.to_owned()))
        }
        _ => Err("expected KEY=VALUE, the key of letters, digits and _".to_owned()),
    }
}
