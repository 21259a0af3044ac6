//! Plans run over rows.

use std::cmp::Ordering;

use jaq_core::ops::Cmp;

use sdk_record::Row;

use crate::native::plan::{Plan, Step};
use crate::native::token::{self, Text};
use crate::walk::{Inside, says};

/// A value: of the row (`'r`) or of the plan (`'p`).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seen<'r, 'p> {
    Row(Row<'r>),
    Null,
    Bool(bool),
    Number(f64),
    Text(&'p str),
    NoItems,
    NoMembers,
    /// A number, string, array or object.
    Token(&'r str),
}

impl Plan {
    /// The plan's one value for this row; `None` where only jq itself can tell, errors included.
    pub(crate) fn run<'r, 'p>(&'p self, row: Row<'r>) -> Option<Seen<'r, 'p>> {
        self.on(Seen::Row(row))
    }

    fn on<'r, 'p>(&'p self, input: Seen<'r, 'p>) -> Option<Seen<'r, 'p>> {
        Some(match self {
            Plan::Input => input,
            Plan::Null => Seen::Null,
            Plan::Bool(value) => Seen::Bool(*value),
            Plan::Number(value) => Seen::Number(*value),
            Plan::Text(text) => Seen::Text(text),
            Plan::NoItems => Seen::NoItems,
            Plan::NoMembers => Seen::NoMembers,
            Plan::Path(steps) => steps.iter().try_fold(input, step)?,
            Plan::Pipe(left, right) => right.on(left.on(input)?)?,
            Plan::Compare(left, op, right) => compare(left.on(input)?, *op, right.on(input)?)?,
            Plan::And(left, right) => Seen::Bool(left.on(input)?.truth() && right.on(input)?.truth()),
            Plan::Or(left, right) => Seen::Bool(left.on(input)?.truth() || right.on(input)?.truth()),
            Plan::Alternative(left, right) => match left.on(input)? {
                value if value.truth() => value,
                _ => right.on(input)?,
            },
            Plan::If(test, then, otherwise) => match test.on(input)?.truth() {
                true => then.on(input)?,
                false => otherwise.on(input)?,
            },
            Plan::Not => Seen::Bool(!input.truth()),
            Plan::Length => Seen::Number(length(input)?),
            Plan::Type => {
                Seen::Text(["null", "boolean", "number", "string", "array", "object"][input.kind()])
            }
            Plan::Has(key) => Seen::Bool(member(input, key).ok()?.is_some()),
            Plan::Search(search) => Seen::Bool(input.text()?.holds(search)?),
        })
    }
}

impl<'r, 'p> Seen<'r, 'p> {
    fn of(token: &'r str) -> Seen<'r, 'p> {
        match token.as_bytes().first() {
            Some(b'n') => Seen::Null,
            Some(b't') => Seen::Bool(true),
            Some(b'f') => Seen::Bool(false),
            _ => Seen::Token(token),
        }
    }

    /// What jq takes for true.
    pub(crate) fn truth(self) -> bool {
        !matches!(self, Seen::Null | Seen::Bool(false))
    }

    /// The JSON that stands in the row for it.
    pub(crate) fn raw(self) -> Option<&'r str> {
        match self {
            Seen::Row(row) => Some(row.text()),
            Seen::Token(token) => Some(token),
            Seen::Null => Some("null"),
            Seen::Bool(true) => Some("true"),
            Seen::Bool(false) => Some("false"),
            _ => None,
        }
    }

    /// The place of the value's kind in jq's order.
    fn kind(self) -> usize {
        match self {
            Seen::Null => 0,
            Seen::Bool(_) => 1,
            Seen::Number(_) => 2,
            Seen::Text(_) => 3,
            Seen::NoItems => 4,
            Seen::Row(_) | Seen::NoMembers => 5,
            Seen::Token(token) => match token.as_bytes().first() {
                Some(b'"') => 3,
                Some(b'[') => 4,
                Some(b'{') => 5,
                _ => 2,
            },
        }
    }

    fn number(self) -> Option<f64> {
        match self {
            Seen::Number(value) => Some(value),
            Seen::Token(token) => token::number(token),
            _ => None,
        }
    }

    fn text<'s>(self) -> Option<Text<'s>>
    where
        'r: 's,
        'p: 's,
    {
        match self {
            Seen::Text(text) => Some(Text::Plain(text)),
            Seen::Token(token) => Text::of(token),
            _ => None,
        }
    }

    fn is_empty(self) -> bool {
        match self {
            Seen::Row(row) => row.raw().next().is_none(),
            Seen::Token(token) => Inside::of(token).next().is_none(),
            _ => true,
        }
    }
}

fn step<'r, 'p>(at: Seen<'r, 'p>, step: &Step) -> Option<Seen<'r, 'p>> {
    match (at, step) {
        (_, Step::Key(key)) => Some(member(at, key).ok()?.map_or(Seen::Null, Seen::of)),
        // jaq looks a number up among the keys of an object, and all keys are strings.
        (Seen::Null | Seen::Row(_), Step::Item(_)) => Some(Seen::Null),
        (Seen::Token(token), Step::Item(_)) if token.starts_with('{') => Some(Seen::Null),
        (Seen::Token(token), Step::Item(item)) if token.starts_with('[') => {
            let items = || Inside::of(token).map(|(_, item)| item);
            let found = match usize::try_from(*item) {
                Ok(item) => items().nth(item),
                Err(_) => items().count().checked_sub(item.unsigned_abs()).and_then(|item| items().nth(item)),
            };
            Some(found.map_or(Seen::Null, Seen::of))
        }
        _ => None,
    }
}

/// What is looked into has no members.
struct NoObject;

/// The member of an object or of null; of a doubled key the last one.
fn member<'r>(of: Seen<'r, '_>, key: &str) -> Result<Option<&'r str>, NoObject> {
    match of {
        Seen::Row(row) => Ok(row.get(key)),
        Seen::Null | Seen::NoMembers => Ok(None),
        Seen::Token(token) if token.starts_with('{') => {
            let named = Inside::of(token).filter(|(raw, _)| says(raw, key));
            Ok(named.last().map(|(_, value)| value))
        }
        _ => Err(NoObject),
    }
}

#[allow(clippy::cast_precision_loss)]
fn length(of: Seen<'_, '_>) -> Option<f64> {
    match (of, of.kind()) {
        (Seen::Null | Seen::NoItems | Seen::NoMembers, _) => Some(0.0),
        (_, 2) => of.number().map(f64::abs),
        (Seen::Text(text), _) => Some(text.chars().count() as f64),
        (Seen::Token(token), 3) => token::length(token).map(|length| length as f64),
        (Seen::Token(token), 4) => Some(Inside::of(token).count() as f64),
        // A boolean has none; an object's keys may be doubled.
        _ => None,
    }
}

fn compare<'r, 'p>(left: Seen<'r, 'p>, op: Cmp, right: Seen<'r, 'p>) -> Option<Seen<'r, 'p>> {
    let order = match left.kind().cmp(&right.kind()) {
        Ordering::Equal => match (left, right) {
            (Seen::Null, _) => Ordering::Equal,
            (Seen::Bool(left), Seen::Bool(right)) => left.cmp(&right),
            _ if left.kind() == 2 => left.number()?.partial_cmp(&right.number()?)?,
            _ if left.kind() == 3 => left.text()?.order(right.text()?)?,
            _ => match (left.is_empty(), right.is_empty()) {
                (false, false) => return None,
                (left, right) => right.cmp(&left),
            },
        },
        different => different,
    };
    Some(Seen::Bool(match op {
        Cmp::Lt => order.is_lt(),
        Cmp::Le => order.is_le(),
        Cmp::Gt => order.is_gt(),
        Cmp::Ge => order.is_ge(),
        Cmp::Eq => order.is_eq(),
        Cmp::Ne => order.is_ne(),
    }))
}
