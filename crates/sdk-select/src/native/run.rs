//! Plans run over rows.

use std::cmp::Ordering;

use jaq_core::ops::{Cmp, Math};

use sdk_record::Row;

use crate::native::plan::{Plan, Step};
use crate::native::token::{self, Text};
use crate::walk::{Inside, says};

/// A value: of the row (`'r`) or of the plan (`'p`). Its parts are whole words, which are quick to copy.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Seen<'r, 'p> {
    Row(&'p Row<'r>),
    Null,
    False,
    True,
    Number(f64),
    Text(&'p str),
    NoItems,
    NoMembers,
    /// A number, string, array or object.
    Token(&'r str),
}

impl Plan {
    /// The plan's one value for this input; `None` where only jq itself can tell, errors included.
    pub(crate) fn value<'r, 'p>(&'p self, input: &Seen<'r, 'p>) -> Option<Seen<'r, 'p>> {
        match self {
            Plan::Input => Some(*input),
            Plan::Null => Some(Seen::Null),
            Plan::Bool(value) => Some(Seen::bool(*value)),
            Plan::Number(value) => Some(Seen::Number(*value)),
            Plan::Text(text) => Some(Seen::Text(text)),
            Plan::NoItems => Some(Seen::NoItems),
            Plan::NoMembers => Some(Seen::NoMembers),
            Plan::Path(steps) => path(steps, input),
            Plan::Pipe(left, right) => right.value(&left.value(input)?),
            Plan::Math(left, op, right) => math(left.value(input)?, *op, right.value(input)?),
            Plan::Alternative(left, right) => match left.value(input)? {
                value if value.truth() => Some(value),
                _ => right.value(input),
            },
            Plan::If(test, then, otherwise) => match test.truth(input)? {
                true => then.value(input),
                false => otherwise.value(input),
            },
            Plan::Length => length(input).map(Seen::Number),
            Plan::Type => {
                Some(Seen::Text(["null", "boolean", "number", "string", "array", "object"][input.kind()]))
            }
            Plan::Compare(..) | Plan::And(..) | Plan::Or(..) | Plan::Not | Plan::Has(_) | Plan::Search(_) => {
                self.truth(input).map(Seen::bool)
            }
        }
    }

    /// Whether jq takes the plan's value for true.
    pub(crate) fn truth<'p>(&'p self, input: &Seen<'_, 'p>) -> Option<bool> {
        match self {
            Plan::Pipe(left, right) => right.truth(&left.value(input)?),
            Plan::Compare(left, op, right) => {
                let order = order(&left.value(input)?, &right.value(input)?)?;
                Some(match op {
                    Cmp::Lt => order.is_lt(),
                    Cmp::Le => order.is_le(),
                    Cmp::Gt => order.is_gt(),
                    Cmp::Ge => order.is_ge(),
                    Cmp::Eq => order.is_eq(),
                    Cmp::Ne => order.is_ne(),
                })
            }
            Plan::And(left, right) => Some(left.truth(input)? && right.truth(input)?),
            Plan::Or(left, right) => Some(left.truth(input)? || right.truth(input)?),
            Plan::Not => Some(!input.truth()),
            Plan::Has(key) => member(input, key).ok().map(|member| member.is_some()),
            Plan::Search(search) => input.text()?.holds(search),
            _ => self.value(input).map(Seen::truth),
        }
    }
}

impl<'r, 'p> Seen<'r, 'p> {
    fn of(token: &'r str) -> Seen<'r, 'p> {
        match token.as_bytes().first() {
            Some(b'n') => Seen::Null,
            Some(b't') => Seen::True,
            Some(b'f') => Seen::False,
            _ => Seen::Token(token),
        }
    }

    fn bool(value: bool) -> Seen<'r, 'p> {
        if value { Seen::True } else { Seen::False }
    }

    /// What jq takes for true.
    pub(crate) fn truth(self) -> bool {
        !matches!(self, Seen::Null | Seen::False)
    }

    /// The JSON that stands in the row for it.
    pub(crate) fn raw(self) -> Option<&'r str> {
        match self {
            Seen::Row(row) => Some(row.text()),
            Seen::Token(token) => Some(token),
            Seen::Null => Some("null"),
            Seen::True => Some("true"),
            Seen::False => Some("false"),
            _ => None,
        }
    }

    /// The place of the value's kind in jq's order.
    fn kind(self) -> usize {
        match self {
            Seen::Null => 0,
            Seen::False | Seen::True => 1,
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

fn path<'r, 'p>(steps: &[Step], input: &Seen<'r, 'p>) -> Option<Seen<'r, 'p>> {
    let mut at = *input;
    for next in steps {
        at = step(&at, next)?;
    }
    Some(at)
}

fn step<'r, 'p>(at: &Seen<'r, 'p>, step: &Step) -> Option<Seen<'r, 'p>> {
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
fn member<'r>(of: &Seen<'r, '_>, key: &str) -> Result<Option<&'r str>, NoObject> {
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
fn length(of: &Seen<'_, '_>) -> Option<f64> {
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

fn math<'r, 'p>(left: Seen<'r, 'p>, op: Math, right: Seen<'r, 'p>) -> Option<Seen<'r, 'p>> {
    match (left, op, right) {
        (Seen::Null, Math::Add, other) | (other, Math::Add, Seen::Null) => return Some(other),
        _ => {}
    }
    let (left, right) = (left.number()?, right.number()?);
    let result = match op {
        Math::Add => left + right,
        Math::Sub => left - right,
        Math::Mul => left * right,
        Math::Div => left / right,
        Math::Rem => return None,
    };
    // jaq counts with whole numbers where it can; up to here they are the same.
    (result.abs() < 9e15).then_some(Seen::Number(result))
}

fn order(left: &Seen<'_, '_>, right: &Seen<'_, '_>) -> Option<Ordering> {
    let kind = left.kind();
    match kind.cmp(&right.kind()) {
        Ordering::Equal => match kind {
            0 => Some(Ordering::Equal),
            1 => Some(left.truth().cmp(&right.truth())),
            2 => left.number()?.partial_cmp(&right.number()?),
            3 => left.text()?.order(right.text()?),
            _ => match (left.is_empty(), right.is_empty()) {
                (false, false) => None,
                (left, right) => Some(right.cmp(&left)),
            },
        },
        different => Some(different),
    }
}
