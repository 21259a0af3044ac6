//! Text with holes: `{{ jq }}`. Strings go in as text, other values as JSON, several values a line each.

use std::fmt::Write as _;

use jaq_json::Val;

use sdk_record::{Fault, Kind};

use crate::{Select, SelectError, raw};

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
    pub fn render(&self, row: &Val, variables: &[Val]) -> Result<String, Fault> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Hole(select) => fill(&mut out, select, row, variables)?,
            }
        }
        Ok(out)
    }
}

fn fill(out: &mut String, select: &Select, row: &Val, variables: &[Val]) -> Result<(), Fault> {
    for (index, value) in select.values(row.clone(), variables, MOST)?.iter().enumerate() {
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
    use super::*;
    use crate::val;

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
            let row = val(r#"{"a":"x \"y\"","b":[1,2]}"#).unwrap();
            let rendered = Template::new(template, &["n"]).unwrap().render(&row, &[Val::from(7_usize)]);
            assert_eq!(rendered.unwrap(), text, "{template}");
        }
        let null = Template::new("{{ .c }}", &[]).unwrap().render(&val("{}").unwrap(), &[]).unwrap_err();
        assert_eq!(null.kind, Kind::Missing);
        assert!(Template::new("a {{ .b", &[]).unwrap_err().message.contains("no `}}`"));
        assert!(Template::new("a {{ .b | }}", &[]).unwrap_err().message.contains("expected term"));
    }
}
