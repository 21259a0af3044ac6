use std::io::Cursor;

use super::*;
use crate::archive::packed;
use crate::passages::passages;
use crate::{Asked, LARGEST};

/// What the rows of a document say: its passages' texts, its pictures' bytes and places.
fn rows(name: &str, bytes: Vec<u8>, wishes: &Wishes) -> Vec<String> {
    let input = Input::open(name, Box::new(Cursor::new(bytes)), LARGEST).unwrap();
    let sizes = Asked::default().sizes().unwrap();
    let said = |row: Record| match row.string("image") {
        None => "text".to_owned(),
        Some(url) => {
            assert_eq!(row.string("source").unwrap(), name);
            let (media, data) = url.split_once(";base64,").unwrap();
            let bytes = STANDARD.decode(data).unwrap();
            let place = ["page", "slide", "section"].iter().find_map(|key| row.get(key)).unwrap_or("-");
            let end = if row.has("warning") { " !" } else { "" };
            format!("{media} {} {place}{end}", String::from_utf8_lossy(&bytes).trim())
        }
    };
    passages(input, wishes, &sizes).unwrap().map(|row| said(row.unwrap())).collect()
}

fn images(name: &str, bytes: Vec<u8>) -> Vec<String> {
    let without = rows(name, bytes.clone(), &Wishes::default());
    assert!(without.iter().all(|row| row == "text"));
    rows(name, bytes, &Wishes { images: true, ..Wishes::default() })
}

fn relations(targets: &[&str]) -> String {
    let one = |(index, target): (usize, &&str)| {
        format!("<Relationship Id='r{index}' Type='http://x/image' Target='{target}'/>")
    };
    format!("<R>{}</R>", targets.iter().enumerate().map(one).collect::<Vec<_>>().concat())
}

#[test]
fn each_picture_of_a_word_document_once() {
    let blip = |id: &str| format!("<w:r><w:drawing><a:blip r:embed='{id}'/></w:drawing></w:r>");
    let body = format!(
        "<w:document><w:body><w:p><w:r><w:t>Words.</w:t></w:r>{}{}{}<w:r><w:pict><v:imagedata r:id='r2'/></w:pict></w:r>{}</w:p></w:body></w:document>",
        blip("r1"),
        blip("r0"),
        blip("r1"),
        blip("r3"),
    );
    let document = packed(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &body),
        (
            "word/_rels/document.xml.rels",
            &relations(&["media/a.gif", "media/b.gif", "media/same.gif", "media/c.emf"]),
        ),
        ("word/media/a.gif", "GIF89a-a"),
        ("word/media/b.gif", "GIF89a-b"),
        ("word/media/same.gif", "GIF89a-a"),
        ("word/media/c.emf", "EMF"),
        ("word/media/unused.gif", "GIF89a-c"),
    ]);
    assert_eq!(
        images("a.docx", document),
        ["text", "data:image/gif GIF89a-b -", "data:image/gif GIF89a-a - !"]
    );
}

#[test]
fn pictures_of_slides_have_their_slide() {
    let slide = |words: &str, id: &str| {
        let text = format!("<p:sp><p:txBody><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:txBody></p:sp>");
        let text = if words.is_empty() { String::new() } else { text };
        format!(
            "<p:sld><p:spTree>{text}<p:pic><p:blipFill><a:blip r:embed='{id}'/></p:blipFill></p:pic></p:spTree></p:sld>"
        )
    };
    let deck = |words: [&str; 2]| {
        let slides = "<R><Relationship Id='s1' Type='http://x/slide' Target='slides/one.xml'/>\
            <Relationship Id='s2' Type='http://x/slide' Target='slides/two.xml'/></R>";
        packed(&[
            ("[Content_Types].xml", ""),
            ("ppt/presentation.xml", "<p:p><p:sldId id='1' r:id='s2'/><p:sldId id='2' r:id='s1'/></p:p>"),
            ("ppt/_rels/presentation.xml.rels", slides),
            ("ppt/slides/one.xml", &slide(words[0], "r0")),
            ("ppt/slides/two.xml", &slide(words[1], "r1")),
            ("ppt/slides/_rels/one.xml.rels", &relations(&["../media/a.gif"])),
            ("ppt/slides/_rels/two.xml.rels", &relations(&["", "../media/b.gif"])),
            ("ppt/media/a.gif", "GIF89a-a"),
            ("ppt/media/b.gif", "GIF89a-b"),
        ])
    };
    let pictures = ["data:image/gif GIF89a-b 1", "data:image/gif GIF89a-a 2"];
    assert_eq!(images("a.pptx", deck(["One", "Two"])), ["text", pictures[0], pictures[1]]);
    // Nothing but pictures is what is looked for, too.
    let bare = rows("a.pptx", deck(["", ""]), &Wishes { images: true, ..Wishes::default() });
    assert_eq!(bare, pictures);
}

#[test]
fn pictures_of_books_and_pages() {
    let book = packed(&[
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", "<c><rootfile full-path='O/book.opf'/></c>"),
        (
            "O/book.opf",
            "<package><manifest><item id='a' href='text/one.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>",
        ),
        (
            "O/text/one.xhtml",
            "<html><body><p>Words</p><img src='../img/a%20b.gif'/><img src='none.gif'/></body></html>",
        ),
        ("O/img/a b.gif", "GIF89a-a"),
    ]);
    assert_eq!(images("a.epub", book), ["text", "data:image/gif GIF89a-a \"one.xhtml\""]);
    let url = format!("data:image/gif;base64,{}", STANDARD.encode("GIF89a-a"));
    let page = format!("<html><p>Words</p><img src=\"{url}\"><img src='{url}'><img src='b.gif'></html>");
    assert_eq!(images("a.html", page.into_bytes()), ["text", "data:image/gif GIF89a-a -"]);
    assert_eq!(images("a.txt", b"Words".to_vec()), ["text"]);
}

/// A PDF of two pages that show the same stored picture, and one that shows nothing else.
fn pdf(words: &str) -> Vec<u8> {
    let page = |content: usize| {
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R /Resources << /Font << /F1 3 0 R >> /XObject << /I 4 0 R >> >> >>"
        )
    };
    let stream = |entries: &str, data: &str| {
        format!("<< {entries} /Length {} >>\nstream\n{data}\nendstream", data.len())
    };
    let shown = "q 100 0 0 100 0 0 cm /I Do Q";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [5 0 R 7 0 R] /Count 2 >>".to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        stream(
            "/Type /XObject /Subtype /Image /Width 2 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /ASCIIHexDecode",
            "00FF>",
        ),
        page(6),
        stream("", &format!("BT /F1 12 Tf 72 700 Td ({words}) Tj ET {shown}")),
        page(8),
        stream("", shown),
    ];
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", number + 1);
    }
    let (size, begin) = (objects.len() + 1, file.len());
    (file + &table + &format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{begin}\n%%EOF\n"))
        .into_bytes()
}

#[test]
fn pictures_of_pages_are_png() {
    let wishes = Wishes { images: true, ..Wishes::default() };
    for (words, texts) in [("The kettle holds water.", 1), ("", 0)] {
        let found = rows("a.pdf", pdf(words), &wishes);
        assert_eq!(found.len(), texts + 1, "{found:?}");
        assert!(
            found[texts].starts_with("data:image/png \u{fffd}PNG") && found[texts].ends_with(" 1"),
            "{found:?}"
        );
    }
}

/// The warnings of a document's rows, pictures looked for; or the fault's message.
fn warnings(name: &str, bytes: Vec<u8>, wishes: Wishes) -> Vec<String> {
    let input = Input::open(name, Box::new(Cursor::new(bytes)), LARGEST).unwrap();
    let wishes = Wishes { images: true, ..wishes };
    match passages(input, &wishes, &Asked::default().sizes().unwrap()) {
        Ok(rows) => rows.map(|row| row.unwrap().string("warning").unwrap_or_default()).collect(),
        Err(fault) => vec![fault.message],
    }
}

fn word(words: &str, media: &[(&str, &str)]) -> Vec<u8> {
    let blips = (0..media.len()).map(|index| format!("<w:drawing><a:blip r:embed='r{index}'/></w:drawing>"));
    let body = format!(
        "<w:document><w:body><w:p><w:r><w:t>{words}</w:t></w:r><w:r>{}</w:r></w:p></w:body></w:document>",
        blips.collect::<String>()
    );
    let relations = relations(&media.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let names: Vec<String> = media.iter().map(|(name, _)| format!("word/{name}")).collect();
    let mut members = vec![
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &*body),
        ("word/_rels/document.xml.rels", &*relations),
    ];
    members.extend(names.iter().zip(media).map(|(name, (_, content))| (&**name, *content)));
    packed(&members)
}

#[test]
fn a_picture_that_cannot_be_had_hides_no_other() {
    let large = format!("GIF89a{}", "x".repeat(9000));
    let document = word("Words.", &[("a.gif", &large), ("b.gif", "GIF89a-b")]);
    let small = Wishes { max_size: 6000, images: true, ..Wishes::default() };
    assert_eq!(rows("a.docx", document, &small), ["text", "data:image/gif GIF89a-b - !"]);
    let (slide, relation) = ("<p:sld><a:blip r:embed='r0'/></p:sld>", relations(&["../media/a.gif"]));
    let slides = "<R><Relationship Id='s1' Type='http://x/slide' Target='slides/one.xml'/>\
        <Relationship Id='s2' Type='http://x/slide' Target='slides/two.xml'/></R>";
    let deck = packed(&[
        ("[Content_Types].xml", ""),
        ("ppt/presentation.xml", "<p:p><p:sldId id='1' r:id='s1'/><p:sldId id='2' r:id='s2'/></p:p>"),
        ("ppt/_rels/presentation.xml.rels", slides),
        ("ppt/slides/one.xml", &format!("<p:sld>{}</p:sld>", " ".repeat(9000))),
        ("ppt/slides/two.xml", slide),
        ("ppt/slides/_rels/two.xml.rels", &relation),
        ("ppt/media/a.gif", "GIF89a-a"),
    ]);
    let (_, pictures) =
        pictures(Input::open("a.pptx", Box::new(Cursor::new(deck)), LARGEST).unwrap(), &small).unwrap();
    assert_eq!((pictures.found.len(), pictures.unread), (1, 1));
    assert!(pictures.warning().unwrap().contains("could not be looked through for pictures: 1"));
}

#[test]
fn what_is_left_out_is_said_where_no_picture_is_left() {
    let all = Wishes::default;
    let left_out = "pictures that were left out (too large, too many, damaged, or of other kinds): 1";
    assert_eq!(warnings("a.docx", word("Words.", &[("a.emf", "EMF")]), all()), [left_out]);
    let said = warnings("a.docx", word("", &[("a.emf", "EMF")]), all());
    assert!(said[0].ends_with(left_out), "{said:?}");
    let page = "<html><p>Words</p><img src='data:image/png;base64,####'></html>";
    assert_eq!(warnings("a.html", page.into(), all()), [left_out]);
    let mut broken = pdf("The kettle holds water.");
    let at = broken.windows(5).position(|window| window == b"00FF>").unwrap();
    broken[at..at + 5].copy_from_slice(b"~~~~~");
    let said = warnings("a.pdf", broken, all());
    assert!(said.last().unwrap().contains("left out"), "{said:?}");
    // Where the first engine failed, its pictures are not had either.
    let page = "<html><p>Words</p><img src='data:image/gif;base64,R0lGODlh'></html>";
    let again = Wishes { fallback: true, ..Wishes::default() };
    assert_eq!(warnings("a.html", page.into(), again), ["its pictures could not be looked for"]);
    assert_eq!(warnings("a.html", page.into(), all()), ["", ""]);
}
