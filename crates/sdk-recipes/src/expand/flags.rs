//! The flags of `sdk-expand` that are not every tool's: CLI.md §4. Left out: FILE arguments and `--seed`, which are
//! flags of every tool, and what the flags mean (the rest of this folder).

use std::path::PathBuf;

use clap::Args;
use clap::builder::RangedU64ValueParser;

use super::Vary;

/// What rows are planned from, what varies, and how many come out.
#[derive(Debug, Clone, Args)]
pub struct ExpandFlags {
    /// Plan from the leaves of an outline (Markdown headings and lists, or indented text); `-` is stdin
    ///
    /// A sole level-1 heading above everything else is the document's title and no part of a topic. Prose, code
    /// fences and comments are passed over.
    #[arg(long, value_name = "FILE")]
    pub taxonomy: Option<PathBuf>,

    /// Let KEY take these values in turn; FILE has one a line (repeatable: all combinations)
    ///
    /// A value with a comma in it needs a FILE. Space around a value is dropped; a value given twice counts once.
    #[arg(long, value_name = "KEY=a,b,c|KEY=@FILE")]
    pub vary: Vec<Vary>,

    /// Rows to plan in all, drawn evenly by --seed [default: all there are]
    ///
    /// Each leaf or input row gets as many as the others (±1), each value as well; nothing is repeated before
    /// everything was used. Copies are part of the number.
    #[arg(short = 'n', value_name = "N", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub rows: Option<u64>,

    /// Plan each row K times; the repeats are told apart by their id and sdk.sample
    #[arg(long, value_name = "K", default_value_t = 1, value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub copies: u64,
}

impl Default for ExpandFlags {
    fn default() -> Self {
        ExpandFlags { taxonomy: None, vary: Vec::new(), rows: None, copies: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        flags: ExpandFlags,
    }

    #[test]
    fn the_line_of_the_manual_is_read() {
        let line =
            "sdk-expand --taxonomy outline.md --vary tone=formal,plain --vary who=@who.txt -n 50 --copies 2";
        let flags = Line::try_parse_from(line.split(' ')).unwrap().flags;
        assert_eq!(flags.taxonomy, Some("outline.md".into()));
        assert_eq!((flags.vary.len(), flags.rows, flags.copies), (2, Some(50), 2));
    }

    #[test]
    fn what_cannot_be_planned_is_refused() {
        for bad in
            ["-n 0", "--copies 0", "-n x", "--vary tone", "--vary =a", "--vary tone=", "--vary tone=a,,b"]
        {
            assert!(Line::try_parse_from(format!("sdk-expand {bad}").split(' ')).is_err(), "{bad}");
        }
    }
}
