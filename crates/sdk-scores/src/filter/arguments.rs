//! Which argument is the condition: grep's rule. Once a flag gives a condition, every argument is a file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use sdk_select::Select;

use crate::filter::{FilterError, FilterFlags};

impl FilterFlags {
    /// The condition and the files among the arguments.
    ///
    /// # Errors
    /// No condition at all, or one that is no UTF-8.
    pub fn parted<'a>(
        &self,
        arguments: &'a [OsString],
    ) -> Result<(Option<&'a str>, Vec<PathBuf>), FilterError> {
        let files = |names: &[OsString]| names.iter().map(PathBuf::from).collect();
        if self.any() {
            return Ok((None, files(arguments)));
        }
        let (condition, rest) = arguments.split_first().ok_or(FilterError::None)?;
        match condition.to_str() {
            Some(condition) => Ok((Some(condition), files(rest))),
            None => Err(FilterError::Bytes(condition.display().to_string())),
        }
    }
}

/// What may have been meant by a condition that is no jq: a file.
pub fn file_first(condition: Option<&str>) -> Option<String> {
    let name = condition.filter(|name| Path::new(name).exists())?;
    Some(format!("`{name}` is a file; the condition comes first: sdk-filter EXPR {name}"))
}

/// What may have been meant by a missing file that reads like a condition: one.
pub fn condition_last(files: &[PathBuf]) -> Option<String> {
    let missing = files.iter().filter(|file| !file.exists()).map(|file| file.to_string_lossy());
    let mut likely =
        missing.filter(|name| name.starts_with(['.', '(', '[', '{']) && Select::new(name, &[]).is_ok());
    likely.next().map(|name| {
        format!("`{name}` is taken for a file, because a flag gives the condition; add it by a flag, too: -w '{name}'")
    })
}
