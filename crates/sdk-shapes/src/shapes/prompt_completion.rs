//! `prompt-completion`: `{"prompt","completion"}`. One exchange of two texts stays texts (TRL's standard form); any other
//! conversation is two lists of messages (its conversational form), and `tools`. Source: TRL's guide "Dataset formats and
//! types".

use sdk_record::{Fault, Kind, Row, Speaker, Turn, Turns};

use super::Shape;
use crate::check::pair as check;
use crate::messages::{self, exchange, plain, refused};
use crate::{Example, dialects, tools};

pub(super) const SHAPE: Shape = Shape {
    name: "prompt-completion",
    about: "TRL's {\"prompt\",\"completion\"}: texts, or messages where there is more",
    empty: r#"{"prompt":"","completion":""}"#,
    write,
    read,
    check,
};

pub(super) fn read<'a>(row: Row<'a>, turns: &mut Turns<'a>) -> Result<bool, Fault> {
    if !turns.fill_from(row, &["prompt", "completion", "tools", "system", "reasoning"])? {
        return Ok(false);
    }
    dialects::joined(turns).map(|()| true)
}

fn write(example: &Example, line: &mut String) -> Result<(), Fault> {
    let mut told = Turns::default();
    example.fill(&mut told)?;
    append("prompt-completion", &told, line)?;
    tail(&told, line);
    line.push('}');
    Ok(())
}

/// Appends `{"prompt":…,"completion":…`.
pub(super) fn append(shape: &str, told: &Turns, line: &mut String) -> Result<(), Fault> {
    if told.texts && told.turns.len() == 2 && functions(told).is_none() {
        let (_, user, assistant) = exchange(shape, &told.turns)?;
        line.extend(["{\"prompt\":", &plain(shape, user)?, ",\"completion\":", &plain(shape, assistant)?]);
        return Ok(());
    }
    let (prompt, completion) = parted(shape, told)?;
    line.push_str("{\"prompt\":");
    messages::append(line, prompt, |_, _| true);
    line.push_str(",\"completion\":");
    messages::append(line, completion, |_, _| true);
    Ok(())
}

/// Appends the tools and media, where there are any.
pub(super) fn tail(told: &Turns, line: &mut String) {
    if let Some(tools) = told.tools.as_deref().and_then(tools::openai) {
        line.extend([",\"tools\":", &tools]);
    }
    messages::media(line, told);
}

fn functions(told: &Turns) -> Option<Vec<String>> {
    told.tools.as_deref().and_then(tools::functions)
}

type Parted<'t, 'a> = (&'t [Turn<'a>], &'t [Turn<'a>]);

/// The prompt and the answer: as the row parts them, else all that follows the user's last message.
pub(super) fn parted<'t, 'a>(shape: &str, told: &'t Turns<'a>) -> Result<Parted<'t, 'a>, Fault> {
    let turns = &told.turns;
    let after = turns.iter().rposition(|turn| turn.role == Speaker::User).map_or(0, |last| last + 1);
    let prompt = if told.answer > 0 { turns.len() - told.answer } else { after };
    let (prompt, answer) = turns.split_at(prompt);
    match (prompt.last(), answer.first()) {
        (Some(_), Some(first)) if first.role == Speaker::Assistant => Ok((prompt, answer)),
        (None, _) => Err(Fault::new(
            Kind::Unconvertible,
            format!("{shape}: expected a prompt before the answer, found none; reward holds answers alone"),
        )),
        _ => Err(refused(shape, "ends with the assistant's answer, found none after the prompt")),
    }
}
