//! What a run's scores come to, in all and by group: how many rows, how many reach the threshold, their mean and how they
//! are spread. Of each group only figures are kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use sdk_record::{Fault, Record, quote};
use sdk_select::Select;

use crate::summary::Summary;

/// Groups that are named on stderr; `--stats` has all of them.
const NAMED: usize = 20;

/// The figures of a run.
#[derive(Debug)]
pub(crate) struct Totals {
    group: Option<Select>,
    threshold: Option<f64>,
    all: Figures,
    groups: BTreeMap<String, Figures>,
}

/// The figures of some rows.
#[derive(Debug, Default)]
struct Figures {
    scores: Summary,
    unrated: u64,
    /// Rows at the threshold or above it.
    kept: u64,
}

impl Totals {
    /// Sums up by `group`, jq on a row.
    ///
    /// # Errors
    /// It is no jq.
    pub(crate) fn new(group: Option<&str>, threshold: Option<f64>) -> Result<Totals, String> {
        let group =
            group.map(|text| Select::new(text, &[])).transpose().map_err(|error| error.to_string())?;
        Ok(Totals { group, threshold, all: Figures::default(), groups: BTreeMap::new() })
    }

    /// Whether the row has a group.
    ///
    /// # Errors
    /// `--group` fails on it.
    pub(crate) fn check(&self, row: &Record) -> Result<(), Fault> {
        self.group.as_ref().map_or(Ok(()), |group| group.one(row.row()).map(drop))
    }

    /// Counts a row with its score.
    pub(crate) fn count(&mut self, row: &Record) {
        let (score, threshold) = (row.get("score").and_then(|raw| raw.parse().ok()), self.threshold);
        self.all.count(score, threshold);
        let Some(group) = &self.group else { return };
        // A row that it fails on was refused before.
        let raw = group.one(row.row()).ok().flatten().unwrap_or(Cow::Borrowed("null"));
        let name = serde_json::from_str::<String>(&raw).unwrap_or_else(|_| raw.into_owned());
        self.groups.entry(name).or_default().count(score, threshold);
    }

    /// Rows without a score.
    pub(crate) fn unrated(&self) -> u64 {
        self.all.unrated
    }

    /// The keys and raw values of `--stats`.
    pub(crate) fn stats(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![("unrated", self.all.unrated.to_string())];
        all.extend(self.all.scores.stats().map(|raw| ("score", format!("{{{raw}}}"))));
        all.extend(self.threshold.map(|value| ("threshold", self.all.reached(Some(value)))));
        if self.group.is_some() {
            let group = |(name, figures): (&String, &Figures)| {
                format!("{}:{}", quote(name), figures.stats(self.threshold.is_some()))
            };
            let groups: Vec<String> = self.groups.iter().map(group).collect();
            all.push(("groups", format!("{{{}}}", groups.join(","))));
        }
        all
    }

    /// The same for people; nothing of no rows.
    pub(crate) fn lines(&self) -> Vec<String> {
        if self.all.rows() == 0 {
            return Vec::new();
        }
        let mut lines = vec![format!("scores: {}", self.all.told(self.threshold))];
        for (name, figures) in self.groups.iter().take(NAMED) {
            lines.push(format!("scores of {}: {}", quote(name), figures.told(self.threshold)));
        }
        if self.groups.len() > NAMED {
            lines.push(format!(
                "{} more groups are not named here; --stats FILE has all",
                self.groups.len() - NAMED
            ));
        }
        lines
    }
}

impl Figures {
    fn count(&mut self, score: Option<f64>, threshold: Option<f64>) {
        let Some(score) = score else {
            self.unrated += 1;
            return;
        };
        self.scores.count(score);
        self.kept += u64::from(threshold.is_some_and(|threshold| score >= threshold));
    }

    fn rows(&self) -> u64 {
        self.scores.rows() + self.unrated
    }

    /// The share of all rows that is kept, in hundredths.
    #[allow(clippy::cast_precision_loss)]
    fn share(&self) -> f64 {
        let rows = self.rows().max(1);
        (self.kept as f64 / rows as f64 * 100.0).round() / 100.0
    }

    fn reached(&self, value: Option<f64>) -> String {
        let value =
            value.map(|value| format!("\"value\":{},", crate::judgment::plain(value))).unwrap_or_default();
        let share = crate::judgment::plain(self.share());
        format!("{{{value}\"rows\":{},\"share\":{share}}}", self.kept)
    }

    /// The figures of a group for `--stats`.
    fn stats(&self, threshold: bool) -> String {
        let mut raw = format!("{{\"rows\":{}", self.rows());
        if let Some(scores) = self.scores.stats() {
            let _ = write!(raw, ",{scores}");
        }
        let _ = write!(raw, ",\"unrated\":{}", self.unrated);
        if threshold {
            let _ = write!(raw, ",\"threshold\":{}", self.reached(None));
        }
        raw.push('}');
        raw
    }

    /// The figures for people.
    fn told(&self, threshold: Option<f64>) -> String {
        let mut line = format!("total {}", self.rows());
        if let Some(threshold) = threshold {
            let _ = write!(line, ", {} at {threshold} or more, retention {:.2}", self.kept, self.share());
        }
        match self.scores.mean() {
            Some(mean) => {
                let _ = write!(line, ", average {mean:.1}, unrated {}; {}", self.unrated, self.scores.told());
            }
            None => {
                let _ = write!(line, ", unrated {}", self.unrated);
            }
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(threshold: Option<f64>, rows: &[&str]) -> Totals {
        let mut totals = Totals::new(Some(".t"), threshold).unwrap();
        for row in rows {
            totals.count(&Record::parse(row).unwrap());
        }
        totals
    }

    #[test]
    fn all_and_each_group() {
        let rows = [
            r#"{"t":"a","score":7}"#,
            r#"{"t":"b","score":6.9}"#,
            r#"{"t":"a","score":null}"#,
            r#"{"score":9}"#,
        ];
        let totals = of(Some(7.0), &rows);
        assert_eq!(
            totals.lines(),
            [
                "scores: total 4, 2 at 7 or more, retention 0.50, average 7.6, unrated 1; 6–7: 1, 7–8: 1, 9–10: 1",
                "scores of \"a\": total 2, 1 at 7 or more, retention 0.50, average 7.0, unrated 1; 7–7.1: 1",
                "scores of \"b\": total 1, 0 at 7 or more, retention 0.00, average 6.9, unrated 0; 6.9–7: 1",
                "scores of \"null\": total 1, 1 at 7 or more, retention 1.00, average 9.0, unrated 0; 9–9.1: 1",
            ]
        );
        let stats: BTreeMap<_, _> = totals.stats().into_iter().collect();
        assert_eq!(stats["threshold"], r#"{"value":7,"rows":2,"share":0.5}"#);
        let groups: serde_json::Value = serde_json::from_str(&stats["groups"]).unwrap();
        assert_eq!(groups["a"]["rows"], 2);
        assert_eq!(groups["b"]["threshold"]["rows"], 0);
        assert_eq!(groups["null"]["mean"], 9);
        assert!(of(None, &[]).lines().is_empty());
        assert!(!of(None, &rows).lines()[0].contains("kept"));
    }
}
