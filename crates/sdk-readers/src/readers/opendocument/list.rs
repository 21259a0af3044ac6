//! `OpenDocument` lists: items with their numbers, and lists in items.

use sdk_record::Fault;

use super::body::Body;
use crate::blocks::{Block, Item};
use crate::markup::{Markup, Tag};

impl Body<'_> {
    /// Reads a list at a level, from 0, in one of this style.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn list(
        &mut self,
        tag: &Tag,
        xml: &mut Markup,
        level: usize,
        outer: Option<&str>,
        out: &mut Vec<Block>,
    ) -> Result<(), Fault> {
        let style = tag.attribute("style-name").or_else(|| outer.map(str::to_owned)).unwrap_or_default();
        let goes_on = tag.attribute("continue-numbering").is_some_and(|is| is == "true")
            || tag.attribute("continue-list").is_some();
        let key = format!("{level} {style}");
        let mut number = self.counted.get(&key).copied().filter(|_| goes_on).unwrap_or(0);
        while let Some(tag) = xml.child()? {
            match tag.name() {
                "list-item" => {
                    let start = tag.attribute("start-value").and_then(|start| start.parse().ok());
                    number = start.unwrap_or(number.saturating_add(1));
                    self.item(xml, level, &style, Some(number), out)?;
                }
                "list-header" => self.item(xml, level, &style, None, out)?,
                _ => xml.skip()?,
            }
        }
        self.counted.insert(key, number);
        Ok(())
    }

    fn item(
        &mut self,
        xml: &mut Markup,
        level: usize,
        style: &str,
        number: Option<u32>,
        out: &mut Vec<Block>,
    ) -> Result<(), Fault> {
        // The item whose paragraphs are being read; none before the first and behind a list in it.
        let (mut open, mut begun) = (None, false);
        while let Some(tag) = xml.child()? {
            if tag.name() == "list" {
                open = None;
                self.list(&tag, xml, level + 1, Some(style), out)?;
                continue;
            }
            let own = tag.attribute("style-name").and_then(|own| self.styles.list(&own)).map(str::to_owned);
            let mut content = Vec::new();
            self.block(&tag, xml, &mut content)?;
            for block in content {
                match (block, open, number) {
                    (Block::Paragraph(text), _, _) if text.trim().is_empty() => {}
                    (Block::Paragraph(text), Some(at), _) => {
                        if let Some(Block::Item(item)) = out.get_mut(at) {
                            item.text.push('\n');
                            item.text.push_str(&text);
                        }
                    }
                    (Block::Paragraph(text), None, Some(number)) if !begun => {
                        let list = if style.is_empty() { own.as_deref().unwrap_or_default() } else { style };
                        let marker = match self.styles.numbered(list, level) {
                            true => format!("{number}."),
                            false => "-".to_owned(),
                        };
                        (open, begun) = (Some(out.len()), true);
                        out.push(Block::Item(Item { level, marker, text }));
                    }
                    (block, _, _) => {
                        open = None;
                        out.push(block);
                    }
                }
            }
        }
        Ok(())
    }
}
