//! A compiled expression and its runs over rows.

use std::borrow::Cow;
use std::fmt;

use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data};
use jaq_json::{Val, read};

use sdk_record::{Fault, Kind, Record, Row, depth};

use crate::SelectError;

/// Deepest nesting of brackets in an expression; the parser recurses.
const NESTING: usize = 200;

type Data = data::JustLut<Val>;

/// A compiled jq expression with the names of its variables (`$n` is named `n`).
pub struct Select {
    text: String,
    filter: jaq_core::compile::Filter<jaq_core::Native<Data>>,
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
        // The standard definitions take a millisecond to load; a path or a comparison needs none of them.
        let filter = compile(text, &names, false).or_else(|_| compile(text, &names, true))?;
        Ok(Select { text: text.to_owned(), filter })
    }

    /// The expression as it was written.
    pub fn text(&self) -> &str {
        &self.text
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
    pub fn keeps(&self, row: Row<'_>) -> Result<bool, Fault> {
        self.holds(val(row.text())?, &[])
    }

    /// Raw JSON of the first value for this row; a path that names a member gives its token as it came.
    ///
    /// # Errors
    /// As [`Select::values`].
    pub fn one<'a>(&self, row: Row<'a>) -> Result<Option<Cow<'a, str>>, Fault> {
        Ok(self.first(val(row.text())?, &[])?.map(|value| Cow::Owned(raw(&value))))
    }

    /// Raw JSON of all values for this row.
    ///
    /// # Errors
    /// As [`Select::values`].
    pub fn every<'a>(&self, row: Row<'a>) -> Result<Vec<Cow<'a, str>>, Fault> {
        let values = self.values(val(row.text())?, &[], usize::MAX)?;
        Ok(values.iter().map(|value| Cow::Owned(raw(value))).collect())
    }

    fn run(&self, input: Val, variables: &[Val]) -> impl Iterator<Item = Result<Val, Fault>> {
        let context = Ctx::<Data>::new(&self.filter.lut, Vars::new(variables.iter().cloned()));
        self.filter.id.run((context, input)).map(|value| {
            value.map_err(|exception| {
                let why = match exception.get_err() {
                    Ok(error) => error.to_string(),
                    // jaq's own unwrap would end the process here, with rows unwritten.
                    Err(_) => "`halt` cannot stop the run; use `empty`".to_owned(),
                };
                let why: String = why.chars().take(300).collect();
                Fault::new(Kind::Expression, format!("`{}` fails: {why}", self.text))
            })
        })
    }
}

fn compile(
    text: &str,
    names: &[String],
    standard: bool,
) -> Result<jaq_core::compile::Filter<jaq_core::Native<Data>>, SelectError> {
    let arena = Arena::default();
    let program = File { code: text, path: () };
    let modules = if standard {
        let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
        Loader::new(definitions).load(&arena, program)
    } else {
        Loader::new([]).load(&arena, program)
    };
    let modules = modules.map_err(|errors| SelectError::loading(text, errors))?;
    Compiler::default()
        .with_funs(jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs()))
        .with_global_vars(names.iter().map(String::as_str))
        .compile(modules)
        .map_err(|errors| SelectError::compiling(text, errors))
}

/// A row as a jq value.
///
/// # Errors
/// Only for text that is no row.
pub fn input(row: &Record) -> Result<Val, Fault> {
    val(row.text())
}

/// Any JSON text as a jq value. Its depth must have been checked ([`sdk_record::DEPTH`]).
///
/// # Errors
/// `not_json`, with the byte.
pub fn val(json: &str) -> Result<Val, Fault> {
    read::parse_single(json.as_bytes()).map_err(|e| Fault::new(Kind::NotJson, format!("not JSON at {e}")))
}

/// A jq value as JSON text; what jq allows beyond JSON (NaN, bytes) becomes null or a string.
pub fn raw(value: &Val) -> String {
    let text = value.to_string();
    if serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok() { text } else { tame(value) }
}

fn tame(value: &Val) -> String {
    let joined = |parts: Vec<String>| parts.join(",");
    match value {
        Val::Arr(items) => format!("[{}]", joined(items.iter().map(tame).collect())),
        Val::Obj(pairs) => {
            let pair = |(key, value): (&Val, &Val)| format!("{}:{}", tame(key), tame(value));
            format!("{{{}}}", joined(pairs.iter().map(pair).collect()))
        }
        Val::BStr(bytes) | Val::TStr(bytes) => sdk_record::quote(&String::from_utf8_lossy(bytes)),
        Val::Num(_) => "null".to_owned(),
        other => other.to_string(),
    }
}

/// The keys and raw values of an expression's object, for `--keep`.
///
/// # Errors
/// The value is no object.
pub fn object(select: &Select, row: Val, variables: &[Val]) -> Result<Record, Fault> {
    let value = select.first(row, variables)?;
    let text = value.as_ref().map_or_else(|| "null".to_owned(), raw);
    Record::parse(&text).map_err(|_| {
        let found: String = text.chars().take(60).collect();
        Fault::new(
            Kind::Type,
            format!("`{}` must give an object like {{text}}, found {found}", select.text()),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(expression: &str, row: &str) -> String {
        let select = Select::new(expression, &["n"]).unwrap();
        let value = select.first(val(row).unwrap(), &[Val::from(3_usize)]);
        value.map_or_else(|fault| fault.message, |v| v.map_or("none".to_owned(), |v| raw(&v)))
    }

    #[test]
    fn jq_says_it() {
        for (expression, row, result) in [
            (".a", r#"{"a":1.50,"a":12345678901234567890}"#, "12345678901234567890"),
            (".a >= 7.5", r#"{"a":"9"}"#, "true"),
            (".a >= 7.5", r#"{"a":null}"#, "false"),
            ("[.a[] | select(. > $n)] | length", r#"{"a":[1,5,7]}"#, "2"),
            ("{a, b: (.a|ascii_upcase)}", r#"{"a":"é\u00e9x"}"#, r#"{"a":"ééx","b":"ééX"}"#),
            ("halt", "{}", "`halt` fails: `halt` cannot stop the run; use `empty`"),
            ("empty", "{}", "none"),
            ("nan", "{}", "null"),
            (".a.b", r#"{"a":1}"#, "`.a.b` fails: cannot index 1 with \"b\""),
        ] {
            assert_eq!(first(expression, row), result, "{expression}");
        }
    }

    #[test]
    fn errors_name_the_place() {
        let said = |expression: &str| Select::new(expression, &[]).unwrap_err();
        assert_eq!(said(".a ==").message, "expected term, found the end");
        assert_eq!(
            (said("\"é\" | foo").column, said("\"é\" | foo").message.as_str()),
            (7, "there is no filter `foo`")
        );
        assert_eq!(said(".a == $x").message, "there is no variable `$x`");
        assert_eq!(
            (said(".a[").column, said(".a[").message.as_str()),
            (4, "expected closing bracket, found the end")
        );
        assert!(said(&"[".repeat(100_000)).message.contains("inside each other"));
    }
}
