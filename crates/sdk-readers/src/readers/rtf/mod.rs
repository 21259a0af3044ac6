//! RTF, by an own walk over its groups and control words: headings by outline or style, lists, tables, links, notes.
//! Pictures, headers, footers, comments, hidden and deleted text are left out.

mod charset;
mod destination;
mod paragraph;
mod tokens;
mod words;
mod writer;

use sdk_record::{Fault, Kind};

use self::tokens::Tokens;
use self::writer::Writer;
use super::{Read, Reader, Wishes};
use crate::blocks::written;
use crate::{Document, Input};

pub(super) const READER: Reader = Reader {
    name: "rtf",
    about: "RTF, as Markdown; headings, lists, tables",
    extensions: &["rtf"],
    fallback: false,
    detect: |input| input.head().starts_with(b"{\\rtf"),
    read: Read::Document(read),
};

fn read(input: Input, _: &Wishes) -> Result<Document, Fault> {
    let bytes = input.all()?;
    if !bytes.starts_with(b"{\\rtf") {
        let message =
            "expected an RTF document, which begins with `{\\rtf`, found something else; get it again";
        return Err(Fault::new(Kind::Damaged, message));
    }
    let mut writer = Writer::default();
    for token in Tokens::new(&bytes) {
        writer.token(token)?;
    }
    let finished = writer.finish();
    let (text, marks) = written(finished.blocks)?;
    if text.is_empty() {
        return Err(Fault::new(Kind::NoText, "found an RTF document without any text; leave it out"));
    }
    let warning = finished.cut.then(|| "it ends early; what was there is kept".to_owned());
    Ok(Document {
        text,
        marks,
        markdown: true,
        title: finished.title,
        metadata: finished.metadata,
        warning,
        engine: READER.name,
    })
}

#[cfg(test)]
mod tests;
