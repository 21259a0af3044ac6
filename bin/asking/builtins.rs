//! Prompt files that a tool has built in, by name.

/// The prompt files that a tool has built in.
pub(crate) struct Builtins {
    /// What they are: the flag that names one, without its dashes.
    pub(crate) kind: &'static str,
    /// Name, description and text of each.
    pub(crate) all: Vec<(&'static str, &'static str, &'static str)>,
}

impl Builtins {
    /// The text of a built-in one, or that of the file of this name.
    pub(crate) fn text(&self, name: &str) -> anyhow::Result<String> {
        sdk_cli::text(self.builtin(name), name, |name| self.unknown(name))
    }

    pub(super) fn builtin(&self, name: &str) -> Option<&'static str> {
        self.all.iter().find(|(known, ..)| *known == name).map(|(_, _, text)| *text)
    }

    pub(super) fn unknown(&self, name: &str) -> String {
        let known: Vec<&str> = self.all.iter().map(|(name, ..)| *name).collect();
        let what = if self.kind == "task" { "prompt" } else { self.kind };
        format!("--{} {name}: expected a {what} file or one of {}", self.kind, known.join(", "))
    }
}
