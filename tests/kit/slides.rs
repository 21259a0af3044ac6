//! A presentation, made by hand.

use crate::archive::{Content, zip};
use crate::office::{LINKS, TYPES};

/// A presentation of one slide: its title, a text, a table of one row, and its notes.
pub fn slide(title: &str, text: &str, row: &[&str], notes: &str) -> Vec<u8> {
    let link = |id: &str, kind: &str, target: &str| {
        format!(
            "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
        )
    };
    let said = |text: &str| format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>");
    let shape = |kind: &str, text: &str| {
        let placeholder = format!("<p:nvSpPr><p:nvPr><p:ph type=\"{kind}\" idx=\"1\"/></p:nvPr></p:nvSpPr>");
        format!("<p:sp>{placeholder}<p:txBody>{}</p:txBody></p:sp>", said(text))
    };
    let cells: String =
        row.iter().map(|cell| format!("<a:tc><a:txBody>{}</a:txBody></a:tc>", said(cell))).collect();
    let table = format!(
        "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr>{cells}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    );
    let spaces = "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
    let tree = |kind: &str, shapes: &str| {
        format!("<p:{kind} {spaces}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:{kind}>")
    };
    let links = |links: &str| {
        Content::plain(format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{links}</Relationships>"
        ))
    };
    let part = "ppt/presentation.xml";
    let list = format!(
        "<p:presentation {spaces}><p:sldIdLst><p:sldId id=\"256\" r:id=\"rId1\"/></p:sldIdLst></p:presentation>"
    );
    let shapes = shape("title", title) + &shape("body", text) + &table;
    zip(&[
        (
            "[Content_Types].xml",
            Content::plain(TYPES.replace("PART", part).replace("KIND", "presentationml.presentation")),
        ),
        ("_rels/.rels", Content::plain(LINKS.replace("PART", part).replace("TYPE", "officeDocument"))),
        (part, Content::plain(list)),
        ("ppt/_rels/presentation.xml.rels", links(&link("rId1", "slide", "slides/slide1.xml"))),
        ("ppt/slides/slide1.xml", Content::plain(tree("sld", &shapes))),
        (
            "ppt/slides/_rels/slide1.xml.rels",
            links(&link("rId1", "notesSlide", "../notesSlides/notesSlide1.xml")),
        ),
        ("ppt/notesSlides/notesSlide1.xml", Content::plain(tree("notes", &shape("body", notes)))),
    ])
}
