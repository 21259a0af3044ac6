//! `--generate`: the man page and completions, from the same definitions as `--help`.
//!
//! Everything is rendered to memory first: the generators panic or give up when the reader leaves.

use clap::Command;
use clap_complete::{Shell, generate};

/// What can be generated.
pub(crate) const WHAT: [&str; 4] = ["man", "complete-bash", "complete-zsh", "complete-fish"];

/// The text of one of [`WHAT`]; `None` for anything else.
pub(crate) fn text(what: &str, mut command: Command) -> Option<Vec<u8>> {
    let name = command.get_name().to_owned();
    let mut out = Vec::new();
    let shell = match what {
        "man" => {
            clap_mangen::Man::new(command).render(&mut out).ok()?;
            return Some(out);
        }
        "complete-bash" => Shell::Bash,
        "complete-zsh" => Shell::Zsh,
        "complete-fish" => Shell::Fish,
        _ => return None,
    };
    generate(shell, &mut command, name, &mut out);
    Some(out)
}

/// The value of `--generate` on a command line that may lack required arguments.
pub(crate) fn wanted(arguments: &[std::ffi::OsString]) -> Option<String> {
    let mut arguments = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            return None;
        }
        if argument == "--generate" {
            return arguments.next().map(std::borrow::Cow::into_owned);
        }
        if let Some(what) = argument.strip_prefix("--generate=") {
            return Some(what.to_owned());
        }
    }
    None
}
