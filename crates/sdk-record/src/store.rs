//! What holds rows in another form than a line each, for doorways that know no such forms.

use std::io::{self, Write};
use std::path::Path;

/// How rows lie in an output.
pub enum Layout {
    /// A row a line.
    Lines,
    /// One JSON array.
    Array(Array),
    /// Something that all lines are put into.
    Store(Box<dyn Store>),
}

impl Layout {
    /// Whether what is half written is nothing.
    pub fn is_whole(&self) -> bool {
        !matches!(self, Layout::Lines)
    }

    /// Whether it is a folder and not a stream.
    pub fn is_folder(&self) -> bool {
        matches!(self, Layout::Store(store) if store.is_folder())
    }
}

/// Takes all lines before it writes the first byte: how it writes them may depend on the last one.
pub trait Store {
    /// Whether it writes a folder and not a stream.
    fn is_folder(&self) -> bool;

    /// Whether it may write a file of this path into its folder.
    fn writes(&self, file: &Path) -> bool;

    /// Takes lines, each with its newline, one JSON object each.
    ///
    /// # Errors
    /// When they cannot be put aside, or this can never hold them.
    fn take(&mut self, lines: &[u8]) -> io::Result<()>;

    /// Writes all that was taken, once. What is worth knowing of it is returned, a line each.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&mut self, to: Target<'_>) -> io::Result<Vec<String>>;
}

/// Where a [`Store`] writes to.
pub enum Target<'a> {
    /// A file or stdout.
    Stream(&'a mut (dyn Write + Send)),
    /// A folder that is there and empty, and how it will be called.
    Folder(&'a Path, &'a str),
}

/// Lines as the members of one JSON array.
#[derive(Debug, Default)]
pub struct Array {
    begun: bool,
}

impl Array {
    /// Writes lines, of which the last may lack its newline.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn lines(&mut self, lines: &[u8], to: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let mut from = 0;
        while from < lines.len() {
            let end = memchr::memchr(b'\n', &lines[from..]).map_or(lines.len(), |length| from + length);
            to.write_all(if self.begun { b",\n" } else { b"[\n" })?;
            to.write_all(&lines[from..end])?;
            (self.begun, from) = (true, end + 1);
        }
        Ok(())
    }

    /// Writes what comes after the last member, without a newline.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(&self, to: &mut (impl Write + ?Sized)) -> io::Result<()> {
        to.write_all(if self.begun { b"\n]" } else { b"[]" })
    }
}
