//! What a tool says on stderr: one line a message, in its name, and one line below them that is drawn anew again and
//! again. Whoever says anything says it here, or the two would tear each other.

use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

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

    /// Whether only errors are to be heard.
    pub(crate) fn is_quiet(self) -> bool {
        self.quiet
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

/// What stands below the messages.
static DRAWN: Mutex<String> = Mutex::new(String::new());

/// Takes back the line that the cursor stands on.
const ERASE: &str = "\r\x1b[K";

/// Writes one line to stderr, above what is drawn there.
pub(crate) fn line(text: &str) {
    let drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    let erase = if drawn.is_empty() { "" } else { ERASE };
    write(&format!("{erase}{text}\n{drawn}"));
}

/// Draws a line in the place of the one before, cut to the terminal's width.
pub(crate) fn draw(text: &str) {
    let width =
        rustix::termios::tcgetwinsize(rustix::stdio::stderr()).map_or(0, |size| usize::from(size.ws_col));
    // The last column would break the line.
    let width = if width == 0 { 80 } else { width } - 1;
    let mut drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    *drawn = text.chars().take(width).collect();
    write(&format!("{ERASE}{drawn}"));
}

/// Draws nothing any more.
pub(crate) fn erase() {
    let mut drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    if !std::mem::take(&mut *drawn).is_empty() {
        write(ERASE);
    }
}

fn write(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
