//! Text with holes: `{{ jq }}`. Strings go in as text, other values as JSON, several values a line each.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt::Write as _;

use jaq_json::Val;

use sdk_record::token::{body, unescape};
use sdk_record::{Fault, Kind, Row};

use crate::{Select, SelectError, raw, val};

/// Most values of one hole.
const MOST: usize = 100_000;

/// A compiled template.
#[derive(Debug)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Hole(Box<Select>),
}

/// What a text is about: a row, or nothing. It becomes a jq value when a hole needs one; most only name a text in it.
#[derive(Debug)]
pub struct Source<'a> {
    row: Option<Row<'a>>,
    value: OnceCell<Val>,
}

impl<'a> Source<'a> {
    /// This row, or null.
    pub fn of(row: Option<Row<'a>>) -> Source<'a> {
        Source { row, value: OnceCell::new() }
    }

    fn value(&self) -> Result<Val, Fault> {
        if let Some(value) = self.value.get() {
            return Ok(value.clone());
        }
        let value = self.row.map_or(Ok(Val::Null), |row| val(row.text()))?;
        Ok(self.value.get_or_init(|| value).clone())
    }
}

impl Template {
    /// Compiles the holes of `text`.
    ///
    /// # Errors
    /// The first hole that is no jq, or that has no end.
    pub fn new(text: &str, variables: &[&str]) -> Result<Template, SelectError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            parts.push(Part::Text(before.to_owned()));
            let (hole, length) = hole(after, variables)?;
            parts.push(Part::Hole(Box::new(hole)));
            rest = &after[length..];
        }
        parts.push(Part::Text(rest.to_owned()));
        Ok(Template { parts })
    }

    /// The text for one row.
    ///
    /// # Errors
    /// `missing` where a hole is null, `expression` where jq fails.
    pub fn render(&self, source: &Source<'_>, variables: &[Val]) -> Result<String, Fault> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Hole(select) => fill(&mut out, select, source, variables)?,
            }
        }
        Ok(out)
    }
}

fn fill(out: &mut String, select: &Select, source: &Source<'_>, variables: &[Val]) -> Result<(), Fault> {
    if let Some(text) = source.row.and_then(|row| text_of(select.named(row)?)) {
        out.push_str(&text);
        return Ok(());
    }
    for (index, value) in select.values(source.value()?, variables, MOST)?.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        match value {
            Val::Null => {
                let hole = select.text();
                return Err(Fault::new(
                    Kind::Missing,
                    format!(
                        "`{{{{ {hole} }}}}` is null in this row; give it a value or write `{hole} // \"\"`"
                    ),
                ));
            }
            Val::TStr(bytes) => out.push_str(&String::from_utf8_lossy(bytes)),
            other => {
                let _ = write!(out, "{}", raw(other));
            }
        }
    }
    Ok(())
}

/// What the token of a text says.
fn text_of(token: &str) -> Option<Cow<'_, str>> {
    let raw = body(token)?;
    if raw.contains('\\') { unescape(raw).map(Cow::Owned) } else { Some(Cow::Borrowed(raw)) }
}

/// The hole that `after` begins with and how long it is. jq has `}}` of its own, so the end is the first `}}` before
/// which everything compiles.
fn hole(after: &str, variables: &[&str]) -> Result<(Select, usize), SelectError> {
    let mut error = None;
    for (end, _) in after.match_indices('}').filter(|(at, _)| after[*at..].starts_with("}}")).take(100) {
        match Select::new(after[..end].trim(), variables) {
            Ok(select) => return Ok((select, end + 2)),
            Err(said) => error = error.or(Some(said)),
        }
    }
    Err(error.unwrap_or_else(|| {
        let begin: String = after.chars().take(40).collect();
        SelectError { expression: begin, column: 1, message: "the hole `{{` has no `}}`".to_owned() }
    }))
}

#[cfg(test)]
mod tests {
    use sdk_record::Record;

    use super::*;

    #[test]
    fn holes() {
        for (template, text) in [
            ("plain } {x}", "plain } {x}"),
            ("{{ .a }}-{{.b}}", "x \"y\"-[1,2]"),
            ("{{ {a: {b: .b}}}}!", "{\"a\":{\"b\":[1,2]}}!"),
            ("{{ .b[] }}", "1\n2"),
            ("{{ \"{{\" }} {{ \"}}\" }}", "{{ }}"),
            ("{{ .none // \"\" }}", ""),
            ("{{ $n }} of {{ .b | length }}", "7 of 2"),
        ] {
            let row = Record::parse(r#"{"a":"x \"y\"","b":[1,2]}"#).unwrap();
            let template_of = Template::new(template, &["n"]).unwrap();
            let rendered = template_of.render(&Source::of(Some(row.row())), &[Val::from(7_usize)]);
            assert_eq!(rendered.unwrap(), text, "{template}");
        }
        let null = Template::new("{{ .c }}", &[]).unwrap().render(&Source::of(None), &[]).unwrap_err();
        assert_eq!(null.kind, Kind::Missing);
        assert!(Template::new("a {{ .b", &[]).unwrap_err().message.contains("no `}}`"));
        assert!(Template::new("a {{ .b | }}", &[]).unwrap_err().message.contains("expected term"));
    }
}
