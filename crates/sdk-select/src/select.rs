//! A compiled expression and its runs over rows.

use std::borrow::Cow;
use std::{fmt, iter, panic};

use jaq_core::{Ctx, Vars, load};
use jaq_json::Val;

use sdk_record::{Fault, Kind, Row, depth};

use crate::compile::{Compiled, compile};
use crate::funs::Data;
use crate::speed::Speed;
use crate::{SelectError, raw};

/// Deepest nesting of brackets in an expression; the parser recurses.
const NESTING: usize = 200;

/// A compiled jq expression with the names of its variables (`$n` is named `n`).
pub struct Select {
    text: String,
    filter: Compiled,
    condition: Speed,
    value: Speed,
    /// Raw JSON of its only value, where no row changes that: a fixed text is given so.
    fixed: Option<String>,
}

impl fmt::Debug for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Select").field(&self.text).finish()
    }
}

impl Select {
    /// Compiles `text`; `variables` are the names, without `$`, whose values each run brings in the same order.
    ///
    /// # Errors
    /// What was expected and found, and where.
    pub fn new(text: &str, variables: &[&str]) -> Result<Select, SelectError> {
        if depth(text) > NESTING || text.matches('(').count() > 10 * NESTING {
            let message = format!("more than {NESTING} brackets inside each other");
            return Err(SelectError::new(text, text, message));
        }
        let names: Vec<String> = variables.iter().map(|name| format!("${name}")).collect();
        let term = load::parse(text, |parser| parser.term());
        let filter = compile(text, term.as_ref(), &names)?;
        let condition = term.as_ref().map_or_else(Speed::default, Speed::of_condition);
        let value = term.as_ref().map_or_else(Speed::default, Speed::of_values);
        let select = Select { text: text.to_owned(), filter, condition, value, fixed: None };
        let fixed = if select.value.is_fixed() { select.first(Val::Null, &[]).ok().flatten() } else { None };
        Ok(Select { fixed: fixed.as_ref().map(raw), ..select })
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether testing rows costs so much that threads pay: the expression needs jq values.
    pub fn is_heavy(&self) -> bool {
        self.condition.is_heavy()
    }

    /// All values for one input, up to `most` of them.
    ///
    /// # Errors
    /// What the expression said, as a fault of kind `expression`.
    pub fn values(&self, input: Val, variables: &[Val], most: usize) -> Result<Vec<Val>, Fault> {
        self.run(input, variables).take(most).collect()
    }

    /// The first value, `None` if there is none.
    ///
    /// # Errors
    /// As [`Select::values`].
    pub fn first(&self, input: Val, variables: &[Val]) -> Result<Option<Val>, Fault> {
        self.run(input, variables).next().transpose()
    }

    /// Whether any value is neither null nor false: jq's `select`, but a row is kept once.
    ///
    /// # Errors
    /// As [`Select::values`].
    pub fn holds(&self, input: Val, variables: &[Val]) -> Result<bool, Fault> {
        for value in self.run(input, variables) {
            if !matches!(value?, Val::Null | Val::Bool(false)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether any value for this row is neither null nor false.
    ///
    /// # Errors
    /// As [`Select::values`].
    #[inline]
    pub fn keeps(&self, row: &Row<'_>) -> Result<bool, Box<Fault>> {
        match self.condition.truth(row) {
            Some(truth) => Ok(truth),
            None => self.keeps_by_jq(*row),
        }
    }

    fn keeps_by_jq(&self, row: Row<'_>) -> Result<bool, Box<Fault>> {
        Ok(self.holds(self.condition.input(row)?, &[])?)
    }

    /// Raw JSON of the first value for this row; a path that names a member gives its token as it came.
    ///
    /// # Errors
    /// As [`Select::values`].
    pub fn one<'a>(&'a self, row: Row<'a>) -> Result<Option<Cow<'a, str>>, Fault> {
        match self.fixed.as_deref().or_else(|| self.value.token(row)) {
            Some(token) => Ok(Some(Cow::Borrowed(token))),
            None => Ok(self.first(self.value.input(row)?, &[])?.map(|value| Cow::Owned(raw(&value)))),
        }
    }

    /// Raw JSON of all values for this row.
    ///
    /// # Errors
    /// As [`Select::values`].
    pub fn every<'a>(&'a self, row: Row<'a>) -> Result<Vec<Cow<'a, str>>, Fault> {
        match self.fixed.as_deref().or_else(|| self.value.token(row)) {
            Some(token) => Ok(vec![Cow::Borrowed(token)]),
            None => self.run(self.value.input(row)?, &[]).map(|value| Ok(Cow::Owned(raw(&value?)))).collect(),
        }
    }

    /// The token of the member that the expression names in this row, where it is a path and the row has it.
    pub(crate) fn named<'a>(&self, row: Row<'a>) -> Option<&'a str> {
        self.value.token(row)
    }

    fn run(&self, input: Val, variables: &[Val]) -> impl Iterator<Item = Result<Val, Fault>> {
        let context = Ctx::<Data>::new(&self.filter.lut, Vars::new(variables.iter().cloned()));
        let mut values = self.filter.id.run((context, input)).map(|value| {
            value.map_err(|exception| match exception.get_err() {
                Ok(error) => self.fails(&error.to_string()),
                // jaq's own unwrap would end the process here, with rows unwritten.
                Err(_) => self.fails("`halt` cannot stop the run; use `empty`"),
            })
        });
        let mut broken = false;
        iter::from_fn(move || {
            if broken {
                return None;
            }
            panic::catch_unwind(panic::AssertUnwindSafe(|| values.next())).unwrap_or_else(|_| {
                broken = true;
                Some(Err(self.fails("jq breaks down on this value")))
            })
        })
    }

    fn fails(&self, why: &str) -> Fault {
        let why: String = why.chars().take(300).collect();
        Fault::new(Kind::Expression, format!("`{}` fails: {why}", self.text))
    }
}

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod tests;
