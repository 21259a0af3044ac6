//! The pile of lines that wait, and what is learned of them on the way.

use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

use sdk_record::{Store, Target};
use tempfile::SpooledTempFile;

use super::schema::Schema;
use super::{Container, HF, Origins, Sheet, card, files};
use crate::Shape;

/// Bytes that wait in memory before there is a file.
const IN_MEMORY: usize = 1024 * 1024;

/// All lines of a run, on their way into a container.
pub(super) struct Pile {
    pub(super) container: &'static Container,
    pub(super) shape: &'static Shape,
    /// Where parts are asked for, they stand in a folder also where there is one.
    parts: Option<u32>,
    pub(super) license: Option<String>,
    pub(super) origins: Origins,
    pub(super) rows: u64,
    /// Bytes of the lines.
    pub(super) bytes: u64,
    pub(super) schema: Schema,
    file: BufReader<SpooledTempFile>,
}

impl Pile {
    pub(super) fn new(
        container: &'static Container,
        shape: &'static Shape,
        parts: Option<u32>,
        license: Option<String>,
        origins: Origins,
    ) -> Pile {
        let file = BufReader::with_capacity(64 * 1024, SpooledTempFile::new(IN_MEMORY));
        Pile { container, shape, parts, license, origins, rows: 0, bytes: 0, schema: Schema::default(), file }
    }

    pub(super) fn parts(&self) -> u32 {
        self.parts.unwrap_or(1)
    }

    /// The rows of the part with this number, counted from 0: neighbours stay together.
    pub(super) fn part(&mut self, number: u32) -> Rows<'_> {
        let (parts, number) = (u64::from(self.parts()), u64::from(number));
        let left = self.rows / parts + u64::from(number < self.rows % parts);
        Rows { file: &mut self.file, count: left }
    }

    /// Writes one file.
    pub(super) fn write_part(&mut self, number: u32, to: &mut (dyn Write + Send)) -> io::Result<()> {
        let schema = std::mem::take(&mut self.schema);
        let sheet = Sheet { shape: self.shape.name, schema: &schema };
        let mut to = to;
        let written = (self.container.write)(&mut to, &sheet, self.part(number));
        self.schema = schema;
        written
    }
}

impl Store for Pile {
    fn is_folder(&self) -> bool {
        self.container.name == HF || self.parts.is_some()
    }

    fn writes(&self, file: &Path) -> bool {
        match file.strip_prefix(files::DATA) {
            Ok(file) => self.container.name == HF && files::is_part(file),
            Err(_) if self.container.name == HF => file == Path::new(files::CARD),
            Err(_) => files::is_part(file),
        }
    }

    fn take(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file.get_mut().write_all(lines)?;
        self.bytes += lines.len() as u64;
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            self.rows += 1;
            if self.container.columns {
                let line = std::str::from_utf8(line).map_err(io::Error::other)?;
                self.schema.learn(line)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, to: Target<'_>) -> io::Result<Vec<String>> {
        self.file.seek(SeekFrom::Start(0))?;
        if self.rows == 0 && self.container.columns {
            self.schema.learn(self.shape.empty)?;
            self.schema.forget_counts();
        }
        self.schema.settle();
        if self.container.columns && self.rows > 0 && self.schema.fields().is_empty() {
            return Err(io::Error::other(
                "expected a key in some row, found none, so no column; jsonl holds such rows",
            ));
        }
        match to {
            Target::Stream(to) => self.write_part(0, to)?,
            Target::Folder(folder, _) if self.container.name != HF => drop(files::write(self, folder)?),
            Target::Folder(folder, name) => card::write(self, folder, name)?,
        }
        Ok(match self.container.ending {
            "parquet" => self.schema.remarks(),
            _ => Vec::new(),
        })
    }
}

/// Some of the lines, in their order.
pub(super) struct Rows<'a> {
    file: &'a mut BufReader<SpooledTempFile>,
    count: u64,
}

impl Rows<'_> {
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Gives each line, without its newline.
    pub(super) fn each(self, mut each: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
        let mut line = Vec::new();
        for _ in 0..self.count {
            line.clear();
            self.file.read_until(b'\n', &mut line)?;
            let text = line.strip_suffix(b"\n").ok_or(io::ErrorKind::UnexpectedEof)?;
            each(std::str::from_utf8(text).map_err(io::Error::other)?)?;
        }
        Ok(())
    }
}
