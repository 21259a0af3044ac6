//! An `OpenDocument` paragraph: its words with spaces, tabs and breaks, links, notes, and what pictures are described as.

use sdk_record::Fault;

use super::body::{Body, repeated};
use crate::blocks::{Block, link, picture, words};
use crate::markup::{Markup, Tag, Token};

/// Spaces that one element may stand for.
const MOST_SPACES: usize = 100;

/// A paragraph that is being read.
#[derive(Default)]
pub(super) struct Paragraph {
    pub(super) text: String,
    /// Text boxes, and tables in frames.
    pub(super) boxes: Vec<Block>,
}

impl Body<'_> {
    /// Reads a paragraph.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn paragraph(&mut self, xml: &mut Markup) -> Result<Paragraph, Fault> {
        let mut paragraph = Paragraph::default();
        self.inline(xml, &mut paragraph)?;
        Ok(paragraph)
    }

    fn inline(&mut self, xml: &mut Markup, paragraph: &mut Paragraph) -> Result<(), Fault> {
        while let Some(token) = xml.next()? {
            match token {
                Token::Start(tag) => self.element(&tag, xml, paragraph)?,
                Token::End => break,
                Token::Text(text) => paragraph.say(&text),
            }
        }
        Ok(())
    }

    fn element(&mut self, tag: &Tag, xml: &mut Markup, paragraph: &mut Paragraph) -> Result<(), Fault> {
        match tag.name() {
            "s" => {
                let spaces = repeated(tag, "c").min(MOST_SPACES);
                paragraph.text.push_str(&" ".repeat(spaces));
            }
            "tab" => paragraph.text.push('\t'),
            "line-break" => paragraph.text.push('\n'),
            "a" => {
                let begins = paragraph.text.len();
                self.inline(xml, paragraph)?;
                let linked = link(&paragraph.text[begins..], &tag.attribute("href").unwrap_or_default());
                paragraph.text.truncate(begins);
                paragraph.text.push_str(&linked);
                return Ok(());
            }
            "note" => return self.note(xml, paragraph),
            "frame" => return self.frame(xml, paragraph),
            "annotation" | "ruby-text" | "hidden-text" | "hidden-paragraph" | "script"
            | "event-listeners" | "desc" | "title" => return xml.skip(),
            // A shape that is anchored in the paragraph.
            "p" | "h" | "list" | "table" => {
                self.inside += 1;
                self.block(tag, xml, &mut paragraph.boxes)?;
                self.inside -= 1;
                return Ok(());
            }
            _ => {}
        }
        self.inline(xml, paragraph)
    }

    fn note(&mut self, xml: &mut Markup, paragraph: &mut Paragraph) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            if tag.name() != "note-body" {
                xml.skip()?;
                continue;
            }
            let mut content = Vec::new();
            self.inside += 1;
            self.blocks(xml, &mut content)?;
            self.inside -= 1;
            let words = words(content);
            if !words.is_empty() {
                self.notes += 1;
                self.pending.push((self.notes, words));
                paragraph.text.push_str(&format!("[^{}]", self.notes));
            }
        }
        Ok(())
    }

    /// Reads a frame: a picture, of which its description is text, or a box of text or a table.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn frame(&mut self, xml: &mut Markup, paragraph: &mut Paragraph) -> Result<(), Fault> {
        let (mut described, mut named) = (String::new(), String::new());
        while let Some(tag) = xml.child()? {
            match tag.name() {
                "desc" => described = xml.text()?,
                "title" => named = xml.text()?,
                "text-box" => {
                    self.inside += 1;
                    self.blocks(xml, &mut paragraph.boxes)?;
                    self.inside -= 1;
                }
                "table" => self.block(&tag, xml, &mut paragraph.boxes)?,
                _ => xml.skip()?,
            }
        }
        let description = if described.trim().is_empty() { named } else { described };
        paragraph.text.push_str(&picture(&description));
        Ok(())
    }
}

impl Paragraph {
    /// Adds text, in which any white space is one space.
    fn say(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                ' ' | '\t' | '\n' | '\r' => {
                    if !self.text.ends_with([' ', '\t', '\n']) {
                        self.text.push(' ');
                    }
                }
                character => self.text.push(character),
            }
        }
    }
}
