//! Where an output is written until it is complete: beside its name, as `NAME.part`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Makes the folder that is written first, beside the one that is asked for, and says the names of both. What a run that
/// was killed has left there is replaced, if every file in it is one of its `own`; nobody else's is removed.
pub(crate) fn folder(whole: &Path, own: impl Fn(&Path) -> bool) -> anyhow::Result<(PathBuf, PathBuf)> {
    // Without a last slash, which no name has.
    let whole: PathBuf = whole.components().collect();
    let empty = |folder: &Path| fs::read_dir(folder).is_ok_and(|mut found| found.next().is_none());
    if fs::symlink_metadata(&whole).is_ok() && !empty(&whole) {
        bail!("{}: is there already; remove it, or give another -o", whole.display());
    }
    let part = beside(&whole);
    if let Ok(found) = fs::symlink_metadata(&part) {
        if !found.is_dir() || !holds_only(&part, Path::new(""), &own) {
            bail!("{}: is there already and holds other files; move it away and run again", part.display());
        }
        fs::remove_dir_all(&part).with_context(|| unwritable(&whole))?;
    }
    fs::create_dir_all(&part).with_context(|| unwritable(&whole))?;
    Ok((part, whole))
}

/// Whether there is no file under `root` but those that are `own`, by their path from there; `within` is looked at.
fn holds_only(root: &Path, within: &Path, own: &impl Fn(&Path) -> bool) -> bool {
    let Ok(found) = fs::read_dir(root.join(within)) else { return false };
    found.into_iter().all(|entry| {
        entry.is_ok_and(|entry| {
            let path = within.join(entry.file_name());
            entry.file_type().is_ok_and(|kind| match kind.is_dir() {
                true => holds_only(root, &path, own),
                false => kind.is_file() && own(&path),
            })
        })
    })
}

pub(crate) fn create(file: &Path) -> anyhow::Result<File> {
    File::create(file).with_context(|| unwritable(file))
}

fn unwritable(file: &Path) -> String {
    format!("{}: cannot be written; check the folder and its permissions", file.display())
}

/// Beside the name of a file that is complete or not there.
pub(crate) fn part(whole: &Path) -> PathBuf {
    // A device or pipe stands for itself: it cannot be renamed onto. Neither can a name for what the process has open,
    // whatever that leads to.
    let streams = ["/dev/stdout", "/dev/stderr"].iter().any(|name| whole == Path::new(name));
    let open = streams || whole.starts_with("/dev/fd") || whole.starts_with("/proc");
    if open || fs::metadata(whole).is_ok_and(|found| !found.is_file()) {
        return whole.to_owned();
    }
    beside(whole)
}

fn beside(whole: &Path) -> PathBuf {
    let mut part = whole.as_os_str().to_owned();
    part.push(".part");
    part.into()
}
