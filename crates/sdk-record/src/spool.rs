//! Rows put aside until they are counted: in memory while they are few, then in an unnamed temporary file.

use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use crate::{Place, Record};

const IN_MEMORY: usize = 4 * 1024 * 1024;

/// A growing pile of rows, each with its place.
#[derive(Debug)]
pub struct Spool {
    file: SpooledTempFile,
    rows: u64,
    sources: Vec<std::sync::Arc<str>>,
}

impl Default for Spool {
    fn default() -> Self {
        Spool { file: SpooledTempFile::new(IN_MEMORY), rows: 0, sources: Vec::new() }
    }
}

impl Spool {
    /// Puts a row on the pile.
    ///
    /// # Errors
    /// When the temporary directory cannot be written.
    pub fn push(&mut self, row: &Record) -> io::Result<()> {
        let (source, line) = match row.place() {
            Some(place) => (self.source(place), place.line),
            None => (usize::MAX, 0),
        };
        self.file.write_all(format!("{source} {line} ").as_bytes())?;
        self.file.write_all(row.text().as_bytes())?;
        self.file.write_all(b"\n")?;
        self.rows += 1;
        Ok(())
    }

    /// How many rows there are.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the pile; the rows can then be read from the first one on, as often as wanted.
    ///
    /// # Errors
    /// When the temporary file cannot be read back.
    pub fn read(mut self) -> io::Result<Unspooled> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok(Unspooled { sources: self.sources, file: BufReader::with_capacity(64 * 1024, self.file) })
    }

    fn source(&mut self, place: &Place) -> usize {
        // Rows come file by file: the last source is nearly always the one.
        let known = self.sources.iter().rposition(|source| *source == place.source);
        known.unwrap_or_else(|| {
            self.sources.push(place.source.clone());
            self.sources.len() - 1
        })
    }
}

/// The rows of a [`Spool`], in order.
#[derive(Debug)]
pub struct Unspooled {
    sources: Vec<std::sync::Arc<str>>,
    file: BufReader<SpooledTempFile>,
}

impl Unspooled {
    /// Goes back to the first row.
    ///
    /// # Errors
    /// When the temporary file cannot be read back.
    pub fn rewind(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(0)).map(|_| ())
    }
}

impl Iterator for Unspooled {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<io::Result<Record>> {
        let mut line = String::new();
        match self.file.read_line(&mut line) {
            Ok(0) => None,
            Err(error) => Some(Err(error)),
            Ok(_) => {
                let mut parts = line.trim_end_matches('\n').splitn(3, ' ');
                let source = parts.next().and_then(|n| n.parse::<usize>().ok()).unwrap_or(usize::MAX);
                let at = parts.next().and_then(|n| n.parse().ok()).unwrap_or(0);
                let place = self.sources.get(source).map(|source| Place { source: source.clone(), line: at });
                let row = Record::parse(parts.next().unwrap_or_default());
                Some(row.map(|row| row.placed(place)).map_err(|f| io::Error::other(f.message)))
            }
        }
    }
}
