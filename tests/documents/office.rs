//! Documents that are archives, made by hand.

use crate::archive::{Content, zip};

/// The types of an archive whose main part is PART, of this KIND.
pub const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/PART" ContentType="application/vnd.openxmlformats-officedocument.KIND.main+xml"/></Types>"#;
/// The relations of an archive: its main part, by its TYPE.
pub const LINKS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/TYPE" Target="PART"/></Relationships>"#;
const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// A Word document with this body and these other members.
pub fn word(document: Content, more: Vec<(&str, Content)>) -> Vec<u8> {
    let types = TYPES.replace("PART", "word/document.xml").replace("KIND", "wordprocessingml.document");
    let links = LINKS.replace("PART", "word/document.xml").replace("TYPE", "officeDocument");
    let mut members = vec![
        ("[Content_Types].xml", Content::plain(types)),
        ("_rels/.rels", Content::plain(links)),
        ("word/document.xml", document),
    ];
    members.extend(more);
    zip(&members)
}

/// The body of a Word document: `begin`, then `unit` so many times, then `end`, after these declarations.
pub fn body(declared: &str, begin: &str, unit: &str, times: usize, end: &str) -> Content {
    let head = format!("<?xml version=\"1.0\"?>{declared}<w:document xmlns:w=\"{WORD}\"><w:body>{begin}");
    Content {
        begin: head.into_bytes(),
        unit: unit.as_bytes().to_vec(),
        times,
        end: format!("{end}</w:body></w:document>").into_bytes(),
    }
}

/// A paragraph of a Word document.
pub fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

/// A sheet whose two cells stand in its first and its last corner.
pub fn sparse() -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let part = "xl/workbook.xml";
    let cell = |row: u32, at: &str| {
        format!("<row r=\"{row}\"><c r=\"{at}\" t=\"inlineStr\"><is><t>corner</t></is></c></row>")
    };
    let sheet = format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"{main}\"><dimension ref=\"A1:XFD1048576\"/><sheetData>{}{}</sheetData></worksheet>",
        cell(1, "A1"),
        cell(1_048_576, "XFD1048576")
    );
    let book = format!(
        "<?xml version=\"1.0\"?><workbook xmlns=\"{main}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    zip(&[
        (
            "[Content_Types].xml",
            Content::plain(TYPES.replace("PART", part).replace("KIND", "spreadsheetml.sheet")),
        ),
        ("_rels/.rels", Content::plain(LINKS.replace("PART", part).replace("TYPE", "officeDocument"))),
        (part, Content::plain(book)),
        (
            "xl/_rels/workbook.xml.rels",
            Content::plain(LINKS.replace("PART", "worksheets/sheet1.xml").replace("TYPE", "worksheet")),
        ),
        ("xl/worksheets/sheet1.xml", Content::plain(sheet)),
    ])
}

/// Declares entities of which the last is a thousand quadrillion laughs.
pub fn laughs() -> String {
    let mut declared = "<!DOCTYPE x [<!ENTITY a0 \"ha\">".to_owned();
    for level in 1..=30 {
        let below = format!("&a{};", level - 1).repeat(10);
        declared += &format!("<!ENTITY a{level} \"{below}\">");
    }
    declared + "]>"
}

/// A book of this chapter, and of one that lies outside of it.
pub fn book(chapter: Content) -> Vec<u8> {
    let container = r#"<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;
    let package = r#"<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title><dc:identifier id="i">i</dc:identifier><dc:language>en</dc:language></metadata><manifest><item id="c" href="../../c.xhtml" media-type="application/xhtml+xml"/><item id="d" href="d.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="c"/><itemref idref="d"/></spine></package>"#;
    zip(&[
        ("mimetype", Content::plain("application/epub+zip")),
        ("META-INF/container.xml", Content::plain(container)),
        ("a.opf", Content::plain(package)),
        ("d.xhtml", chapter),
    ])
}
