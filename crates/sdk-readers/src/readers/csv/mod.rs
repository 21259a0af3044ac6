//! CSV and TSV in any encoding: a row a record, under the names of the header row, every value a string. A row that is
//! not as long as the header is refused with its line. With `--table` the file is one Markdown table.

mod names;
mod quotes;
mod table;

use std::io::Read as _;

use csv::{Reader as Parser, ReaderBuilder, StringRecord};
use sdk_record::{Fault, Kind, Place, Record, quote};

use self::quotes::Quotes;
use super::{Read, Reader, Wishes};
use crate::content::Content;
use crate::encoding::{Decoded, Decoding};
use crate::{Input, input, quoted};

pub(super) const READER: Reader = Reader {
    name: "csv",
    about: "CSV and TSV: a row a record, or one table with --table",
    extensions: &["csv", "tsv", "tab"],
    fallback: false,
    detect: |_| false,
    read: Read::Content(read),
};

/// Bytes by which the sign between values is told.
const SAMPLE: usize = 1 << 16;

fn read(input: Input, wishes: &Wishes) -> Result<Content, Fault> {
    let (name, ending) = (input.name().to_owned(), input.ending());
    let input = if wishes.table { input } else { input.unlimited() };
    let mut text = Decoded::new(Decoding::new(input, None));
    let mut sample = Vec::new();
    text.by_ref().take(SAMPLE as u64).read_to_end(&mut sample).map_err(|error| input::unreadable(&error))?;
    let tabs = matches!(&*ending, "tsv" | "tab");
    let delimiter = if tabs { b'\t' } else { delimiter(&sample) };
    // The parser leaves the second sign of a line end for the next row, and its line with it.
    let late = sample.iter().position(|byte| *byte == b'\n').is_some_and(|at| sample[..at].ends_with(b"\r"));
    let bounded = Bounded {
        from: std::io::Cursor::new(sample).chain(text),
        since: 0,
        most: wishes.max_line,
        last: 0,
        over: false,
        quotes: Quotes::new(delimiter),
    };
    let mut parser = parser(bounded, delimiter);
    let header = parser.headers().cloned().map_err(|error| fault(&name, &error, wishes.max_line))?;
    // A quote within a name is none of the first row's.
    let end = parser.position().byte();
    parser.get_mut().quotes.were_loose(end);
    let names = names::names(&header);
    let longest = wishes.max_line;
    let rows = Rows { name, names, parser, delimiter, late: u64::from(late), longest, ended: false };
    match wishes.table {
        true => table::document(rows).map(Content::from),
        false => Ok(Content::Rows(Box::new(rows))),
    }
}

fn parser<R: std::io::Read>(from: R, delimiter: u8) -> Parser<R> {
    ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(from)
}

/// The sign that cuts most of the first rows into equally many values.
fn delimiter(sample: &[u8]) -> u8 {
    let mut best = (0, b',');
    for delimiter in [b',', b';', b'\t', b'|'] {
        let mut rows = parser(sample, delimiter);
        let Ok(width) = rows.headers().map(StringRecord::len) else { continue };
        // The sample's end cuts the last row.
        let alike = rows.records().take(50).filter(|row| row.as_ref().is_ok_and(|row| row.len() == width));
        let score = if width > 1 { 1 + alike.count() } else { 0 };
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// The rows below the header.
struct Rows<R> {
    name: String,
    names: Vec<String>,
    parser: Parser<Bounded<R>>,
    delimiter: u8,
    /// What a row's line lacks.
    late: u64,
    longest: usize,
    ended: bool,
}

impl<R: std::io::Read> Rows<R> {
    /// The next row's values and its line.
    fn values(&mut self) -> Option<Result<(StringRecord, Place), Fault>> {
        if self.ended {
            return None;
        }
        self.parser.get_mut().since = 0;
        let mut values = StringRecord::new();
        match self.parser.read_record(&mut values) {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                self.ended = true;
                return Some(Err(fault(&self.name, &error, self.longest)));
            }
        }
        let line = values.position().map_or(0, csv::Position::line) + self.late;
        let place = Place { source: self.name.as_str().into(), line };
        // Whatever holds a line's end stood in quotes; where the file ends without one, they were never closed.
        let quoted = values.iter().next_back().is_some_and(|value| value.contains('\n'));
        if quoted && self.parser.get_ref().over && self.parser.get_ref().last != b'"' {
            let message = "expected a quote that closes the row's last value, found the end of the file: what followed the \
                           opening one is no row of its own; close it";
            let mut fault = Fault::new(Kind::Damaged, message).at(place);
            fault.line = Some(self.written(&values));
            return Some(Err(fault));
        }
        let end = self.parser.position().byte();
        if self.parser.get_mut().quotes.were_loose(end) && values.iter().any(|value| value.contains('\n')) {
            let message = "expected a quote that closes a value before the next line, found one in the middle of a later value: \
                           the rows between are in this one; close the first quote, or double those inside of it";
            let mut fault = Fault::new(Kind::Damaged, message).at(place);
            fault.line = Some(self.written(&values));
            return Some(Err(fault));
        }
        if values.len() == self.names.len() {
            return Some(Ok((values, place)));
        }
        let (found, wanted) = (values.len(), self.names.len());
        let message = format!(
            "expected {wanted} values as in the header, found {found}; a value that holds the sign between values \
             stands in quotes"
        );
        let mut fault = Fault::new(Kind::Damaged, message).at(place);
        fault.line = Some(self.written(&values));
        Some(Err(fault))
    }

    fn written(&self, values: &StringRecord) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().delimiter(self.delimiter).from_writer(Vec::new());
        // Into memory, a line of any length.
        let _ = writer.write_record(values);
        let mut line = writer.into_inner().unwrap_or_default();
        line.pop();
        line
    }
}

impl<R: std::io::Read> Iterator for Rows<R> {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let values = self.values()?;
        Some(values.map(|(values, place)| {
            let pairs = self.names.iter().zip(values.iter().map(quote));
            Record::from_pairs(pairs).placed(Some(place))
        }))
    }
}

fn fault(name: &str, error: &csv::Error, longest: usize) -> Fault {
    let line = error.position().map_or(1, csv::Position::line);
    let fault = match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            let message = format!(
                "expected a row of at most {longest} bytes, found a longer one: is a quote never closed? \
                 What follows was not read; mend it, or allow more with --max-line"
            );
            Fault::new(Kind::TooLong, message)
        }
        csv::ErrorKind::Io(error) => input::unreadable(error),
        _ => Fault::new(Kind::Damaged, format!("expected CSV, found: {}", quoted(&error))),
    };
    fault.at(Place { source: name.into(), line })
}

/// Ends the file where one row takes too many bytes, lest a quote that is never closed fills the memory.
struct Bounded<R> {
    from: R,
    since: usize,
    most: usize,
    /// The last byte that ends no line.
    last: u8,
    /// There are no more.
    over: bool,
    quotes: Quotes,
}

impl<R: std::io::Read> std::io::Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.from.read(into)?;
        self.since += count;
        self.quotes.follow(&into[..count]);
        self.over = count == 0 && !into.is_empty();
        self.last = into[..count].iter().rfind(|byte| !b"\r\n".contains(byte)).copied().unwrap_or(self.last);
        // A block may hold the end of one row and the beginning of the next.
        if self.since > self.most.saturating_add(into.len()) {
            return Err(std::io::ErrorKind::InvalidData.into());
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
