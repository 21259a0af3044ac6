//! The table of formats. A new one is a file beside this and a row in [`READERS`].

mod csv;
mod epub;
mod html;
mod images;
mod json;
mod mail;
mod markdown;
mod opendocument;
mod package;
#[cfg(feature = "parquet")]
mod parquet;
mod pdf;
mod rtf;
mod sheets;
mod slides;
mod subtitles;
mod text;
mod word;

use sdk_record::{Fault, Kind};

pub(crate) use images::{pictures, warned};

use crate::{Content, Document, Input, LARGEST, magic, ole, refuse};

/// What the flags ask of every reader.
// Each is a flag of the command line, or the word of the process that asks.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone)]
pub struct Wishes {
    /// Most bytes that one document may have, on disk or inflated.
    pub max_size: u64,
    /// The first engine has failed on this document (it was stopped, or its process died): another is wanted.
    pub fallback: bool,
    /// Of a web page only the article that it is about.
    pub main: bool,
    /// Longest row, in bytes.
    pub max_line: usize,
    /// Whether CSV is one table and not rows.
    pub table: bool,
    /// The text of each row that is cut into passages, in jq; rows pass as they are without it.
    pub by: Option<String>,
    /// Whether running headers and footers are dropped.
    pub clean: bool,
    /// Whether pictures are rows, too.
    pub images: bool,
}

impl Default for Wishes {
    fn default() -> Self {
        Wishes {
            max_size: LARGEST,
            main: false,
            clean: false,
            images: false,
            fallback: false,
            max_line: sdk_record::LONGEST,
            table: false,
            by: None,
        }
    }
}

/// One format.
pub struct Reader {
    /// Name in `--list`.
    pub name: &'static str,
    /// What it reads, in a few words.
    pub about: &'static str,
    /// Endings of file names, in lower case.
    pub extensions: &'static [&'static str],
    /// Whether it has another engine, for a document on which the first one hangs or dies.
    pub fallback: bool,
    /// Whether it can only be this format, by its first bytes.
    pub detect: fn(&Input) -> bool,
    /// Takes the text or the rows out.
    pub read: Read,
}

/// How a reader gives what it finds.
pub enum Read {
    /// As a whole document.
    Document(fn(Input, &Wishes) -> Result<Document, Fault>),
    /// As a stream or as rows, too.
    Content(fn(Input, &Wishes) -> Result<Content, Fault>),
}

impl Reader {
    /// Takes the text or the rows out of a document of this format.
    fn open(&self, input: Input, wishes: &Wishes) -> Result<Content, Fault> {
        match self.read {
            Read::Document(read) => read(input, wishes).map(Content::from),
            Read::Content(read) => read(input, wishes),
        }
    }
}

/// All formats. The last reads what no other claims.
pub const READERS: &[Reader] = &[
    word::READER,
    slides::READER,
    opendocument::TEXT,
    opendocument::SLIDES,
    opendocument::SHEETS,
    sheets::ZIPPED,
    sheets::OLD,
    epub::READER,
    mail::READER,
    rtf::READER,
    html::READER,
    markdown::READER,
    subtitles::READER,
    csv::READER,
    json::READER,
    #[cfg(feature = "parquet")]
    parquet::READER,
    pdf::READER,
    text::READER,
];

impl Reader {
    /// The reader of this name, or of files with this ending.
    pub fn named(kind: &str) -> Option<&'static Reader> {
        let by_name = READERS.iter().find(|reader| reader.name == kind);
        by_name.or_else(|| READERS.iter().find(|reader| reader.extensions.contains(&kind)))
    }

    /// The reader of this document. Its type is what the user says; else it is told by content first, by its name (or its
    /// server) second; anything else that is text is text.
    ///
    /// # Errors
    /// `unsupported` for what is not text and no reader claims. The fault's place is the document.
    pub fn of(input: &mut Input) -> Result<&'static Reader, Fault> {
        if let Some(reader) = input.certain().and_then(Reader::named) {
            return Ok(reader);
        }
        input.look_inside().map_err(|fault| refuse(input.name(), fault.kind, fault.message))?;
        if let Some(reader) = READERS.iter().find(|reader| (reader.detect)(input)) {
            return Ok(reader);
        }
        if let Some(fault) = ole::refusal(input.inside()) {
            return Err(refuse(input.name(), fault.kind, fault.message));
        }
        let ending = input.ending();
        if let Some((what, advice)) = magic::not_text(&ending, input.head()) {
            let message = format!("expected a document of a kind that --list names, found {what}; {advice}");
            return Err(refuse(input.name(), Kind::Unsupported, message));
        }
        let by_name = READERS.iter().find(|reader| reader.extensions.contains(&ending.as_str()));
        Ok(by_name.unwrap_or(&text::READER))
    }
}

/// Reads a document by the reader of its type.
///
/// # Errors
/// `unsupported` for what is not text, and the format's own faults. The fault's place is the document.
pub fn read(mut input: Input, wishes: &Wishes) -> Result<Content, Fault> {
    let (name, reader) = (input.name().to_owned(), Reader::of(&mut input)?);
    reader.open(input, wishes).map_err(|fault| refuse(&name, fault.kind, fault.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_before_name() {
        let read = |name: &str, bytes: &'static [u8]| {
            read(Input::open(name, Box::new(bytes), LARGEST).unwrap(), &Wishes::default())
        };
        let engine = |name: &str, bytes: &'static [u8]| match read(name, bytes).unwrap() {
            Content::Document(document) => document.engine,
            Content::Stream(stream) => stream.about.engine,
            Content::Rows(_) => "rows",
        };
        assert_eq!(engine("a.txt", b"\xEF\xBB\xBF<!-- x --> <!DOCTYPE HTML><p>Hi"), "htmd");
        assert_eq!(engine("a.HTM", b"<p>Hi"), "htmd");
        assert_eq!(engine("README.md", b"<div align=center>Hi</div>"), "markdown");
        assert_eq!(engine("Makefile", b"all:"), "text");
        assert_eq!(engine("a.csv", b"a,b"), "rows");
        assert_eq!(engine("<stdin>", b"{\"a\":1}\n"), "rows");
        assert_eq!(engine("a.txt", b"{\"a\":1}\n"), "text");
        assert_eq!(engine("a", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi"), "subtitles");
        let fault = read("a.txt", b"\x7FELF\x02").err().unwrap();
        assert_eq!(
            (fault.kind, fault.place.unwrap().source.to_string()),
            (Kind::Unsupported, "a.txt".to_owned())
        );
        assert_eq!(engine("a.html", b" \r\n"), "htmd");
    }
}
