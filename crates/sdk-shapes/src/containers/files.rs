//! The files of a folder, under the names by which Hugging Face's `datasets` finds a split.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::pile::Pile;

/// Where the files are beside a card.
pub(super) const DATA: &str = "data";

/// The card.
pub(super) const CARD: &str = "README.md";

/// How the name of each file begins: that of the split.
const SPLIT: &str = "train-";

const BLOCK: usize = 256 * 1024;

/// Writes the parts of a pile into a folder; says how many bytes they have.
pub(super) fn write(pile: &mut Pile, folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for number in 0..pile.parts() {
        let name = format!("{SPLIT}{number:05}-of-{:05}.{}", pile.parts(), pile.container.ending);
        let mut file = BufWriter::with_capacity(BLOCK, File::create(folder.join(name))?);
        pile.write_part(number, &mut file)?;
        file.flush()?;
        bytes += file.get_ref().metadata()?.len();
    }
    Ok(bytes)
}

/// Whether a file of this path may be one of the parts.
pub(super) fn is_part(file: &Path) -> bool {
    file.parent() == Some(Path::new("")) && file.to_str().is_some_and(|name| name.starts_with(SPLIT))
}
