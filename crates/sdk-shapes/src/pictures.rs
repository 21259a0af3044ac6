//! Pictures that a row has beside what is said, for shapes that hold them within: they become OpenAI's parts of what the
//! user says, where `<image>` marks their places, else after the text.

use sdk_record::{Fault, Speaker, Turn, Turns, elements};

use crate::messages::{refused, without_media};

/// Marks the place of a picture in a text, as LLaMA-Factory has it.
const MARK: &str = "<image>";

/// Puts the pictures of a row into the only message of its user. `addresses`: how those begin that the shape's readers
/// can follow.
///
/// # Errors
/// `unconvertible` for other media, a picture elsewhere, and where several messages may mean it.
pub(crate) fn within(shape: &str, addresses: &[&str], told: &mut Turns) -> Result<(), Fault> {
    let images = match told.media.as_slice() {
        [] => return Ok(()),
        [("images", list)] => list.clone(),
        _ => return without_media(shape, told),
    };
    let pictures: Vec<&str> = elements(&images).collect();
    let followed = |raw: &str| {
        let address = raw.strip_prefix('"').unwrap_or_default();
        addresses.iter().any(|begin| address.starts_with(begin))
    };
    if let Some(other) = pictures.iter().find(|raw| !followed(raw)) {
        let found: String = other.chars().take(40).collect();
        let known = addresses.join(", ");
        let what = format!("has no place for images beside what is said but those at {known}, found {found}");
        return Err(refused(shape, &what));
    }
    let mut users = told.turns.iter_mut().filter(|turn| turn.role == Speaker::User);
    let content = match (users.next(), users.next()) {
        (Some(turn), None) => parts(turn, &pictures).map(|parts| (turn, parts)),
        _ => None,
    };
    let Some((turn, parts)) = content else {
        let what = "has no place for images beside several messages, or beside other marks than their own";
        return Err(refused(shape, what));
    };
    turn.content = parts.into();
    told.media.clear();
    // What is no text alone is no text that is parted.
    told.split = None;
    told.texts = false;
    Ok(())
}

/// A text and its pictures; `None` where it says otherwise how many there are.
fn parts(turn: &Turn, pictures: &[&str]) -> Option<String> {
    let text = turn.content.strip_prefix('"')?.strip_suffix('"')?;
    let shown = |raw: &&str| format!("{{\"type\":\"image_url\",\"image_url\":{{\"url\":{raw}}}}}");
    let said = |text: &str| format!("{{\"type\":\"text\",\"text\":\"{text}\"}}");
    let pieces: Vec<&str> = text.split(MARK).collect();
    let mut list = Vec::new();
    if pieces.len() == 1 {
        list.push(said(text));
        list.extend(pictures.iter().map(shown));
    } else if pieces.len() == pictures.len() + 1 {
        for (index, piece) in pieces.into_iter().enumerate() {
            list.extend(index.checked_sub(1).map(|before| shown(&pictures[before])));
            list.extend((!piece.is_empty()).then(|| said(piece)));
        }
    } else {
        return None;
    }
    Some(format!("[{}]", list.join(",")))
}
