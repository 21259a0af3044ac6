//! XML as tags and text, for formats that are zipped XML. Names are told without their prefix, as writers choose other
//! prefixes. Nothing nests deeper than [`DEEPEST`], so that readers may recurse; entities that the document itself
//! declares are left out, never expanded.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use sdk_record::{Fault, Kind};

/// Levels of elements. Real documents stay below 100.
pub(crate) const DEEPEST: usize = 1000;

/// Reads a part.
pub(crate) struct Markup<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
}

/// What is read.
pub(crate) enum Token<'a> {
    /// An element begins; each has its end, also where it is empty.
    Start(Tag<'a>),
    /// The innermost element ends.
    End,
    /// Text in the innermost element.
    Text(Cow<'a, str>),
}

/// The beginning of an element.
pub(crate) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// Its name, without prefix.
    pub(crate) fn name(&self) -> &str {
        local(self.0.name().0)
    }

    /// The value of an attribute of this name, whatever its prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.find(|key| local(key) == name)
    }

    /// The value of an attribute of this name with a prefix, where the same name without one means something else.
    pub(crate) fn prefixed(&self, name: &str) -> Option<String> {
        self.find(|key| key.contains(':') && local(key) == name)
    }

    fn find(&self, is: impl Fn(&str) -> bool) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found = attributes.with_checks(false).flatten().find(|attribute| is(attribute.key.0))?;
        let value = unescape(&found.value).map(Cow::into_owned);
        Some(value.unwrap_or_else(|_| found.value.into_owned()))
    }
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, name)| name)
}

impl<'a> Markup<'a> {
    /// Begins to read.
    pub(crate) fn new(text: &'a str) -> Markup<'a> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Markup { reader, depth: 0 }
    }

    /// What comes next; `None` at the end.
    ///
    /// # Errors
    /// `damaged` where it is not well formed, ends early or nests deeper than [`DEEPEST`].
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>, Fault> {
        loop {
            let event = self.reader.read_event().map_err(|error| damaged(&error.to_string()))?;
            return Ok(Some(match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(damaged(&format!(
                            "it has more than {DEEPEST} elements inside each other"
                        )));
                    }
                    Token::Start(Tag(tag))
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Token::End
                }
                Event::Text(text) => Token::Text(text.into_inner()),
                Event::CData(text) => Token::Text(text.into_inner()),
                Event::GeneralRef(entity) => {
                    let text = match entity.resolve_char_ref() {
                        Ok(Some(character)) => Some(character.to_string().into()),
                        _ => resolve_predefined_entity(&entity).map(Cow::Borrowed),
                    };
                    let Some(text) = text else { continue };
                    Token::Text(text)
                }
                Event::Eof if self.depth > 0 => return Err(damaged("it ends early")),
                Event::Eof => return Ok(None),
                _ => continue,
            }));
        }
    }

    /// The next element inside the innermost one, whose text is passed over; `None` where it ends. What is returned is to be
    /// read to its end, or passed over, before the next is asked for.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(crate) fn child(&mut self) -> Result<Option<Tag<'a>>, Fault> {
        loop {
            match self.next()? {
                Some(Token::Start(tag)) => return Ok(Some(tag)),
                Some(Token::Text(_)) => {}
                Some(Token::End) | None => return Ok(None),
            }
        }
    }

    /// Passes over what is left of the innermost element.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(crate) fn skip(&mut self) -> Result<(), Fault> {
        self.collect(|_| ())
    }

    /// All text that is left in the innermost element.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(crate) fn text(&mut self) -> Result<String, Fault> {
        let mut all = String::new();
        self.collect(|text| all.push_str(text))?;
        Ok(all)
    }

    fn collect(&mut self, mut with: impl FnMut(&str)) -> Result<(), Fault> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            match self.next()? {
                Some(Token::Text(text)) => with(&text),
                Some(_) => {}
                None => break,
            }
        }
        Ok(())
    }

    /// Calls for each element in document order, whatever it is inside of.
    ///
    /// # Errors
    /// As [`Markup::next`], and what is called.
    pub(crate) fn each(
        mut self,
        mut with: impl FnMut(&mut Markup<'a>, &Tag<'a>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        while let Some(token) = self.next()? {
            if let Token::Start(tag) = token {
                with(&mut self, &tag)?;
            }
        }
        Ok(())
    }
}

fn damaged(what: &str) -> Fault {
    let message = format!(
        "expected a document of well-formed XML, but {what}; open it where it was made and save it anew"
    );
    Fault::new(Kind::Damaged, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(xml: &str) -> Result<String, Fault> {
        let mut markup = Markup::new(xml);
        markup.next()?;
        markup.text()
    }

    #[test]
    fn text_and_entities() {
        assert_eq!(words("<a>x &lt;&#233;&#xE9;<b c='1'/> <![CDATA[&y]]></a>").unwrap(), "x <éé &y");
        assert_eq!(words("<a>x & y</a>").unwrap(), "x & y");
        let laughs = "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;'><!ENTITY d SYSTEM 'file:///etc/passwd'>]>\
                      <a>x&c;&d;y</a>";
        assert_eq!(words(laughs).unwrap(), "xy");
    }

    #[test]
    fn names_and_attributes() {
        let mut seen = Vec::new();
        Markup::new("<w:a id='2' r:id='1'><x:b val='&amp;&u;'/><c/></w:a>")
            .each(|markup, tag| {
                seen.push((
                    tag.name().to_owned(),
                    tag.attribute("id"),
                    tag.prefixed("id"),
                    tag.attribute("val"),
                ));
                if tag.name() == "b" { markup.skip() } else { Ok(()) }
            })
            .unwrap();
        let value = |text: &str| Some(text.to_owned());
        assert_eq!(seen[0], ("a".to_owned(), value("2"), value("1"), None));
        assert_eq!(seen[1], ("b".to_owned(), None, None, value("&amp;&u;")));
        assert_eq!(seen.len(), 3);
    }

    #[test]
    fn what_is_broken_is_said() {
        for xml in ["<a>x", "<a><b></a>", "<a", "</a>"] {
            assert_eq!(words(xml).unwrap_err().kind, Kind::Damaged, "{xml}");
        }
        let deep = "<a>".repeat(DEEPEST + 1) + &"</a>".repeat(DEEPEST + 1);
        assert!(words(&deep).unwrap_err().message.contains("1000"));
    }
}
