//! stdin that is read more than once: a pipe is copied to an unnamed temporary file, which takes its place.

use std::fs::File;
use std::io::{self, Seek, Write};

use rustix::fs::SeekFrom;

use crate::input;

/// stdin, from where it stood on.
#[derive(Debug)]
pub struct Again(u64);

impl Again {
    /// Sees to it that stdin can be read again; nobody may have read of it yet. Waits for a pipe to end.
    ///
    /// # Errors
    /// stdin cannot be read, or the temporary directory cannot be written.
    pub fn keep() -> io::Result<Again> {
        if let Ok(from) = rustix::fs::tell(io::stdin()) {
            return Ok(Again(from));
        }
        let mut file: File = tempfile::tempfile()?;
        input::copy(&mut file)?;
        file.flush()?;
        file.rewind()?;
        rustix::stdio::dup2_stdin(&file)?;
        Ok(Again(0))
    }

    /// Begins anew.
    ///
    /// # Errors
    /// It cannot.
    pub fn rewind(&self) -> io::Result<()> {
        rustix::fs::seek(io::stdin(), SeekFrom::Start(self.0))?;
        Ok(())
    }
}
