//! A picture that goes with a request: its type is told by its own bytes and not by what it is called.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use sdk_record::{Fault, Kind};

/// Most bytes of a picture: what the largest of the services take.
const LARGEST: u64 = 20 << 20;

/// First bytes of the types that every service takes, and their names.
const TYPES: [(&[u8], &str); 4] = [
    (b"\x89PNG\r\n\x1A\n", "image/png"),
    (b"\xFF\xD8\xFF", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
];

/// Padding may be left out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A picture, ready to be sent. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    media: &'static str,
    data: Arc<str>,
    name: Arc<str>,
}

impl Picture {
    /// The picture that a row names: `data:image/png;base64,…`, or the path of a file.
    ///
    /// # Errors
    /// `missing` for a file that is not there, `unsupported` for what is no picture of a type that services take,
    /// `too_large`, `damaged`.
    pub fn named(name: &str) -> Result<Picture, Fault> {
        if name.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
            return inline(&name[5..]).and_then(|bytes| Picture::of(&bytes));
        }
        if name.contains("://") {
            let message =
                format!("expected a picture's path or data URL, found the address {name}; download it first");
            return Err(Fault::new(Kind::Unsupported, message));
        }
        read(name).and_then(|bytes| Picture::of(&bytes)).map_err(|fault| {
            let message = format!("{name}: {}", fault.message);
            Fault { message, ..fault }
        })
    }

    /// The picture of these bytes.
    ///
    /// # Errors
    /// `unsupported` and `too_large`.
    pub fn of(bytes: &[u8]) -> Result<Picture, Fault> {
        if bytes.len() as u64 > LARGEST {
            return Err(too_large());
        }
        let Some(media) = media(bytes) else {
            let message =
                format!("expected PNG, JPEG, GIF or WebP, found {}; convert it first", found(bytes));
            return Err(Fault::new(Kind::Unsupported, message));
        };
        let name = format!("{media} {}", blake3::hash(bytes).to_hex());
        Ok(Picture { media, data: BASE64.encode(bytes).into(), name: name.into() })
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
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(lost)?;
    Ok(bytes)
}

/// The type of a picture by its first bytes, if services take it.
fn media(bytes: &[u8]) -> Option<&'static str> {
    let (_, media) = TYPES.into_iter().find(|(head, _)| bytes.starts_with(head))?;
    (media != "image/webp" || bytes.get(8..12) == Some(b"WEBP")).then_some(media)
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

/// The bytes of a data URL, after its scheme.
fn inline(url: &str) -> Result<Vec<u8>, Fault> {
    let shown: String = url.chars().take(40).collect();
    let wrong = |what: &str| {
        Fault::new(Kind::Damaged, format!("expected data:image/png;base64,…, {what}: data:{shown}…"))
    };
    let (about, data) = url.split_once(',').ok_or_else(|| wrong("found no comma"))?;
    if !about.to_ascii_lowercase().ends_with(";base64") {
        return Err(wrong("found no base64"));
    }
    if data.len() as u64 / 4 * 3 > LARGEST + 3 {
        return Err(too_large());
    }
    let data: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(data).map_err(|error| wrong(&format!("found base64 that is broken ({error})")))
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
            ("data:image/png;base64,UklGRgAAAABXQVZF", Kind::Unsupported, "PNG, JPEG, GIF or WebP"),
            (&large, Kind::TooLarge, "at most 20 MiB"),
        ] {
            let fault = Picture::named(name).unwrap_err();
            assert_eq!(fault.kind, kind, "{}", fault.message);
            assert!(fault.message.contains(words), "{}", fault.message);
        }
    }
}
