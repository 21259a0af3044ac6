//! Rows taken apart into Parquet's columns: each value with how much of its path is there (definition) and where in a list
//! it begins anew (repetition). Every place may be null. Source: the format's "Nested Encoding", after Dremel.

use std::ops::Range;

use bytes::Bytes;
use parquet::data_type::ByteArray;
use sdk_record::elements;
use sdk_record::token::{body, unescape};

use super::levels::Levels;
use super::schema::{Field, Kind, slots};

/// The values of a column in some rows.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) values: Values,
    pub(super) levels: Levels,
}

/// Values that are there, of one type.
#[derive(Debug, Default)]
pub(super) enum Values {
    /// Null alone.
    #[default]
    Nothing,
    Truths(Vec<bool>),
    Wholes(Vec<i64>),
    Doubles(Vec<f64>),
    /// Texts, one after the other, and where each ends.
    Texts(Vec<u8>, Vec<usize>),
}

impl Values {
    fn of(kind: &Kind) -> Values {
        match kind {
            Kind::Truth => Values::Truths(Vec::new()),
            Kind::Number(number) if number.fraction => Values::Doubles(Vec::new()),
            Kind::Number(_) => Values::Wholes(Vec::new()),
            Kind::Text | Kind::Json => Values::Texts(Vec::new(), Vec::new()),
            Kind::Nothing | Kind::List(_) | Kind::Object(_) => Values::Nothing,
        }
    }

    /// Some of the texts, which share their bytes.
    pub(super) fn texts(bytes: &Bytes, ends: &[usize], some: Range<usize>) -> Vec<ByteArray> {
        let first = some.start.checked_sub(1).map_or(0, |last| ends[last]);
        let ends = &ends[some];
        let starts = std::iter::once(first).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, end)| ByteArray::from(bytes.slice(start..*end))).collect()
    }
}

/// The columns of fields, in Parquet's order.
pub(super) fn columns(fields: &[Field]) -> Vec<Column> {
    let mut all = Vec::new();
    for field in fields {
        leaves(&field.kind, &mut all);
    }
    all
}

fn leaves(kind: &Kind, all: &mut Vec<Column>) {
    match kind {
        Kind::List(inner) => leaves(inner, all),
        Kind::Object(fields) => {
            for field in fields {
                leaves(&field.kind, all);
            }
        }
        leaf => all.push(Column { values: Values::of(leaf), ..Column::default() }),
    }
}

/// How many lists are around a value, and how much of its path is there; the next value stands at `repeats`.
#[derive(Clone, Copy)]
struct Place {
    defined: i16,
    lists: i16,
    repeats: i16,
}

/// Adds a row to the columns of its fields; says how many bytes it takes there.
pub(super) fn row(fields: &[Field], row: &str, columns: &mut [Column]) -> usize {
    let mut bytes = 0;
    object(fields, Some(row), Place { defined: 0, lists: 0, repeats: 0 }, columns, &mut bytes);
    bytes
}

/// Adds the members of an object, or that there is none; says how many columns these are.
fn object(
    fields: &[Field],
    raw: Option<&str>,
    place: Place,
    columns: &mut [Column],
    bytes: &mut usize,
) -> usize {
    let slots = raw.map(|raw| slots(fields, raw));
    let mut used = 0;
    for (index, field) in fields.iter().enumerate() {
        let slot = slots.as_ref().and_then(|slots| slots[index]);
        used += value(&field.kind, slot, place, &mut columns[used..], bytes);
    }
    used
}

fn value(kind: &Kind, raw: Option<&str>, place: Place, columns: &mut [Column], bytes: &mut usize) -> usize {
    let raw = raw.filter(|raw| *raw != "null");
    let there = Place { defined: place.defined + i16::from(raw.is_some()), ..place };
    match kind {
        Kind::Object(fields) => object(fields, raw, there, columns, bytes),
        Kind::List(inner) => {
            let first = Place { lists: place.lists + 1, ..there };
            let mut used = None;
            for (index, element) in raw.into_iter().flat_map(elements).enumerate() {
                let repeats = if index > 0 { first.lists } else { place.repeats };
                let within = Place { defined: there.defined + 1, repeats, ..first };
                used = Some(value(inner, Some(element), within, columns, bytes));
            }
            used.unwrap_or_else(|| value(inner, None, first, columns, bytes))
        }
        leaf => {
            let column = &mut columns[0];
            *bytes += column.levels.add(there.defined, place.repeats);
            if let Some(raw) = raw {
                *bytes += column.values.add(raw, *leaf == Kind::Json);
            }
            1
        }
    }
}

impl Values {
    /// Adds a raw value of the column's kind; says how many bytes it takes.
    fn add(&mut self, raw: &str, json: bool) -> usize {
        match self {
            Values::Nothing => return 0,
            Values::Truths(list) => list.push(raw == "true"),
            Values::Wholes(list) => list.push(raw.parse().unwrap_or_default()),
            Values::Doubles(list) => list.push(raw.parse().unwrap_or_default()),
            Values::Texts(bytes, ends) => {
                let before = bytes.len();
                match body(raw).filter(|_| !json) {
                    Some(text) if !text.contains('\\') => bytes.extend(text.as_bytes()),
                    Some(text) => bytes.extend(unescape(text).unwrap_or_default().as_bytes()),
                    None => bytes.extend(raw.as_bytes()),
                }
                ends.push(bytes.len());
                return size_of::<usize>() + bytes.len() - before;
            }
        }
        size_of::<i64>()
    }
}
