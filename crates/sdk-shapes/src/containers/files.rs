//! The files of a folder, under the names by which Hugging Face's `datasets` finds a split.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::pile::Pile;

const BLOCK: usize = 256 * 1024;

/// Writes the parts of a pile into a folder; says how many bytes they have.
pub(super) fn write(pile: &mut Pile, folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for number in 0..pile.parts {
        let name = format!("train-{number:05}-of-{:05}.{}", pile.parts, pile.container.ending);
        let mut file = BufWriter::with_capacity(BLOCK, File::create(folder.join(name))?);
        pile.write_part(number, &mut file)?;
        file.flush()?;
        bytes += file.get_ref().metadata()?.len();
    }
    Ok(bytes)
}
