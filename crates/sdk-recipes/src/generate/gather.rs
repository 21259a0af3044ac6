//! Runs of rows of which one row is made: their texts are spooled, and what they have in common is kept.

use sdk_record::{Fault, Record, Spool};
use sdk_select::{Select, input, raw};

use super::ledger::unspooled;
use super::source::PLACE;

/// Keys that say which passage a row is, and nothing of the document.
const OF_A_PASSAGE: [&str; 5] = ["id", "sdk", "index", "start", "end"];

/// The run of rows that is open.
pub(super) struct Gather {
    per: Select,
    /// The key of the text, which is spooled.
    key: String,
    value: Option<String>,
    common: Record,
    spool: Spool,
}

/// What rows have in common, and the rows.
pub(super) type Gathered = (Record, Spool);

impl Gather {
    pub(super) fn new(per: Select, key: &str) -> Gather {
        let (common, spool) = (Record::default(), Spool::default());
        Gather { per, key: key.to_owned(), value: None, common, spool }
    }

    /// Takes a row; gives the run before it, if that ends here.
    pub(super) fn take(&mut self, row: &Record) -> Result<Option<Gathered>, Fault> {
        let value = input(row).and_then(|input| self.per.first(input, &[])).map_err(|fault| fault.of(row))?;
        let value = Some(value.as_ref().map_or_else(|| "null".to_owned(), raw));
        let ended = if self.value == value { None } else { self.end() };
        if self.value != value {
            let own: Vec<&str> = OF_A_PASSAGE.into_iter().chain([self.key.as_str()]).collect();
            (self.common, self.value) = (row.without(&own), value);
        } else if self.common.iter().any(|(key, raw)| row.get(&key) != Some(raw)) {
            let shared = self.common.iter().filter(|(key, raw)| row.get(key) == Some(*raw));
            self.common = Record::from_pairs(shared).placed(self.common.place().cloned());
        }
        let kept = PLACE.into_iter().filter(|key| *key != self.key).chain([self.key.as_str()]);
        let text = Record::from_pairs(kept.filter_map(|key| Some((key, row.get(key)?))));
        self.spool.push(&text).map_err(|error| unspooled(&error))?;
        Ok(ended)
    }

    /// Rows of the run that is open.
    pub(super) fn held(&self) -> u64 {
        self.spool.rows()
    }

    /// The run that is open, ended.
    pub(super) fn end(&mut self) -> Option<Gathered> {
        let spool = std::mem::take(&mut self.spool);
        self.value = None;
        (spool.rows() > 0).then(|| (std::mem::take(&mut self.common), spool))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_equal_values_and_what_they_share() {
        let mut gather = Gather::new(Select::new(".document", &[]).unwrap(), "text");
        let mut take = |text: &str| {
            let ended = gather.take(&Record::parse(text).unwrap()).unwrap();
            ended.map(|(common, spool)| (common.text().to_owned(), spool.rows()))
        };
        assert_eq!(take(r#"{"id":1,"text":"x","document":"a","start":0,"page":1,"title":"T"}"#), None);
        assert_eq!(take(r#"{"id":2,"text":"y","document":"a","start":9,"page":2,"title":"T"}"#), None);
        let first = r#"{"document":"a","title":"T"}"#.to_owned();
        assert_eq!(take(r#"{"id":3,"text":"x","document":"b","page":1}"#), Some((first, 2)));
        assert_eq!(take(r#"{"id":4,"text":"x"}"#), Some((r#"{"document":"b","page":1}"#.to_owned(), 1)));
        let (common, spool) = gather.end().unwrap();
        assert_eq!((common.text(), spool.rows()), ("{}", 1));
        assert!(gather.end().is_none());
    }
}
