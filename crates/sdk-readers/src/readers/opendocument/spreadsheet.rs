//! `OpenDocument` sheets: values of cells, of which one element may stand for many.

use sdk_record::Fault;

use super::body::{Body, repeated};
use crate::blocks::{Block, words};
use crate::markup::{Markup, Tag};
use crate::number;
use crate::sheet::Sheets;

/// Rows and columns of a sheet at most.
const ROWS: usize = 1 << 20;
const COLUMNS: usize = 1 << 14;

impl Body<'_> {
    /// Reads the sheets.
    ///
    /// # Errors
    /// As [`Markup::next`], and of [`Sheets::cell`].
    pub(super) fn sheets(&mut self, xml: &mut Markup, sheets: &mut Sheets) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            if tag.name() == "table" {
                let mut row = 0;
                self.inside += 1;
                self.lines(xml, &mut row, sheets)?;
                self.inside -= 1;
                sheets.end(&tag.attribute("name").unwrap_or_default());
            } else {
                xml.skip()?;
            }
        }
        Ok(())
    }

    fn lines(&mut self, xml: &mut Markup, row: &mut usize, sheets: &mut Sheets) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            match tag.name() {
                "table-row" => {
                    let cells = self.line(xml)?;
                    let times = repeated(&tag, "number-rows-repeated").min(ROWS.saturating_sub(*row));
                    // A row without values stands for many, mostly to the sheet's end.
                    for at in (*row..*row + times).take_while(|_| !cells.is_empty()) {
                        for (column, times, text) in &cells {
                            for column in *column..*column + times {
                                sheets.cell(place(at), place(column), text.clone())?;
                            }
                        }
                    }
                    *row += times;
                }
                "table-column" | "shapes" | "forms" | "named-expressions" | "table-source" | "desc"
                | "title" => {
                    xml.skip()?;
                }
                _ => self.lines(xml, row, sheets)?,
            }
        }
        Ok(())
    }

    /// The values of a row: at which column they begin, for how many they stand, and what they are.
    fn line(&mut self, xml: &mut Markup) -> Result<Vec<(usize, usize, String)>, Fault> {
        let (mut cells, mut column) = (Vec::new(), 0_usize);
        while let Some(tag) = xml.child()? {
            let times = repeated(&tag, "number-columns-repeated").min(COLUMNS.saturating_sub(column));
            if tag.name() == "table-cell" {
                let mut content: Vec<Block> = Vec::new();
                self.blocks(xml, &mut content)?;
                let text = value(&tag, words(content));
                if !text.trim().is_empty() {
                    cells.push((column, times, text));
                }
            } else {
                xml.skip()?;
            }
            column += times;
        }
        Ok(cells)
    }
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Dates as they sort and numbers as they compute; anything else as it is shown.
fn value(tag: &Tag, shown: String) -> String {
    match tag.attribute("value-type").as_deref() {
        Some("date") => {
            tag.attribute("date-value").map_or(shown, |date| date.trim_end_matches("T00:00:00").to_owned())
        }
        Some("float") => {
            let number = tag.attribute("value").and_then(|value| value.parse().ok());
            number.filter(|number: &f64| number.is_finite()).map_or(shown, number::written)
        }
        _ => shown,
    }
}
