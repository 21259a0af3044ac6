//! EPUB: the book's chapters in reading order, each by the reader of HTML, under the names that its table of contents
//! gives them.

mod contents;
mod package;

use std::collections::HashMap;

use sdk_record::{Fault, Kind};

use self::contents::contents;
use self::package::Package;
pub(super) use self::package::plain;
use super::html::page;
use super::package::resolve;
use super::{Read, Reader, Wishes};
use crate::archive::Archive;
use crate::markup::Markup;
use crate::{Document, Input, Mark, Part, deep};

pub(super) const READER: Reader = Reader {
    name: "epub",
    about: "EPUB books, as Markdown; chapters by name",
    extensions: &["epub"],
    fallback: false,
    detect: |input| {
        let is = |media_type: &str| media_type == "application/epub+zip";
        input.zipped(|inside| is(inside.media_type()) || inside.has(CONTAINER), READER.extensions)
    },
    read: Read::Document(|input, wishes| deep("epub", || read(input, wishes))),
};

const WHAT: &str = "an EPUB book";

/// The member that says where the book's description is.
const CONTAINER: &str = "META-INF/container.xml";

/// Ways in which fonts are made useless outside of a book; text is not touched by them.
const OF_FONTS: [&str; 2] = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

fn read(input: Input, wishes: &Wishes) -> Result<Document, Fault> {
    let (mut archive, package, names) = opened(input, wishes)?;
    let mut book = Book::default();
    for chapter in &package.spine {
        // A chapter that the book names and that isn't there has no text.
        if let Some(bytes) = archive.bytes(chapter)? {
            book.add(chapter, bytes, &names)?;
        }
    }
    if book.text.is_empty() {
        let message = "found a book without any text; if it holds pictures of pages, read those by OCR first";
        return Err(Fault::new(Kind::NoText, message));
    }
    book.text.push('\n');
    let warning =
        (!book.lost.is_empty()).then(|| format!("left out, as they are damaged: {}", book.lost.join(", ")));
    Ok(Document {
        text: book.text,
        marks: book.marks,
        markdown: true,
        title: package.title,
        metadata: package.metadata,
        warning,
        engine: READER.name,
    })
}

/// A book, its description, and the names of its chapters.
type Opened = (Archive, Package, HashMap<String, String>);

fn opened(input: Input, wishes: &Wishes) -> Result<Opened, Fault> {
    let mut archive = Archive::open(input.all()?, WHAT, wishes)?;
    check_rights(&mut archive)?;
    let place = description(&mut archive)?;
    let package = Package::read(&archive.needed(&place)?, &place)?;
    let names = contents(&mut archive, &package)?;
    Ok((archive, package, names))
}

/// A book's members, and its chapters in reading order, each with its part.
///
/// # Errors
/// As reading it.
pub(super) fn chapters(input: Input, wishes: &Wishes) -> Result<(Archive, Vec<(String, Part)>), Fault> {
    let (archive, package, names) = opened(input, wishes)?;
    let part = |chapter: String| {
        let name = named(&names, &chapter);
        (chapter, Part::Section(name))
    };
    let chapters = package.spine.into_iter().map(part).collect();
    Ok((archive, chapters))
}

/// What a chapter is called: by the book, else as its file.
fn named(names: &HashMap<String, String>, chapter: &str) -> String {
    let file = || chapter.rsplit('/').next().unwrap_or(chapter).to_owned();
    names.get(chapter).cloned().unwrap_or_else(file)
}

/// The chapters that were read.
#[derive(Default)]
struct Book {
    text: String,
    marks: Vec<Mark>,
    lost: Vec<String>,
}

impl Book {
    fn add(&mut self, chapter: &str, bytes: Vec<u8>, names: &HashMap<String, String>) -> Result<(), Fault> {
        let read = match page(bytes, false) {
            Ok(read) => read,
            Err(fault) if fault.kind == Kind::Damaged => {
                self.lost.push(chapter.to_owned());
                return Ok(());
            }
            Err(fault) => return Err(fault),
        };
        let text = read.text.trim();
        if text.is_empty() {
            return Ok(());
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.marks.push(Mark { at: self.text.len(), part: Part::Section(named(names, chapter)) });
        self.text.push_str(text);
        Ok(())
    }
}

/// A book whose text is encrypted opens only with its seller's software.
fn check_rights(archive: &mut Archive) -> Result<(), Fault> {
    let Some(xml) = archive.text("META-INF/encryption.xml")? else { return Ok(()) };
    Markup::new(&xml).each(|_, tag| {
        let way = tag.attribute("Algorithm").filter(|_| tag.name() == "EncryptionMethod");
        if way.is_none_or(|way| OF_FONTS.contains(&way.as_str())) {
            return Ok(());
        }
        let message = "expected an EPUB book that is open to all, found one that is encrypted (DRM); \
                       get it without, or ask who sold it";
        Err(Fault::new(Kind::Password, message))
    })
}

fn description(archive: &mut Archive) -> Result<String, Fault> {
    let xml = archive.needed(CONTAINER)?;
    let mut place = None;
    Markup::new(&xml).each(|_, tag| {
        if tag.name() == "rootfile" && place.is_none() {
            place = tag.attribute("full-path");
        }
        Ok(())
    })?;
    Ok(resolve("", &place.unwrap_or_default()))
}

#[cfg(test)]
mod tests;
