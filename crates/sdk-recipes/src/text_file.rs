//! The small text files that flags name, whole: `-` is stdin, `.gz` and `.zst` are unpacked, a byte order mark is
//! dropped. Left out: rows, which are streamed and never whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The text of a file, or what stands against reading it, with the file's name.
pub(crate) fn text(path: &Path) -> Result<String, String> {
    let said = |error: io::Error| format!("{}: {error}", path.display());
    let input: Box<dyn Read + Send> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(said)?)
    };
    let mut bytes = Vec::new();
    sdk_record::decode(input).and_then(|mut plain| plain.read_to_end(&mut bytes)).map_err(said)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].split(|&byte| byte == b'\n').count();
        format!("{}:{line}: not UTF-8; convert it first (iconv -t UTF-8)", path.display())
    })?;
    match text.strip_prefix('\u{feff}') {
        Some(marked) => Ok(marked.to_owned()),
        None => Ok(text),
    }
}
