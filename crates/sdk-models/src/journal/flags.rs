//! The flags of the journal, and where it is if none says so.

use std::path::{Path, PathBuf};

use clap::Args;

/// Where answers are kept.
#[derive(Debug, Clone, Default, Args)]
pub struct JournalFlags {
    /// Keep answers in this file, and ask nothing that it answers [default: sdk/journal.sqlite in the cache folder]
    #[arg(long, value_name = "FILE", env = "SDK_JOURNAL", help_heading = "Journal")]
    pub journal: Option<PathBuf>,

    /// Keep no answers; a run that is started again pays again
    #[arg(long, help_heading = "Journal")]
    pub no_journal: bool,

    /// Let the oldest answers go when the journal holds more, such as 5GB; never those of this run
    #[arg(long, value_name = "SIZE", env = "SDK_JOURNAL_MAX", value_parser = sdk_record::size, help_heading = "Journal")]
    pub journal_max: Option<u64>,

    /// Ask everything anew, and keep the new answers
    #[arg(long, help_heading = "Journal")]
    pub refresh: bool,

    /// Send nothing: answer from the journal alone; what it does not hold is a reject
    #[arg(long, conflicts_with_all = ["refresh", "no_journal"], help_heading = "Journal")]
    pub replay: bool,
}

impl JournalFlags {
    /// The journal's file; `None` for none.
    ///
    /// # Errors
    /// No place is named and the machine has no cache folder.
    pub(crate) fn path(&self) -> Result<Option<PathBuf>, String> {
        self.path_with(&|name| std::env::var_os(name).map(PathBuf::from))
    }

    fn path_with(&self, variable: &dyn Fn(&str) -> Option<PathBuf>) -> Result<Option<PathBuf>, String> {
        if self.no_journal {
            return Ok(None);
        }
        if let Some(path) = &self.journal {
            return Ok(Some(path.clone()));
        }
        // What is not absolute is to be ignored, says XDG.
        let absolute = |path: &PathBuf| Path::is_absolute(path);
        let cache = variable("XDG_CACHE_HOME").filter(absolute);
        let cache = cache.or_else(|| Some(variable("HOME").filter(absolute)?.join(".cache")));
        let cache = cache.ok_or("no cache folder for the journal (XDG_CACHE_HOME, HOME): name a file (--journal FILE) or keep none (--no-journal)")?;
        Ok(Some(cache.join("sdk/journal.sqlite")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_for_the_journal() {
        let flags = JournalFlags::default();
        let path = |flags: &JournalFlags, set: &[(&str, &str)]| {
            flags.path_with(&|name| {
                set.iter().find(|(known, _)| *known == name).map(|(_, value)| PathBuf::from(value))
            })
        };
        let found = |set: &[(&str, &str)]| path(&flags, set).map(Option::unwrap);
        assert_eq!(found(&[("XDG_CACHE_HOME", "/c"), ("HOME", "/h")]), Ok("/c/sdk/journal.sqlite".into()));
        assert_eq!(
            found(&[("XDG_CACHE_HOME", "c"), ("HOME", "/h")]),
            Ok("/h/.cache/sdk/journal.sqlite".into())
        );
        assert!(found(&[]).unwrap_err().contains("--no-journal"));
        let named = JournalFlags { journal: Some("j".into()), ..JournalFlags::default() };
        assert_eq!(path(&named, &[]), Ok(Some("j".into())));
        assert_eq!(path(&JournalFlags { no_journal: true, ..named }, &[]), Ok(None));
    }
}
