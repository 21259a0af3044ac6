//! A long text in parts: that of one row, or of the rows of a document, whose passages may share their borders.

use std::io;

use sdk_record::{Record, Unspooled};
use sdk_text::cut;

/// Bytes that were handed out before what is left moves up.
const BEHIND: usize = 1 << 20;

/// A text that is read as it is cut.
pub(super) struct Source {
    rows: Option<Unspooled>,
    /// The last row was read.
    over: bool,
    key: String,
    text: String,
    /// Bytes of the text that were handed out.
    given: usize,
    /// Where the last passage stands.
    last: Option<Place>,
}

impl Source {
    /// The text under `key` of one row.
    pub(super) fn of_row(row: &Record, key: &str) -> Source {
        Source { rows: None, over: true, key: key.to_owned(), text: text(row, key), given: 0, last: None }
    }

    /// The texts under `key` of these rows, one after the other.
    pub(super) fn of_rows(rows: Unspooled, key: &str) -> Source {
        Source {
            rows: Some(rows),
            over: false,
            key: key.to_owned(),
            text: String::new(),
            given: 0,
            last: None,
        }
    }

    /// The next part, of at most `most` characters, and whether it is the last; `None` after that.
    pub(super) fn next(&mut self, most: usize) -> io::Result<Option<(String, bool)>> {
        while self.is_short(most) && self.read()? {}
        let rest = &self.text[self.given..];
        let part = &rest[..cut(rest, most)];
        let (length, said) = (part.len(), part.trim().to_owned());
        self.given += length;
        if self.given > BEHIND {
            self.text.drain(..self.given);
            self.given = 0;
        }
        let last = self.over && self.text[self.given..].trim().is_empty();
        Ok((length > 0).then_some((said, last)))
    }

    /// The whole text, from its beginning.
    pub(super) fn whole(&mut self) -> io::Result<String> {
        if let Some(rows) = &mut self.rows {
            rows.rewind()?;
            (self.over, self.last) = (false, None);
            self.text.clear();
        }
        self.given = 0;
        while self.read()? {}
        Ok(std::mem::take(&mut self.text))
    }

    /// Whether no more than `most` characters are left to be cut.
    fn is_short(&self, most: usize) -> bool {
        self.text[self.given..].chars().nth(most).is_none()
    }

    /// Adds the next row's text; `false` at the end.
    fn read(&mut self) -> io::Result<bool> {
        let Some(row) = self.rows.as_mut().and_then(Iterator::next) else {
            self.over = true;
            return Ok(false);
        };
        let row = row?;
        let (place, own) = (place(&row), text(&row, &self.key));
        if own.is_empty() {
            return Ok(true);
        }
        let shared = self.last.as_ref().zip(place.as_ref()).and_then(|(last, place)| last.shares(place));
        if shared.is_none() && !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let shared = usize::try_from(shared.unwrap_or(0)).unwrap_or(usize::MAX);
        let fresh = own.char_indices().nth(shared).map_or(own.len(), |(at, _)| at);
        self.text.push_str(&own[fresh..]);
        self.last = place;
        Ok(true)
    }
}

/// Keys that say where a passage stands.
pub(super) const PLACE: [&str; 4] = ["document", "source", "start", "end"];

/// Where a passage stands: its document, as rows name it, and where it begins and ends there, in characters.
struct Place {
    document: [Option<String>; 2],
    start: u64,
    end: u64,
}

impl Place {
    /// How many characters the passage at `next` has in common with this one; `None` where it does not go on from it.
    fn shares(&self, next: &Place) -> Option<u64> {
        let goes_on = self.document == next.document && self.start <= next.start && next.start <= self.end;
        goes_on.then(|| self.end - next.start)
    }
}

fn place(row: &Record) -> Option<Place> {
    let [document, source, start, end] = PLACE.map(|key| row.get(key));
    let document = [document, source].map(|name| name.map(str::to_owned));
    Some(Place { document, start: start?.parse().ok()?, end: end?.parse().ok()? })
}

/// A row's text: what is no string, as JSON; nothing where it is null.
pub(super) fn text(row: &Record, key: &str) -> String {
    let other = || row.get(key).filter(|raw| *raw != "null").unwrap_or_default().to_owned();
    row.string(key).unwrap_or_else(other)
}

#[cfg(test)]
mod tests {
    use sdk_record::Spool;

    use super::*;

    fn parts(mut source: Source, most: usize) -> Vec<String> {
        let mut all = Vec::new();
        while let Some((part, last)) = source.next(most).unwrap() {
            all.push(part);
            if last {
                assert_eq!(source.next(most).unwrap(), None);
                break;
            }
        }
        all
    }

    fn rows(texts: &[&str]) -> Source {
        let mut spool = Spool::default();
        for text in texts {
            spool.push(&Record::parse(text).unwrap()).unwrap();
        }
        Source::of_rows(spool.read().unwrap(), "text")
    }

    #[test]
    fn what_passages_share_is_read_once() {
        let source = rows(&[
            r#"{"text":"Äins zwei ","start":0,"end":10}"#,
            r#"{"text":"zwei drei","start":5,"end":14}"#,
            r#"{"text":"vier","start":16,"end":20}"#,
            r#"{"text":"one","start":0,"end":3}"#,
            r#"{"text":null}"#,
            r#"{"text":7}"#,
        ]);
        assert_eq!(parts(source, 1000), ["Äins zwei drei\n\nvier\n\none\n\n7"]);
        let mut source = rows(&[r#"{"text":"One two"}"#, r#"{"text":"three"}"#]);
        source.next(4).unwrap();
        assert_eq!(source.whole().unwrap(), "One two\n\nthree");
    }

    #[test]
    fn passages_of_other_documents_share_nothing() {
        let beta = r#"{"text":"Beta is here.","start":0,"end":13,"document":"b"}"#;
        for alpha in [
            r#"{"text":"Alpha is here too.","start":0,"end":18,"document":"a"}"#,
            r#"{"text":"Alpha is here too.","start":0,"end":18,"document":"b","source":"x"}"#,
            r#"{"text":"Alpha is here too.","start":0,"end":18}"#,
        ] {
            assert_eq!(parts(rows(&[alpha, beta]), 1000), ["Alpha is here too.\n\nBeta is here."]);
        }
    }

    #[test]
    fn parts_join_rows_and_cut_them() {
        let source = rows(&[r#"{"text":"One. Two."}"#, r#"{"text":"Three is a longer one."}"#]);
        assert_eq!(parts(source, 12), ["One. Two.", "Three is a", "longer one."]);
        let long = "Ein Wort. ".repeat(500_000);
        let row = Record::from_pairs([("text", sdk_record::quote(&long))]);
        let all = parts(Source::of_row(&row, "text"), 8000);
        assert_eq!(all.len(), 625);
        assert_eq!(all.concat().len(), long.len() - 625);
    }
}
