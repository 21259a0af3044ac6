//! Parquet: objects are groups, lists are lists, and what has no type is JSON as text. Every column may be null. Rows are
//! written in groups of a few megabytes, one of which is in memory at a time.

use std::io::{self, Write};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::levels::Levels;
use super::pile::Rows;
use super::schema::{Field, Kind};
use super::shred::{self, Column, Values};
use super::{Sheet, Stream};

/// Bytes of values and their levels in a group of rows.
const GROUP: usize = 8 * 1024 * 1024;

pub(super) fn write(to: &mut dyn Stream, sheet: &Sheet, rows: Rows<'_>) -> io::Result<()> {
    let fields = sheet.schema.fields();
    // What the library gets is closed before it goes.
    let mut to = Passing(to);
    let mut writer = open(&mut to, fields).map_err(failed)?;
    let (mut columns, mut bytes) = (shred::columns(fields), 0);
    rows.each(|line| {
        bytes += shred::row(fields, line, &mut columns);
        if bytes >= GROUP {
            bytes = 0;
            let full = std::mem::replace(&mut columns, shred::columns(fields));
            group(&mut writer, full).map_err(failed)?;
        }
        Ok(())
    })?;
    if bytes > 0 {
        group(&mut writer, columns).map_err(failed)?;
    }
    writer.close().map(drop).map_err(failed)
}

struct Passing<'a>(&'a mut dyn Stream);

impl Write for Passing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(format!("parquet: {error}")),
        },
        error => io::Error::other(format!("parquet: {error}")),
    }
}

fn open<'t, 'a>(
    to: &'t mut Passing<'a>,
    fields: &[Field],
) -> Result<SerializedFileWriter<&'t mut Passing<'a>>> {
    let fields = fields.iter().map(|field| of(&field.name, &field.kind)).collect::<Result<_>>()?;
    let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties))
}

/// The type of a place.
fn of(name: &str, kind: &Kind) -> Result<TypePtr> {
    let leaf = |physical, logical| {
        let leaf = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
        leaf.with_logical_type(logical).build()
    };
    let built = match kind {
        Kind::Nothing => leaf(Physical::INT32, Some(LogicalType::Unknown)),
        Kind::Truth => leaf(Physical::BOOLEAN, None),
        Kind::Number(number) if number.fraction => leaf(Physical::DOUBLE, None),
        Kind::Number(_) => leaf(Physical::INT64, None),
        Kind::Text | Kind::Json => leaf(Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::List(inner) => {
            let list = Type::group_type_builder("list").with_repetition(Repetition::REPEATED);
            let list = list.with_fields(vec![of("element", inner)?]).build()?;
            let all = Type::group_type_builder(name).with_repetition(Repetition::OPTIONAL);
            all.with_logical_type(Some(LogicalType::List)).with_fields(vec![Arc::new(list)]).build()
        }
        Kind::Object(fields) => {
            let fields = fields.iter().map(|field| of(&field.name, &field.kind)).collect::<Result<_>>()?;
            Type::group_type_builder(name).with_repetition(Repetition::OPTIONAL).with_fields(fields).build()
        }
    };
    built.map(Arc::new)
}

/// Writes the columns of some rows.
fn group<W: Write + Send>(writer: &mut SerializedFileWriter<W>, columns: Vec<Column>) -> Result<()> {
    let mut group = writer.next_row_group()?;
    for Column { values, levels } in columns {
        let Some(mut column) = group.next_column()? else { break };
        match (column.untyped(), values) {
            (ColumnWriter::BoolColumnWriter(to), Values::Truths(list)) => written(to, &list, &levels)?,
            (ColumnWriter::Int32ColumnWriter(to), Values::Nothing) => written(to, &[], &levels)?,
            (ColumnWriter::Int64ColumnWriter(to), Values::Wholes(list)) => written(to, &list, &levels)?,
            (ColumnWriter::DoubleColumnWriter(to), Values::Doubles(list)) => written(to, &list, &levels)?,
            (ColumnWriter::ByteArrayColumnWriter(to), Values::Texts(bytes, ends)) => {
                let (bytes, most, mut at) = (Bytes::from(bytes), to.get_descriptor().max_def_level(), 0);
                levels.each(|defined, repeated| {
                    let count = defined.iter().filter(|level| **level == most).count();
                    let texts = Values::texts(&bytes, &ends, at..at + count);
                    at += count;
                    to.write_batch(&texts, Some(defined), Some(repeated)).map(drop)
                })?;
            }
            _ => return Err(ParquetError::General("a column of another type than its values".to_owned())),
        }
        column.close()?;
    }
    group.close().map(drop)
}

/// Writes the values of a column; the levels tell how many there are.
fn written<T: DataType>(to: &mut ColumnWriterImpl<'_, T>, values: &[T::T], levels: &Levels) -> Result<()> {
    let mut at = 0;
    levels.each(|defined, repeated| {
        at += to.write_batch(&values[at..], Some(defined), Some(repeated))?;
        Ok(())
    })
}
