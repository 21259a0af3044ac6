//! Files below a folder, sorted, one at a time, without hidden ones and what version control keeps.
//! Each real folder is entered once, so that links in a circle end.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::glob;

/// Folders of version control that are not hidden.
const VERSION_CONTROL: [&str; 3] = ["CVS", "_darcs", "_MTN"];

/// The files below a folder, depth first; a folder that can't be listed comes out as an error.
pub(crate) struct Walk {
    pending: Vec<PathBuf>,
    entered: HashSet<PathBuf>,
}

impl Walk {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Walk { pending: vec![folder], entered: HashSet::new() }
    }
}

impl Iterator for Walk {
    type Item = Result<PathBuf, (PathBuf, std::io::Error)>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(path) = self.pending.pop() {
            match fs::metadata(&path) {
                Ok(kind) if kind.is_file() => return Some(Ok(path)),
                Ok(kind) if kind.is_dir() => {
                    let real = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
                    if !self.entered.insert(real) {
                        continue;
                    }
                    match names(&path) {
                        Ok(names) => self.pending.extend(names.into_iter().rev().map(|name| path.join(name))),
                        Err(error) => return Some(Err((path, error))),
                    }
                }
                // A pipe or a socket would wait for ever; nobody named it.
                Ok(_) => {}
                Err(error) => return Some(Err((path, error))),
            }
        }
        None
    }
}

/// Names in a folder that are neither hidden nor version control's, sorted.
fn names(folder: &Path) -> std::io::Result<Vec<std::ffi::OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let seen = name.to_string_lossy();
        if !seen.starts_with('.') && !VERSION_CONTROL.contains(&&*seen) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Everything that a pattern matches, sorted.
pub(crate) fn expand(pattern: &str) -> Vec<PathBuf> {
    let start = if pattern.starts_with('/') { PathBuf::from("/") } else { PathBuf::new() };
    let mut found = vec![start];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        found = found.into_iter().flat_map(|folder| step(&folder, part)).collect();
        found.sort();
        found.dedup();
    }
    found.retain(|path| !path.as_os_str().is_empty());
    found
}

fn step(folder: &Path, part: &str) -> Vec<PathBuf> {
    if part == "**" {
        return below(folder);
    }
    if !glob::is_pattern(part) {
        let path = folder.join(part);
        return if path.exists() { vec![path] } else { Vec::new() };
    }
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = fs::read_dir(here) else { return Vec::new() };
    let names = entries.filter_map(Result::ok).map(|entry| entry.file_name());
    names.filter(|name| glob::matches(part, &name.to_string_lossy())).map(|name| folder.join(name)).collect()
}

/// A folder and all folders below it.
fn below(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut pending, mut entered) = (Vec::new(), vec![folder.to_path_buf()], HashSet::new());
    while let Some(path) = pending.pop() {
        let here = if path.as_os_str().is_empty() { Path::new(".") } else { path.as_path() };
        if !fs::canonicalize(here).is_ok_and(|real| here.is_dir() && entered.insert(real)) {
            continue;
        }
        pending.extend(names(here).unwrap_or_default().into_iter().map(|name| path.join(name)));
        found.push(path);
    }
    found
}
