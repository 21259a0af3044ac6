//! Pictures and sounds: Gemini's data with its type, and OpenAI's `image_url` and `input_audio`. A film or a document has
//! no part there and is refused, as is a picture in the cloud whose type nothing tells.

use sdk_record::{Fault, member, quote};

use super::either;
use crate::messages::refused;

/// Types that the ending of a name stands for.
const PICTURES: [(&str, &str); 7] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("webp", "image/webp"),
    ("gif", "image/gif"),
    ("heic", "image/heic"),
    ("heif", "image/heif"),
];

/// OpenAI's formats of sound. The first type of each is the one that is written.
const SOUNDS: [(&str, &[&str]); 2] = [
    ("wav", &["audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"]),
    ("mp3", &["audio/mpeg", "audio/mp3", "audio/mpga"]),
];

fn string(raw: Option<&str>) -> Option<String> {
    raw.and_then(|raw| serde_json::from_str(raw).ok())
}

/// `inlineData` as OpenAI's part.
///
/// # Errors
/// What is there instead of a picture or a sound.
pub(super) fn inline(data: &str) -> Result<String, String> {
    let kind = string(either(data, "mimeType", "mime_type")).unwrap_or_default();
    let Some(bytes) = string(member(data, "data")) else {
        return Err("inlineData: expected data as text, found none".to_owned());
    };
    if kind.starts_with("image/") {
        return Ok(picture(&quote(&format!("data:{kind};base64,{bytes}")), None));
    }
    match SOUNDS.iter().find(|(_, kinds)| kinds.contains(&kind.as_str())) {
        Some((format, _)) => Ok(format!(
            "{{\"type\":\"input_audio\",\"input_audio\":{{\"data\":{},\"format\":\"{format}\"}}}}",
            quote(&bytes)
        )),
        None => {
            Err(format!("inlineData: expected a picture, or a sound as WAV or MP3, found {}", named(&kind)))
        }
    }
}

/// `fileData` as OpenAI's part. The type stays where the name does not tell it.
///
/// # Errors
/// What is there instead of a picture.
pub(super) fn file(data: &str) -> Result<String, String> {
    let Some(uri) = string(either(data, "fileUri", "file_uri")) else {
        return Err("fileData: expected fileUri, found none".to_owned());
    };
    match string(either(data, "mimeType", "mime_type")) {
        None => Ok(picture(&quote(&uri), None)),
        Some(kind) if kind.starts_with("image/") => {
            let told = kind == "image/*" || ending(&uri) == Some(kind.as_str());
            Ok(picture(&quote(&uri), (!told).then_some(&kind)))
        }
        Some(kind) => Err(format!("fileData: expected a picture, found {}", named(&kind))),
    }
}

fn named(kind: &str) -> String {
    match kind {
        "" => "no mimeType".to_owned(),
        kind => kind.chars().take(40).collect(),
    }
}

/// OpenAI's part; the type is a key of ours that OpenAI itself never needs, for it reads no address in Google's cloud.
fn picture(url: &str, kind: Option<&String>) -> String {
    let kind = kind.map(|kind| format!(",\"mime_type\":{}", quote(kind))).unwrap_or_default();
    format!("{{\"type\":\"image_url\",\"image_url\":{{\"url\":{url}{kind}}}}}")
}

fn ending(uri: &str) -> Option<&'static str> {
    let (_, ending) = uri.rsplit_once('.')?;
    PICTURES.iter().find(|(known, _)| ending.eq_ignore_ascii_case(known)).map(|(_, kind)| *kind)
}

/// OpenAI's part as Gemini's.
///
/// # Errors
/// `unconvertible`: another part, a picture of no known type, or one that says more.
pub(super) fn part(raw: &str) -> Result<String, Fault> {
    if let Some(sound) = member(raw, "input_audio") {
        let format = string(member(sound, "format")).unwrap_or_default();
        let kinds = SOUNDS.iter().find(|(known, _)| *known == format).map(|(_, kinds)| kinds[0]);
        return match (kinds, member(sound, "data").filter(|data| data.starts_with('"'))) {
            (Some(kind), Some(data)) => {
                Ok(format!("{{\"inlineData\":{{\"mimeType\":\"{kind}\",\"data\":{data}}}}}"))
            }
            _ => Err(refused("gemini", "holds sounds as wav or mp3, found another")),
        };
    }
    let Some(image) = member(raw, "image_url") else {
        return Err(refused("gemini", "holds texts, pictures (data: or gs:) and sounds, found another part"));
    };
    if member(image, "detail").is_some_and(|raw| !matches!(raw, "null" | "\"auto\"")) {
        return Err(refused("gemini", "has no place for a picture's detail"));
    }
    let url =
        string(if image.starts_with('"') { Some(image) } else { member(image, "url") }).unwrap_or_default();
    if let Some((kind, data)) = url.strip_prefix("data:").and_then(|url| url.split_once(";base64,")) {
        return match kind.starts_with("image/") {
            true => {
                Ok(format!("{{\"inlineData\":{{\"mimeType\":{},\"data\":{}}}}}", quote(kind), quote(data)))
            }
            false => Err(refused("gemini", "holds pictures under image_url, found another type")),
        };
    }
    if !url.starts_with("gs://") {
        return Err(refused("gemini", "holds pictures as data: or gs:, found another address"));
    }
    match string(member(image, "mime_type")).or_else(|| ending(&url).map(str::to_owned)) {
        Some(kind) => {
            Ok(format!("{{\"fileData\":{{\"mimeType\":{},\"fileUri\":{}}}}}", quote(&kind), quote(&url)))
        }
        None => Err(refused(
            "gemini",
            "needs the type of a picture, and its name has no ending that tells; add mime_type beside its url",
        )),
    }
}
