//! Glob patterns that no shell expanded, as in `'docs/*.html'`: `*`, `?`, `[a-z]`, `[!a]` and `**` for any folders.
//! No braces and no escapes: a name that has such characters can be given as it is.

/// Whether a name is meant as a pattern.
pub(crate) fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

/// Whether one folder or file name matches one part of a pattern. A hidden name is matched only by a leading dot.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut at, mut read) = (0, 0);
    // Only the last star is ever tried again, so the cost is a product and not a power.
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at, read));
            at += 1;
        } else if let Some(width) = one(&pattern[at..], name[read]) {
            at += width;
            read += 1;
        } else if let Some((star_at, from)) = star {
            star = Some((star_at, from + 1));
            at = star_at + 1;
            read = from + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|&character| character == '*')
}

/// How many pattern characters match this one, if they do.
fn one(pattern: &[char], character: char) -> Option<usize> {
    match *pattern.first()? {
        '?' => Some(1),
        '[' => match set(&pattern[1..], character) {
            Some((true, width)) => Some(width + 1),
            Some((false, _)) => None,
            None => (character == '[').then_some(1),
        },
        literal => (literal == character).then_some(1),
    }
}

/// Whether a set holds the character, and its width with the closing bracket; `None` where it has no end.
fn set(pattern: &[char], character: char) -> Option<(bool, usize)> {
    let negated = matches!(pattern.first(), Some('!' | '^'));
    let mut at = usize::from(negated);
    let first = at;
    let mut holds = false;
    loop {
        let low = *pattern.get(at)?;
        if low == ']' && at > first {
            return Some((holds != negated, at + 1));
        }
        let high = match (pattern.get(at + 1), pattern.get(at + 2)) {
            (Some('-'), Some(&high)) if high != ']' => {
                at += 2;
                high
            }
            _ => low,
        };
        holds |= (low..=high).contains(&character);
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let yes = [
            ("*.html", "a.html"),
            ("a?c", "abc"),
            ("[a-c]*", "boo"),
            ("[!a]", "b"),
            ("*a*b", "xaxbab"),
            ("[", "["),
        ];
        let no =
            [("*.html", "a.htm"), ("*", ".hidden"), ("[a-c]", "d"), ("[!a]", "a"), ("?", ""), ("a", "ab")];
        for (pattern, name) in yes {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in no {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
        assert!(!matches(&"*a".repeat(50), &"a".repeat(40)));
    }
}
