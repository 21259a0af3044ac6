//! A Word paragraph: its words with tabs and breaks, results of fields, links, descriptions of pictures; then what it
//! is: a heading, an item or text. Text boxes stand behind the paragraph that holds them.

use sdk_record::Fault;

use super::body::{Body, Field};
use super::numbering::Marker;
use super::styles::Style;
use super::symbols::symbol;
use crate::blocks::{Block, Item, heading, link, picture};
use crate::markup::{Markup, Tag};

/// A paragraph that is being read.
#[derive(Default)]
struct Paragraph {
    text: String,
    /// The id of its style, and what it says itself.
    style: Option<String>,
    own: Style,
    /// What the drawing that is open is described as.
    description: Option<String>,
    /// Text boxes.
    boxes: Vec<Block>,
}

impl Body<'_> {
    /// Reads a paragraph.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn paragraph(&mut self, xml: &mut Markup, out: &mut Vec<Block>) -> Result<(), Fault> {
        let mut paragraph = Paragraph::default();
        // Places of a paragraph around this one (this stands in a text box of that) are none of this.
        let around: Vec<_> = self.fields.iter_mut().map(|field| field.begins.take()).collect();
        self.inline(xml, &mut paragraph)?;
        for (field, begins) in self.fields.iter_mut().zip(around) {
            field.begins = begins;
        }
        // A field that has no result by now was left open by mistake, and must not swallow the document.
        self.fields.retain(|field| field.result);
        let boxes = std::mem::take(&mut paragraph.boxes);
        self.settle(paragraph, out);
        out.extend(boxes);
        Ok(())
    }

    /// Tells what a paragraph is.
    fn settle(&mut self, paragraph: Paragraph, out: &mut Vec<Block>) {
        let Paragraph { text, style, own, .. } = paragraph;
        let style = style.as_deref().unwrap_or_default();
        if text.trim().is_empty() {
            return;
        }
        let height = match own.outline {
            Some(level @ 0..=8) => Some((level + 1, false)),
            Some(_) => None,
            None => self.styles.heading(style),
        };
        let of_style = self.styles.list(style);
        let list = own.list.as_deref().or(of_style.map(|(list, ..)| list)).unwrap_or_default();
        let level = own.level.or_else(|| {
            let (list, level, says) = of_style?;
            level.or_else(|| self.numbering.level_of(list, says))
        });
        let level = level.unwrap_or(0);
        let marker = self.numbering.next(list, level);
        let Some((height, title)) = height else {
            let marker = match marker {
                Some(Marker::Bullet) => "-".to_owned(),
                Some(Marker::Number(number, _)) => format!("{number}."),
                None => return out.push(Block::Paragraph(text)),
            };
            return out.push(Block::Item(Item { level, marker, text }));
        };
        if self.inside == 0 {
            self.flush(out);
        }
        let text = match marker {
            Some(Marker::Number(_, label)) if !label.is_empty() => format!("{label} {}", text.trim()),
            _ => text,
        };
        let blocks = heading(height, &text);
        if let Some(Block::Heading(_, words)) = blocks.last()
            && self.inside == 0
            && (title || self.title.is_none() && height == 1)
            && !words.is_empty()
        {
            self.title = Some(words.clone());
        }
        out.extend(blocks);
    }

    /// Reads what is left in the innermost element of a paragraph.
    fn inline(&mut self, xml: &mut Markup, paragraph: &mut Paragraph) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            self.element(&tag, xml, paragraph)?;
        }
        Ok(())
    }

    fn element(&mut self, tag: &Tag, xml: &mut Markup, paragraph: &mut Paragraph) -> Result<(), Fault> {
        match tag.name() {
            "t" => {
                let text = xml.text()?;
                self.say(paragraph, &text);
                return Ok(());
            }
            "instrText" => {
                let text = xml.text()?;
                if let Some(field) = self.fields.last_mut().filter(|field| !field.result) {
                    field.instruction.push_str(&text);
                }
                return Ok(());
            }
            "pPr" => {
                paragraph.style = paragraph.own.properties(xml)?;
                return Ok(());
            }
            "hyperlink" => {
                let to = tag.attribute("id").and_then(|id| self.relations.get(&id));
                let to = to.map(|relation| relation.target.clone()).unwrap_or_default();
                return self.linked(&to, xml, paragraph);
            }
            "fldSimple" => {
                let to = address(&tag.attribute("instr").unwrap_or_default());
                return self.linked(&to, xml, paragraph);
            }
            "drawing" | "pict" | "object" => {
                let around = paragraph.description.take();
                self.inline(xml, paragraph)?;
                let description = std::mem::replace(&mut paragraph.description, around);
                self.say(paragraph, &picture(&description.unwrap_or_default()));
                return Ok(());
            }
            "txbxContent" => {
                let mut boxes = Vec::new();
                self.inside += 1;
                self.blocks(xml, &mut boxes)?;
                self.inside -= 1;
                paragraph.boxes.append(&mut boxes);
                return Ok(());
            }
            "AlternateContent" => {
                return self.choose(xml, |body, xml| {
                    let size = |paragraph: &Paragraph| (paragraph.text.len(), paragraph.boxes.len());
                    let before = (size(paragraph), paragraph.description.is_some());
                    body.inline(xml, paragraph)?;
                    Ok(before != (size(paragraph), paragraph.description.is_some()))
                });
            }
            // Deleted text, formatting, what is read aloud over a word, and the signs of comments.
            "del" | "moveFrom" | "rPr" | "rt" | "delText" | "delInstrText" | "fldData" | "sdtPr"
            | "sdtEndPr" | "annotationRef" | "commentReference" => return xml.skip(),
            "fldChar" => self.field(tag, paragraph),
            "tab" | "ptab" => self.say(paragraph, "\t"),
            "br" | "cr" => self.say(paragraph, "\n"),
            "noBreakHyphen" => self.say(paragraph, "-"),
            "sym" => {
                let font = tag.attribute("font").unwrap_or_default();
                let code = tag.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
                if let Some(character) = code.and_then(|code| symbol(&font, code)) {
                    self.say(paragraph, character.encode_utf8(&mut [0; 4]));
                }
            }
            "footnoteReference" | "endnoteReference" => {
                let kind = if tag.name() == "footnoteReference" { "footnote" } else { "endnote" };
                if let Some(sign) = self.refer(kind, tag.attribute("id").unwrap_or_default()) {
                    self.say(paragraph, &sign);
                }
            }
            "docPr" | "cNvPr" => paragraph.describe(tag, ["descr", "title"]),
            "shape" | "rect" | "imagedata" => paragraph.describe(tag, ["alt", "title"]),
            _ => {}
        }
        // Runs, content controls, insertions, formulas and the like are seen through.
        self.inline(xml, paragraph)
    }

    /// Adds text, unless it belongs to a field's instruction.
    fn say(&mut self, paragraph: &mut Paragraph, text: &str) {
        if self.fields.iter().all(|field| field.result) {
            paragraph.text.push_str(text);
        }
    }

    fn linked(&mut self, to: &str, xml: &mut Markup, paragraph: &mut Paragraph) -> Result<(), Fault> {
        let begins = paragraph.text.len();
        self.inline(xml, paragraph)?;
        paragraph.link(begins, to);
        Ok(())
    }

    fn field(&mut self, tag: &Tag, paragraph: &mut Paragraph) {
        match tag.attribute("fldCharType").as_deref() {
            Some("begin") => {
                self.fields.push(Field { instruction: String::new(), result: false, begins: None });
            }
            Some("separate") => {
                if let Some(field) = self.fields.last_mut() {
                    field.result = true;
                    field.begins = Some(paragraph.text.len());
                }
            }
            Some("end") => {
                let field = self.fields.pop();
                if let Some((begins, field)) = field.and_then(|field| Some((field.begins?, field))) {
                    paragraph.link(begins, &address(&field.instruction));
                }
            }
            _ => {}
        }
    }
}

impl Paragraph {
    /// Makes what stands from this byte on a link.
    fn link(&mut self, begins: usize, to: &str) {
        if let Some(text) = self.text.get(begins..) {
            let linked = link(text, to);
            self.text.truncate(begins);
            self.text.push_str(&linked);
        }
    }

    fn describe(&mut self, tag: &Tag, names: [&str; 2]) {
        if self.description.is_none() {
            let mut given = names.into_iter().filter_map(|name| tag.attribute(name));
            self.description = given.find(|words| !words.trim().is_empty());
        }
    }
}

/// Where a field leads, as `HYPERLINK "http://…" \o "…"` says.
fn address(instruction: &str) -> String {
    let words = instruction.trim();
    let Some(after) = words.strip_prefix("HYPERLINK ").map(str::trim_start) else { return String::new() };
    let to = match after.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => after.split_whitespace().next(),
    };
    // A switch, as `\l`, leads to a place in the document.
    to.filter(|to| !to.starts_with('\\')).unwrap_or_default().to_owned()
}
