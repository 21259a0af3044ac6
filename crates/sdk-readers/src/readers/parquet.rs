//! Parquet: a row a record, under the names and in the types of the file. Times are texts, what is no text is base64.

mod values;

use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::schema::types::TypePtr;
use sdk_record::{Fault, Kind, Place, Record};

use self::values::{json, part};
use super::{Read, Reader, Wishes};
use crate::content::Content;
use crate::{Input, quoted};

pub(super) const READER: Reader = Reader {
    name: "parquet",
    about: "Parquet: rows with their types, or their text by --by",
    extensions: &["parquet"],
    fallback: false,
    detect: |input| input.head().starts_with(b"PAR1"),
    read: Read::Content(read),
};

fn read(input: Input, _: &Wishes) -> Result<Content, Fault> {
    let name = input.name().to_owned();
    let bytes = input.all()?;
    let (rows, schema) = guarded(|| {
        let file = SerializedFileReader::new(bytes::Bytes::from(bytes))?;
        let schema = file.metadata().file_metadata().schema_descr().root_schema_ptr();
        let rows: Box<dyn FileReader> = Box::new(file);
        Ok((RowIter::from_file_into(rows), schema))
    })?;
    let rows = Rows { name, schema, left: Some(rows), number: 0 };
    Ok(Content::Rows(Box::new(rows)))
}

struct Rows {
    name: String,
    schema: TypePtr,
    /// None after the last row, and after one that can't be read: nothing says where the next begins.
    left: Option<RowIter<'static>>,
    number: u64,
}

impl Iterator for Rows {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut rows = self.left.take()?;
        let row = guarded(|| {
            let Some(row) = rows.next().transpose()? else { return Ok(None) };
            let value = |(at, (name, field))| (name, json(&field, part(&self.schema, at)));
            Ok(Some(row.into_columns().into_iter().enumerate().map(value).collect::<Vec<(String, String)>>()))
        });
        self.number += 1;
        let place = Place { source: self.name.as_str().into(), line: self.number };
        match row {
            Ok(row) => {
                let pairs = row?;
                self.left = Some(rows);
                Some(Ok(Record::from_pairs(pairs).placed(Some(place))))
            }
            Err(fault) => Some(Err(fault.at(place))),
        }
    }
}

/// The library's errors, and its panics on damaged files, as faults.
fn guarded<T>(run: impl FnOnce() -> parquet::errors::Result<T>) -> Result<T, Fault> {
    let why = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(found)) => return Ok(found),
        Ok(Err(error)) => quoted(&error),
        Err(_) => "its parts contradict each other".to_owned(),
    };
    let message = format!("expected a Parquet file, but {why}; what was before is kept; write the file anew");
    Err(Fault::new(Kind::Damaged, message))
}

#[cfg(test)]
mod tests;
