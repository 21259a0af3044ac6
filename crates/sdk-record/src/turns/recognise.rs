//! Which keys of a row hold its conversation, and what of them comes first.

use std::borrow::Cow;

use super::keys::{Key, Known};
use super::{Speaker, Turn, TurnList, Turns, as_text, joined, messages};
use crate::walk::elements;
use crate::{Fault, Kind};

/// Keys that hold messages, tried in this order.
const LISTS: [Key; 3] = [Key::Messages, Key::Conversations, Key::Conversation];

/// Keys that hold the user's and the assistant's text, tried in this order.
const PAIRS: [(Key, Key); 8] = [
    (Key::Question, Key::Answer),
    (Key::Question, Key::Solution),
    (Key::Instruction, Key::Output),
    (Key::Instruction, Key::Response),
    (Key::Prompt, Key::Completion),
    (Key::Prompt, Key::Response),
    (Key::TitlePrompt, Key::TitleCompletion),
    (Key::Input, Key::Output),
];

impl<'a> Turns<'a> {
    pub(super) fn recognise(&mut self, known: &Known<'a>) -> Result<bool, Fault> {
        if let Some((key, raw)) = LISTS.iter().find_map(|key| Some((key, known.get(*key)?))) {
            messages::read(raw, key.name(), &mut self.turns)?;
            self.around(known);
            return Ok(true);
        }
        let both = PAIRS
            .iter()
            .find_map(|&(user, assistant)| Some((user, known.get(user)?, assistant, known.get(assistant)?)));
        let Some((user, asked, assistant, answered)) = both else { return self.preference(known) };
        // TRL's conversational form: both sides may be messages themselves.
        if matches!(user, Key::Prompt | Key::TitlePrompt)
            && (messages::listed(asked) || messages::listed(answered))
        {
            self.side(user, asked, Speaker::User)?;
            let prompt = self.turns.len();
            self.side(assistant, answered, Speaker::Assistant)?;
            self.answer = self.turns.len() - prompt;
            self.around(known);
            return Ok(true);
        }
        self.bad = unwanted(known);
        let (asked, answered) = (as_text(user.name(), asked)?, as_text(assistant.name(), answered)?);
        let input =
            known.get(Key::Input).filter(|raw| user == Key::Instruction && !matches!(*raw, "null" | "\"\""));
        match input {
            None => self.exchange(known, asked, answered),
            Some(input) => {
                let input = as_text("input", input)?;
                self.exchange(known, joined(&asked, &input).into(), answered);
                self.split = Some((asked, input));
            }
        }
        self.said_before(known, user)?;
        Ok(true)
    }

    /// Puts LLaMA-Factory's `history`, exchanges of two texts, before the only one.
    pub(super) fn said_before(&mut self, known: &Known<'a>, user: Key) -> Result<(), Fault> {
        let Some(raw) = known.get(Key::History).filter(|raw| !matches!(*raw, "null" | "[]" | "\"\"")) else {
            return Ok(());
        };
        let mut before = Vec::new();
        for exchange in elements(raw) {
            let mut texts = elements(exchange).filter(|text| text.starts_with('"'));
            match (texts.next(), texts.next(), elements(exchange).count()) {
                (Some(asked), Some(answered), 2) => before.push((asked, answered)),
                _ => {
                    before.clear();
                    break;
                }
            }
        }
        if before.is_empty() && user == Key::Instruction {
            let message =
                "history: expected a list of exchanges, [question, answer] each, found something else";
            return Err(Fault::new(Kind::Unconvertible, message));
        }
        let first = self.count(Speaker::System);
        self.texts &= before.is_empty();
        for (asked, answered) in before.into_iter().rev() {
            self.turns.insert(first, Turn::new(Speaker::Assistant, answered.into()));
            self.turns.insert(first, Turn::new(Speaker::User, asked.into()));
        }
        Ok(())
    }

    #[inline]
    pub(super) fn exchange(&mut self, known: &Known<'a>, user: Cow<'a, str>, assistant: Cow<'a, str>) {
        let (user, assistant) = (Turn::new(Speaker::User, user), Turn::new(Speaker::Assistant, assistant));
        // Made whole: that is faster than three pushes.
        self.turns = match self.system(known) {
            None => TurnList::from_buf_and_len([user, assistant, Turn::new(Speaker::Other, "".into())], 2),
            Some(system) => TurnList::from_buf([system, user, assistant]),
        };
        self.texts = true;
        self.answer = 1;
        self.beside(known);
        if let (Some(raw), Some(assistant)) = (reasoning(known), self.turns.last_mut()) {
            assistant.extra.push(("\"reasoning_content\"", raw));
        }
    }

    /// What a row says around its messages: beside them, of the answer, and before them.
    pub(super) fn around(&mut self, known: &Known<'a>) {
        self.reasoning = reasoning(known);
        self.bad = unwanted(known);
        self.beside(known);
        self.head(known);
    }

    /// What a row has beside what is said.
    fn beside(&mut self, known: &Known<'a>) {
        self.tools = known.get(Key::Tools).map(Cow::Borrowed);
        let keys: [&[Key]; 3] = [&[Key::Images, Key::Image], &[Key::Videos], &[Key::Audios]];
        for keys in keys {
            self.media.extend(listed(known, keys).map(|list| (keys[0].name(), list)));
        }
    }

    pub(super) fn side(&mut self, key: Key, raw: &'a str, role: Speaker) -> Result<(), Fault> {
        if messages::listed(raw) {
            return messages::read(raw, key.name(), &mut self.turns);
        }
        self.turns.push(Turn::new(role, as_text(key.name(), raw)?));
        Ok(())
    }

    /// Adds the message under the row's `system` key, unless the messages have one of their own.
    fn head(&mut self, known: &Known<'a>) {
        let Some(system) = self.system(known) else { return };
        match self.turns.iter().find(|turn| turn.role == Speaker::System) {
            None => self.turns.insert(0, system),
            Some(own) => self.two_systems |= own.content != system.content,
        }
    }

    fn system(&mut self, known: &Known<'a>) -> Option<Turn<'a>> {
        let text = |key| known.get(key).filter(|raw| raw.starts_with('"') && *raw != "\"\"");
        let (system, prompt) = (text(Key::System), text(Key::SystemPrompt));
        self.two_systems = system.is_some() && prompt.is_some() && system != prompt;
        Some(Turn::new(Speaker::System, Cow::Borrowed(system.or(prompt)?)))
    }
}

/// What stands under these keys, as one list: a medium may stand without one.
fn listed<'a>(known: &Known<'a>, keys: &[Key]) -> Option<Cow<'a, str>> {
    let is_list = |raw: &str| raw.starts_with('[');
    let is_one = |raw: &str| (raw.starts_with('"') && raw != "\"\"") || raw.starts_with('{');
    let all = || keys.iter().filter_map(|key| known.get(*key)).filter(|raw| is_list(raw) || is_one(raw));
    let mut found: Vec<&str> = Vec::new();
    for raw in all() {
        match is_list(raw) {
            true => found.extend(elements(raw)),
            false if found.contains(&raw) => {}
            false => found.push(raw),
        }
    }
    // A list alone stays as the row spells it.
    let spelled = all().next().filter(|raw| is_list(raw) && elements(raw).count() == found.len());
    let joined = || spelled.map_or_else(|| format!("[{}]", found.join(",")).into(), Cow::Borrowed);
    (!found.is_empty()).then(joined)
}

/// What was thought before the answer, as text whatever it is.
fn reasoning<'a>(known: &Known<'a>) -> Option<Cow<'a, str>> {
    let said = known.get(Key::Reasoning).filter(|raw| !matches!(*raw, "null" | "\"\"" | "[]" | "{}"));
    said.and_then(|raw| as_text("reasoning", raw).ok())
}

/// TRL's unpaired preference: this answer is one to stay away from, under whatever keys it stands.
fn unwanted(known: &Known) -> bool {
    known.get(Key::Label) == Some("false")
}
