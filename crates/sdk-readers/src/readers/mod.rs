//! The table of formats. A new one is a file beside this and a row in [`READERS`].

mod html;
mod markdown;
mod text;

use sdk_record::{Fault, Kind};

use crate::{magic, refuse};

/// A document's text and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The extracted text; offsets of passages count its code points.
    pub text: String,
    /// Whether it is Markdown, with headings.
    pub markdown: bool,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// What went less than well.
    pub warning: Option<String>,
    /// What took the text out.
    pub engine: &'static str,
}

/// One format.
pub struct Reader {
    /// Name in `--list`.
    pub name: &'static str,
    /// What it reads, in a few words.
    pub about: &'static str,
    /// Endings of file names, in lower case.
    pub extensions: &'static [&'static str],
    /// Whether these first bytes can only be this format.
    pub detect: fn(&[u8]) -> bool,
    /// Takes the text out.
    pub read: fn(Vec<u8>) -> Result<Document, Fault>,
}

/// All formats. The last reads what no other claims.
pub const READERS: &[Reader] = &[html::READER, markdown::READER, text::READER];

/// Reads a document: its type is told by content first, by its name second; anything else that is text is text.
///
/// # Errors
/// `unsupported` for what is not text, and the format's own faults. The fault's place is the document.
pub fn read(name: &str, bytes: Vec<u8>) -> Result<Document, Fault> {
    if let Some((what, advice)) = magic::not_text(name, &bytes) {
        let message = format!("expected text, Markdown or HTML, found {what}; {advice}");
        return Err(refuse(name, Kind::Unsupported, message));
    }
    let ending = magic::ending(name);
    let by_content = READERS.iter().find(|reader| (reader.detect)(&bytes));
    let by_name = || READERS.iter().find(|reader| reader.extensions.contains(&ending.as_str()));
    let reader = by_content.or_else(by_name).unwrap_or(&text::READER);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Document {
            text: String::new(),
            markdown: false,
            title: None,
            warning: None,
            engine: reader.name,
        });
    }
    (reader.read)(bytes).map_err(|fault| refuse(name, fault.kind, fault.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_before_name() {
        let engine = |name: &str, bytes: &[u8]| read(name, bytes.to_vec()).unwrap().engine;
        assert_eq!(engine("a.txt", b"\xEF\xBB\xBF<!-- x --> <!DOCTYPE HTML><p>Hi"), "htmd");
        assert_eq!(engine("a.HTM", b"<p>Hi"), "htmd");
        assert_eq!(engine("README.md", b"<div align=center>Hi</div>"), "markdown");
        assert_eq!(engine("Makefile", b"all:"), "text");
        let fault = read("a.txt", b"%PDF-1.4".to_vec()).unwrap_err();
        assert_eq!(
            (fault.kind, fault.place.unwrap().source.to_string()),
            (Kind::Unsupported, "a.txt".to_owned())
        );
        assert_eq!(read("a.html", b" \r\n".to_vec()).unwrap().text, "");
    }
}
