//! PDF documents made by hand, good ones and others.

use crate::archive::Content;

/// A document of these objects, numbered from 1; the first is its catalog.
fn document(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n", number + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    let (at, size) = (bytes.len(), objects.len() + 1);
    bytes.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    for place in places {
        bytes.extend(format!("{place:010} 00000 n \n").bytes());
    }
    bytes.extend(format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n").bytes());
    bytes
}

const CATALOG: &[u8] = b"<< /Type /Catalog /Pages 2 0 R >>";
const FONT: &[u8] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
const TEXT: &[u8] = b"BT /F1 12 Tf 72 720 Td (Tides rise and fall.) Tj ET\n";

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<< /Length {} {entries} >>\nstream\n", bytes.len()).into_bytes();
    object.extend(bytes);
    object.extend(b"\nendstream");
    object
}

/// A page that shows object 5 with these resources.
fn page(pages: &str, more: &str, content: Vec<u8>) -> Vec<Vec<u8>> {
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 4 0 R >> {more} >> \
         /Contents 5 0 R >>"
    );
    vec![CATALOG.into(), pages.into(), page.into(), FONT.into(), content]
}

const PAGES: &str = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";

/// One page with one sentence.
pub fn good() -> Vec<u8> {
    pages(&["Tides rise and fall."])
}

/// A page for each of these sentences.
pub fn pages(sentences: &[&str]) -> Vec<u8> {
    let kids: Vec<String> = (0..sentences.len()).map(|at| format!("{} 0 R", 4 + at * 2)).collect();
    let pages = format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), kids.len());
    let mut objects = vec![CATALOG.to_vec(), pages.into_bytes(), FONT.to_vec()];
    for (at, sentence) in sentences.iter().enumerate() {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> \
             /Contents {} 0 R >>",
            5 + at * 2
        );
        let text = format!("BT /F1 12 Tf 72 720 Td ({sentence}) Tj ET\n");
        objects.extend([page.into_bytes(), stream("", text.as_bytes())]);
    }
    document(&objects)
}

/// A page whose words stand behind a gigabyte of spaces.
pub fn bomb() -> Vec<u8> {
    let content = Content { begin: TEXT.into(), unit: vec![b' '; 1 << 20], times: 1000, end: TEXT.into() };
    document(&page(PAGES, "", stream("/Filter /FlateDecode", &content.zlib())))
}

/// A page tree that holds itself.
pub fn circle() -> Vec<u8> {
    document(&page("<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 99 /Parent 2 0 R >>", "", stream("", TEXT)))
}

/// A form that draws itself.
pub fn echo() -> Vec<u8> {
    let mut objects = page(PAGES, "/XObject << /X 6 0 R >>", stream("", b"/X Do\n"));
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>";
    objects.push(stream(form, b"/X Do\n"));
    document(&objects)
}

/// An array in an array, a hundred thousand times.
pub fn nest() -> Vec<u8> {
    let mut objects = page(PAGES, "", stream("", TEXT));
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    objects[0] = [b"<< /Type /Catalog /Pages 2 0 R /Names ".as_slice(), &deep, b" >>"].concat();
    document(&objects)
}

/// `bytes` with so many of them changed, as the seed says.
pub fn shaken(bytes: &[u8], seed: u64, changes: usize) -> Vec<u8> {
    let mut shaken = bytes.to_vec();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..changes {
        let at = usize::try_from(next() % bytes.len() as u64).unwrap();
        shaken[at] = next().to_le_bytes()[3];
    }
    shaken
}
