//! What holds training lines beside a row a line: files of other kinds, files in parts, and a folder with a card. All of
//! them are written when the last line is known: until then the lines wait in a temporary file.
//!
//! A row that is one object on a line is all that is known here; no shape is looked at but for its columns where there are
//! no rows. Lines in one file, and one JSON array, are the doorway's own.

mod card;
mod csv;
mod features;
mod files;
mod flags;
mod histogram;
mod learner;
mod levels;
mod origin;
mod parquet;
mod pile;
mod schema;
mod shred;

use std::io::{self, Write};

use sdk_record::Array;

pub use flags::{ContainerError, ContainerFlags};
pub use origin::Origins;

use pile::Rows;
use schema::Schema;

/// Every container, in the order of `--list`.
pub const CONTAINERS: &[Container] = &[
    Container { name: "jsonl", about: "a row a line", ending: "jsonl", columns: false, write: lines },
    Container { name: "json", about: "one JSON array", ending: "json", columns: false, write: array },
    Container {
        name: "parquet",
        about: "Parquet, objects and lists in columns of their own",
        ending: "parquet",
        columns: true,
        write: parquet::write,
    },
    Container {
        name: "csv",
        about: "CSV, objects and lists as JSON",
        ending: "csv",
        columns: true,
        write: csv::write,
    },
    Container {
        name: "kit",
        about: "{\"metadata\",\"examples\"}",
        ending: "json",
        columns: false,
        write: kit,
    },
    Container {
        name: HF,
        about: "a folder of Parquet with a card, as Hugging Face's datasets loads it",
        ending: "parquet",
        columns: true,
        write: parquet::write,
    },
];

const HF: &str = "hf";

/// A kind of file that holds rows.
#[derive(Debug, Clone, Copy)]
pub struct Container {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, for `--list`.
    pub about: &'static str,
    /// How names of such files end.
    ending: &'static str,
    /// It has columns, which all rows must be seen for.
    columns: bool,
    write: fn(&mut dyn Stream, &Sheet, Rows<'_>) -> io::Result<()>,
}

/// Where a file goes.
trait Stream: Write + Send {}
impl<T: Write + Send + ?Sized> Stream for T {}

/// What is known of all rows when the first one is written.
struct Sheet<'a> {
    /// The shape of the lines.
    shape: &'static str,
    /// Empty where the container has no columns.
    schema: &'a Schema,
}

/// The container of this name.
fn find(name: &str) -> Option<&'static Container> {
    CONTAINERS.iter().find(|container| container.name == name)
}

fn names() -> impl Iterator<Item = &'static str> {
    CONTAINERS.iter().map(|container| container.name)
}

fn lines(to: &mut dyn Stream, _: &Sheet, rows: Rows<'_>) -> io::Result<()> {
    rows.each(|line| {
        to.write_all(line.as_bytes())?;
        to.write_all(b"\n")
    })
}

fn array(to: &mut dyn Stream, _: &Sheet, rows: Rows<'_>) -> io::Result<()> {
    members(to, rows)?;
    to.write_all(b"\n")
}

/// The envelope of synthetic-data-kit's fork. The brace stands alone, for that is how an object of many lines begins.
fn kit(to: &mut dyn Stream, sheet: &Sheet, rows: Rows<'_>) -> io::Result<()> {
    let (shape, count) = (sheet.shape, rows.count());
    write!(to, "{{\n\"metadata\": {{\"format\":\"{shape}\",\"num_examples\":{count}}},\n\"examples\": ")?;
    members(to, rows)?;
    to.write_all(b"\n}\n")
}

fn members(to: &mut dyn Stream, rows: Rows<'_>) -> io::Result<()> {
    let mut array = Array::default();
    rows.each(|line| array.lines(line.as_bytes(), to))?;
    array.end(to)
}
