//! The expressions that are understood well enough to be answered from a row's text.

use jaq_core::load::parse::{BinaryOp, Term};
use jaq_core::ops::{Cmp, Math};
use jaq_core::path::Part;
use regex_bites::bytes::{Regex, RegexBuilder};

use crate::keys::literal;

/// An expression with exactly one value, or an error that the full value has to tell.
#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// `.`
    Input,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// `[]`
    NoItems,
    /// `{}`
    NoMembers,
    Path(Vec<Step>),
    Pipe(Box<Plan>, Box<Plan>),
    Compare(Box<Plan>, Cmp, Box<Plan>),
    Math(Box<Plan>, Math, Box<Plan>),
    And(Box<Plan>, Box<Plan>),
    Or(Box<Plan>, Box<Plan>),
    Alternative(Box<Plan>, Box<Plan>),
    If(Box<Plan>, Box<Plan>, Box<Plan>),
    Not,
    Length,
    Type,
    Has(String),
    Search(Search),
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Key(String),
    Item(isize),
}

/// Something to be found in a string.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub(crate) needle: Needle,
    /// What is done to the string first.
    pub(crate) case: Option<Case>,
}

#[derive(Debug, Clone)]
pub(crate) enum Needle {
    Start(String),
    End(String),
    Anywhere(String),
    Pattern(Regex),
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Case {
    Lower,
    Upper,
}

impl Plan {
    /// Whether no row changes the value.
    pub(crate) fn is_fixed(&self) -> bool {
        use Plan::{Bool, NoItems, NoMembers, Null, Number, Text};
        matches!(self, Null | Bool(_) | Number(_) | Text(_) | NoItems | NoMembers)
    }

    /// The plan of an expression whose value is wanted.
    pub(crate) fn of_value(term: &Term<&str>) -> Option<Plan> {
        plan(term)
    }

    /// The plan of a condition: `select(f)` keeps what `f` keeps.
    pub(crate) fn of_condition(term: &Term<&str>) -> Option<Plan> {
        match term {
            Term::Call("select", arguments) if arguments.len() == 1 => plan(&arguments[0]),
            _ => plan(term),
        }
    }
}

fn plan(term: &Term<&str>) -> Option<Plan> {
    let boxed = |term: &Term<&str>| plan(term).map(Box::new);
    Some(match term {
        Term::Id => Plan::Input,
        Term::Num(digits) => Plan::Number(number(digits)?),
        Term::Neg(inner) => match &**inner {
            Term::Num(digits) => Plan::Number(-number(digits)?),
            _ => return None,
        },
        Term::Str(..) => Plan::Text(literal(term)?),
        Term::Arr(None) => Plan::NoItems,
        Term::Obj(entries) if entries.is_empty() => Plan::NoMembers,
        Term::Path(head, path) => {
            let steps = Plan::Path(path.0.iter().map(|(part, _)| step(part)).collect::<Option<_>>()?);
            match plan(head)? {
                Plan::Input => steps,
                head => Plan::Pipe(Box::new(head), Box::new(steps)),
            }
        }
        Term::BinOp(left, op, right) => match op {
            BinaryOp::Pipe(None) => pipe(left, right)?,
            BinaryOp::Cmp(op) => Plan::Compare(boxed(left)?, *op, boxed(right)?),
            BinaryOp::Math(op) if *op != Math::Rem => Plan::Math(boxed(left)?, *op, boxed(right)?),
            BinaryOp::And => Plan::And(boxed(left)?, boxed(right)?),
            BinaryOp::Or => Plan::Or(boxed(left)?, boxed(right)?),
            BinaryOp::Alt => Plan::Alternative(boxed(left)?, boxed(right)?),
            _ => return None,
        },
        Term::IfThenElse(branches, otherwise) => {
            let last = plan(otherwise.as_deref().unwrap_or(&Term::Id))?;
            branches.iter().rev().try_fold(last, |otherwise, (test, then)| {
                Some(Plan::If(boxed(test)?, boxed(then)?, Box::new(otherwise)))
            })?
        }
        Term::Call(name, arguments) => call(name, arguments)?,
        _ => return None,
    })
}

fn pipe(left: &Term<&str>, right: &Term<&str>) -> Option<Plan> {
    let case = match left {
        Term::Call("ascii_downcase", none) if none.is_empty() => Some(Case::Lower),
        Term::Call("ascii_upcase", none) if none.is_empty() => Some(Case::Upper),
        _ => None,
    };
    match (case, plan(right)?) {
        (Some(_), Plan::Search(search)) => Some(Plan::Search(Search { case, ..search })),
        (Some(_), _) => None,
        (None, right) => Some(Plan::Pipe(Box::new(plan(left)?), Box::new(right))),
    }
}

fn call(name: &str, arguments: &[Term<&str>]) -> Option<Plan> {
    let search = |needle: Needle| Plan::Search(Search { needle, case: None });
    match (name, arguments) {
        ("null", []) => Some(Plan::Null),
        ("true", []) => Some(Plan::Bool(true)),
        ("false", []) => Some(Plan::Bool(false)),
        ("not", []) => Some(Plan::Not),
        ("length", []) => Some(Plan::Length),
        ("type", []) => Some(Plan::Type),
        ("has", [key]) => literal(key).map(Plan::Has),
        ("startswith", [text]) => Some(search(Needle::Start(literal(text)?))),
        ("endswith", [text]) => Some(search(Needle::End(literal(text)?))),
        ("contains", [text]) => Some(search(Needle::Anywhere(literal(text)?))),
        ("test", [pattern]) => matcher(literal(pattern)?, "").map(search),
        ("test", [pattern, flags]) => matcher(literal(pattern)?, &literal(flags)?).map(search),
        _ => None,
    }
}

/// What finds a pattern, with jaq's own engine; `None` for flags that are rare and patterns that are wrong.
fn matcher(pattern: String, flags: &str) -> Option<Needle> {
    // Such a pattern says only itself.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" _,:;'\"/<>=!@%".contains(&byte);
    match flags {
        "" | "g" if pattern.bytes().all(is_plain) => Some(Needle::Anywhere(pattern)),
        "" | "g" | "i" | "gi" | "ig" => {
            let ignore = flags.contains('i');
            RegexBuilder::new(&pattern).case_insensitive(ignore).build().ok().map(Needle::Pattern)
        }
        _ => None,
    }
}

fn step(part: &Part<Term<&str>>) -> Option<Step> {
    let Part::Index(index) = part else { return None };
    match index {
        Term::Num(digits) => digits.parse().ok().map(Step::Item),
        Term::Neg(inner) => match &**inner {
            Term::Num(digits) => digits.parse().ok().map(|item: isize| Step::Item(-item)),
            _ => None,
        },
        key => literal(key).map(Step::Key),
    }
}

/// A number of the expression: whole numbers only where every double near them is whole, too; jaq takes all others as
/// doubles.
fn number(digits: &str) -> Option<f64> {
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole && digits.len() > 15 { None } else { digits.parse().ok() }
}
