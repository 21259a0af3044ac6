//! Rows of which the last says what is not among them.

use sdk_record::{Record, quote};

use crate::content::Rows;

/// The same rows, the last of them with this warning: that which comes before a fault, too, lest it is never said.
pub(crate) fn warned(rows: Rows, warning: Option<String>) -> Rows {
    let Some(warning) = warning else { return rows };
    let (mut rows, mut warning) = (rows.peekable(), Some(warning));
    Box::new(std::iter::from_fn(move || {
        let row = rows.next()?;
        let last = !matches!(rows.peek(), Some(Ok(_)));
        Some(match row {
            Ok(row) if last => Ok(match warning.take() {
                Some(warning) => with(&row, warning),
                None => row,
            }),
            row => row,
        })
    }))
}

/// The row with this warning beside its own, where rows have it: before the last key.
fn with(row: &Record, warning: String) -> Record {
    let said = match row.string("warning") {
        Some(own) => format!("{own}; {warning}"),
        None => warning,
    };
    let mut told = row.without(&["warning", "sdk"]);
    told.push("warning", &quote(&said));
    if let Some(sdk) = row.get("sdk") {
        told.push("sdk", sdk);
    }
    told
}

#[cfg(test)]
mod tests {
    use sdk_record::{Fault, Kind};

    use super::*;

    #[test]
    fn the_last_row_says_it() {
        let row = |text: &str| Ok(Record::parse(text).unwrap());
        let fault = || Err(Fault::new(Kind::Damaged, "cut"));
        let texts = |rows: Vec<Result<Record, Fault>>| {
            let rows = warned(Box::new(rows.into_iter()), Some("two".to_owned()));
            rows.map(|row| row.map_or_else(|fault| fault.message, Record::into_text)).collect::<Vec<_>>()
        };
        let (plain, both) = (r#"{"text":"x","sdk":{}}"#, r#"{"text":"x","warning":"one","sdk":{}}"#);
        let (one, two) = (
            r#"{"text":"x","warning":"two","sdk":{}}"#.to_owned(),
            r#"{"text":"x","warning":"one; two","sdk":{}}"#.to_owned(),
        );
        assert_eq!(texts(vec![row(plain), row(both)]), [plain.to_owned(), two]);
        assert_eq!(texts(vec![row(plain), fault(), fault()]), [one, "cut".to_owned(), "cut".to_owned()]);
        assert!(texts(Vec::new()).is_empty());
    }
}
