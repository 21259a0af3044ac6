//! stdout or `-o`, and the rejects file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

const BLOCK: usize = 256 * 1024;

/// Where rows go.
pub(crate) type Out = BufWriter<Box<dyn Write>>;

/// Opens stdout, or the file in its place.
pub(crate) fn output(file: Option<&Path>, inputs: &[PathBuf]) -> anyhow::Result<Out> {
    let Some(file) = file else {
        return Ok(BufWriter::with_capacity(BLOCK, Box::new(Unbuffered)));
    };
    if inputs.iter().any(|input| same(input, file)) {
        bail!("{} is also read; give another -o, then move it", file.display());
    }
    let opened = File::create(file).with_context(|| format!("{}: cannot be written", file.display()))?;
    Ok(BufWriter::with_capacity(BLOCK, Box::new(opened)))
}

fn same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
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

/// `--rejects`: written beside its name as `FILE.part`, renamed when the run has ended in order.
pub(crate) struct Rejects {
    file: BufWriter<File>,
    part: PathBuf,
    whole: PathBuf,
}

impl Rejects {
    pub(crate) fn open(whole: &Path) -> anyhow::Result<Rejects> {
        let mut part = whole.as_os_str().to_owned();
        // A device or pipe stands for itself: it cannot be renamed onto.
        let device = std::fs::metadata(whole).is_ok_and(|found| !found.is_file());
        if !device {
            part.push(".part");
        }
        let part = PathBuf::from(part);
        let file = File::create(&part).with_context(|| format!("{}: cannot be written", part.display()))?;
        Ok(Rejects { file: BufWriter::new(file), part, whole: whole.to_owned() })
    }

    pub(crate) fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.file, "{line}")
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        if self.part == self.whole { Ok(()) } else { std::fs::rename(&self.part, &self.whole) }
    }
}
