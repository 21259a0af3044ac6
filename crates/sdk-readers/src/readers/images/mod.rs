//! The pictures of a document, for `--images`: each once, in the order in which they stand, with the part in which the
//! first of them stands. What they are is told by their bytes; kinds that no model takes are left out.

mod office;
mod pdf;
mod web;

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use sdk_record::{Fault, Record, quote};

use super::Wishes;
use crate::content::Rows;
use crate::passages::hash;
use crate::{Document, Input, Mark, Part, Reader};

/// Most bytes of a picture, as of those that sdk-gen sends.
const LARGEST: usize = 20 << 20;
/// Most bytes of all pictures of a document; they are held until its text has left.
const ALL: usize = 512 << 20;
/// Most pictures of a document.
const MOST: usize = 10_000;

/// The readers that find pictures, by name.
const FINDERS: [(&str, Finder); 5] = [
    ("docx", office::word),
    ("pptx", office::slides),
    ("html", web::page),
    ("epub", web::book),
    ("pdf", pdf::pages),
];

type Finder = fn(Input, &Wishes, &mut Pictures) -> Result<(), Fault>;

/// What a document shows.
#[derive(Default)]
pub(crate) struct Pictures {
    found: Vec<Picture>,
    /// Hashes of those that were seen, and of the names that they go by in the document.
    seen: HashSet<[u8; 32]>,
    bytes: usize,
    left_out: usize,
}

struct Picture {
    media: &'static str,
    bytes: Vec<u8>,
    part: Option<Part>,
}

/// Looks for pictures in a document, where its reader can, and gives the document back.
///
/// # Errors
/// As [`Input::all`], and of the reader.
pub(crate) fn pictures(mut input: Input, wishes: &Wishes) -> Result<(Input, Pictures), Fault> {
    let mut pictures = Pictures::default();
    let reader = Reader::of(&mut input)?;
    let Some((_, find)) = FINDERS.iter().find(|(name, _)| *name == reader.name) else {
        return Ok((input, pictures));
    };
    let (input, copy) = input.twice()?;
    // What cannot be looked through for pictures is not read either, and says so then.
    if !wishes.fallback {
        let _ = find(copy, wishes, &mut pictures);
    }
    Ok((input, pictures))
}

impl Pictures {
    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether this was not there before: a name, or the bytes of a picture as they are stored.
    fn is_new(&mut self, what: &[u8]) -> bool {
        self.seen.insert(blake3::hash(what).into())
    }

    /// Adds a picture, unless it was there before.
    fn add(&mut self, bytes: Vec<u8>, part: Option<&Part>) {
        if self.is_new(&bytes) {
            self.put(bytes, part);
        }
    }

    /// Adds a picture that was not there before, unless nobody could take it.
    fn put(&mut self, bytes: Vec<u8>, part: Option<&Part>) {
        let fits = bytes.len() <= LARGEST && self.bytes + bytes.len() <= ALL && self.found.len() < MOST;
        match media(&bytes).filter(|_| fits) {
            None => self.left_out += 1,
            Some(media) => {
                self.bytes += bytes.len();
                self.found.push(Picture { media, bytes, part: part.cloned() });
            }
        }
    }

    /// A row of each picture of the document of this name.
    pub(crate) fn rows(self, source: String) -> Rows {
        let last = self.found.len().saturating_sub(1);
        let warning = (self.left_out > 0).then(|| {
            let count = self.left_out;
            format!("{count} pictures were left out: too large, too many, or neither PNG, JPEG, GIF nor WebP")
        });
        Box::new(self.found.into_iter().enumerate().map(move |(index, picture)| {
            let warning = warning.as_deref().filter(|_| index == last);
            Ok(picture.row(&source, warning))
        }))
    }
}

impl Picture {
    fn row(self, source: &str, warning: Option<&str>) -> Record {
        let mut pairs = vec![
            ("id", quote(&hash(&[source.as_bytes(), b"image", &self.bytes]))),
            ("image", format!("\"data:{};base64,{}\"", self.media, STANDARD.encode(&self.bytes))),
            ("source", quote(source)),
            ("document", quote(&hash(&[source.as_bytes()]))),
        ];
        if let Some(part) = self.part {
            let document = Document { marks: vec![Mark { at: 0, part }], ..Document::default() };
            pairs.extend(document.place(0, 1));
        }
        pairs.extend(warning.map(|warning| ("warning", quote(warning))));
        pairs.push(("sdk", "{\"tool\":\"sdk-extract\"}".to_owned()));
        Record::from_pairs(pairs)
    }
}

/// The type of a picture that models take, by its first bytes.
fn media(bytes: &[u8]) -> Option<&'static str> {
    const TYPES: [(&[u8], &str); 3] =
        [(b"\x89PNG\r\n\x1A\n", "image/png"), (b"\xFF\xD8\xFF", "image/jpeg"), (b"GIF8", "image/gif")];
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let other = TYPES.into_iter().find(|(head, _)| bytes.starts_with(head)).map(|(_, media)| media);
    if webp { Some("image/webp") } else { other }
}

#[cfg(test)]
mod tests;
