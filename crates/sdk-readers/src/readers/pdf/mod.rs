//! PDF → text, page after page: `pdf_oxide` first, and where it fails or finds no text a pdfium library that was named,
//! then `pdftotext`. Words that lines cut are joined; running headers go where that is asked for.

mod described;
mod hyphens;
mod layout;
mod oxide;
mod pages;
#[cfg(feature = "pdfium")]
mod pdfium;
mod poppler;
mod running;

use std::sync::Arc;

use sdk_record::{Fault, Kind};

use super::{Read, Reader, Wishes};
use crate::{Document, Input, magic, quoted};

pub(super) const READER: Reader = Reader {
    name: "pdf",
    about: "PDF that holds text, page by page",
    extensions: &["pdf"],
    fallback: true,
    detect,
    read: Read::Document(read),
};

/// Pages that one document may have.
const PAGES: usize = 50_000;

/// Last bytes of a file in which its end is looked for: some programs write other things behind it.
const TRAILER: usize = 4096;

/// Bytes of text that one document may have.
const TEXT: u64 = 256 << 20;

/// The header may stand behind other bytes, but not far.
const HEADER_WITHIN: usize = 1024;

/// What an engine found in a document.
#[derive(Debug, Default)]
struct Found {
    pages: Vec<Page>,
    title: Option<String>,
    metadata: Vec<(&'static str, String)>,
}

/// Reads a document, where it is there.
type Engine<'a> = &'a dyn Fn() -> Option<Result<Found, Fault>>;

/// A page's text, or why there is none.
#[derive(Debug, Default)]
struct Page {
    text: String,
    lost: Option<String>,
    /// It is lost for what it inflates to.
    inflated: bool,
}

impl Page {
    fn of(text: String) -> Page {
        Page { text, ..Page::default() }
    }

    fn lost(why: String) -> Page {
        Page { lost: Some(why), ..Page::default() }
    }
}

fn detect(input: &Input) -> bool {
    let head = &input.head()[..input.head().len().min(HEADER_WITHIN)];
    // A text may speak of PDF; bytes that no text has stand in every PDF of this century, in its second line.
    let known = header(head).is_some_and(|at| at == 0 || std::str::from_utf8(input.head()).is_err());
    // A damaged beginning is still that of a PDF by its name, unless it is known to be something else.
    known
        || input.ending() == "pdf" && magic::not_text("", head).is_some_and(|(what, _)| what == "binary data")
}

fn header(bytes: &[u8]) -> Option<usize> {
    bytes.windows(5).position(|window| window == b"%PDF-")
}

fn read(input: Input, wishes: &Wishes) -> Result<Document, Fault> {
    let bytes = input.all()?;
    if header(&bytes[..bytes.len().min(HEADER_WITHIN)]).is_none() {
        let found = if bytes.is_empty() { "it is empty" } else { "it does not begin with %PDF-" };
        return Err(damaged(found));
    }
    let (bytes, most) = (Arc::new(bytes), TEXT.min(wishes.max_size));
    let engines: [(&str, Engine); 3] = [
        ("pdf_oxide", &|| (!wishes.fallback).then(|| oxide::read(&bytes, most))),
        ("pdfium", &|| pdfium(&bytes, most)),
        ("pdftotext", &|| poppler::read(&bytes, most)),
    ];
    document(&engines, wishes.clean, cut_off(&bytes))
}

/// The document by the first engine that reads all its pages; else by the first that reads some. `cut`: its end is not
/// there.
fn document(engines: &[(&'static str, Engine)], clean: bool, cut: bool) -> Result<Document, Fault> {
    let (mut partial, mut faults, mut told) = (None, Vec::new(), described::Described::default());
    for (name, engine) in engines {
        let Some(mut found) = engine() else { continue };
        if let Ok(found) = &mut found {
            // What a document says of itself, an engine may know that finds no text.
            if found.title.is_none() && found.metadata.is_empty() {
                (found.title, found.metadata) = told.clone();
            } else {
                told = (found.title.clone(), found.metadata.clone());
            }
        }
        match found.and_then(|found| fault(&found).map_or(Ok(found), Err)) {
            Ok(found) => {
                let mut document = pages::document(found, name, clean);
                let whole = document.warning.is_none();
                if whole && cut {
                    let said = "it is cut off (no %%EOF at its end); pages may be missing";
                    document.warning = Some(said.to_owned());
                }
                if whole {
                    return Ok(document);
                }
                // Half of it is better than nothing, and the whole better than half.
                partial.get_or_insert(document);
            }
            // Another would only take longer.
            Err(fault) if fault.kind == Kind::TooLarge => return partial.ok_or(fault),
            Err(fault) => faults.push(fault),
        }
    }
    partial.ok_or_else(|| worst(faults))
}

/// Whether the end of the file is not there: engines then read what they find.
fn cut_off(bytes: &[u8]) -> bool {
    let end = &bytes[bytes.len().saturating_sub(TRAILER)..];
    memchr::memmem::find(end, b"%%EOF").or_else(|| memchr::memmem::find(end, b"startxref")).is_none()
}

#[cfg(feature = "pdfium")]
fn pdfium(bytes: &Arc<Vec<u8>>, most: u64) -> Option<Result<Found, Fault>> {
    pdfium::read(bytes, most)
}

#[cfg(not(feature = "pdfium"))]
fn pdfium(_: &Arc<Vec<u8>>, _: u64) -> Option<Result<Found, Fault>> {
    None
}

/// Why there is no text, where there is none.
fn fault(found: &Found) -> Option<Fault> {
    if found.pages.iter().any(|page| !page.text.trim().is_empty()) {
        return None;
    }
    if let Some(at) = found.pages.iter().position(|page| page.inflated) {
        let message = format!(
            "expected pages that inflate to at most 256 MiB each, found more on page {}; it is a bomb or one huge picture; \
             leave it out, or turn it into text by another tool",
            at + 1
        );
        return Some(Fault::new(Kind::TooLarge, message));
    }
    let lost = found.pages.iter().enumerate().find_map(|(at, page)| Some((at + 1, page.lost.as_deref()?)));
    if let Some((number, why)) = lost {
        return Some(damaged(&format!("no page has text that can be read; page {number}: {}", quoted(why))));
    }
    let pages = match found.pages.len() {
        0 => "no page".to_owned(),
        1 => "a page without any text".to_owned(),
        count => format!("{count} pages without any text"),
    };
    let message = format!(
        "expected a PDF that holds text, found {pages} (is it a scan?); have its letters recognised first: \
         ocrmypdf FILE WITH-TEXT.pdf"
    );
    Some(Fault::new(Kind::NoText, message))
}

/// The fault that says most, of those of several engines.
fn worst(faults: Vec<Fault>) -> Fault {
    let rank = |fault: &Fault| match fault.kind {
        Kind::Password => 0,
        Kind::NoText => 2,
        _ => 1,
    };
    let none = || damaged("pdf_oxide did not end well on it and no pdftotext is installed that could try");
    faults.into_iter().min_by_key(rank).unwrap_or_else(none)
}

fn damaged(found: &str) -> Fault {
    let message = format!(
        "expected a PDF document, but {found}; get it again, or mend it: qpdf FILE MENDED.pdf, or mutool clean"
    );
    Fault::new(Kind::Damaged, message)
}

fn password() -> Fault {
    let message = "expected a PDF that opens without a password, found one that needs it; \
                   take it off first: qpdf --decrypt --password=PASSWORD FILE OPEN.pdf";
    Fault::new(Kind::Password, message)
}

fn too_many(pages: usize) -> Fault {
    let message = format!(
        "expected a PDF of at most {PAGES} pages, found {pages}; split it first: qpdf --split-pages=1000 FILE PART.pdf"
    );
    Fault::new(Kind::TooLarge, message)
}

fn too_long(most: u64) -> Fault {
    let message = format!(
        "expected a PDF of at most {most} bytes of text, found more; split it first: qpdf --split-pages=1000 FILE PART.pdf"
    );
    Fault::new(Kind::TooLarge, message)
}

#[cfg(test)]
mod tests;
