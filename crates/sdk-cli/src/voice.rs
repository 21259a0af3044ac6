//! What a tool says on stderr: one line a message, in its name.

use std::io::{self, IsTerminal, Write};

use clap::ColorChoice;

use crate::Remarks;

/// A tool's voice; may be used from any thread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice {
    name: &'static str,
    quiet: bool,
    color: bool,
}

impl Voice {
    pub(crate) fn new(name: &'static str, remarks: Remarks, color: ColorChoice) -> Voice {
        let color = match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty())
            }
        };
        Voice { name, quiet: remarks.quiet, color }
    }

    /// Whose voice it is.
    pub(crate) fn name(self) -> &'static str {
        self.name
    }

    /// Something the user should know; silent under `-q`.
    pub(crate) fn say(self, what: &str) {
        if !self.quiet {
            self.complain(what);
        }
    }

    /// Something that went wrong; never silent.
    pub(crate) fn complain(self, what: &str) {
        let (on, off) = if self.color { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
        line(&format!("{on}{}:{off} {what}", self.name));
    }
}

/// Writes one line to stderr.
pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
