//! The pictures of a document, for `--images`: each once, in the order in which they stand, with the part in which the
//! first of them stands. What they are is told by their bytes; kinds that no model takes are left out.

mod office;
mod pdf;
mod warned;
mod web;

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use sdk_prompt::Picture;
use sdk_record::{Fault, Record, quote};

use super::Wishes;
use crate::content::Rows;
use crate::passages::hash;
use crate::{Document, Input, Mark, Part, Reader};

pub(crate) use warned::warned;

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
    found: Vec<Shown>,
    /// Hashes of those that were seen, and of the names that they go by in the document.
    seen: HashSet<[u8; 32]>,
    bytes: usize,
    left_out: usize,
    /// Pages, slides and chapters that could not be looked through.
    unread: usize,
    /// None of it could be looked through.
    unopened: bool,
}

struct Shown {
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
    // Where another engine is wanted, it is this one that has failed. Its text may be had all the same.
    let opened = !wishes.fallback && find(copy, wishes, &mut pictures).is_ok();
    pictures.unopened = !opened;
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

    /// Adds a picture that a name stood for, if there is one; one that cannot be had is left out.
    fn named(&mut self, bytes: Result<Option<Vec<u8>>, Fault>, part: Option<&Part>) {
        match bytes {
            Ok(bytes) => bytes.into_iter().for_each(|bytes| self.add(bytes, part)),
            Err(_) => self.left_out += 1,
        }
    }

    /// Adds a picture, unless it was there before.
    fn add(&mut self, bytes: Vec<u8>, part: Option<&Part>) {
        if self.is_new(&bytes) {
            self.put(bytes, part);
        }
    }

    /// Adds a picture that was not there before, unless nobody could take it.
    fn put(&mut self, bytes: Vec<u8>, part: Option<&Part>) {
        let fits =
            bytes.len() <= Picture::LARGEST && self.bytes + bytes.len() <= ALL && self.found.len() < MOST;
        match Picture::media_of(&bytes).filter(|_| fits) {
            None => self.left_out += 1,
            Some(media) => {
                self.bytes += bytes.len();
                self.found.push(Shown { media, bytes, part: part.cloned() });
            }
        }
    }

    /// What is not among the rows, for the last of them.
    pub(crate) fn warning(&self) -> Option<String> {
        let mut said = Vec::new();
        if self.unopened {
            said.push("its pictures could not be looked for".to_owned());
        }
        if self.unread > 0 {
            said.push(format!("parts that could not be looked through for pictures: {}", self.unread));
        }
        if self.left_out > 0 {
            said.push(format!(
                "pictures that were left out (too large, too many, damaged, or of other kinds): {}",
                self.left_out
            ));
        }
        (!said.is_empty()).then(|| said.join("; "))
    }

    /// A row of each picture of the document of this name.
    pub(crate) fn rows(self, source: String) -> Rows {
        Box::new(self.found.into_iter().map(move |picture| Ok(picture.row(&source))))
    }
}

impl Shown {
    fn row(self, source: &str) -> Record {
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
        pairs.push(("sdk", "{\"tool\":\"sdk-extract\"}".to_owned()));
        Record::from_pairs(pairs)
    }
}

#[cfg(test)]
mod tests;
