//! The planned rows of one base row, written one by one: CLI.md §10, row `expand`. Left out: which and how many
//! (`mod.rs`), and what a value is.

use std::ops::Range;

use sdk_record::{Fault, Place, Record, quote};

use super::Planner;
use super::grid::Walk;

/// An iterator over the planned rows of one base row, or its one fault.
#[derive(Debug)]
pub struct Family<'a> {
    planner: &'a Planner,
    parent: Option<Result<Parent, Box<Fault>>>,
    walk: Option<Walk>,
    units: Range<u128>,
    first: u128,
    copy: u64,
    left: u128,
}

impl<'a> Family<'a> {
    /// The rows of these combinations by their number in the walk (without one: in the order of the flags), at most
    /// `most`. A row that cannot be varied gives its fault once, also where nothing was to come of it.
    pub(super) fn new(
        planner: &'a Planner,
        row: &Record,
        walk: Option<Walk>,
        units: Range<u128>,
        most: u128,
    ) -> Self {
        let parent = match planner.check(row) {
            Ok(()) if most == 0 => None,
            Ok(()) => Some(Ok(Parent::new(row))),
            Err(fault) => Some(Err(Box::new(fault))),
        };
        Family { planner, parent, walk, first: units.start, units, copy: 0, left: most }
    }
}

impl Iterator for Family<'_> {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let parent = match self.parent.take()? {
            Err(fault) => return Some(Err(*fault)),
            Ok(parent) => parent,
        };
        if self.copy == self.planner.copies {
            (self.units.start, self.copy) = (self.units.start + 1, 0);
        }
        if self.left == 0 || self.units.is_empty() {
            return None;
        }
        let unit = self.units.start;
        let places = match &self.walk {
            Some(walk) => walk.at(unit),
            None => self.planner.grid.in_order(unit),
        };
        let round = (unit - self.first) / self.planner.grid.combinations();
        let sample = round * u128::from(self.planner.copies) + u128::from(self.copy);
        let values = self.planner.keys.iter().zip(places);
        let row = parent.row(values.map(|(varied, place)| (&*varied.key, &*varied.values[place])), sample);
        self.copy += 1;
        self.left -= 1;
        self.parent = Some(Ok(parent));
        Some(Ok(row))
    }
}

/// What all planned rows of one base row share.
#[derive(Debug)]
struct Parent {
    kept: Record,
    made_of: blake3::Hash,
    provenance: String,
    place: Option<Place>,
}

impl Parent {
    fn new(row: &Record) -> Self {
        let id = row.string("id").or_else(|| row.get("id").filter(|raw| is_number(raw)).map(str::to_owned));
        let task = row.get("sdk").and_then(|raw| Record::parse(raw).ok()).and_then(|sdk| sdk.string("task"));
        let mut provenance = r#"{"tool":"sdk-expand""#.to_owned();
        for (key, value) in [("\"task\"", &task), ("\"parent\"", &id)] {
            if let Some(value) = value {
                let value = quote(value);
                provenance.extend([",", key, ":", &value]);
            }
        }
        Parent {
            kept: row.without(&["id", "sdk"]),
            made_of: blake3::hash(row.text().as_bytes()),
            provenance,
            place: row.place().cloned(),
        }
    }

    /// The first of equal rows says nothing of it; the others carry their number, so that their requests differ.
    fn row<'v>(&self, values: impl Iterator<Item = (&'v str, &'v str)>, sample: u128) -> Record {
        let mut row = self.kept.clone();
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.made_of.as_bytes());
        for (key, raw) in values {
            row.push(key, raw);
            for part in [key, raw] {
                // Lengths keep `a`, `bc` and `ab`, `c` apart.
                hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
            }
        }
        hasher.update(&sample.to_le_bytes());
        row.push("id", &quote(&hasher.finalize().to_hex()[..16]));
        let sample = if sample == 0 { String::new() } else { format!(",\"sample\":{sample}") };
        row.push("sdk", &format!("{}{sample}}}", self.provenance));
        row.placed(self.place.clone())
    }
}

fn is_number(raw: &str) -> bool {
    raw.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use crate::expand::{ExpandFlags, Planner};
    use sdk_record::{Kind, Record};

    fn planner(vary: &[&str], copies: u64) -> Planner {
        let vary = vary.iter().map(|flag| flag.parse().unwrap()).collect();
        Planner::new(&ExpandFlags { vary, copies, ..ExpandFlags::default() }, 0).unwrap()
    }

    fn planned(planner: &Planner, row: &str) -> Vec<String> {
        // The id is looked at by its own test.
        let text = |row: Record| row.text().replace(&row.string("id").unwrap(), "ID");
        planner.rows([Record::parse(row).unwrap()].into_iter()).map(|row| text(row.unwrap())).collect()
    }

    #[test]
    fn rows_are_those_of_the_manual() {
        let tone = planner(&["tone=calm"], 1);
        assert_eq!(
            planned(&tone, r#"{"id":"7","q":"Hi"}"#),
            [r#"{"q":"Hi","tone":"calm","id":"ID","sdk":{"tool":"sdk-expand","parent":"7"}}"#]
        );
        assert_eq!(
            planned(&tone, r#"{ "n": 1.50, "sdk":{"task":"qa","model":"m"},"id":-7e1, "s":"\u00e9"}"#),
            [
                r#"{"n":1.50,"s":"\u00e9","tone":"calm","id":"ID","sdk":{"tool":"sdk-expand","task":"qa","parent":"-7e1"}}"#
            ]
        );
        assert_eq!(
            planned(&planner(&[], 1), r#"{"id":null,"sdk":[1]}"#),
            [r#"{"id":"ID","sdk":{"tool":"sdk-expand"}}"#]
        );
    }

    #[test]
    fn the_last_flag_is_fastest_and_copies_say_their_number() {
        let rows = planned(&planner(&["b=1,2", "a=x,y"], 2), "{}");
        let shown: Vec<(char, char, bool)> = rows
            .iter()
            .map(|row| (row.as_bytes()[6].into(), row.as_bytes()[14].into(), row.contains(r#""sample":1}"#)))
            .collect();
        let wanted = [('1', 'x'), ('1', 'y'), ('2', 'x'), ('2', 'y')];
        let wanted: Vec<_> = wanted.iter().flat_map(|&(b, a)| [(b, a, false), (b, a, true)]).collect();
        assert_eq!(shown, wanted);
    }

    #[test]
    fn ids_are_of_parent_values_and_copy() {
        let planner = planner(&["a=x,y", "b=x,y"], 2);
        let ids = |row: &str| -> Vec<String> {
            let rows = planner.rows([Record::parse(row).unwrap()].into_iter());
            rows.map(|row| row.unwrap().string("id").unwrap()).collect()
        };
        let mut all: Vec<String> =
            [r#"{"id":"1"}"#, r#"{"id":"2"}"#, "{}"].into_iter().flat_map(ids).collect();
        assert!(all.iter().all(|id| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
        assert_eq!(ids(r#"{"id":"1"}"#), all[..8]);
        assert_ne!(ids(r#"{"id":"1","q":"other"}"#), all[..8]);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 24);
    }

    #[test]
    fn a_key_that_is_there_is_one_fault() {
        let planner = planner(&["a=x,y", "b=x,y"], 3);
        let rows: Vec<_> = planner.rows([Record::parse(r#"{"b":null}"#).unwrap()].into_iter()).collect();
        let fault = rows[0].as_ref().unwrap_err();
        assert_eq!(
            (rows.len(), fault.kind, fault.row.as_deref()),
            (1, Kind::KeyExists, Some(r#"{"b":null}"#))
        );
        assert!(fault.message.contains("\"b\""));
    }
}
