//! Words of a text. A word is a run of letters and digits, apostrophes and hyphens inside it included; a character of
//! a script written without spaces is a word by itself.

use crate::is_stop_word;

/// The words of a text and where each begins.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut position = 0;
    std::iter::from_fn(move || {
        let skipped = text[position..].find(char::is_alphanumeric)?;
        let start = position + skipped;
        let mut end = start;
        let mut letters = text[start..].char_indices().peekable();
        while let Some((offset, letter)) = letters.next() {
            let inner = matches!(letter, '\'' | '’' | '-' | '_')
                && letters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            if !letter.is_alphanumeric() && !inner || (is_ideograph(letter) && offset > 0) {
                break;
            }
            end = start + offset + letter.len_utf8();
            if is_ideograph(letter) {
                break;
            }
        }
        position = end;
        Some((start, &text[start..end]))
    })
}

/// The words of a text in lower case.
pub fn lower_words(text: &str) -> Vec<String> {
    words(text).map(|(_, word)| word.to_lowercase()).collect()
}

/// The words of a text that say something by themselves, in lower case.
pub fn content_words(text: &str) -> Vec<String> {
    let mut found = lower_words(text);
    found.retain(|word| !is_stop_word(word));
    found
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '\u{0E00}'..='\u{0E7F}')
}
