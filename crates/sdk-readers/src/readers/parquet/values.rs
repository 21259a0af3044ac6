//! The values of Parquet as JSON. Times are texts as in ISO 8601, and have a zone where the file says that they are in UTC.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parquet::basic::{LogicalType, TimeUnit};
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use sdk_record::quote;

/// Microseconds before and after 1970 that the library has dates for, some 259,000 years: it panics beyond.
const CALENDAR: u64 = 8_200_000_000_000_000_000;

/// A value as JSON; `of` is its type in the file.
pub(super) fn json(field: &Field, of: Option<&Type>) -> String {
    if let Some(far) = far(field) {
        return far;
    }
    if let Some(time) = of.and_then(|of| time(field, of)) {
        return quote(&time);
    }
    match field {
        Field::Null => "null".to_owned(),
        Field::Bool(truth) => truth.to_string(),
        Field::Str(text) => quote(text),
        Field::Bytes(bytes) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => quote(text),
            Err(_) => quote(&STANDARD.encode(bytes.data())),
        },
        Field::Float(number) => finite(number.is_finite(), number),
        Field::Double(number) => finite(number.is_finite(), number),
        Field::Float16(number) => finite(number.is_finite(), &number.to_f32()),
        Field::Group(row) => object(row, of),
        Field::ListInternal(list) => {
            let of = of.and_then(element);
            let elements: Vec<_> = list.elements().iter().map(|field| json(field, of)).collect();
            format!("[{}]", elements.join(","))
        }
        Field::MapInternal(map) => {
            let entry = of.and_then(|of| part(of, 0));
            let (names, values) = (entry.and_then(|of| part(of, 0)), entry.and_then(|of| part(of, 1)));
            let key = |key: &Field| match key {
                Field::Str(text) => text.clone(),
                other => json(other, names).trim_matches('"').to_owned(),
            };
            members(map.entries().iter().map(|(name, value)| (key(name), value, values)))
        }
        Field::Date(_)
        | Field::TimeMillis(_)
        | Field::TimeMicros(_)
        | Field::TimestampMillis(_)
        | Field::TimestampMicros(_) => quote(&field.to_string()),
        // Whole numbers and decimals print as JSON has them.
        number => number.to_string(),
    }
}

/// A member's type.
pub(super) fn part(of: &Type, at: usize) -> Option<&Type> {
    if of.is_group() { of.get_fields().get(at).map(AsRef::as_ref) } else { None }
}

/// The type of a list's elements: most files wrap each in a group of its own.
fn element(of: &Type) -> Option<&Type> {
    let repeated = if of.is_group() && of.get_fields().len() == 1 { part(of, 0)? } else { return Some(of) };
    let wraps = repeated.is_group() && repeated.get_fields().len() == 1;
    Some(part(repeated, 0).filter(|_| wraps).unwrap_or(repeated))
}

/// What is stored of a point in time beyond the calendar.
fn far(field: &Field) -> Option<String> {
    let (count, unit) = match *field {
        Field::Date(days) => (i64::from(days), 86_400_000_000),
        Field::TimestampMillis(count) => (count, 1000),
        Field::TimestampMicros(count) => (count, 1),
        _ => return None,
    };
    (count.unsigned_abs() > CALENDAR / unit).then(|| count.to_string())
}

/// A point in time; `None` where it is none. Nanoseconds, and times without a zone, are plain numbers to the library.
fn time(field: &Field, of: &Type) -> Option<String> {
    let Some(LogicalType::Timestamp(kind)) = of.get_basic_info().logical_type_ref() else { return None };
    let (Field::Long(count) | Field::TimestampMillis(count) | Field::TimestampMicros(count)) = field else {
        return None;
    };
    let (micros, rest, digits) = match kind.unit {
        TimeUnit::MILLIS => (count.checked_mul(1000)?, 0, 3),
        TimeUnit::MICROS => (*count, 0, 6),
        TimeUnit::NANOS => (count.div_euclid(1000), count.rem_euclid(1000), 9),
    };
    if micros.unsigned_abs() > CALENDAR {
        return None;
    }
    // As `2026-01-02 03:04:05.000006 +00:00`.
    let text = Field::TimestampMicros(micros).to_string();
    let (seconds, fraction) = text.trim_end_matches(" +00:00").split_once('.')?;
    let fraction = format!("{fraction}{rest:03}");
    let zone = if kind.is_adjusted_to_u_t_c { "Z" } else { "" };
    Some(format!("{}.{}{zone}", seconds.replacen(' ', "T", 1), fraction.get(..digits)?))
}

/// JSON has no word for what is not a number.
fn finite(finite: bool, number: &impl std::fmt::Debug) -> String {
    if finite { format!("{number:?}") } else { "null".to_owned() }
}

fn object(row: &Row, of: Option<&Type>) -> String {
    let columns = row.get_column_iter().enumerate();
    members(columns.map(|(at, (name, value))| (name.clone(), value, of.and_then(|of| part(of, at)))))
}

fn members<'a>(values: impl Iterator<Item = (String, &'a Field, Option<&'a Type>)>) -> String {
    let mut object = String::from("{");
    for (at, (name, value, of)) in values.enumerate() {
        let sign = if at > 0 { "," } else { "" };
        let _ = write!(object, "{sign}{}:{}", quote(&name), json(value, of));
    }
    object + "}"
}
