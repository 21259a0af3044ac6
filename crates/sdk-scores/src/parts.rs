//! What a rubric sees of a row: the row without what tools added, and its user, assistant and system texts.

use std::borrow::Cow;

use sdk_record::{Fault, Record};
use sdk_select::{Parts, Val, val};

/// Keys that belong to the tools, not to what is judged.
const OURS: [&str; 4] = ["id", "sdk", "score", "judge"];

/// The row that is judged.
pub(crate) fn bare(row: &Record) -> Record {
    row.without(&OURS)
}

/// `$user`, `$assistant` and `$system` of a row; null where neither flags nor keys tell.
pub(crate) fn texts(parts: &Parts, row: &Record) -> Result<[(&'static str, Val); 3], Fault> {
    let given = parts.of(row.row())?;
    let known = conversation(row);
    let pick = |given: Option<Cow<'_, str>>, known: Option<String>| match given.or(known.map(Cow::Owned)) {
        Some(raw) => val(&raw).map(text),
        None => Ok(Val::Null),
    };
    let [user, assistant, system] = known;
    Ok([
        ("user", pick(given.user, user)?),
        ("assistant", pick(given.assistant, assistant)?),
        ("system", pick(given.system, system)?),
    ])
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
