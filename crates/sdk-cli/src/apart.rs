//! No file is written that is also read, and no two things into one file.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::bail;
use rustix::fs::{FileType, fstat};

use crate::place::part;

/// A file that will be written.
pub(crate) struct Written<'a> {
    /// The flag that names it.
    pub(crate) flag: &'static str,
    pub(crate) file: &'a Path,
    /// It is written beside its name first, and takes that when it is complete.
    pub(crate) beside: bool,
}

impl Written<'_> {
    /// The names that are written to.
    fn names(&self) -> Vec<PathBuf> {
        let beside = self.beside.then(|| part(self.file));
        [self.file.to_owned()].into_iter().chain(beside).collect()
    }
}

/// Refuses to write what is also read, or two things into one file. Nothing has been opened yet.
///
/// # Errors
/// The file, and what else it is.
pub(crate) fn apart<'a>(
    inputs: &[PathBuf],
    written: impl Iterator<Item = Written<'a>>,
) -> anyhow::Result<()> {
    let read = |file: &Path| {
        inputs.iter().any(|input| same(input, file)) || named(file).is_some_and(|file| Some(file) == stdin())
    };
    // The shell has opened it already: rows that are appended would be read again without end.
    let out = regular(fstat(rustix::stdio::stdout()));
    if out.is_some() && (out == stdin() || inputs.iter().any(|input| named(input) == out)) {
        bail!("the output is also read; write to another file, then move it");
    }
    let mut seen: Vec<(&str, PathBuf)> = Vec::new();
    for one in written {
        let (flag, names) = (one.flag, one.names());
        // What a run that was killed has left beside a name may well be the next one's input.
        if let Some(name) = names.iter().find(|name| read(name)) {
            bail!("{} is also read; give another {flag}, then move it", name.display());
        }
        if let Some((other, _)) = seen.iter().find(|(_, seen)| names.iter().any(|name| same(seen, name))) {
            bail!("{other} and {flag} name the same file; give them two");
        }
        seen.extend(names.into_iter().map(|name| (flag, name)));
    }
    Ok(())
}

/// The files that a run writes, as the system numbers them; for inputs that are found only on the way.
#[derive(Debug, Clone, Default)]
pub struct Outputs(Vec<(u64, u64)>);

impl Outputs {
    /// stdout, and these files, which are open by now.
    pub(crate) fn new<'a>(files: impl Iterator<Item = &'a Path>) -> Outputs {
        let named = files.flat_map(|file| [named(file), named(&part(file))]);
        Outputs(named.chain([regular(fstat(rustix::stdio::stdout()))]).flatten().collect())
    }

    /// Whether this file is one of them.
    pub fn has(&self, file: &Path) -> bool {
        !self.0.is_empty() && named(file).is_some_and(|file| self.0.contains(&file))
    }
}

fn absolute(file: &Path) -> Option<PathBuf> {
    std::path::absolute(file).ok().map(|file| file.components().collect())
}

/// Whether two names are one regular file, by hard link or symbolic link too.
fn same(one: &Path, other: &Path) -> bool {
    match (named(one), named(other)) {
        (Some(one), Some(other)) => one == other,
        _ => absolute(one) == absolute(other),
    }
}

/// Device and number of a regular file; a device or pipe may well be read and written.
fn named(file: &Path) -> Option<(u64, u64)> {
    let found = std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file)?;
    Some((found.dev(), found.ino()))
}

fn stdin() -> Option<(u64, u64)> {
    regular(fstat(rustix::stdio::stdin()))
}

fn regular(found: rustix::io::Result<rustix::fs::Stat>) -> Option<(u64, u64)> {
    let found = found.ok()?;
    FileType::from_raw_mode(found.st_mode).is_file().then_some((found.st_dev, found.st_ino))
}
