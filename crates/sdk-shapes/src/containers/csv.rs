//! CSV as RFC 4180 has it: a line of names, fields in quotes where they must be, CRLF. A text is itself, any other value its
//! JSON. A missing key and null are an empty field, an empty text a quoted one.

use std::io;

use sdk_record::token::{body, unescape};

use super::pile::Rows;
use super::schema::slots;
use super::{Sheet, Stream};

pub(super) fn write(to: &mut dyn Stream, sheet: &Sheet, rows: Rows<'_>) -> io::Result<()> {
    let columns = sheet.schema.fields();
    if columns.is_empty() {
        return Ok(());
    }
    let mut out = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        field(&mut out, index, &column.name);
    }
    end(&mut out, columns.len());
    rows.each(|line| {
        for (index, slot) in slots(columns, line).into_iter().enumerate() {
            match slot.map(|raw| (raw, body(raw))) {
                None | Some(("null", _)) => field(&mut out, index, ""),
                Some(("\"\"", _)) => out.extend(if index > 0 { &b",\"\""[..] } else { b"\"\"" }),
                Some((_, Some(text))) if !text.contains('\\') => field(&mut out, index, text),
                Some((_, Some(text))) => field(&mut out, index, &unescape(text).unwrap_or_default()),
                Some((raw, None)) => field(&mut out, index, raw),
            }
        }
        end(&mut out, columns.len());
        if out.len() > 64 * 1024 {
            to.write_all(&out)?;
            out.clear();
        }
        Ok(())
    })?;
    to.write_all(&out)
}

/// Adds a field.
fn field(out: &mut Vec<u8>, index: usize, text: &str) {
    if index > 0 {
        out.push(b',');
    }
    if memchr::memchr3(b'"', b',', b'\n', text.as_bytes()).is_none() && !text.contains('\r') {
        out.extend(text.as_bytes());
        return;
    }
    out.push(b'"');
    for (index, piece) in text.split('"').enumerate() {
        out.extend(if index > 0 { &b"\"\""[..] } else { b"" });
        out.extend(piece.as_bytes());
    }
    out.push(b'"');
}

/// Ends a line. An empty one would be no row.
fn end(out: &mut Vec<u8>, columns: usize) {
    if columns == 1 && (out.is_empty() || out.ends_with(b"\n")) {
        out.extend(b"\"\"");
    }
    out.extend(b"\r\n");
}
