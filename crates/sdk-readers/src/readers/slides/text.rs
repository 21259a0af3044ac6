//! Lines of text on slides, with their bullets.

use sdk_record::Fault;

use crate::blocks::{Block, Item, link};
use crate::markup::{Markup, Tag};
use crate::readers::package::Relations;

/// A paragraph.
#[derive(Default)]
pub(super) struct Line {
    text: String,
    level: usize,
    /// What stands before it, where it says.
    bullet: Option<Bullet>,
    /// Where the text that is being read leads.
    leads: String,
}

#[derive(Clone, Copy)]
enum Bullet {
    None,
    Sign,
    /// A number, counted from this.
    Number(u32),
}

/// Levels of lists on slides.
const LEVELS: usize = 9;

/// Reads a paragraph; `None` for one without text.
///
/// # Errors
/// As [`Markup::next`].
pub(super) fn line(xml: &mut Markup, relations: &Relations) -> Result<Option<Line>, Fault> {
    let mut line = Line::default();
    line.inside(xml, relations)?;
    Ok((!line.text.trim().is_empty()).then_some(line))
}

impl Line {
    fn inside(&mut self, xml: &mut Markup, relations: &Relations) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            self.element(&tag, xml, relations)?;
        }
        Ok(())
    }

    fn element(&mut self, tag: &Tag, xml: &mut Markup, relations: &Relations) -> Result<(), Fault> {
        match tag.name() {
            "t" => {
                let text = xml.text()?;
                self.text.push_str(&text);
                return Ok(());
            }
            "r" => {
                let begins = self.text.len();
                self.inside(xml, relations)?;
                let leads = std::mem::take(&mut self.leads);
                let linked = link(&self.text[begins..], &leads);
                self.text.truncate(begins);
                self.text.push_str(&linked);
                return Ok(());
            }
            "endParaRPr" | "Fallback" | "extLst" => return xml.skip(),
            "br" => self.text.push('\n'),
            "tab" => self.text.push('\t'),
            "hlinkClick" => {
                let relation = tag.prefixed("id").and_then(|id| relations.get(&id));
                // A link to another slide leads nowhere outside.
                let outside = relation.filter(|relation| relation.kind == "hyperlink");
                self.leads = outside.map(|relation| relation.target.clone()).unwrap_or_default();
            }
            "pPr" => {
                let level = tag.attribute("lvl").and_then(|level| level.parse().ok());
                self.level = level.unwrap_or(0).min(LEVELS - 1);
            }
            "buNone" => self.bullet = Some(Bullet::None),
            "buChar" | "buBlip" => self.bullet = Some(Bullet::Sign),
            "buAutoNum" => {
                let first = tag.attribute("startAt").and_then(|first| first.parse().ok());
                self.bullet = Some(Bullet::Number(first.unwrap_or(1)));
            }
            _ => {}
        }
        if tag.name() == "tabLst" { xml.skip() } else { self.inside(xml, relations) }
    }
}

/// Lines as paragraphs and items of lists. A single line is no list, whatever its placeholder is.
pub(super) fn blocks(lines: Vec<Line>, bulleted: bool) -> Vec<Block> {
    let usual = if bulleted && lines.len() > 1 { Bullet::Sign } else { Bullet::None };
    let mut counted = [None; LEVELS];
    let block = |line: Line| {
        let Line { text, level, bullet, .. } = line;
        counted[level + 1..].fill(None);
        let marker = match bullet.unwrap_or(usual) {
            Bullet::None | Bullet::Sign => {
                counted[level] = None;
                "-".to_owned()
            }
            Bullet::Number(first) => {
                let number = counted[level].map_or(first, |number: u32| number.saturating_add(1));
                counted[level] = Some(number);
                format!("{number}.")
            }
        };
        match bullet.unwrap_or(usual) {
            Bullet::None => Block::Paragraph(text),
            _ => Block::Item(Item { level, marker, text }),
        }
    };
    lines.into_iter().map(block).collect()
}
