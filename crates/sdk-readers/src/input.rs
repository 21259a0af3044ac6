//! A document's bytes on their way in: its name, its first bytes to tell what it is, and the rest when a reader asks.

use std::io::{self, Read};

use sdk_record::{Fault, Kind};

use crate::Told;
use crate::inside::Inside;

/// How much is looked at to tell what a document is.
const HEAD: usize = 64 * 1024;

/// One document that is open.
pub struct Input {
    name: String,
    told: Told,
    /// What was read ahead to tell what it is.
    head: Vec<u8>,
    rest: Box<dyn Read + Send>,
    /// Most bytes that a reader gets.
    largest: u64,
    inside: Inside,
    /// How many bytes were handed out.
    given: u64,
}

impl Input {
    /// Begins to read a document called `name`, of which at most `largest` bytes are taken.
    ///
    /// # Errors
    /// `damaged` where its first bytes cannot be read.
    pub fn open(name: &str, mut from: Box<dyn Read + Send>, largest: u64) -> Result<Input, Fault> {
        let mut head = Vec::new();
        from.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
        Ok(Input {
            name: name.to_owned(),
            told: Told::Nothing,
            head,
            rest: from,
            largest,
            given: 0,
            inside: Inside::default(),
        })
    }

    /// The same document, and what is said of its type.
    #[must_use]
    pub fn told(self, told: Told) -> Input {
        Input { told, ..self }
    }

    /// The ending of file names that stands for its type, in lower case and without the dot: what the user or a server
    /// says, else that of its own name. What it holds has not been looked at.
    pub fn ending(&self) -> String {
        self.told.ending(&self.name)
    }

    /// The type that the user says it is.
    pub(crate) fn certain(&self) -> Option<&str> {
        match &self.told {
            Told::Certain(kind) => Some(kind),
            Told::Nothing | Told::Served(_) => None,
        }
    }

    /// Its name as given or found.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its first bytes.
    pub fn head(&self) -> &[u8] {
        &self.head[..self.head.len().min(HEAD)]
    }

    /// Reads the whole of a container, so that [`Input::inside`] tells what is in it. Other documents are let be.
    ///
    /// # Errors
    /// As [`Input::all`].
    pub(crate) fn look_inside(&mut self) -> Result<(), Fault> {
        if Inside::is_container(&self.head) {
            self.fill()?;
            self.inside = Inside::of(&self.head);
        }
        Ok(())
    }

    /// What is in a container that was looked into.
    pub(crate) fn inside(&self) -> &Inside {
        &self.inside
    }

    /// Whether it is a zip archive that holds what `is` looks for; one that is damaged is what its name says.
    pub(crate) fn zipped(&self, is: impl Fn(&Inside) -> bool, extensions: &[&str]) -> bool {
        match self.inside {
            Inside::Zip { .. } => is(&self.inside),
            Inside::Damaged => extensions.contains(&self.ending().as_str()),
            _ => false,
        }
    }

    /// All its bytes.
    ///
    /// # Errors
    /// `damaged` where it can't be read, `too_large` beyond what is allowed.
    pub fn all(mut self) -> Result<Vec<u8>, Fault> {
        self.fill()?;
        Ok(self.head)
    }

    fn fill(&mut self) -> Result<(), Fault> {
        let (bytes, largest) = (&mut self.head, self.largest);
        let more = largest.saturating_sub(bytes.len() as u64).saturating_add(1);
        self.rest.by_ref().take(more).read_to_end(bytes).map_err(|error| unreadable(&error))?;
        if bytes.len() as u64 > largest {
            return Err(Fault::new(Kind::TooLarge, too_large(largest)));
        }
        Ok(())
    }

    /// The same document twice.
    ///
    /// # Errors
    /// As [`Input::all`].
    pub(crate) fn twice(mut self) -> Result<(Input, Input), Fault> {
        self.fill()?;
        let copy = Input {
            name: self.name.clone(),
            told: self.told.clone(),
            head: self.head.clone(),
            rest: Box::new(io::empty()),
            largest: self.largest,
            inside: Inside::default(),
            given: 0,
        };
        Ok((self, copy))
    }

    /// The same without a limit, for what is read row by row.
    #[must_use]
    pub fn unlimited(self) -> Input {
        Input { largest: u64::MAX, ..self }
    }
}

/// Its bytes as they come; beyond what is allowed an error of kind `FileTooLarge`.
impl Read for Input {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ahead = self.head.get(usize::try_from(self.given).unwrap_or(usize::MAX)..).unwrap_or_default();
        let count = if ahead.is_empty() {
            self.rest.read(into)?
        } else {
            let count = ahead.len().min(into.len());
            into[..count].copy_from_slice(&ahead[..count]);
            count
        };
        self.given += count as u64;
        if self.given > self.largest {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, too_large(self.largest)));
        }
        Ok(count)
    }
}

fn too_large(largest: u64) -> String {
    format!(
        "expected a document of at most {largest} bytes, found a longer one; allow more with --max-size, \
         or split it first, as with `split -C 500M`"
    )
}

/// Why a document can't be read, and what to do.
pub(crate) fn unreadable(error: &io::Error) -> Fault {
    if error.kind() == io::ErrorKind::FileTooLarge {
        return Fault::new(Kind::TooLarge, error.to_string());
    }
    Fault::new(
        Kind::Damaged,
        format!("can't be read: {error}; check that it is there and that you may read it"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_allowed() {
        let open = |length: usize, largest| {
            Input::open("a", Box::new(io::Cursor::new(vec![b'a'; length])), largest).unwrap()
        };
        assert_eq!(open(HEAD + 10, 1 << 20).head().len(), HEAD);
        assert_eq!(open(HEAD + 10, 1 << 20).all().unwrap().len(), HEAD + 10);
        assert_eq!(open(10, 10).all().unwrap().len(), 10);
        assert_eq!(open(11, 10).all().unwrap_err().kind, Kind::TooLarge);
        assert_eq!(open(HEAD + 11, HEAD as u64 + 10).all().unwrap_err().kind, Kind::TooLarge);
        let (mut bytes, mut streamed) = (Vec::new(), open(HEAD + 10, HEAD as u64 + 10));
        assert_eq!(streamed.read_to_end(&mut bytes).unwrap(), HEAD + 10);
        let error = open(HEAD + 11, HEAD as u64 + 10).read_to_end(&mut bytes).unwrap_err();
        assert_eq!(unreadable(&error).kind, Kind::TooLarge);
        assert_eq!(open(20, 10).unlimited().read_to_end(&mut bytes).unwrap(), 20);
    }
}
