//! The dialects that `-c` reads. To add one: a folder beside `kit` with a `DIALECT`, and its row here.

use super::source::Source;
use super::{Config, kit};

/// Other people's files of one kind.
pub(super) struct Dialect {
    /// What they are called.
    pub(super) name: &'static str,
    /// Keys of the file itself, of which it has at least one.
    pub(super) keys: &'static [&'static str],
    /// Reads one.
    pub(super) read: fn(&Source) -> Result<Config, String>,
}

const DIALECTS: &[Dialect] = &[kit::DIALECT];

/// The dialect that a file is written in.
pub(super) fn of(source: &Source) -> Result<&'static Dialect, String> {
    let found: Vec<&str> = source.root.members().iter().map(|member| member.key.as_str()).collect();
    let known = DIALECTS.iter().find(|dialect| dialect.keys.iter().any(|key| found.contains(key)));
    known.ok_or_else(|| {
        let said = |dialect: &Dialect| format!("a config of {} ({})", dialect.name, dialect.keys.join(", "));
        let known: Vec<String> = DIALECTS.iter().map(said).collect();
        let found = if found.is_empty() { "no keys".to_owned() } else { found.join(", ") };
        format!("{}: expected {}; found {found}", source.name, known.join(" or "))
    })
}
