//! What bytes are that no reader takes: the format's name by its first bytes, and what to do about it.

/// First bytes, name, advice.
const FORMATS: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", "a zip archive", "unpack it first: unzip FILE"),
    (b"\x1F\x8B", "gzip data in gzip data", "unpack it first: zcat FILE | sdk-extract -"),
    (b"\x28\xB5\x2F\xFD", "zstd data in packed data", "unpack it first: zstdcat FILE | sdk-extract -"),
    (b"BZh", "bzip2 data", "unpack it first: bzcat FILE | sdk-extract -"),
    (b"\xFD7zXZ\x00", "xz data", "unpack it first: xzcat FILE | sdk-extract -"),
    (b"7z\xBC\xAF", "a 7z archive", "unpack it first"),
    #[cfg(not(feature = "parquet"))]
    (b"PAR1", "a Parquet file", "this build reads none: build it with the feature `parquet`"),
    (b"SQLite format 3", "an SQLite database", "export rows as JSON Lines first"),
    (b"\x89PNG", "a PNG image", "images have no text; leave it out"),
    (b"\xFF\xD8\xFF", "a JPEG image", "images have no text; leave it out"),
    (b"GIF8", "a GIF image", "images have no text; leave it out"),
    (b"II*\x00", "a TIFF image", "images have no text; leave it out"),
    (b"MM\x00*", "a TIFF image", "images have no text; leave it out"),
    (b"RIFF", "a WebP image, a sound or a film", "it has no text; leave it out"),
    (b"OggS", "a sound", "it has no text; leave it out"),
    (b"ID3", "a sound", "it has no text; leave it out"),
    (b"\x7FELF", "a program", "it has no text; leave it out"),
    (
        b"\xFF\xFE\x00\x00",
        "UTF-32 text",
        "turn it into UTF-8 first: iconv -f UTF-32 -t UTF-8 FILE | sdk-extract -",
    ),
    (
        b"\x00\x00\xFE\xFF",
        "UTF-32 text",
        "turn it into UTF-8 first: iconv -f UTF-32 -t UTF-8 FILE | sdk-extract -",
    ),
];

/// Endings of text formats that hold no text; as plain text they would be cut to pieces.
const ENDINGS: &[(&[&str], &str, &str)] = &[(&["svg"], "an SVG image", "leave it out")];

/// How much is looked at to tell text from what is not.
const HEAD: usize = 64 * 1024;

/// What the bytes of a document with this ending are and what to do, where they are not text.
pub(crate) fn not_text(ending: &str, bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let head = &bytes[..bytes.len().min(HEAD)];
    if let Some(&(_, what, advice)) = FORMATS.iter().find(|(magic, ..)| head.starts_with(magic)) {
        return Some((what, advice));
    }
    if let Some(&(_, what, advice)) = ENDINGS.iter().find(|(endings, ..)| endings.contains(&ending)) {
        return Some((what, advice));
    }
    // The only binary format here that is read.
    if cfg!(feature = "parquet") && head.starts_with(b"PAR1") {
        return None;
    }
    let wide = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
    (!wide && binary(head)).then_some(("binary data", "`file NAME` tells what it is"))
}

/// NULs, or so many control characters that no legacy text has them.
fn binary(head: &[u8]) -> bool {
    let control = |byte: &&u8| matches!(byte, 1..=6 | 14..=26 | 28..=31 | 127);
    head.contains(&0) || head.iter().filter(control).count() * 20 > head.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_by_content_first() {
        assert_eq!(not_text("txt", b"\x7FELF\x02").unwrap().0, "a program");
        assert_eq!(not_text("docx", b"PK\x03\x04 word/document.xml").unwrap().0, "a zip archive");
        assert_eq!(not_text("md", b"text\0more").unwrap().0, "binary data");
        assert_eq!(not_text("svg", b"<svg/>").unwrap().0, "an SVG image");
        assert!(not_text("txt", b"\xFF\xFEh\0i\0").is_none());
        assert!(not_text("txt", "naïve\u{c}\r\n".as_bytes()).is_none());
    }
}
