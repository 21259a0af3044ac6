//! Rows taken apart into Parquet's columns: each value with how much of its path is there (definition) and where in a list
//! it begins anew (repetition). Every place may be null. Source: the format's "Nested Encoding", after Dremel.

use bytes::Bytes;
use parquet::data_type::ByteArray;
use sdk_record::token::{body, says, unescape};
use sdk_record::{elements, members};

use super::schema::{Field, Kind};

/// The values of a column in some rows.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) values: Values,
    pub(super) definitions: Vec<i16>,
    pub(super) repetitions: Vec<i16>,
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

    /// The texts, which share their bytes.
    pub(super) fn texts(bytes: Vec<u8>, ends: &[usize]) -> Vec<ByteArray> {
        let bytes = Bytes::from(bytes);
        let starts = std::iter::once(0).chain(ends.iter().copied());
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

/// Adds a row to the columns of its fields.
pub(super) fn row(fields: &[Field], row: &str, columns: &mut [Column]) {
    object(fields, Some(row), Place { defined: 0, lists: 0, repeats: 0 }, columns);
}

/// Adds the members of an object, or that there is none; says how many columns these are.
fn object(fields: &[Field], raw: Option<&str>, place: Place, columns: &mut [Column]) -> usize {
    let mut slots = vec![None; fields.len()];
    for (index, (key, value)) in raw.into_iter().flat_map(members).enumerate() {
        let key = body(key).unwrap_or_default();
        let here = fields.get(index).filter(|field| field.name == key).map(|_| index);
        if let Some(at) = here.or_else(|| fields.iter().position(|field| says(key, &field.name))) {
            slots[at] = Some(value);
        }
    }
    let mut used = 0;
    for (field, slot) in fields.iter().zip(slots) {
        used += value(&field.kind, slot, place, &mut columns[used..]);
    }
    used
}

fn value(kind: &Kind, raw: Option<&str>, place: Place, columns: &mut [Column]) -> usize {
    let raw = raw.filter(|raw| *raw != "null");
    let there = Place { defined: place.defined + i16::from(raw.is_some()), ..place };
    match kind {
        Kind::Object(fields) => object(fields, raw, there, columns),
        Kind::List(inner) => {
            let first = Place { lists: place.lists + 1, ..there };
            let mut used = None;
            for (index, element) in raw.into_iter().flat_map(elements).enumerate() {
                let repeats = if index > 0 { first.lists } else { place.repeats };
                let within = Place { defined: there.defined + 1, repeats, ..first };
                used = Some(value(inner, Some(element), within, columns));
            }
            used.unwrap_or_else(|| value(inner, None, first, columns))
        }
        leaf => {
            let column = &mut columns[0];
            column.definitions.push(there.defined);
            column.repetitions.push(place.repeats);
            if let Some(raw) = raw {
                column.values.add(raw, *leaf == Kind::Json);
            }
            1
        }
    }
}

impl Values {
    /// Adds a raw value of the column's kind.
    fn add(&mut self, raw: &str, json: bool) {
        match self {
            Values::Nothing => {}
            Values::Truths(list) => list.push(raw == "true"),
            Values::Wholes(list) => list.push(raw.parse().unwrap_or_default()),
            Values::Doubles(list) => list.push(raw.parse().unwrap_or_default()),
            Values::Texts(bytes, ends) => {
                match body(raw).filter(|_| !json) {
                    Some(text) if !text.contains('\\') => bytes.extend(text.as_bytes()),
                    Some(text) => bytes.extend(unescape(text).unwrap_or_default().as_bytes()),
                    None => bytes.extend(raw.as_bytes()),
                }
                ends.push(bytes.len());
            }
        }
    }
}
