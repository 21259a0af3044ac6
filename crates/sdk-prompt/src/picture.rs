//! A picture that goes with a request: its type is told by its own bytes and not by what it is called.

mod url;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::sync::Arc;

use base64::Engine as _;

use sdk_record::{Fault, Kind};

use url::{BASE64, inline};

/// Characters of a name that a message shows.
const SHOWN: usize = 100;

/// Bytes of the longest path; what is longer names no file.
const LONGEST_PATH: usize = 4096;

/// First bytes of the types that every service takes, and their names.
const TYPES: [(&[u8], &str); 4] = [
    (b"\x89PNG\r\n\x1A\n", "image/png"),
    (b"\xFF\xD8\xFF", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
];

/// A picture, ready to be sent. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    media: &'static str,
    data: Arc<str>,
    name: Arc<str>,
}

impl Picture {
    /// Most bytes of a picture: what the largest of the services take.
    pub const LARGEST: usize = 20 << 20;

    /// The picture that a row names: `data:image/png;base64,…`, or the path of a file.
    ///
    /// # Errors
    /// `missing` for a file that is not there, `unsupported` for what is no picture of a type that services take,
    /// `too_large`, `damaged`.
    pub fn named(name: &str) -> Result<Picture, Fault> {
        if let Some(bytes) = Picture::inline(name) {
            return bytes.and_then(|bytes| Picture::of(&bytes));
        }
        if name.contains("://") {
            let message = format!(
                "expected a picture's path or data URL, found the address {}; download it first",
                shown(name)
            );
            return Err(Fault::new(Kind::Unsupported, message));
        }
        if name.len() > LONGEST_PATH {
            let message = format!(
                "expected a picture's path or data URL, found {} bytes of text: {}; if they are raw base64, write \
                 data:image/png;base64, before them",
                name.len(),
                shown(name)
            );
            return Err(Fault::new(Kind::Unsupported, message));
        }
        read(name).and_then(|bytes| Picture::of(&bytes)).map_err(|fault| {
            let message = format!("{}: {}", shown(name), fault.message);
            Fault { message, ..fault }
        })
    }

    /// The picture of these bytes.
    ///
    /// # Errors
    /// `unsupported` and `too_large`.
    pub fn of(bytes: &[u8]) -> Result<Picture, Fault> {
        if bytes.len() > Picture::LARGEST {
            return Err(too_large());
        }
        let Some(media) = Picture::media_of(bytes) else {
            let message =
                format!("expected PNG, JPEG, GIF or WebP, found {}; convert it first", found(bytes));
            return Err(Fault::new(Kind::Unsupported, message));
        };
        let name = format!("{media} {}", blake3::hash(bytes).to_hex());
        Ok(Picture { media, data: BASE64.encode(bytes).into(), name: name.into() })
    }

    /// The type of a picture by its first bytes, if services take it.
    pub fn media_of(bytes: &[u8]) -> Option<&'static str> {
        let (_, media) = TYPES.into_iter().find(|(head, _)| bytes.starts_with(head))?;
        (media != "image/webp" || bytes.get(8..12) == Some(b"WEBP")).then_some(media)
    }

    /// The bytes that a data URL holds, whatever they are; `None` for what is no data URL.
    pub fn inline(name: &str) -> Option<Result<Vec<u8>, Fault>> {
        let scheme = name.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("data:"))?;
        Some(inline(&name[scheme.len()..]))
    }

    /// Its type: `image/png`.
    pub fn media(&self) -> &'static str {
        self.media
    }

    /// Its bytes in base64.
    pub fn data(&self) -> &str {
        &self.data
    }

    /// What tells it from any other picture, whatever it is called: type and hash.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The bytes of a file, or the first of too many.
fn read(path: &str) -> Result<Vec<u8>, Fault> {
    let lost = |error: io::Error| {
        let message = format!("the picture cannot be read: {error}; a path counts from where the tool runs");
        Fault::new(Kind::Missing, message)
    };
    if !fs::metadata(path).map_err(lost)?.is_file() {
        let message = "expected a picture, found a folder or a device; name a file";
        return Err(Fault::new(Kind::Unsupported, message));
    }
    let mut bytes = Vec::new();
    let most = Picture::LARGEST as u64 + 1;
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(lost)?;
    Ok(bytes)
}

/// The beginning of a name, as messages show it.
fn shown(name: &str) -> String {
    match name.char_indices().nth(SHOWN) {
        None => name.to_owned(),
        Some((end, _)) => format!("{}…", &name[..end]),
    }
}

/// What bytes are that no service takes.
fn found(bytes: &[u8]) -> &'static str {
    const OTHERS: [(&[u8], &str); 6] = [
        (b"%PDF", "a PDF"),
        (b"BM", "a BMP image"),
        (b"II*\0", "a TIFF image"),
        (b"MM\0*", "a TIFF image"),
        (b"<svg", "an SVG image"),
        (b"<?xml", "XML"),
    ];
    let other = OTHERS.into_iter().find(|(head, _)| bytes.starts_with(head)).map(|(_, name)| name);
    other.unwrap_or(if bytes.is_empty() { "nothing" } else { "something else" })
}

fn too_large() -> Fault {
    Fault::new(Kind::TooLarge, "expected a picture of at most 20 MiB, found a larger one; make it smaller")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1A\nrest";

    #[test]
    fn a_picture_is_what_its_bytes_say() {
        let folder = std::env::temp_dir().join(format!("sdk-picture-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("called.jpg");
        fs::write(&path, PNG).unwrap();
        let by_path = Picture::named(path.to_str().unwrap()).unwrap();
        let data = by_path.data().to_owned();
        let by_url =
            Picture::named(&format!("DATA:image/jpeg;base64,{}", data.trim_end_matches('='))).unwrap();
        assert_eq!(by_path, by_url);
        assert_eq!((by_url.media(), by_url.name().len()), ("image/png", 74));
        fs::write(&path, b"GIF89a").unwrap();
        assert_ne!(Picture::named(path.to_str().unwrap()).unwrap().name(), by_url.name());
        fs::write(&path, b"BM rest").unwrap();
        let said = Picture::named(path.to_str().unwrap()).unwrap_err().message;
        assert!(said.contains("called.jpg") && said.contains("found a BMP image"), "{said}");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_no_picture_is_said() {
        let large = format!("data:image/png;base64,{}", "A".repeat(28 << 20));
        for (name, kind, words) in [
            ("https://example.org/a.png", Kind::Unsupported, "download it first"),
            ("/nowhere/a.png", Kind::Missing, "/nowhere/a.png: the picture cannot"),
            ("/", Kind::Unsupported, "found a folder"),
            ("data:image/png;base64,####", Kind::Damaged, "broken"),
            ("data:image/png,abc", Kind::Damaged, "found no base64"),
            ("data:image/png;base64", Kind::Damaged, "no comma"),
            ("data:image/png;base64,", Kind::Unsupported, "found nothing"),
            (&"iVBORw0KGgo".repeat(1000), Kind::Unsupported, "found 11000 bytes of text"),
            (&format!("https://{}", "a".repeat(4000)), Kind::Unsupported, "aaa…; download it first"),
            (&"/a".repeat(2000), Kind::Missing, "/a/a…: the picture cannot"),
            ("data:image/png;base64,UklGRgAAAABXQVZF", Kind::Unsupported, "PNG, JPEG, GIF or WebP"),
            (&large, Kind::TooLarge, "at most 20 MiB"),
        ] {
            let fault = Picture::named(name).unwrap_err();
            assert_eq!(fault.kind, kind, "{}", fault.message);
            assert!(fault.message.contains(words), "{}", fault.message);
            assert!(fault.message.len() < 350, "{}", fault.message);
        }
    }
}
