//! PPTX, by an own walk over its XML: slides in their order, each with its title once, then its shapes as one reads them,
//! tables, charts and diagrams, and its notes. Numbers, dates and footers of slides are left out.

mod chart;
mod shape;
mod text;

use std::collections::HashMap;

use sdk_record::{Fault, Kind};

use self::shape::{Place, Shape, shapes};
use super::package::{Package, Relations};
use super::{Read, Reader, Wishes};
use crate::blocks::{Block, Item, picture, words, written};
use crate::markup::Markup;
use crate::{Document, Input, Part, deep};

pub(super) const READER: Reader = Reader {
    name: "pptx",
    about: "PowerPoint slides, as Markdown; titles, tables, notes",
    extensions: &["pptx", "pptm", "ppsx", "ppsm", "potx", "potm"],
    fallback: false,
    detect: |input| input.zipped(|inside| inside.office("ppt/"), READER.extensions),
    read: Read::Document(|input, wishes| deep("pptx", || read(input, wishes))),
};

const WHAT: &str = "a PowerPoint document";

/// What a presentation is called that nobody gave a title.
const UNNAMED: &str = "PowerPoint Presentation";

/// Shapes whose top is that near stand in one row; in EMU, of which a centimetre has 360,000.
const ROW: i64 = 180_000;

fn read(input: Input, wishes: &Wishes) -> Result<Document, Fault> {
    let mut package = Package::open(input, WHAT, wishes)?;
    let order = order(&mut package)?;
    let mut deck = Deck { package, layouts: HashMap::new(), titles: Vec::new(), empty: true };
    let mut blocks = Vec::new();
    for (number, slide) in order {
        deck.slide(&slide, number, &mut blocks)?;
    }
    if deck.empty {
        let message = "found slides without any text; if they hold pictures of text, read those by OCR first";
        return Err(Fault::new(Kind::NoText, message));
    }
    let (text, marks) = written(blocks)?;
    let (title, metadata) = deck.package.about()?;
    let title = title.filter(|title| title != UNNAMED).or_else(|| deck.titles.into_iter().next());
    Ok(Document { text, marks, markdown: true, title, metadata, engine: READER.name, ..Document::default() })
}

/// The numbers and parts of the slides, in their order.
///
/// # Errors
/// As [`Package::main`], and `damaged` where there is no list.
pub(super) fn order(package: &mut Package) -> Result<Vec<(usize, String)>, Fault> {
    let main = package.main("ppt/presentation.xml")?;
    let relations = package.relations(&main)?;
    let xml = package.archive.needed(&main)?;
    let mut ids = Vec::new();
    Markup::new(&xml).each(|_, tag| {
        if tag.name() == "sldId" {
            ids.extend(tag.prefixed("id"));
        }
        Ok(())
    })?;
    // A slide that the list names and that isn't there has nothing to read.
    let slide = |(index, id): (usize, &String)| Some((index + 1, relations.get(id)?.target.clone()));
    Ok(ids.iter().enumerate().filter_map(slide).collect())
}

/// What is known while reading slides.
struct Deck {
    package: Package,
    /// Placeholders of layouts and masters that were read.
    layouts: HashMap<String, Vec<Shape>>,
    titles: Vec<String>,
    empty: bool,
}

impl Deck {
    fn slide(&mut self, part: &str, number: usize, out: &mut Vec<Block>) -> Result<(), Fault> {
        let Some(xml) = self.package.archive.text(part)? else { return Ok(()) };
        let relations = self.package.relations(part)?;
        let mut found = shapes(&xml, &relations)?;
        self.place(&mut found, &relations)?;
        let title = found.iter().position(|shape| shape.is_title() && !shape.lines.is_empty());
        let title =
            title.map(|at| words(found.remove(at).text()).split_whitespace().collect::<Vec<_>>().join(" "));
        let mut blocks = Vec::new();
        self.read_in_order(found, &relations, &mut blocks)?;
        let notes = self.notes(&relations)?;
        out.push(Block::Part(Part::Slide(number)));
        if title.is_none() && blocks.is_empty() && notes.is_empty() {
            return Ok(());
        }
        self.empty = false;
        // A slide without a title must not stand under that of the slide before it.
        out.push(Block::Heading(1, title.clone().unwrap_or_else(|| format!("Slide {number}"))));
        self.titles.extend(title);
        out.append(&mut blocks);
        if !notes.is_empty() {
            out.push(Block::Heading(3, "Notes".to_owned()));
            out.extend(notes);
        }
        Ok(())
    }

    /// Where placeholders stand, and whether their text has bullets, is mostly said by the slide's layout, or its master.
    fn place(&mut self, shapes: &mut [Shape], relations: &Relations) -> Result<(), Fault> {
        let Some(layout) = target(relations, "slideLayout") else { return Ok(()) };
        let master = target(&self.package.relations(&layout)?, "slideMaster");
        for part in [Some(layout), master].into_iter().flatten() {
            if !self.layouts.contains_key(&part) {
                let xml = self.package.archive.text(&part)?.unwrap_or_default();
                self.layouts.insert(part.clone(), shape::shapes(&xml, &Relations::new())?);
            }
            let placeholders = &self.layouts[&part];
            for shape in shapes.iter_mut() {
                if let Some(model) = shape.placeholder.as_ref().and_then(|own| own.model(placeholders)) {
                    shape.place = shape.place.or(model.place);
                    shape.bullets = shape.bullets.or(model.bullets);
                }
            }
        }
        Ok(())
    }

    fn read_in_order(
        &mut self,
        mut found: Vec<Shape>,
        relations: &Relations,
        out: &mut Vec<Block>,
    ) -> Result<(), Fault> {
        found.sort_by_key(|shape| shape.place.map(|Place { top, left }| (top / ROW, left)));
        for mut shape in found {
            if shape.is_furniture() {
                continue;
            }
            let before = out.len();
            out.append(&mut shape.text());
            for (kind, id) in std::mem::take(&mut shape.graphics) {
                let Some(relation) = relations.get(&id) else { continue };
                let Some(xml) = self.package.archive.text(&relation.target)? else { continue };
                match kind {
                    "chart" => out.extend(chart::chart(&xml)?),
                    _ => out.extend(diagram(&xml)?),
                }
            }
            self.read_in_order(std::mem::take(&mut shape.children), relations, out)?;
            if let Some(description) = &shape.description {
                out.insert(before, Block::Paragraph(picture(description)));
            }
        }
        Ok(())
    }

    fn notes(&mut self, relations: &Relations) -> Result<Vec<Block>, Fault> {
        let Some(part) = target(relations, "notesSlide") else { return Ok(Vec::new()) };
        let Some(xml) = self.package.archive.text(&part)? else { return Ok(Vec::new()) };
        let relations = self.package.relations(&part)?;
        let mut blocks = Vec::new();
        for mut shape in shapes(&xml, &relations)? {
            if shape.placeholder.as_ref().is_some_and(|placeholder| placeholder.kind == "body") {
                // Notes are prose, whatever their master's bullets are.
                shape.bullets = Some(false);
                blocks.append(&mut shape.text());
            }
        }
        Ok(blocks)
    }
}

fn target(relations: &Relations, kind: &str) -> Option<String> {
    relations.values().find(|relation| relation.kind == kind).map(|relation| relation.target.clone())
}

/// The texts of a diagram, as a list.
fn diagram(xml: &str) -> Result<Vec<Block>, Fault> {
    let mut blocks = Vec::new();
    Markup::new(xml).each(|xml, tag| {
        if tag.name() == "pt" && tag.attribute("type").is_none_or(|kind| kind == "node") {
            let text = xml.text()?;
            if !text.trim().is_empty() {
                blocks.push(Block::Item(Item { level: 0, marker: "-".to_owned(), text }));
            }
        }
        Ok(())
    })?;
    Ok(blocks)
}

#[cfg(test)]
mod tests;
