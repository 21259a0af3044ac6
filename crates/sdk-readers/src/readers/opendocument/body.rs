//! The walk over an `OpenDocument` body: headings, paragraphs, lists, and tables in their place.

use sdk_record::Fault;

use super::inline::Paragraph;
use super::styles::Styles;
use crate::blocks::{self, Block, WIDEST};
use crate::markup::{Markup, Tag};

/// Rows that one row may stand for in a text's table.
const MOST_ROWS: usize = 100;

/// What is known while walking.
pub(super) struct Body<'a> {
    pub(super) styles: &'a Styles,
    /// First paragraph that is styled as the document's title, else first heading.
    pub(super) title: Option<String>,
    /// Tables, boxes and notes around the place.
    pub(super) inside: usize,
    pub(super) notes: usize,
    pub(super) pending: Vec<(usize, String)>,
    /// Last numbers of lists by their style, for those that go on.
    pub(super) counted: std::collections::HashMap<String, u32>,
}

impl<'a> Body<'a> {
    pub(super) fn new(styles: &'a Styles) -> Body<'a> {
        let counted = std::collections::HashMap::new();
        Body { styles, title: None, inside: 0, notes: 0, pending: Vec::new(), counted }
    }

    /// Puts the notes that were referred to where they stand.
    pub(super) fn flush(&mut self, out: &mut Vec<Block>) {
        out.extend(self.pending.drain(..).map(blocks::note));
    }

    /// Reads the blocks that are left in the innermost element.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn blocks(&mut self, xml: &mut Markup, out: &mut Vec<Block>) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            self.block(&tag, xml, out)?;
        }
        Ok(())
    }

    pub(super) fn block(&mut self, tag: &Tag, xml: &mut Markup, out: &mut Vec<Block>) -> Result<(), Fault> {
        match tag.name() {
            "h" => {
                let level = tag.attribute("outline-level").and_then(|level| level.parse().ok());
                self.heading(level.unwrap_or(1), false, xml, out)
            }
            "p" => {
                let style = tag.attribute("style-name").unwrap_or_default();
                if self.styles.is_title(&style) {
                    return self.heading(1, true, xml, out);
                }
                let Paragraph { text, boxes, .. } = self.paragraph(xml)?;
                out.push(Block::Paragraph(text));
                out.extend(boxes);
                Ok(())
            }
            "list" => self.list(tag, xml, 0, None, out),
            "table" => {
                let mut rows = Vec::new();
                self.inside += 1;
                self.rows(xml, &mut rows)?;
                self.inside -= 1;
                out.extend(blocks::table(rows));
                Ok(())
            }
            "frame" => {
                let mut paragraph = Paragraph::default();
                self.frame(xml, &mut paragraph)?;
                out.push(Block::Paragraph(paragraph.text));
                out.extend(paragraph.boxes);
                Ok(())
            }
            "tracked-changes"
            | "forms"
            | "sequence-decls"
            | "variable-decls"
            | "user-field-decls"
            | "dde-connection-decls"
            | "annotation"
            | "table-of-content-source"
            | "alphabetical-index-source"
            | "illustration-index-source"
            | "table-index-source"
            | "bibliography-source"
            | "user-index-source"
            | "object-index-source"
            | "desc"
            | "title"
            | "event-listeners"
            | "notes" => xml.skip(),
            // Sections, indexes, shapes and the like are seen through.
            _ => self.blocks(xml, out),
        }
    }

    fn heading(
        &mut self,
        level: usize,
        title: bool,
        xml: &mut Markup,
        out: &mut Vec<Block>,
    ) -> Result<(), Fault> {
        let Paragraph { text, boxes, .. } = self.paragraph(xml)?;
        let blocks = blocks::heading(level, &text);
        if let Some(Block::Heading(_, words)) = blocks.last()
            && self.inside == 0
            && !words.is_empty()
        {
            self.flush(out);
            if title || self.title.is_none() && level == 1 {
                self.title = Some(words.clone());
            }
        }
        out.extend(blocks);
        out.extend(boxes);
        Ok(())
    }

    fn rows(&mut self, xml: &mut Markup, rows: &mut Vec<Vec<Vec<Block>>>) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            match tag.name() {
                "table-row" => {
                    let mut row = Vec::new();
                    self.cells(xml, &mut row)?;
                    let times = repeated(&tag, "number-rows-repeated").min(MOST_ROWS);
                    if row.iter().any(|cell| !cell.is_empty()) {
                        rows.extend(std::iter::repeat_n(row, times));
                    }
                }
                "table-column" | "table-columns" | "table-column-group" | "desc" | "title" => xml.skip()?,
                _ => self.rows(xml, rows)?,
            }
        }
        Ok(())
    }

    fn cells(&mut self, xml: &mut Markup, row: &mut Vec<Vec<Block>>) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            let times = repeated(&tag, "number-columns-repeated").min(WIDEST);
            let mut cell = Vec::new();
            match tag.name() {
                "table-cell" => self.blocks(xml, &mut cell)?,
                // A cell that another spans.
                _ => xml.skip()?,
            }
            cell.retain(|block| !matches!(block, Block::Paragraph(text) if text.trim().is_empty()));
            row.extend(std::iter::repeat_n(cell, times));
        }
        Ok(())
    }
}

/// How many rows or cells an element stands for.
pub(super) fn repeated(tag: &Tag, attribute: &str) -> usize {
    tag.attribute(attribute).and_then(|times| times.parse().ok()).unwrap_or(1)
}
