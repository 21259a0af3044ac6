//! A Word document's paragraph styles: which are headings, and which are items of a list. What a style does not say
//! it has from the style that it is based on.

use std::collections::HashMap;

use sdk_record::Fault;

use crate::markup::Markup;

/// Styles that stand behind each other; more is a circle.
const LONGEST_CHAIN: usize = 30;

/// All paragraph styles, by id.
#[derive(Default)]
pub(super) struct Styles(HashMap<String, Style>);

/// What a style, or a paragraph itself, says.
#[derive(Default, Clone)]
pub(super) struct Style {
    /// The name that is the same in each language.
    pub(super) name: String,
    based_on: Option<String>,
    /// Level in the outline, from 0; 9 and above is text.
    pub(super) outline: Option<usize>,
    /// Id of a list.
    pub(super) list: Option<String>,
    /// Level in the list, from 0.
    pub(super) level: Option<usize>,
}

impl Styles {
    /// Reads `styles.xml`.
    ///
    /// # Errors
    /// `damaged` where it isn't XML.
    pub(super) fn read(xml: &str) -> Result<Styles, Fault> {
        let mut styles = HashMap::new();
        Markup::new(xml).each(|xml, tag| {
            if tag.name() != "style" {
                return Ok(());
            }
            let id = tag.attribute("styleId").unwrap_or_default();
            let mut style = Style::default();
            while let Some(tag) = xml.child()? {
                match tag.name() {
                    "name" => style.name = tag.attribute("val").unwrap_or_default().to_lowercase(),
                    "basedOn" => style.based_on = tag.attribute("val"),
                    "pPr" => {
                        style.properties(xml)?;
                        continue;
                    }
                    _ => {}
                }
                xml.skip()?;
            }
            styles.insert(id, style);
            Ok(())
        })?;
        Ok(Styles(styles))
    }

    /// A style and those behind it, the nearest first.
    fn chain<'a>(&'a self, id: &str) -> impl Iterator<Item = (&'a str, &'a Style)> {
        let mut next = self.0.get_key_value(id);
        std::iter::from_fn(move || {
            let (id, style) = next.take()?;
            next = style.based_on.as_deref().and_then(|base| self.0.get_key_value(base));
            Some((id.as_str(), style))
        })
        .take(LONGEST_CHAIN)
    }

    /// The level of the heading that paragraphs of this style are, from 1, and whether it is the document's title.
    pub(super) fn heading(&self, id: &str) -> Option<(usize, bool)> {
        // A document without styles still names them.
        if !self.0.contains_key(id) {
            return named(&id.to_lowercase());
        }
        self.chain(id).find_map(|(_, style)| match style.outline {
            Some(level @ 0..=8) => Some(Some((level + 1, style.name == "title"))),
            Some(_) => Some(None),
            None => named(&style.name).map(Some),
        })?
    }

    /// The list that paragraphs of this style are items of, its level, and the style that says so.
    pub(super) fn list<'a>(&'a self, id: &str) -> Option<(&'a str, Option<usize>, &'a str)> {
        let level = self.chain(id).find_map(|(_, style)| style.level);
        self.chain(id).find_map(|(id, style)| Some((style.list.as_deref()?, level, id)))
    }
}

/// A heading by its name, as `heading 2`.
fn named(name: &str) -> Option<(usize, bool)> {
    if name == "title" {
        return Some((1, true));
    }
    let level = name.strip_prefix("heading")?.trim_start().parse().ok()?;
    (1..=9).contains(&level).then_some((level, false))
}

impl Style {
    /// Reads a `pPr` and returns the style that it names.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn properties(&mut self, xml: &mut Markup) -> Result<Option<String>, Fault> {
        let mut named = None;
        while let Some(tag) = xml.child()? {
            let value = tag.attribute("val");
            let number = value.as_deref().and_then(|value| value.parse().ok());
            match tag.name() {
                "pStyle" => named = value,
                "outlineLvl" => self.outline = number,
                "ilvl" => self.level = number,
                "numId" => self.list = value,
                // What holds the two above; all else (what it was before a change, too) is of no interest.
                "numPr" => {
                    self.properties(xml)?;
                    continue;
                }
                _ => {}
            }
            xml.skip()?;
        }
        Ok(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_by_outline_name_and_base() {
        let styles = Styles::read(
            "<w:styles><w:style w:styleId='A'><w:name w:val='Heading 3'/></w:style>\
             <w:style w:styleId='B'><w:name w:val='x'/><w:basedOn w:val='A'/></w:style>\
             <w:style w:styleId='C'><w:basedOn w:val='A'/><w:pPr><w:outlineLvl w:val='9'/></w:pPr></w:style>\
             <w:style w:styleId='D'><w:pPr><w:numPr><w:numId w:val='7'/></w:numPr><w:outlineLvl w:val='1'/></w:pPr></w:style>\
             <w:style w:styleId='E'><w:basedOn w:val='E'/></w:style>\
             <w:style w:styleId='F'><w:name w:val='Title'/></w:style></w:styles>",
        )
        .unwrap();
        let levels = ["A", "B", "C", "D", "E", "F", "Heading2", "Other"].map(|id| styles.heading(id));
        let plain = |level| Some((level, false));
        assert_eq!(levels, [plain(3), plain(3), None, plain(2), None, Some((1, true)), plain(2), None]);
        assert_eq!(styles.list("D"), Some(("7", None, "D")));
        assert_eq!(styles.list("E"), None);
    }
}
