//! A row on its way to a training line, with what the command line said about it.

use sdk_record::{Fault, Kind, Record, Speaker, Turn, Turns, as_text};

/// A row and the raw JSON values that stand in for, or come after, what its keys tell.
#[derive(Debug, Clone, Copy)]
pub struct Example<'a> {
    /// The row.
    pub row: &'a Record,
    /// What `--system` came to; null and the empty string leave the line without a system message.
    pub system: Option<&'a str>,
    /// What `--user` came to.
    pub user: Option<&'a str>,
    /// What `--assistant` came to.
    pub assistant: Option<&'a str>,
    /// What `--keep` came to: keys and raw values that the line gets after its own.
    pub keep: &'a [(String, String)],
}

impl<'a> Example<'a> {
    /// The row alone.
    pub fn new(row: &'a Record) -> Example<'a> {
        Example { row, system: None, user: None, assistant: None, keep: &[] }
    }

    /// The conversation to write.
    ///
    /// # Errors
    /// `unconvertible` and `type`: keys that tell of no conversation, or of a broken one, or null for a text.
    pub fn turns(&self) -> Result<Turns<'a>, Fault> {
        let mut turns = match (self.user, self.assistant) {
            (Some(user), Some(assistant)) => {
                Turns::pair(self.row, as_text("--user", user)?, as_text("--assistant", assistant)?)
            }
            (user, assistant) => {
                let mut turns = sdk_record::turns(self.row)?.ok_or_else(|| unknown(self.row))?;
                replace(&mut turns, Speaker::User, "--user", "--assistant", user)?;
                replace(&mut turns, Speaker::Assistant, "--assistant", "--user", assistant)?;
                turns
            }
        };
        if let Some(raw) = self.system {
            let own = turns.turns.iter().position(|turn| turn.role == Speaker::System);
            let at = own.unwrap_or_default();
            turns.turns.splice(at..at + usize::from(own.is_some()), system(raw)?);
        }
        Ok(turns)
    }
}

fn system(raw: &str) -> Result<Option<Turn<'_>>, Fault> {
    match raw {
        "null" | "\"\"" => Ok(None),
        raw => Ok(Some(Turn::new(Speaker::System, as_text("--system", raw)?))),
    }
}

/// One flag alone replaces the one message that it can mean.
fn replace<'a>(
    turns: &mut Turns<'a>,
    role: Speaker,
    flag: &str,
    other: &str,
    raw: Option<&'a str>,
) -> Result<(), Fault> {
    let Some(raw) = raw else { return Ok(()) };
    let text = as_text(flag, raw)?;
    let count = turns.count(role);
    match turns.turns.iter_mut().find(|turn| turn.role == role) {
        Some(turn) if count == 1 => *turn = Turn::new(role, text),
        _ => {
            let message = format!("{flag}: expected one message to replace, found {count}; give {other} too");
            return Err(Fault::new(Kind::Unconvertible, message));
        }
    }
    if role == Speaker::User {
        turns.split = None;
    }
    Ok(())
}

/// Most keys that a message names.
const NAMED: usize = 12;

fn unknown(row: &Record) -> Fault {
    let mut keys: Vec<String> =
        row.iter().take(NAMED).map(|(key, _)| key.escape_debug().take(40).collect()).collect();
    let all = row.iter().count();
    match all {
        0 => keys.push("none".to_owned()),
        _ if all > NAMED => keys.push(format!("and {} more", all - NAMED)),
        _ => {}
    }
    let message = format!(
        "expected a question and an answer, a prompt and a response, messages or the like, found keys: {}; \
         say which are which with --user and --assistant",
        keys.join(", ")
    );
    Fault::new(Kind::Unconvertible, message)
}
