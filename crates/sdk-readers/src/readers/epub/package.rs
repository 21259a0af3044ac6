//! A book's description: its files, the order of its chapters, and what it says of itself.

use std::collections::HashMap;

use sdk_record::Fault;

use crate::about::about;
use crate::markup::Markup;
use crate::readers::package::resolve;

/// What is known of a book.
pub(super) struct Package {
    /// Chapters in reading order, as members of the archive.
    pub(super) spine: Vec<String>,
    /// Tables of contents, the newer kind first.
    pub(super) contents: Vec<String>,
    pub(super) title: Option<String>,
    pub(super) metadata: Vec<(&'static str, String)>,
}

/// Elements of the description.
const DESCRIPTION: &[(&str, &str)] = &[
    ("title", "title"),
    ("creator", "author"),
    ("date", "created"),
    ("language", "language"),
    ("subject", "subject"),
    ("publisher", "publisher"),
];

impl Package {
    /// Reads the description that stands at this place.
    ///
    /// # Errors
    /// As [`Markup::next`].
    pub(super) fn read(xml: &str, place: &str) -> Result<Package, Fault> {
        let folder = place.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut files = HashMap::new();
        let (mut order, mut contents) = (Vec::new(), Vec::new());
        Markup::new(xml).each(|_, tag| {
            match tag.name() {
                "item" => {
                    let (id, target) = (tag.attribute("id"), tag.attribute("href"));
                    if let (Some(id), Some(target)) = (id, target) {
                        let file = resolve(folder, &plain(&target));
                        let properties = tag.attribute("properties").unwrap_or_default();
                        if properties.split_whitespace().any(|property| property == "nav") {
                            contents.insert(0, file.clone());
                        } else if tag
                            .attribute("media-type")
                            .is_some_and(|kind| kind == "application/x-dtbncx+xml")
                        {
                            contents.push(file.clone());
                        }
                        files.insert(id, file);
                    }
                }
                "itemref" => order.extend(tag.attribute("idref")),
                _ => {}
            }
            Ok(())
        })?;
        let (title, metadata) = about(xml, DESCRIPTION)?;
        let spine = order.iter().filter_map(|id| files.get(id).cloned()).collect();
        Ok(Package { spine, contents, title, metadata })
    }
}

/// A reference without its place in the file, `%20` and the like as what they stand for.
pub(crate) fn plain(reference: &str) -> String {
    let path = reference.split(['#', '?']).next().unwrap_or_default();
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = rest.get(1..3).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        assert_eq!(plain("a%20b%C3%A9.xhtml#c"), "a bé.xhtml");
        assert_eq!(plain("100%"), "100%");
        assert_eq!(plain("%zz%4"), "%zz%4");
    }
}
