//! Columns as Hugging Face's `datasets` spells its features: in the YAML of a card, and in words.

use sdk_record::quote;

use super::schema::{Field, Kind};

/// Appends the list of features, each line this much indented.
pub(super) fn yaml(fields: &[Field], indent: usize, to: &mut String) {
    let margin = " ".repeat(indent);
    for field in fields {
        // JSON's strings are YAML's too.
        to.push_str(&format!("{margin}- name: {}\n", quote(&field.name)));
        feature(&field.kind, indent + 2, to);
    }
}

fn feature(kind: &Kind, indent: usize, to: &mut String) {
    let margin = " ".repeat(indent);
    match kind {
        Kind::Object(fields) => {
            to.push_str(&format!("{margin}struct:\n"));
            yaml(fields, indent, to);
        }
        Kind::List(inner) => match &**inner {
            Kind::Object(fields) => {
                to.push_str(&format!("{margin}list:\n"));
                yaml(fields, indent, to);
            }
            inner @ Kind::List(_) => {
                to.push_str(&format!("{margin}list:\n"));
                feature(inner, indent + 2, to);
            }
            leaf => to.push_str(&format!("{margin}list: {}\n", dtype(leaf))),
        },
        leaf => to.push_str(&format!("{margin}dtype: {}\n", dtype(leaf))),
    }
}

fn dtype(kind: &Kind) -> &'static str {
    match kind {
        Kind::Truth => "bool",
        Kind::Number(number) if number.fraction => "float64",
        Kind::Number(_) => "int64",
        Kind::Text | Kind::Json => "string",
        Kind::Nothing | Kind::List(_) | Kind::Object(_) => "'null'",
    }
}

/// A type in words.
pub(super) fn words(kind: &Kind) -> String {
    match kind {
        Kind::Nothing => "null".to_owned(),
        Kind::Truth => "true or false".to_owned(),
        Kind::Number(number) if number.fraction => "number".to_owned(),
        Kind::Number(_) => "whole number".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Json => "JSON as text".to_owned(),
        Kind::List(inner) => format!("list of {}", words(inner)),
        Kind::Object(fields) => {
            let names: Vec<_> = fields.iter().map(|field| format!("`{}`", field.name)).collect();
            format!("object of {}", names.join(", "))
        }
    }
}
