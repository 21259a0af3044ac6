//! From `main` to the exit code: DESIGN §4.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};

use crate::{generate, voice};

/// Help that leads with examples (`before_help`), then usage, then flags.
pub const HELP: &str = "{name} — {about}\n\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All rows handled.
    Done,
    /// Some rows rejected, or fewer than asked for.
    Partly,
    /// Could not start, nothing sent.
    Unstarted,
    /// Stopped early; run again to go on.
    Stopped,
    /// Interrupted.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Partly => 1,
            Exit::Unstarted => 2,
            Exit::Stopped => 3,
            Exit::Interrupted => 130,
        })
    }
}

/// Reads the arguments and runs the tool. An error of `run` is one that kept it from starting: exit 2.
pub fn main<A: CommandFactory + FromArgMatches>(run: fn(A) -> anyhow::Result<Exit>) -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let command = A::command().help_template(HELP);
    let name = command.get_name().to_owned();
    if let Some(text) = generate::wanted(&arguments).and_then(|what| generate::text(&what, command.clone())) {
        return wrote(&name, io::stdout().lock().write_all(&text));
    }
    let parsed = command.try_get_matches_from(arguments).and_then(|found| A::from_arg_matches(&found));
    match parsed {
        Err(error) => {
            // Help that nobody reads to its end is no failure.
            let printed = error.print();
            match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion if printed.is_err() => {
                    wrote(&name, printed)
                }
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done.into(),
                _ => Exit::Unstarted.into(),
            }
        }
        Ok(parsed) => match run(parsed) {
            Ok(exit) => exit.into(),
            Err(error) => {
                complain(&name, &format!("{error:#}"));
                Exit::Unstarted.into()
            }
        },
    }
}

/// Prints what `--list`, `--show` or `--dry-run` is about.
///
/// # Errors
/// None: what cannot be written is said and becomes exit 3.
pub fn print(text: &str) -> anyhow::Result<Exit> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            voice::line(&format!("output cannot be written: {error}"));
            Ok(Exit::Stopped)
        }
        _ => Ok(Exit::Done),
    }
}

/// Prints what `--ping` found. A fault is an answer too, and becomes exit 3.
///
/// # Errors
/// As [`print()`].
pub fn found(name: &str, found: Result<String, String>) -> anyhow::Result<Exit> {
    match found {
        Ok(text) => print(&text),
        Err(why) => {
            complain(name, &why);
            Ok(Exit::Stopped)
        }
    }
}

/// The text that a name stands for: a built-in one, or that of the file of this name.
///
/// # Errors
/// There is neither; `expected` says what there is.
pub fn text(builtin: Option<&str>, name: &str, expected: impl Fn(&str) -> String) -> anyhow::Result<String> {
    use anyhow::Context as _;
    match builtin {
        Some(text) => Ok(text.to_owned()),
        None => std::fs::read_to_string(name).with_context(|| expected(name)),
    }
}

/// A room's flags as `--list` prints built-ins: kind, name and description, parted by tabs.
pub fn listed<A: clap::Args>(kind: &str) -> String {
    let command = A::augment_args(clap::Command::new("flags"));
    let row = |flag: &clap::Arg| {
        let name = flag
            .get_long()
            .map(|long| format!("--{long}"))
            .or(flag.get_short().map(|short| format!("-{short}")))?;
        Some(format!("{kind}\t{name}\t{}\n", flag.get_help()?))
    };
    command.get_arguments().filter_map(row).collect()
}

/// Short help for somebody who gave the tool nothing to read.
pub fn nothing_to_read<A: CommandFactory>() -> Exit {
    let help = A::command().help_template(HELP).render_help();
    let _ = write!(io::stderr().lock(), "{help}");
    Exit::Unstarted
}

/// The exit of a tool whose output ended so.
fn wrote(name: &str, written: io::Result<()>) -> ExitCode {
    match written {
        Ok(()) => Exit::Done.into(),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done.into(),
        Err(error) => {
            complain(name, &format!("output cannot be written: {error}; what was written before is whole"));
            Exit::Stopped.into()
        }
    }
}

fn complain(name: &str, what: &str) {
    voice::line(&format!("{name}: {what}"));
}
