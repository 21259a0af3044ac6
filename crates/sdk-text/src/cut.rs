//! A long text in parts that a reader of each can follow.

/// Where to cut `text` so that at most `most` characters come before: behind a paragraph if one ends in the second half
/// of them, else behind a line, a sentence, a word. The whole of a text that is no longer.
pub fn cut(text: &str, most: usize) -> usize {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.len() };
    let least = text.char_indices().nth(most / 2).map_or(0, |(at, _)| at);
    let window = &text[least..end];
    let behind = |sign: &str| window.rfind(sign).map(|at| least + at + sign.len());
    let sentence = || [". ", "! ", "? ", "。", "！", "？"].into_iter().filter_map(behind).max();
    let word = || {
        let (at, space) = window.char_indices().rev().find(|(_, letter)| letter.is_whitespace())?;
        Some(least + at + space.len_utf8())
    };
    behind("\n\n").or_else(|| behind("\n")).or_else(sentence).or_else(word).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::cut;

    fn parts(mut text: &str, most: usize) -> Vec<&str> {
        let mut parts = Vec::new();
        while !text.is_empty() {
            let (part, rest) = text.split_at(cut(text, most));
            parts.push(part);
            text = rest;
        }
        parts
    }

    #[test]
    fn parts_end_where_the_text_does() {
        assert_eq!(parts("One two.\n\nThree four. Five", 15), ["One two.\n\n", "Three four. ", "Five"]);
        assert_eq!(parts("one two three\nfour", 15), ["one two three\n", "four"]);
        assert_eq!(parts("ab cd ef gh", 6), ["ab cd ", "ef gh"]);
        assert_eq!(parts("日本語。文です。日本", 5), ["日本語。", "文です。", "日本"]);
        assert_eq!(parts("aaaaaaa", 3), ["aaa", "aaa", "a"]);
        assert_eq!(parts("éé", 1), ["é", "é"]);
    }

    #[test]
    fn nothing_is_lost_and_nothing_too_long() {
        let text = "Ein Satz. Noch einer!\n\n  日本。x\n".repeat(50);
        for most in 1..80 {
            let parts = parts(&text, most);
            assert_eq!(parts.concat(), text);
            assert!(parts.iter().all(|part| part.chars().count() <= most), "{most}");
        }
    }
}
