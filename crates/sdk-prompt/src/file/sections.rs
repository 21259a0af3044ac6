//! The sections of a prompt file: front matter, and messages under their headings.

use crate::Role;

/// The front matter and what stands below it.
pub(super) fn split(text: &str) -> Result<(&str, &str), String> {
    let Some(rest) = text.strip_prefix("---\n") else { return Ok(("", text)) };
    if let Some(body) = rest.strip_prefix("---\n") {
        return Ok(("", body));
    }
    rest.split_once("\n---\n")
        .ok_or("the front matter begins with `---` but has no closing `---` line".to_owned())
}

/// The messages, each with who speaks.
pub(super) fn sections(body: &str) -> Result<Vec<(Role, String)>, String> {
    let mut sections: Vec<(Role, String)> = Vec::new();
    let mut fenced = false;
    for (at, line) in body.lines().enumerate() {
        fenced ^= line.trim_start().starts_with("```");
        match (fenced, role(line), sections.last_mut()) {
            (false, Some(role), _) => sections.push((role, String::new())),
            (_, _, Some((_, content))) => {
                let plain = line.strip_prefix('\\').filter(|rest| role(rest).is_some()).unwrap_or(line);
                content.push_str(plain);
                content.push('\n');
            }
            (_, _, None) if line.trim().is_empty() => {}
            _ => {
                return Err(format!(
                    "line {} of the messages: expected `# system`, `# user` or `# assistant` first, found `{line}`",
                    at + 1
                ));
            }
        }
    }
    if !sections.iter().any(|(role, _)| *role == Role::User) {
        return Err("it has no message; write the request under a line `# user`".to_owned());
    }
    Ok(sections)
}

fn role(line: &str) -> Option<Role> {
    match line.trim_end() {
        "# system" => Some(Role::System),
        "# user" => Some(Role::User),
        "# assistant" => Some(Role::Assistant),
        _ => None,
    }
}
