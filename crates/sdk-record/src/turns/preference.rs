//! A prompt and two answers of which one was preferred: TRL's preference rows, with the prompt apart or within, and
//! LLaMA-Factory's, whose answers are single messages.

use super::keys::{Key, Known};
use super::{Speaker, TurnList, Turns, as_text, messages};
use crate::{Fault, Kind};

/// Keys that hold the prompt, tried in this order.
const PROMPTS: [Key; 7] = [
    Key::Prompt,
    Key::Instruction,
    Key::Question,
    Key::Input,
    Key::Conversations,
    Key::Messages,
    Key::Conversation,
];

impl<'a> Turns<'a> {
    pub(super) fn preference(&mut self, known: &Known<'a>) -> Result<bool, Fault> {
        let (Some(chosen), Some(rejected)) = (known.get(Key::Chosen), known.get(Key::Rejected)) else {
            return Ok(false);
        };
        let mut lost = Turns::default();
        self.answered(Key::Chosen, chosen)?;
        lost.answered(Key::Rejected, rejected)?;
        self.texts = self.texts && lost.texts;
        // Whole conversations have their prompt within: what both begin with, up to the first answer.
        let whole = |turns: &TurnList| turns.first().is_some_and(|turn| turn.role != Speaker::Assistant);
        if whole(&self.turns) && whole(&lost.turns) {
            let same = |(one, two): &(_, _)| one == two;
            let prompt = self.turns.iter().zip(&lost.turns).take_while(same).count();
            self.answer = self.turns.len() - prompt;
            lost.turns.drain(..prompt);
            if self.answer == 0 || lost.turns.is_empty() {
                let message =
                    "chosen and rejected: expected two different answers, found one that begins the other";
                return Err(Fault::new(Kind::Unconvertible, message));
            }
        } else {
            self.answer = self.turns.len();
            self.asked(known)?;
        }
        self.rejected = lost.turns.into_vec();
        self.around(known);
        Ok(true)
    }

    /// A text, one message or a list of them.
    fn answered(&mut self, key: Key, raw: &'a str) -> Result<(), Fault> {
        if raw.starts_with('{') {
            self.turns.push(messages::one(raw, key.name())?);
            return Ok(());
        }
        self.texts = raw.starts_with('"');
        self.side(key, raw, Speaker::Assistant)
    }

    /// Puts the prompt before the answer.
    fn asked(&mut self, known: &Known<'a>) -> Result<(), Fault> {
        let Some((key, raw)) = PROMPTS.iter().find_map(|key| Some((*key, known.get(*key)?))) else {
            return Ok(());
        };
        let answer = std::mem::take(&mut self.turns);
        match known.get(Key::Input).filter(|raw| key == Key::Instruction && !matches!(*raw, "null" | "\"\""))
        {
            Some(input) => {
                let (asked, input) = (as_text(key.name(), raw)?, as_text("input", input)?);
                self.turns.push(super::Turn::new(Speaker::User, super::joined(&asked, &input).into()));
            }
            None => {
                self.texts &= raw.starts_with('"');
                self.side(key, raw, Speaker::User)?;
            }
        }
        self.said_before(known, key)?;
        self.turns.extend(answer);
        Ok(())
    }
}
