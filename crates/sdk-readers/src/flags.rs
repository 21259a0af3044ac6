//! The flags that only sdk-extract has, and what must hold between them. Flags of every tool are sdk-cli's.

use std::path::PathBuf;
use std::time::Duration;

use sdk_select::Select;

use crate::{Asked, READERS, Reader, Sizes, Tokenizer, Unit, Wishes};

/// What to read and how it is cut.
// Each is a flag of the command line.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ExtractFlags {
    /// Files, directories (all files in them), glob patterns or http(s) addresses; `-` or none is one document on stdin
    #[arg(value_name = "PATH|URL|GLOB")]
    pub paths: Vec<PathBuf>,

    /// Longest passage in characters, never exceeded [default: 4000]
    #[arg(long, value_name = "N")]
    pub chunk_size: Option<usize>,

    /// Characters that neighbouring passages share, exactly [default: 200, at most a quarter of --chunk-size]
    #[arg(long, value_name = "N")]
    pub overlap: Option<usize>,

    /// Drop running headers, footers and page numbers of PDF pages
    #[arg(long)]
    pub clean: bool,

    /// Of web pages only the article: without menus and what else stands around it
    #[arg(long)]
    pub main: bool,

    /// Read the files named here, a line each or NUL-ended (noticed); `-` is stdin
    #[arg(long, value_name = "FILE")]
    pub files_from: Option<PathBuf>,

    /// Type of the document on stdin: a name of --list or an ending of file names [default: by its content]
    #[arg(long = "type", value_name = "NAME", value_parser = kind)]
    pub kind: Option<String>,

    /// Address of the document on stdin, for its rows
    #[arg(long, value_name = "URL")]
    pub source: Option<String>,

    /// Give up on one document after so long
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,

    /// Largest document, on disk, downloaded or inflated
    #[arg(long, value_name = "SIZE", default_value = "1GB", value_parser = sdk_record::size)]
    pub max_size: u64,

    /// Addresses may be this machine's and those of private networks, too
    #[arg(long)]
    pub allow_private: bool,

    /// Serve documents to another process of this program, which begins this one with its own arguments
    #[arg(long, hide = true)]
    pub worker: bool,

    /// Share whole sentences, at most --overlap
    #[arg(long)]
    pub overlap_sentences: bool,

    /// Sizes count tokens: `o200k`, `cl100k`, `r50k`, or a `tokenizer.json`
    #[arg(long, value_name = "NAME|FILE")]
    pub tokenizer: Option<String>,

    /// One record a document
    #[arg(long)]
    pub whole: bool,

    /// One record a unit; a longer one is cut only if --chunk-size is given
    #[arg(long, value_name = "UNIT")]
    pub split: Option<Unit>,

    /// Cut this text of each row of JSON, CSV and Parquet into passages, instead of passing the row
    #[arg(long, value_name = "EXPR")]
    pub by: Option<String>,

    /// Also a row of each picture of a document, with `image` as a data URL
    #[arg(long)]
    pub images: bool,

    /// Read CSV as one Markdown table, not as rows
    #[arg(long)]
    pub table: bool,
}

impl ExtractFlags {
    /// How texts are cut, or the text of a usage error (exit 2).
    pub fn sizes(&self) -> Result<Sizes, String> {
        let sizing = [
            ("--chunk-size", self.chunk_size.is_some()),
            ("--overlap", self.overlap.is_some()),
            ("--overlap-sentences", self.overlap_sentences),
            ("--tokenizer", self.tokenizer.is_some()),
        ];
        let given =
            |flags: &[(&'static str, bool)]| flags.iter().find(|(_, given)| *given).map(|(flag, _)| *flag);
        if self.whole
            && let Some(flag) = given(&sizing).or(self.split.map(|_| "--split"))
        {
            return Err(format!(
                "--whole is one record a document, which {flag} would cut; give one of the two"
            ));
        }
        if self.split.is_some()
            && self.chunk_size.is_none()
            && let Some(flag) = given(&sizing)
        {
            return Err(format!(
                "--split alone cuts no unit, so {flag} has nothing to do; give --chunk-size too, or leave it out"
            ));
        }
        let asked = Asked {
            chunk_size: self.chunk_size,
            overlap: self.overlap,
            sentences: self.overlap_sentences,
            tokenizer: self.tokenizer.as_deref().map(Tokenizer::new).transpose()?,
            unit: if self.whole { Some(Unit::Whole) } else { self.split },
        };
        asked.sizes()
    }

    /// What readers are asked for, or the text of a usage error (exit 2).
    pub fn wishes(&self) -> Result<Wishes, String> {
        if self.table && self.by.is_some() {
            return Err("--table has no rows whose text --by could cut; give one of the two".to_owned());
        }
        if let Some(by) = &self.by {
            Select::new(by, &[]).map_err(|error| format!("--by: {error}"))?;
        }
        Ok(Wishes {
            max_size: self.max_size,
            main: self.main,
            clean: self.clean,
            images: self.images,
            table: self.table,
            by: self.by.clone(),
            ..Wishes::default()
        })
    }

    /// How long one document may take.
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.timeout)
    }
}

/// A type that some reader has.
fn kind(text: &str) -> Result<String, String> {
    let kind = text.trim_start_matches('.').to_ascii_lowercase();
    match Reader::named(&kind) {
        Some(_) => Ok(kind),
        None => {
            let names: Vec<_> = READERS.iter().map(|reader| reader.name).collect();
            Err(format!("expected one of {}, or an ending of file names, as html", names.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    fn sizes(set: impl FnOnce(&mut ExtractFlags)) -> Result<Sizes, String> {
        let mut flags = ExtractFlags::default();
        set(&mut flags);
        flags.sizes()
    }

    #[test]
    fn sizes_must_fit() {
        let flags = |chunk_size, overlap| {
            sizes(|flags| (flags.chunk_size, flags.overlap) = (Some(chunk_size), overlap))
        };
        assert_eq!(sizes(|_| ()).unwrap().chunk_size(), 4000);
        assert_eq!(flags(4000, None).unwrap().overlap(), 200);
        assert_eq!(flags(100, None).unwrap().overlap(), 25);
        assert_eq!(flags(1, None).unwrap().overlap(), 0);
        assert!(flags(0, None).unwrap_err().contains("at least 1"));
        assert!(flags(100, Some(100)).unwrap_err().contains("--overlap 0"));
        let tokens = sizes(|flags| {
            (flags.chunk_size, flags.overlap, flags.tokenizer) = (Some(10), Some(5), Some("r50k".to_owned()));
        });
        assert!(tokens.unwrap_err().contains("8 tokens"));
    }

    #[test]
    fn flags_that_contradict_each_other() {
        let error = |set: fn(&mut ExtractFlags)| sizes(set).unwrap_err();
        assert!(error(|flags| (flags.whole, flags.overlap) = (true, Some(0))).contains("--overlap"));
        assert!(error(|flags| (flags.whole, flags.split) = (true, Some(Unit::Page))).contains("--split"));
        assert!(
            error(|flags| (flags.split, flags.overlap_sentences) = (Some(Unit::Page), true))
                .contains("--chunk-size")
        );
        assert!(error(|flags| flags.tokenizer = Some("no.json".to_owned())).contains("o200k, cl100k, r50k"));
        let wishes = |by: &str, table| {
            ExtractFlags { by: Some(by.to_owned()), table, ..ExtractFlags::default() }.wishes().unwrap_err()
        };
        assert!(wishes(".a[", false).starts_with("--by"));
        assert!(wishes(".a", true).contains("--table"));
    }

    #[test]
    fn types_are_readers_or_endings() {
        assert_eq!(kind("markdown").as_deref(), Ok("markdown"));
        assert_eq!(kind(".HTM").as_deref(), Ok("htm"));
        assert!(kind("nothing").unwrap_err().contains("html, "));
    }
}
