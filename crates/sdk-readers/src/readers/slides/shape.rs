//! A slide's shapes: what they are, where they stand and what is in them.

use sdk_record::Fault;

use super::text::{Line, blocks, line};
use crate::blocks::{self, Block, WIDEST};
use crate::markup::{Markup, Tag, Token};
use crate::readers::package::Relations;

/// A shape.
#[derive(Default)]
pub(super) struct Shape {
    pub(super) placeholder: Option<Placeholder>,
    pub(super) place: Option<Place>,
    /// What it is described as.
    pub(super) description: Option<String>,
    /// Whether its lines have bullets unless they say otherwise; `None` where it doesn't say.
    pub(super) bullets: Option<bool>,
    pub(super) lines: Vec<Line>,
    tables: Vec<Block>,
    /// Charts and diagrams: which of the two, and the relation that leads there.
    pub(super) graphics: Vec<(&'static str, String)>,
    /// Shapes of a group.
    pub(super) children: Vec<Shape>,
}

/// Upper left corner, in EMU.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) top: i64,
    pub(super) left: i64,
}

/// What a placeholder is for.
pub(super) struct Placeholder {
    /// As `title`; `body` where nothing is said.
    pub(super) kind: String,
    index: Option<String>,
}

impl Placeholder {
    /// That placeholder of a layout or master which this one fills.
    pub(super) fn model<'a>(&self, shapes: &'a [Shape]) -> Option<&'a Shape> {
        let find = |fits: &dyn Fn(&Placeholder) -> bool| {
            shapes.iter().find(|shape| shape.placeholder.as_ref().is_some_and(fits))
        };
        let base = |kind: &str| match kind {
            "ctrTitle" => "title".to_owned(),
            "subTitle" | "obj" => "body".to_owned(),
            kind => kind.to_owned(),
        };
        find(&|other| self.index.is_some() && other.index == self.index)
            .or_else(|| find(&|other| other.kind == self.kind))
            .or_else(|| find(&|other| base(&other.kind) == base(&self.kind)))
    }
}

impl Shape {
    pub(super) fn is_title(&self) -> bool {
        self.placeholder.as_ref().is_some_and(|own| matches!(own.kind.as_str(), "title" | "ctrTitle"))
    }

    /// What stands on each slide and belongs to none.
    pub(super) fn is_furniture(&self) -> bool {
        self.placeholder
            .as_ref()
            .is_some_and(|own| matches!(own.kind.as_str(), "dt" | "ftr" | "sldNum" | "hdr"))
    }

    /// Its text and tables.
    pub(super) fn text(&mut self) -> Vec<Block> {
        let bulleted =
            self.placeholder.as_ref().is_some_and(|own| matches!(own.kind.as_str(), "body" | "obj"));
        let mut all = blocks(std::mem::take(&mut self.lines), self.bullets.unwrap_or(true) && bulleted);
        all.append(&mut self.tables);
        all
    }
}

/// The shapes of a slide, layout, master or page of notes.
///
/// # Errors
/// As [`Markup::next`].
pub(super) fn shapes(xml: &str, relations: &Relations) -> Result<Vec<Shape>, Fault> {
    let mut root = Shape::default();
    Markup::new(xml).each(|xml, tag| match tag.name() {
        "spTree" => inside(xml, &mut root, relations),
        _ => Ok(()),
    })?;
    Ok(root.children)
}

/// Reads what is left of a shape, or of an element in it.
fn inside(xml: &mut Markup, shape: &mut Shape, relations: &Relations) -> Result<(), Fault> {
    while let Some(token) = xml.next()? {
        match token {
            Token::Start(tag) => element(&tag, xml, shape, relations)?,
            Token::End => break,
            Token::Text(_) => {}
        }
    }
    Ok(())
}

fn element(tag: &Tag, xml: &mut Markup, shape: &mut Shape, relations: &Relations) -> Result<(), Fault> {
    match tag.name() {
        "sp" | "pic" | "graphicFrame" | "grpSp" | "cxnSp" => {
            let mut child = Shape::default();
            inside(xml, &mut child, relations)?;
            shape.children.push(child);
            return Ok(());
        }
        "AlternateContent" => return choose(xml, shape, relations),
        "txBody" => return text(xml, shape, relations),
        "tbl" => {
            let mut rows = Vec::new();
            table(xml, &mut rows, relations)?;
            shape.tables.extend(blocks::table(rows));
            return Ok(());
        }
        "extLst" | "style" => return xml.skip(),
        "cNvPr" => {
            let given = ["descr", "title"].into_iter().filter_map(|name| tag.attribute(name));
            shape.description = given.into_iter().find(|words| !words.trim().is_empty());
        }
        "ph" => {
            let kind = tag.attribute("type").unwrap_or_else(|| "body".to_owned());
            shape.placeholder = Some(Placeholder { kind, index: tag.attribute("idx") });
        }
        "off" if shape.place.is_none() => {
            let number = |name| tag.attribute(name)?.parse().ok();
            shape.place = number("y").and_then(|top| Some(Place { top, left: number("x")? }));
        }
        "chart" => shape.graphics.extend(tag.prefixed("id").map(|id| ("chart", id))),
        "relIds" => shape.graphics.extend(tag.attribute("dm").map(|id| ("diagram", id))),
        _ => {}
    }
    inside(xml, shape, relations)
}

/// Reads alternatives: the first that has something in it, and no other.
fn choose(xml: &mut Markup, shape: &mut Shape, relations: &Relations) -> Result<(), Fault> {
    let size =
        |shape: &Shape| shape.children.len() + shape.graphics.len() + shape.lines.len() + shape.tables.len();
    let before = size(shape);
    while let Some(token) = xml.next()? {
        match token {
            Token::Start(_) if size(shape) > before => xml.skip()?,
            Token::Start(_) => inside(xml, shape, relations)?,
            Token::End => break,
            Token::Text(_) => {}
        }
    }
    Ok(())
}

/// Reads a body of text.
fn text(xml: &mut Markup, shape: &mut Shape, relations: &Relations) -> Result<(), Fault> {
    while let Some(tag) = xml.child()? {
        match tag.name() {
            "p" => shape.lines.extend(line(xml, relations)?),
            // What lines of the first level look like; the placeholders of layouts say it.
            "lstStyle" => text(xml, shape, relations)?,
            "lvl1pPr" => shape.bullets = bullets(xml)?.or(shape.bullets),
            _ => xml.skip()?,
        }
    }
    Ok(())
}

fn bullets(xml: &mut Markup) -> Result<Option<bool>, Fault> {
    let mut found = None;
    while let Some(tag) = xml.child()? {
        match tag.name() {
            "buNone" => found = Some(false),
            "buChar" | "buAutoNum" | "buBlip" => found = Some(true),
            _ => {}
        }
        xml.skip()?;
    }
    Ok(found)
}

fn table(xml: &mut Markup, rows: &mut Vec<Vec<Vec<Block>>>, relations: &Relations) -> Result<(), Fault> {
    while let Some(tag) = xml.child()? {
        match tag.name() {
            "tr" => {
                let mut row = Vec::new();
                cells(xml, &mut row, relations)?;
                rows.push(row);
            }
            _ => xml.skip()?,
        }
    }
    Ok(())
}

fn cells(xml: &mut Markup, row: &mut Vec<Vec<Block>>, relations: &Relations) -> Result<(), Fault> {
    while let Some(tag) = xml.child()? {
        if tag.name() != "tc" {
            xml.skip()?;
            continue;
        }
        let merged =
            ["hMerge", "vMerge"].into_iter().any(|name| tag.attribute(name).is_some_and(|is| is != "0"));
        let mut cell = Shape::default();
        inside(xml, &mut cell, relations)?;
        // Each cell that another spans is there too, and shows nothing of its own.
        row.push(if merged || row.len() > 20 * WIDEST { Vec::new() } else { cell.text() });
    }
    Ok(())
}
