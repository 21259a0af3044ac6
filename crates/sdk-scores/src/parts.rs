//! What a rubric sees of a row: the row without what tools added, its user, assistant and system texts, and what it is
//! judged against.

use std::borrow::Cow;

use sdk_record::{Fault, Record};
use sdk_select::{Parts, PartsFlags, Select, SelectError, Val, val};

use crate::JudgeFlags;

/// Keys that belong to the tools, not to what is judged.
const OURS: [&str; 4] = ["id", "sdk", "score", "judge"];

/// The row that is judged.
pub(crate) fn bare(row: &Record) -> Record {
    row.without(&OURS)
}

/// What the flags say of a row's parts.
#[derive(Debug)]
pub(crate) struct Selectors {
    parts: Parts,
    reference: Option<Select>,
    /// Whether any was given.
    given: bool,
}

impl Selectors {
    /// Compiles what was given.
    ///
    /// # Errors
    /// The first expression that is no jq.
    pub(crate) fn new(flags: &JudgeFlags) -> Result<Selectors, String> {
        let wrong = |error: SelectError| error.to_string();
        let reference =
            flags.reference.as_deref().map(|text| Select::new(text, &[])).transpose().map_err(wrong)?;
        let PartsFlags { user, assistant, system } = &flags.parts;
        let given = reference.is_some() || [user, assistant, system].iter().any(|flag| flag.is_some());
        Ok(Selectors { parts: Parts::new(&flags.parts).map_err(wrong)?, reference, given })
    }

    /// `$user`, `$assistant`, `$system` and `$reference` of a row; null where neither flags nor keys tell.
    ///
    /// # Errors
    /// An expression fails.
    pub(crate) fn texts(&self, row: &Record) -> Result<Texts, Fault> {
        let given = self.parts.of(row.row())?;
        let [user, assistant, system] = conversation(row);
        let pick = |given: Option<Cow<'_, str>>, known: Option<String>| match given.or(known.map(Cow::Owned))
        {
            Some(raw) => val(&raw).map(text),
            None => Ok(Val::Null),
        };
        let reference = self.reference.as_ref().map(|select| select.one(row.row())).transpose()?.flatten();
        Ok([
            ("user", pick(given.user, user)?),
            ("assistant", pick(given.assistant, assistant)?),
            ("system", pick(given.system, system)?),
            ("reference", pick(reference, None)?),
        ])
    }

    /// The parts as a row of their own, for an answerer that goes by the names of keys; the row as it is seen where its
    /// keys tell.
    pub(crate) fn known(&self, seen: &Record, texts: &Texts, paired: bool) -> Record {
        if !self.given && !paired {
            return seen.clone();
        }
        let told = texts.iter().filter(|(_, value)| *value != Val::Null);
        let mut known = Record::from_pairs(told.map(|(name, value)| (*name, sdk_select::raw(value))));
        if !known.has("reference") {
            let keys = SOURCES.iter().filter_map(|key| seen.get(key).map(|raw| (*key, raw)));
            keys.for_each(|(key, raw)| known.push(key, raw));
        }
        known
    }
}

/// The parts of a row by their names as variables.
pub(crate) type Texts = [(&'static str, Val); 4];

/// Keys that hold what a row was made from.
const SOURCES: [&str; 2] = ["context", "text"];

/// What a row is judged against, as a raw string: the reference, else the source that the row carries.
pub(crate) fn source(seen: &Record, texts: &Texts) -> Option<String> {
    let [.., (_, reference)] = texts;
    if *reference != Val::Null {
        return Some(sdk_select::raw(reference));
    }
    let carried = SOURCES.iter().filter_map(|key| seen.get(key));
    carried.filter(|raw| raw.starts_with('"') && *raw != "\"\"").map(str::to_owned).next()
}

/// A part is text: what is no string is shown as JSON.
fn text(value: Val) -> Val {
    match value {
        Val::Null | Val::TStr(_) => value,
        other => Val::from(sdk_select::raw(&other)),
    }
}

/// Raw user, assistant and system texts of a row that holds a conversation; of several turns, the last answer and
/// everything before it.
fn conversation(row: &Record) -> [Option<String>; 3] {
    use sdk_record::{Speaker, quote};
    let Ok(Some(turns)) = sdk_record::turns(row.row()) else { return [None, None, None] };
    let turns = turns.turns;
    let Some(last) = turns.iter().rposition(|turn| turn.role == Speaker::Assistant) else {
        return [None, None, None];
    };
    let plain = |raw: &str| serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned());
    let system = turns.iter().find(|turn| turn.role == Speaker::System).map(|turn| turn.content.to_string());
    let before: Vec<_> = turns[..last].iter().filter(|turn| turn.role != Speaker::System).collect();
    let user = match before.as_slice() {
        [] => None,
        [one] => Some(one.content.to_string()),
        many => {
            let line = |turn: &&sdk_record::Turn| format!("{}: {}", plain(turn.name), plain(&turn.content));
            Some(quote(&many.iter().map(line).collect::<Vec<_>>().join("\n\n")))
        }
    };
    [user, Some(turns[last].content.to_string()), system]
}
