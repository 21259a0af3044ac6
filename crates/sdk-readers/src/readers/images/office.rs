//! Pictures of Word and `PowerPoint` documents: members that a part points to where it shows them.

use sdk_record::Fault;

use super::Pictures;
use crate::markup::Markup;
use crate::readers::package::Package;
use crate::readers::{Wishes, slides};
use crate::{Input, Part, deep};

pub(super) fn word(input: Input, wishes: &Wishes, to: &mut Pictures) -> Result<(), Fault> {
    deep("docx", || {
        let mut package = Package::open(input, "a Word document", wishes)?;
        let main = package.main("word/document.xml")?;
        shown(&mut package, &main, None, to)
    })
}

pub(super) fn slides(input: Input, wishes: &Wishes, to: &mut Pictures) -> Result<(), Fault> {
    deep("pptx", || {
        let mut package = Package::open(input, "a PowerPoint document", wishes)?;
        for (number, part) in slides::order(&mut package)? {
            // A slide that cannot be read has lost its pictures, and no other has.
            if shown(&mut package, &part, Some(&Part::Slide(number)), to).is_err() {
                to.unread += 1;
            }
        }
        Ok(())
    })
}

/// Adds what a part shows.
fn shown(package: &mut Package, part: &str, place: Option<&Part>, to: &mut Pictures) -> Result<(), Fault> {
    let Some(xml) = package.archive.text(part)? else { return Ok(()) };
    let relations = package.relations(part)?;
    let mut members = Vec::new();
    Markup::new(&xml).each(|_, tag| {
        let id = match tag.name() {
            "blip" => tag.attribute("embed"),
            "imagedata" => tag.prefixed("id"),
            _ => None,
        };
        let image = id.and_then(|id| relations.get(&id)).filter(|relation| relation.kind == "image");
        members.extend(image.map(|relation| relation.target.clone()));
        Ok(())
    })?;
    for member in members {
        if to.is_new(member.as_bytes()) {
            to.named(package.archive.bytes(&member), place);
        }
    }
    Ok(())
}
