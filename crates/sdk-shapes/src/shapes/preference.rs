//! `dpo`, `orpo` and `reward`: two answers to a prompt, the chosen and the rejected one. `dpo` and `orpo` have the prompt
//! apart; `reward` has it within both, as TRL recommends for `RewardTrainer`. What came as texts leaves as texts, what
//! came as messages as messages. Source: TRL's guide "Dataset formats and types", preference.

use sdk_record::{Fault, Kind, Row, Turn, Turns};

use super::{Shape, prompt_completion};
use crate::Example;
use crate::check::preference as check;
use crate::messages::{self, plain};

pub(super) const DPO: Shape = Shape {
    name: "dpo",
    about: "TRL's {\"prompt\",\"chosen\",\"rejected\"}, from rows that hold both answers",
    empty: r#"{"prompt":"","chosen":"","rejected":""}"#,
    write: |example, line| apart("dpo", example, line),
    read,
    check,
};

pub(super) const ORPO: Shape = Shape {
    name: "orpo",
    about: "as dpo, for TRL's ORPOTrainer",
    empty: r#"{"prompt":"","chosen":"","rejected":""}"#,
    write: |example, line| apart("orpo", example, line),
    read,
    check,
};

pub(super) const REWARD: Shape = Shape {
    name: "reward",
    about: "TRL's {\"chosen\",\"rejected\"}, each with the prompt within",
    empty: r#"{"chosen":"","rejected":""}"#,
    write: within,
    read,
    check,
};

fn read<'a>(row: Row<'a>, turns: &mut Turns<'a>) -> Result<bool, Fault> {
    turns.prefer(row)
}

/// The row's prompt and two answers.
fn told<'a>(shape: &str, example: &Example<'a>) -> Result<Turns<'a>, Fault> {
    let mut turns = Turns::default();
    // A row may hold a conversation for training beside its two answers.
    let both = || example.row.has("chosen") && example.row.has("rejected");
    let from = example.from.or_else(|| both().then_some(&DPO));
    Example { from, ..*example }.told(&mut turns)?;
    if turns.rejected.is_empty() {
        let message =
            format!("{shape}: expected two answers, chosen and rejected, found one; chatml holds one answer");
        return Err(Fault::new(Kind::Unconvertible, message));
    }
    // Of texts there is one to each answer; more are an anchor's negatives.
    if turns.texts && turns.rejected.len() > 1 {
        let message = format!(
            "{shape}: expected one rejected answer, found {} negatives; embedding holds them",
            turns.rejected.len()
        );
        return Err(Fault::new(Kind::Unconvertible, message));
    }
    Ok(turns)
}

fn apart(shape: &str, example: &Example, line: &mut String) -> Result<(), Fault> {
    let told = told(shape, example)?;
    let (prompt, chosen) = prompt_completion::parted(shape, &told)?;
    if let (true, [asked], [chosen], [rejected]) = (told.texts, prompt, chosen, told.rejected.as_slice()) {
        line.extend(["{\"prompt\":", &plain(shape, asked)?]);
        texts(shape, ",", chosen, rejected, line)?;
    } else {
        line.push_str("{\"prompt\":");
        messages::append(line, prompt, |_, _| true);
        line.push_str(",\"chosen\":");
        messages::append(line, chosen, |_, _| true);
        line.push_str(",\"rejected\":");
        messages::append(line, &told.rejected, |_, _| true);
    }
    prompt_completion::tail(&told, line);
    line.push('}');
    Ok(())
}

fn texts(shape: &str, before: &str, chosen: &Turn, rejected: &Turn, line: &mut String) -> Result<(), Fault> {
    line.extend([before, "\"chosen\":", &plain(shape, chosen)?, ",\"rejected\":", &plain(shape, rejected)?]);
    Ok(())
}

fn within(example: &Example, line: &mut String) -> Result<(), Fault> {
    let told = told("reward", example)?;
    let prompt = told.turns.len() - told.answer;
    if let (true, [chosen], [rejected]) = (told.texts, &*told.turns, told.rejected.as_slice()) {
        texts("reward", "{", chosen, rejected, line)?;
    } else {
        if prompt == 0 {
            let message = "reward: expected a prompt before the answers, found none; give it as messages";
            return Err(Fault::new(Kind::Unconvertible, message));
        }
        let rejected: Vec<Turn> = told.turns[..prompt].iter().chain(&told.rejected).cloned().collect();
        line.push_str("{\"chosen\":");
        messages::append(line, &told.turns, |_, _| true);
        line.push_str(",\"rejected\":");
        messages::append(line, &rejected, |_, _| true);
    }
    prompt_completion::tail(&told, line);
    line.push('}');
    Ok(())
}
