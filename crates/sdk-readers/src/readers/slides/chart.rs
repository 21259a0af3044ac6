//! A chart as a table: its title, its categories and the values of each series, as they were last computed.

use std::collections::BTreeMap;

use sdk_record::Fault;

use crate::blocks::Block;
use crate::markup::{Markup, Token};

/// Most points of a series and most series that are told.
const MOST: usize = 10_000;
const MOST_SERIES: usize = 50;

/// Values by their place.
type Points = BTreeMap<usize, String>;

#[derive(Default)]
struct Series {
    name: String,
    categories: Points,
    values: Points,
}

/// Reads a chart.
///
/// # Errors
/// As [`Markup::next`].
pub(super) fn chart(xml: &str) -> Result<Vec<Block>, Fault> {
    let (mut title, mut all) = (None, Vec::new());
    Markup::new(xml).each(|xml, tag| {
        match tag.name() {
            "catAx" | "valAx" | "dateAx" | "serAx" | "txPr" | "spPr" => xml.skip()?,
            "title" if title.is_none() => title = Some(joined(xml)?),
            "ser" => {
                let mut series = Series::default();
                series.read(xml)?;
                all.push(series);
            }
            _ => {}
        }
        Ok(())
    })?;
    all.truncate(MOST_SERIES);
    let title = title.filter(|title| !title.is_empty());
    let mut blocks: Vec<_> =
        title.map(|title| Block::Paragraph(format!("Chart: {title}"))).into_iter().collect();
    let categories = all.iter().map(|series| &series.categories).find(|categories| !categories.is_empty());
    let mut rows =
        vec![std::iter::once(String::new()).chain(all.iter().map(|series| series.name.clone())).collect()];
    let last = all.iter().filter_map(|series| series.values.keys().last()).max().copied();
    for at in 0..last.map_or(0, |last| last + 1) {
        let category = categories.and_then(|categories| categories.get(&at)).cloned().unwrap_or_default();
        let values = all.iter().map(|series| series.values.get(&at).cloned().unwrap_or_default());
        rows.push(std::iter::once(category).chain(values).collect::<Vec<_>>());
    }
    if rows.len() > 1 {
        blocks.push(Block::Table(rows));
    }
    Ok(blocks)
}

impl Series {
    fn read(&mut self, xml: &mut Markup) -> Result<(), Fault> {
        while let Some(tag) = xml.child()? {
            match tag.name() {
                "tx" => self.name = points(xml)?.into_values().collect::<Vec<_>>().join(" "),
                "cat" | "xVal" => self.categories = points(xml)?,
                "val" | "yVal" => self.values = points(xml)?,
                _ => xml.skip()?,
            }
        }
        Ok(())
    }
}

/// The points that are left in the innermost element; a value without a point is the first.
fn points(xml: &mut Markup) -> Result<Points, Fault> {
    let (mut points, mut depth, mut at) = (Points::new(), 0, 0);
    while let Some(token) = xml.next()? {
        match token {
            Token::Start(tag) if tag.name() == "v" => {
                let value = xml.text()?;
                if at < MOST {
                    points.entry(at).or_default().push_str(&rounded(value));
                }
            }
            Token::Start(tag) => {
                depth += 1;
                if tag.name() == "pt" {
                    at = tag.attribute("idx").and_then(|at| at.parse().ok()).unwrap_or(0);
                }
            }
            Token::End if depth == 0 => break,
            Token::End => depth -= 1,
            Token::Text(_) => {}
        }
    }
    Ok(points)
}

/// A number without the noise of its last digits; other values as they are.
fn rounded(value: String) -> String {
    let number = value.parse::<f64>().ok().filter(|number| number.is_finite() && value.len() > 15);
    number.map_or(value, crate::number::written)
}

/// The words that are left in the innermost element, paragraph by paragraph.
fn joined(xml: &mut Markup) -> Result<String, Fault> {
    let (mut text, mut depth) = (String::new(), 0);
    while let Some(token) = xml.next()? {
        match token {
            Token::Start(tag) => {
                depth += 1;
                if tag.name() == "p" {
                    text.push(' ');
                }
            }
            Token::End if depth == 0 => break,
            Token::End => depth -= 1,
            Token::Text(words) => text.push_str(&words),
        }
    }
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
