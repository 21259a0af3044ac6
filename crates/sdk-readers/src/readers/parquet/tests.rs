use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use super::*;

/// Two rows: a text, a number, a double and a list of numbers.
fn file() -> Vec<u8> {
    let schema = "message schema {
        required binary text (UTF8);
        optional int64 n;
        required double x;
        required binary raw;
        required group tags (LIST) { repeated group list { required int64 element; } }
    }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts = ["One \"quoted\"", "Zwei é"].map(ByteArray::from);
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int64Type>().write_batch(&[7], Some(&[1, 0]), None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<DoubleType>().write_batch(&[0.5, f64::NAN], None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let raw = [ByteArray::from(vec![0xFF, 0]), ByteArray::from("ok")];
    column.typed::<ByteArrayType>().write_batch(&raw, None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int64Type>().write_batch(&[1, 2, 3], Some(&[1, 1, 1]), Some(&[0, 1, 0])).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

fn rows(bytes: Vec<u8>) -> Result<Vec<Result<Record, Fault>>, Fault> {
    let input = Input::open("a.parquet", Box::new(std::io::Cursor::new(bytes)), u64::MAX).unwrap();
    match super::read(input, &Wishes::default())? {
        Content::Rows(rows) => Ok(rows.collect()),
        _ => panic!("rows"),
    }
}

#[test]
fn rows_keep_their_types() {
    let rows: Vec<_> = rows(file()).unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(rows[0].text(), r#"{"text":"One \"quoted\"","n":7,"x":0.5,"raw":"/wA=","tags":[1,2]}"#);
    assert_eq!(rows[1].text(), r#"{"text":"Zwei é","n":null,"x":null,"raw":"ok","tags":[3]}"#);
    assert_eq!(rows[1].place().unwrap().to_string(), "a.parquet:2");
    assert_eq!(rows.len(), 2);
}

#[test]
fn damaged_files_are_refused() {
    let whole = file();
    assert_eq!(rows(whole[..whole.len() / 2].to_vec()).unwrap_err().kind, Kind::Damaged);
    for at in 0..whole.len() {
        let mut broken = whole.clone();
        broken[at] ^= 0x55;
        let faults = rows(broken).map(|rows| rows.into_iter().filter_map(Result::err).collect::<Vec<_>>());
        for fault in faults.unwrap_or_else(|fault| vec![fault]) {
            assert_eq!(fault.kind, Kind::Damaged);
        }
    }
}

#[test]
fn times_have_a_zone_where_the_file_says_so() {
    let kinds = [("MILLIS", "true"), ("MICROS", "true"), ("MICROS", "false"), ("NANOS", "false")];
    let column = |(at, (unit, utc)): (usize, &(&str, &str))| {
        format!("required int64 t{at} (TIMESTAMP({unit},{utc}));")
    };
    let columns: String = kinds.iter().enumerate().map(column).collect();
    let list =
        "required group l (LIST) { repeated group list { required int64 element (TIMESTAMP(NANOS,true)); } }";
    let schema = Arc::new(parse_message_type(&format!("message schema {{ {columns} {list} }}")).unwrap());
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for value in [1_500, 1_000_001, -1, 1] {
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&[value], None, None).unwrap();
        column.close().unwrap();
    }
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int64Type>().write_batch(&[0], Some(&[1]), Some(&[0])).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let expected = r#"{"t0":"1970-01-01T00:00:01.500Z","t1":"1970-01-01T00:00:01.000001Z","t2":"1969-12-31T23:59:59.999999","t3":"1970-01-01T00:00:00.000000001","l":["1970-01-01T00:00:00.000000000Z"]}"#;
    assert_eq!(rows(bytes).unwrap().remove(0).unwrap().text(), expected);
}

#[test]
fn times_beyond_the_calendar_are_as_they_are_stored() {
    let schema = "message schema {
        required int64 a (TIMESTAMP(MICROS,true));
        required int64 b (TIMESTAMP(MILLIS,false));
        required int64 c (TIMESTAMP(NANOS,true));
        required int32 d (DATE);
    }";
    let mut bytes = Vec::new();
    let properties = Arc::new(WriterProperties::builder().build());
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for values in [[i64::MAX, 0], [i64::MIN, 0], [i64::MAX, 0]] {
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int64Type>().write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int32Type>().write_batch(&[i32::MIN, 0], None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    let rows: Vec<_> = rows(bytes).unwrap().into_iter().map(|row| row.unwrap().into_text()).collect();
    let far = r#"{"a":9223372036854775807,"b":-9223372036854775808,"c":"2262-04-11T23:47:16.854775807Z","d":-2147483648}"#;
    let near = r#"{"a":"1970-01-01T00:00:00.000000Z","b":"1970-01-01T00:00:00.000","c":"1970-01-01T00:00:00.000000000Z","d":"1970-01-01"}"#;
    assert_eq!(rows, [far, near]);
}
