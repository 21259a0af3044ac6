//! The walk over a Word document's body: blocks in reading order, tables, and notes behind the section that refers to
//! them.

use std::collections::HashMap;

use sdk_record::Fault;

use super::numbering::Numbering;
use super::styles::Styles;
use crate::blocks::{self, Block, WIDEST, words};
use crate::markup::{Markup, Tag, Token};
use crate::readers::package::Relations;

/// What is known while walking.
pub(super) struct Body<'a> {
    pub(super) styles: &'a Styles,
    pub(super) numbering: Numbering,
    pub(super) relations: Relations,
    /// Fields that are open; they may begin in one paragraph and end in another.
    pub(super) fields: Vec<Field>,
    /// First paragraph that is styled as the document's title, else first heading.
    pub(super) title: Option<String>,
    /// Tables and text boxes around the place.
    pub(super) inside: usize,
    notes: HashMap<(&'static str, String), Note>,
    referred: usize,
    pending: Vec<(usize, String)>,
}

/// A field: what it is told to show, and whether that is what now follows.
pub(super) struct Field {
    pub(super) instruction: String,
    pub(super) result: bool,
    /// Where its result begins in the paragraph; `None` once that paragraph is over.
    pub(super) begins: Option<usize>,
}

/// A footnote or endnote.
struct Note {
    words: String,
    /// Its number, once something refers to it.
    number: Option<usize>,
}

impl<'a> Body<'a> {
    pub(super) fn new(styles: &'a Styles, numbering: Numbering) -> Body<'a> {
        Body {
            styles,
            numbering,
            relations: Relations::new(),
            fields: Vec::new(),
            title: None,
            inside: 0,
            notes: HashMap::new(),
            referred: 0,
            pending: Vec::new(),
        }
    }

    /// Reads the notes of a kind.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn notes(&mut self, kind: &'static str, xml: &str, relations: Relations) -> Result<(), Fault> {
        self.relations = relations;
        self.inside += 1;
        Markup::new(xml).each(|xml, tag| {
            // The lines between text and notes are notes of a special type.
            let real = tag.attribute("type").is_none_or(|kind| kind == "normal");
            if tag.name() == kind && real {
                let mut content = Vec::new();
                self.blocks(xml, &mut content)?;
                let note = Note { words: words(content), number: None };
                self.notes.insert((kind, tag.attribute("id").unwrap_or_default()), note);
            }
            Ok(())
        })?;
        self.inside -= 1;
        Ok(())
    }

    /// Reads the document; returns its blocks and its title.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn read(
        mut self,
        xml: &str,
        relations: Relations,
    ) -> Result<(Vec<Block>, Option<String>), Fault> {
        self.relations = relations;
        let mut blocks = Vec::new();
        Markup::new(xml).each(|xml, tag| match tag.name() {
            "body" => self.blocks(xml, &mut blocks),
            "background" => xml.skip(),
            _ => Ok(()),
        })?;
        self.flush(&mut blocks);
        Ok((blocks, self.title))
    }

    /// The sign of a note that is referred to; none where there is no such note.
    pub(super) fn refer(&mut self, kind: &'static str, id: String) -> Option<String> {
        let note = self.notes.get_mut(&(kind, id)).filter(|note| !note.words.is_empty())?;
        let number = match note.number {
            Some(number) => number,
            None => {
                self.referred += 1;
                self.pending.push((self.referred, note.words.clone()));
                *note.number.insert(self.referred)
            }
        };
        Some(format!("[^{number}]"))
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

    fn block(&mut self, tag: &Tag, xml: &mut Markup, out: &mut Vec<Block>) -> Result<(), Fault> {
        match tag.name() {
            "p" => self.paragraph(xml, out),
            "tbl" => {
                let mut rows = Vec::new();
                self.inside += 1;
                self.rows(xml, &mut rows)?;
                self.inside -= 1;
                out.extend(blocks::table(rows));
                Ok(())
            }
            "AlternateContent" => self.choose(xml, |body, xml| {
                let before = out.len();
                body.blocks(xml, out)?;
                Ok(out.len() > before)
            }),
            "del" | "moveFrom" | "sdtPr" | "sdtEndPr" | "sectPr" | "altChunk" => xml.skip(),
            // Content controls, insertions and the like are seen through.
            _ => self.blocks(xml, out),
        }
    }

    /// Reads alternatives: the first that has something in it, and no other.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn choose(
        &mut self,
        xml: &mut Markup,
        mut read: impl FnMut(&mut Self, &mut Markup) -> Result<bool, Fault>,
    ) -> Result<(), Fault> {
        let mut done = false;
        while let Some(token) = xml.next()? {
            match token {
                Token::Start(_) if done => xml.skip()?,
                Token::Start(_) => done = read(self, xml)?,
                Token::End => break,
                Token::Text(_) => {}
            }
        }
        Ok(())
    }

    fn rows(&mut self, xml: &mut Markup, rows: &mut Vec<Vec<Vec<Block>>>) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            match tag.name() {
                "tr" => {
                    let mut row = Row::default();
                    self.row(xml, &mut row)?;
                    if !row.deleted {
                        rows.push(row.cells);
                    }
                }
                "tblPr" | "tblGrid" | "sdtPr" => xml.skip()?,
                _ => self.rows(xml, rows)?,
            }
        }
        Ok(())
    }

    fn row(&mut self, xml: &mut Markup, row: &mut Row) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            match tag.name() {
                "tc" => self.cell(xml, row)?,
                "trPr" => row.properties(xml)?,
                "tblPrEx" | "sdtPr" => xml.skip()?,
                _ => self.row(xml, row)?,
            }
        }
        Ok(())
    }

    fn cell(&mut self, xml: &mut Markup, row: &mut Row) -> Result<(), Fault> {
        let (mut span, mut continued, mut content) = (1, false, Vec::new());
        while let Some(tag) = xml.child()? {
            if tag.name() == "tcPr" {
                (span, continued) = cell_properties(xml)?;
            } else {
                self.block(&tag, xml, &mut content)?;
            }
        }
        // A cell that goes on from the row above shows nothing of its own.
        row.cells.push(if continued { Vec::new() } else { content });
        row.cells.extend(std::iter::repeat_n(Vec::new(), span - 1));
        Ok(())
    }
}

/// A row that is being read.
#[derive(Default)]
struct Row {
    cells: Vec<Vec<Block>>,
    deleted: bool,
}

impl Row {
    fn properties(&mut self, xml: &mut Markup) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            match tag.name() {
                "gridBefore" => self.cells.extend(std::iter::repeat_n(Vec::new(), span(&tag).min(WIDEST))),
                "del" => self.deleted = true,
                _ => {}
            }
            xml.skip()?;
        }
        Ok(())
    }
}

/// How many columns a cell spans, and whether it goes on from the row above.
fn cell_properties(xml: &mut Markup) -> Result<(usize, bool), Fault> {
    let (mut columns, mut continued) = (1, false);
    while let Some(tag) = xml.child()? {
        match tag.name() {
            "gridSpan" => columns = span(&tag).clamp(1, WIDEST),
            "vMerge" => continued = tag.attribute("val").is_none_or(|value| value != "restart"),
            _ => {}
        }
        xml.skip()?;
    }
    Ok((columns, continued))
}

fn span(tag: &Tag) -> usize {
    tag.attribute("val").and_then(|value| value.parse().ok()).unwrap_or(1)
}
