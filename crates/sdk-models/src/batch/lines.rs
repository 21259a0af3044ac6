//! The file of requests that are still to be asked: OpenAI's batch format, a line a request.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sdk_prompt::{Ask, Key};

use crate::Server;
use crate::journal::{Half, half};
use crate::turns::Turn;
use crate::wire::{Form, Request};

/// How each line begins.
pub(super) const BEGIN: &str = "{\"custom_id\":";

/// What one file may hold at OpenAI; others take no more.
pub(super) const LINES: u64 = 50_000;
pub(super) const BYTES: u64 = 200_000_000;

/// A file that grows by a line for each request it has not got yet. It is written beside its name, and takes it when
/// it is complete.
pub(super) struct Lines {
    name: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
    seen: HashSet<Half>,
    count: u64,
    bytes: u64,
    /// The server takes no schema: it is asked in words.
    pub(super) plain: bool,
}

impl Lines {
    /// Begins a file in the place of what is left of an earlier one.
    ///
    /// # Errors
    /// It cannot be written, or holds something else that would be lost.
    pub(super) fn create(name: &Path) -> Result<Lines, String> {
        let shown = name.display();
        let found = fs::metadata(name);
        let special = found.as_ref().is_ok_and(|found| !found.is_file()) || is_stream(name);
        let unwritable = |error: io::Error| {
            format!("--emit-batch {shown}: cannot be written: {error}; check the folder and its permissions")
        };
        if !special && found.is_ok() && !is_batch(name).map_err(unwritable)? {
            return Err(format!(
                "--emit-batch {shown}: the file is there and is none of requests; name another, or delete it"
            ));
        }
        let mut part = name.as_os_str().to_owned();
        if !special {
            part.push(".part");
        }
        let part = PathBuf::from(part);
        let file = BufWriter::new(File::create(&part).map_err(unwritable)?);
        Ok(Lines {
            name: name.to_owned(),
            part,
            file,
            seen: HashSet::new(),
            count: 0,
            bytes: 0,
            plain: false,
        })
    }

    /// Adds a request to `server`, unless it is there.
    ///
    /// # Errors
    /// Nothing more can be written.
    pub(super) fn add(&mut self, server: &Server, key: Key, ask: Arc<Ask>) -> Result<(), String> {
        if !self.seen.insert(half(key)) {
            return Ok(());
        }
        let line = line(server, key, ask, self.plain);
        self.file.write_all(&line).map_err(|error| self.unwritten(&error))?;
        self.count += 1;
        self.bytes += line.len() as u64;
        Ok(())
    }

    /// Completes the file; gives what there is to say of it. Unless it is `whole` it does not take its name: a service
    /// would be sent a part of what there is to ask.
    ///
    /// # Errors
    /// Its last lines cannot be written.
    pub(super) fn finish(&mut self, whole: bool) -> Result<String, String> {
        let written = self.file.flush().and_then(|()| match self.part == self.name || !whole {
            true => Ok(()),
            false => fs::rename(&self.part, &self.name),
        });
        written.map_err(|error| self.unwritten(&error))?;
        let (count, name) = (self.count, self.name.display());
        Ok(match count {
            _ if !whole => format!(
                "the run was stopped: {} holds no more than the first requests, {count}; run the same command again",
                self.part.display()
            ),
            0 => format!("every request has its answer: {name} is empty; --replay makes the rows"),
            _ if count > LINES || self.bytes > BYTES => format!(
                "requests written to {name}: {count}; services take files of at most {LINES} lines and 200 MB: split it"
            ),
            _ => format!("requests written to {name}: {count}"),
        })
    }

    fn unwritten(&self, error: &io::Error) -> String {
        format!("--emit-batch {}: cannot be written: {error}; run again when it can", self.name.display())
    }
}

/// Whether the name is another one for what the process has open: whatever it leads to, the name itself must stay.
pub(super) fn is_stream(name: &Path) -> bool {
    name == Path::new("/dev/stdout")
        || name == Path::new("/dev/stderr")
        || name.starts_with("/dev/fd")
        || name.starts_with("/proc")
}

/// One line, with its newline.
fn line(server: &Server, key: Key, ask: Arc<Ask>, plain: bool) -> Vec<u8> {
    let key = key.hex();
    let head = format!("{BEGIN}\"{key}\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":");
    let form = Form::first(server);
    let form = if plain { form.turned(Turn::Schema) } else { form };
    let body = Request::new(ask).body(server, form);
    [head.as_bytes(), &body, b"}\n"].concat()
}

/// Whether this file may be written over: it is empty, or holds requests.
fn is_batch(name: &Path) -> io::Result<bool> {
    let mut first = Vec::new();
    File::open(name)?.take(BEGIN.len() as u64).read_to_end(&mut first)?;
    Ok(first.is_empty() || first == BEGIN.as_bytes())
}
