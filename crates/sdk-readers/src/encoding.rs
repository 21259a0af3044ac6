//! Bytes → text: a byte order mark, then UTF-8, then what the document declares, then a guess that is said.
//! Line ends and everything else stay as they are; only the mark is dropped.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8};

/// The text, and a warning where its encoding was guessed or bytes were replaced.
pub(crate) fn decode(bytes: Vec<u8>, declared: Option<&'static Encoding>) -> (String, Option<String>) {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return finish(&bytes[mark..], encoding, None);
    }
    // ISO-2022-JP is ASCII to the eye, so there the declaration comes before the test for UTF-8.
    if declared == Some(ISO_2022_JP) {
        return finish(&bytes, ISO_2022_JP, None);
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return (text, None),
        Err(error) => error.into_bytes(),
    };
    if let Some(encoding) = declared.filter(|encoding| *encoding != UTF_8) {
        return finish(&bytes, encoding, None);
    }
    if mostly_utf8(&bytes) {
        return finish(&bytes, UTF_8, None);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    finish(&bytes, guess, Some(format!("not UTF-8; its encoding was guessed as {}", guess.name())))
}

fn finish(bytes: &[u8], encoding: &'static Encoding, guessed: Option<String>) -> (String, Option<String>) {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let replaced = broken.then(|| format!("bytes that are not {} became \u{FFFD}", encoding.name()));
    let warning = match (guessed, replaced) {
        (Some(guessed), Some(replaced)) => Some(format!("{guessed}; {replaced}")),
        (guessed, replaced) => guessed.or(replaced),
    };
    (text.into_owned(), warning)
}

/// UTF-8 with a few broken places (a cut end, one pasted byte) is still UTF-8: a guess would spoil all of it.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= 10 * bad
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let text = |bytes: &[u8]| decode(bytes.to_vec(), None);
        assert_eq!(text(b"\xEF\xBB\xBFna\xC3\xAFve"), ("naïve".to_owned(), None));
        assert_eq!(text(b"\xFF\xFEh\0\xE9\0"), ("hé".to_owned(), None));
        assert_eq!(text(b"\xFE\xFF\0h\0i"), ("hi".to_owned(), None));
        let (russian, ..) =
            encoding_rs::WINDOWS_1251.encode("Это довольно обычный русский текст, и его легко узнать.");
        let (read, warning) = text(&russian);
        assert!(read.starts_with("Это довольно"), "{read}");
        assert!(warning.unwrap().contains("windows-1251"));
        let (cut, warning) = text(&"ééééééééééé".as_bytes()[..21]);
        assert!(cut.starts_with("éééééééééé\u{FFFD}") && warning.unwrap().contains("UTF-8"));
    }
}
