//! `OpenDocument` slides: each with its title once, then its shapes as one reads them, and its notes.

use sdk_record::Fault;

use super::body::Body;
use crate::Part;
use crate::blocks::{Block, words};
use crate::markup::{Markup, Tag};

/// Shapes whose top is that near stand in one row; in tenths of a millimetre.
const ROW: i64 = 50;

/// What a slide is made of.
#[derive(Default)]
struct Slide {
    title: Option<String>,
    /// Shapes by row and distance from the left.
    shapes: Vec<((i64, i64), Vec<Block>)>,
    notes: Vec<Block>,
}

impl Body<'_> {
    /// Reads a presentation.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn slides(&mut self, xml: &mut Markup, out: &mut Vec<Block>) -> Result<(), Fault> {
        let mut number = 0;
        while let Some(tag) = xml.child()? {
            if tag.name() != "page" {
                xml.skip()?;
                continue;
            }
            number += 1;
            let mut slide = Slide::default();
            self.slide(xml, &mut slide)?;
            slide.shapes.sort_by_key(|(place, _)| *place);
            let mut blocks: Vec<_> = slide.shapes.into_iter().flat_map(|(_, blocks)| blocks).collect();
            blocks.retain(|block| !matches!(block, Block::Paragraph(text) if text.trim().is_empty()));
            out.push(Block::Part(Part::Slide(number)));
            if slide.title.is_some() || !blocks.is_empty() || !slide.notes.is_empty() {
                self.title = self.title.take().or_else(|| slide.title.clone());
                // A slide without a title must not stand under that of the slide before it.
                out.push(Block::Heading(1, slide.title.unwrap_or_else(|| format!("Slide {number}"))));
                out.append(&mut blocks);
            }
            if !slide.notes.is_empty() {
                out.push(Block::Heading(3, "Notes".to_owned()));
                out.append(&mut slide.notes);
            }
        }
        Ok(())
    }

    fn slide(&mut self, xml: &mut Markup, slide: &mut Slide) -> Result<(), Fault> {
        // Titles are told by their frame, so headings in shapes are none of the document's.
        self.inside += 1;
        while let Some(tag) = xml.child()? {
            let class = tag.attribute("class").unwrap_or_default();
            let mut content = Vec::new();
            match (tag.name(), class.as_str()) {
                ("notes", _) => self.notes_of(xml, &mut slide.notes)?,
                (_, "header" | "footer" | "date-time" | "page-number") => xml.skip()?,
                (_, "title") if slide.title.is_none() => {
                    self.block(&tag, xml, &mut content)?;
                    let title = words(content).split_whitespace().collect::<Vec<_>>().join(" ");
                    slide.title = Some(title).filter(|title| !title.is_empty());
                }
                _ => {
                    self.block(&tag, xml, &mut content)?;
                    slide.shapes.push((place(&tag), content));
                }
            }
        }
        self.inside -= 1;
        Ok(())
    }

    fn notes_of(&mut self, xml: &mut Markup, out: &mut Vec<Block>) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            if tag.attribute("class").is_some_and(|class| class == "notes") {
                self.block(&tag, xml, out)?;
            } else {
                xml.skip()?;
            }
        }
        out.retain(|block| !matches!(block, Block::Paragraph(text) if text.trim().is_empty()));
        Ok(())
    }
}

/// Row and distance from the left.
fn place(tag: &Tag) -> (i64, i64) {
    let length = |name| tag.attribute(name).map_or(0, |length| tenths(&length));
    (length("y") / ROW, length("x"))
}

/// A length in tenths of a millimetre.
fn tenths(length: &str) -> i64 {
    let unit = length.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(length.len());
    let factor = match &length[unit..] {
        "cm" => 100.0,
        "mm" => 10.0,
        "in" => 254.0,
        "pt" => 3.53,
        _ => 2.65,
    };
    let number: f64 = length[..unit].trim().parse().unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, reason = "a float beyond the range becomes its end")]
    let tenths = (number * factor) as i64;
    tenths
}
