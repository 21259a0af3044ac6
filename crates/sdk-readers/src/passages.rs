//! A document's passages as rows (CLI.md §10), one at a time.

use sdk_record::{Fault, Kind, Record, quote};

use crate::content::{Content, Rows, Stream};
use crate::cutting::{Cutting, Passage};
use crate::readers::{pictures, warned};
use crate::row_texts::RowTexts;
use crate::text::Text;
use crate::{Document, Input, Sizes, Wishes, read, refuse};

/// Rows of one document, in order. A fault is a row that is not one, or the end of what can be read.
pub struct Passages {
    rows: Rows,
}

/// Reads a document and cuts it into rows.
///
/// # Errors
/// The fault of a document that can't be read; its place is the document.
pub fn passages(input: Input, wishes: &Wishes, sizes: &Sizes) -> Result<Passages, Fault> {
    if !wishes.images {
        return texts(input, wishes, sizes);
    }
    let (source, name) = (input.name().to_owned(), input.name().to_owned());
    let (input, pictures) =
        pictures(input, wishes).map_err(|fault| refuse(&source, fault.kind, fault.message))?;
    let (shown, warning) = (!pictures.is_empty(), pictures.warning());
    let rows = pictures.rows(name);
    match texts(input, wishes, sizes) {
        Ok(texts) => Ok(Passages { rows: warned(Box::new(texts.rows.chain(rows)), warning) }),
        // Pages that are nothing but pictures are what is looked for.
        Err(fault) if fault.kind == Kind::NoText && shown => Ok(Passages { rows: warned(rows, warning) }),
        Err(mut fault) => {
            if fault.kind == Kind::NoText {
                fault.message.extend(warning.map(|warning| format!("; {warning}")));
            }
            Err(fault)
        }
    }
}

fn texts(input: Input, wishes: &Wishes, sizes: &Sizes) -> Result<Passages, Fault> {
    let source = input.name().to_owned();
    let rows: Rows = match read(input, wishes)? {
        Content::Document(mut document) => {
            let text = Text::whole(std::mem::take(&mut document.text));
            Box::new(TextRows::new(source, text, document, sizes))
        }
        Content::Stream(stream) => {
            let Stream { text, about } = *stream;
            Box::new(TextRows::new(source, text, about, sizes))
        }
        Content::Rows(rows) => match &wishes.by {
            Some(by) => Box::new(RowTexts::new(source, rows, by, sizes)?),
            None => rows,
        },
    };
    Ok(Passages { rows })
}

impl Iterator for Passages {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

/// The passages of one text as rows.
pub(crate) struct TextRows {
    source: String,
    /// Names the document that the passages are of.
    id: String,
    about: Document,
    cutting: Option<Cutting>,
    index: u64,
}

impl TextRows {
    pub(crate) fn new(source: String, text: Text, about: Document, sizes: &Sizes) -> TextRows {
        let id = quote(&hash(&[source.as_bytes()]));
        let cutting = Cutting::new(text, about.markdown, sizes);
        TextRows { source, id, about, cutting: Some(cutting), index: 0 }
    }

    /// The same, of a document that has an id, as raw JSON.
    pub(crate) fn of(mut self, id: String) -> TextRows {
        self.id = id;
        self
    }

    fn record(&self, passage: &Passage<'_>) -> Record {
        let id =
            hash(&[self.source.as_bytes(), passage.start.to_string().as_bytes(), passage.text.as_bytes()]);
        let mut pairs = vec![
            ("id", quote(&id)),
            ("text", quote(passage.text)),
            ("source", quote(&self.source)),
            ("document", self.id.clone()),
            ("index", self.index.to_string()),
            ("start", passage.start.to_string()),
            ("end", passage.end.to_string()),
        ];
        pairs.extend(self.about.place(passage.new.start, passage.new.end));
        if !passage.heading.is_empty() {
            let path: Vec<_> = passage.heading.iter().map(|title| quote(title)).collect();
            pairs.push(("heading", format!("[{}]", path.join(","))));
        }
        if let Some(title) = &self.about.title {
            pairs.push(("title", quote(title)));
        }
        if let Some(metadata) = self.about.described() {
            pairs.push(("metadata", metadata));
        }
        if let Some(warning) = self.about.warning.as_deref().or(passage.warning) {
            pairs.push(("warning", quote(warning)));
        }
        pairs.push(("sdk", format!("{{\"tool\":\"sdk-extract\",\"engine\":{}}}", quote(self.about.engine))));
        Record::from_pairs(pairs)
    }
}

impl Iterator for TextRows {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut cutting = self.cutting.take()?;
        let row = match cutting.next(&self.about.marks) {
            Ok(passage) => Ok(self.record(&passage?)),
            // What cannot be read further is at its end.
            Err(fault) => return Some(Err(refuse(&self.source, fault.kind, fault.message))),
        };
        self.index += 1;
        self.cutting = Some(cutting);
        Some(row)
    }
}

/// 16 hex digits of the parts, NULs between them so that no two lists of parts are the same bytes.
pub(crate) fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new();
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            hasher.update(&[0]);
        }
        hasher.update(part);
    }
    let mut hex = hasher.finalize().to_hex().to_string();
    hex.truncate(16);
    hex
}
