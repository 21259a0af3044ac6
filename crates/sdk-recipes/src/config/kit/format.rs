//! Templates of Python's `str.format`, as the config has them: `{name}` is a placeholder, `{{` and `}}` are braces. They
//! become templates of ours; what Python would only find out in the middle of a run is an error here.

/// A placeholder and the jq that stands for it.
pub(super) type Hole = (&'static str, &'static str);

/// A template of ours, and which placeholders it uses.
#[derive(Debug)]
pub(super) struct Translated {
    pub(super) text: String,
    pub(super) used: Vec<&'static str>,
}

/// What is wrong with a template.
#[derive(Debug, PartialEq)]
pub(super) struct Wrong {
    /// Line of the template, from 0.
    pub(super) line: usize,
    pub(super) what: String,
    /// A brace that is no placeholder, and not the name of one that is unknown.
    pub(super) stray: bool,
}

/// Translates a template whose placeholders are these.
///
/// # Errors
/// The first brace that Python would stumble over.
pub(super) fn translate(template: &str, holes: &[Hole]) -> Result<Translated, Wrong> {
    let (mut text, mut plain, mut used) = (String::new(), String::new(), Vec::new());
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let line = template[..template.len() - rest.len() + at].matches('\n').count();
        let (before, brace) = rest.split_at(at);
        plain.push_str(before);
        if let Some(after) = brace.strip_prefix("{{").or(brace.strip_prefix("}}")) {
            plain.push_str(&brace[..1]);
            rest = after;
            continue;
        }
        let (hole, after) = placeholder(brace, holes).map_err(|(what, stray)| Wrong { line, what, stray })?;
        text.push_str(&literal(&plain));
        plain.clear();
        text.extend(["{{ ", hole.1, " }}"]);
        used.push(hole.0);
        rest = after;
    }
    plain.push_str(rest);
    text.push_str(&literal(&plain));
    Ok(Translated { text, used })
}

/// The placeholder that `brace` begins with, and what follows it.
fn placeholder<'a>(brace: &'a str, holes: &[Hole]) -> Result<(Hole, &'a str), (String, bool)> {
    let double = "a brace that is text is written twice";
    if brace.starts_with('}') {
        return Err((format!("a single `}}`: {double}: `}}}}`"), true));
    }
    let inside = &brace[1..];
    let Some(end) = inside.find(['{', '}']).filter(|end| inside[*end..].starts_with('}')) else {
        return Err((format!("`{}` is no placeholder: {double}: `{{{{`", shown(brace)), true));
    };
    let said = &inside[..end];
    let name: &str = said.split(['!', ':', '.', '[']).next().unwrap_or_default();
    let named = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let whole = format!("`{}`", shown(&brace[..end + 2]));
    if !named {
        return Err((format!("{whole} is no placeholder: {double}: `{{{{` and `}}}}`"), true));
    }
    match holes.iter().find(|hole| hole.0 == name) {
        Some(hole) if said == name => Ok((*hole, &inside[end + 1..])),
        Some(_) => {
            Err((format!("{whole}: expected `{{{name}}}` alone; leave out what follows the name"), false))
        }
        None => {
            let known: Vec<String> = holes.iter().map(|hole| format!("`{{{}}}`", hole.0)).collect();
            let known = known.join(", ");
            Err((
                format!(
                    "{whole} is no placeholder of this prompt; it has {known}; {double}: `{{{{{name}}}}}`"
                ),
                false,
            ))
        }
    }
}

/// The beginning of what stands there, on one line.
fn shown(text: &str) -> String {
    let line: String = text.lines().next().unwrap_or_default().chars().take(41).collect();
    if line.len() < text.trim_end().len() {
        format!("{}…", line.chars().take(40).collect::<String>())
    } else {
        line
    }
}

/// Text as it stands in a template of ours: what we would take for a hole or for a heading is put into one.
pub(super) fn literal(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("\n")
}

fn line(text: &str) -> String {
    if matches!(text.trim_end().trim_start_matches('\\'), "# system" | "# user" | "# assistant") {
        return format!("{{{{ {} }}}}", sdk_record::quote(text));
    }
    let mut plain = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        // Also at the end: a hole may follow.
        if letter == '{' && letters.peek().is_none_or(|next| *next == '{') {
            plain.push_str("{{ \"{\" }}");
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLES: &[Hole] = &[("text", ".text"), ("num_pairs", "$n")];

    #[test]
    fn placeholders_become_holes_and_double_braces_braces() {
        for (theirs, ours) in [
            ("Ask {num_pairs} of {text}.", "Ask {{ $n }} of {{ .text }}."),
            ("[{{\"question\": \"…\"}}]", "[{\"question\": \"…\"}]"),
            ("{{{text}}}", "{{ \"{\" }}{{ .text }}}"),
            ("{{{{x}}}}", "{{ \"{\" }}{x}}"),
            ("a {{\nb", "a {{ \"{\" }}\nb"),
            ("a\n# user\nb", "a\n{{ \"# user\" }}\nb"),
            ("100 % ₹ “q”", "100 % ₹ “q”"),
            ("", ""),
        ] {
            assert_eq!(translate(theirs, HOLES).unwrap().text, ours, "{theirs}");
        }
        assert_eq!(translate("{text}{text}", HOLES).unwrap().used, ["text", "text"]);
    }

    #[test]
    fn what_python_stumbles_over_is_named_by_its_line() {
        for (template, line, stray, said) in [
            ("Reply:\n[{\"question\": \"x\"}]", 1, true, "`{\"question\": \"x\"}` is no placeholder"),
            ("{}", 0, true, "`{}` is no placeholder"),
            ("{0}", 0, true, "`{0}` is no placeholder"),
            ("{\n  \"a\": 1\n}", 0, true, "`{…` is no placeholder"),
            ("a\n\nb }", 2, true, "a single `}`"),
            ("{text", 0, true, "`{text` is no placeholder"),
            ("{{text}", 0, true, "a single `}`"),
            (
                "{number}",
                0,
                false,
                "`{number}` is no placeholder of this prompt; it has `{text}`, `{num_pairs}`",
            ),
            ("{text!r}", 0, false, "expected `{text}` alone"),
            ("{text:>9}", 0, false, "expected `{text}` alone"),
            ("{text.x}", 0, false, "expected `{text}` alone"),
        ] {
            let wrong = translate(template, HOLES).unwrap_err();
            assert_eq!((wrong.line, wrong.stray), (line, stray), "{template}");
            assert!(wrong.what.contains(said), "{}", wrong.what);
            assert!(wrong.what.contains("twice") || !stray, "{}", wrong.what);
        }
    }
}
