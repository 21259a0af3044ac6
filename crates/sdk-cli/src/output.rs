//! Where rows go: stdout or `-o`, as their [`Layout`] has them.

use std::ffi::OsStr;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::bail;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use sdk_record::{Array, Layout, Target};

use crate::place::{create, folder, part};

/// Bytes of one write of lines, which mostly come together and are written as they come; and of what is put together row
/// by row, where each write costs as much as eighty rows.
const LINES: usize = 64 * 1024;
const PIECES: usize = 256 * 1024;

/// How rows lie in a file of this name.
///
/// # Errors
/// A name for what only sdk-format writes.
pub(crate) fn layout(tool: &str, file: Option<&Path>) -> anyhow::Result<Layout> {
    match file.and_then(Path::extension).and_then(OsStr::to_str) {
        Some("json") => Ok(Layout::Array(Array::default())),
        Some(ending @ ("parquet" | "csv")) => bail!(
            "-o: expected a file for JSON Lines, or one whose name ends in .json for an array, found .{ending}; \
             sdk-format writes it: {tool} … | sdk-format jsonl -o FILE.{ending}"
        ),
        _ => Ok(Layout::Lines),
    }
}

/// An opened output.
pub(crate) struct Out {
    to: BufWriter<Box<dyn Write + Send>>,
    layout: Layout,
    /// A half array is no JSON: the file takes its name when it is complete. So does a folder.
    names: Option<(PathBuf, PathBuf)>,
    stdout: bool,
}

impl Out {
    /// Opens stdout, or the file or folder in its place.
    pub(crate) fn open(file: Option<&Path>, layout: Layout) -> anyhow::Result<Out> {
        let mut names = None;
        let to: Box<dyn Write + Send> = match file {
            None if layout.is_folder() => bail!("a folder is written; name it with -o"),
            None => Box::new(Unbuffered),
            Some(whole) if layout.is_folder() => {
                let own = |file: &Path| matches!(&layout, Layout::Store(store) if store.writes(file));
                names = Some(folder(whole, own)?);
                Box::new(io::sink())
            }
            Some(file) if layout.is_whole() => {
                let part = part(file);
                let to = create(&part)?;
                names = (part != file).then(|| (part, file.to_owned()));
                Box::new(to)
            }
            Some(file) => Box::new(create(file)?),
        };
        let block = if matches!(layout, Layout::Lines) { LINES } else { PIECES };
        Ok(Out { to: BufWriter::with_capacity(block, to), layout, names, stdout: file.is_none() })
    }

    /// Writes lines, each with its newline.
    pub(crate) fn lines(&mut self, lines: &[u8]) -> io::Result<()> {
        match &mut self.layout {
            Layout::Lines => self.to.write_all(lines),
            Layout::Array(array) => array.lines(lines, &mut self.to),
            Layout::Store(store) => store.take(lines),
        }
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }

    /// Whether the reader of stdout has left.
    pub(crate) fn closed(&self) -> bool {
        let stdout = rustix::stdio::stdout();
        let mut polled = [PollFd::new(&stdout, PollFlags::empty())];
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        self.stdout && poll(&mut polled, Some(&now)).is_ok() && polled[0].revents().contains(PollFlags::ERR)
    }

    /// The last bytes, after the last row; says what is worth knowing of them.
    pub(crate) fn finish(&mut self) -> io::Result<Vec<String>> {
        let mut remarks = Vec::new();
        let folder = self.layout.is_folder();
        match &mut self.layout {
            Layout::Lines => {}
            Layout::Array(array) => {
                array.end(&mut self.to)?;
                self.to.write_all(b"\n")?;
            }
            Layout::Store(store) => {
                let to = match self.names.as_ref().filter(|_| folder) {
                    Some((part, whole)) => {
                        let name = whole.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
                        store.write(Target::Folder(part, &name))
                    }
                    None => store.write(Target::Stream(&mut self.to)),
                };
                remarks = to?;
            }
        }
        self.to.flush()?;
        if let Some((part, whole)) = self.names.take() {
            std::fs::rename(part, whole)?;
        }
        Ok(remarks)
    }

    /// Whether nobody has seen any of it yet: a file without its name, or rows that still wait.
    pub(crate) fn unseen(&self) -> bool {
        self.names.is_some() || matches!(self.layout, Layout::Store(_))
    }

    /// Of a list that has no name yet, the one that it has meanwhile and now keeps; `None` for anything else.
    pub(crate) fn keep(&mut self) -> Option<PathBuf> {
        let is_list = matches!(self.layout, Layout::Array(_));
        self.names.take_if(|_| is_list).map(|(part, _)| part)
    }

    /// Leaves nothing behind of what would have been complete.
    pub(crate) fn abandon(&mut self) {
        if let Some((part, _)) = self.names.take() {
            let folder = self.layout.is_folder();
            let _ = if folder { std::fs::remove_dir_all(part) } else { std::fs::remove_file(part) };
        }
    }

    /// What could not be written must not be tried again when the buffer goes.
    pub(crate) fn forget(&mut self) {
        let to = std::mem::replace(&mut self.to, BufWriter::new(Box::new(io::sink())));
        let (_, _) = to.into_parts();
    }
}

/// stdout without the standard library's line buffer, whose flush at each newline would cost a write a row.
struct Unbuffered;

impl Write for Unbuffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(rustix::stdio::stdout(), bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
