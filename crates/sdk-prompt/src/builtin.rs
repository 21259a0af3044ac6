//! Prompt files that are built in: like any user's, embedded.

/// A built-in task or rubric.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Builtin {
    pub name: &'static str,
    pub text: &'static str,
}

impl Builtin {
    /// One line on what it asks, from its front matter.
    pub fn about(&self) -> &'static str {
        self.text.lines().find_map(|line| line.strip_prefix("about: ")).unwrap_or_default()
    }
}
