//! A row that is dropped: by which condition, why, and how many there were.

use sdk_record::quote;

/// The condition that a row did not meet. Small, for there may be one a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Its place among [`crate::Filter::names`].
    pub condition: usize,
    /// The reason, where `--why` asks for it.
    pub why: Option<Box<Why>>,
}

/// Why a row did not meet a condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Why {
    /// Raw JSON of the value that decided, if one did.
    pub value: Option<String>,
    /// One line for a person.
    pub message: String,
}

impl Dropped {
    /// By the condition at this place.
    pub fn by(condition: u32, why: Option<Box<Why>>) -> Dropped {
        Dropped { condition: condition as usize, why }
    }

    /// What `--dropped FILE` gets for this row, which comes without its newline: the row, or with `--why` the row and
    /// the reason, CLI.md §12. `names` are the filter's.
    pub fn line(&self, names: &[String], row: &str) -> String {
        if self.why.is_none() {
            return format!("{row}\n");
        }
        let mut line = format!("{{\"dropped\":{{\"condition\":{}", quote(&names[self.condition]));
        if let Some(why) = &self.why {
            if let Some(value) = &why.value {
                line.push_str(",\"value\":");
                line.push_str(value);
            }
            line.push_str(",\"message\":");
            line.push_str(&quote(&why.message));
        }
        line.push_str("},\"row\":");
        // The blanks around a line are not the row's.
        line.push_str(row.trim_matches([' ', '\t', '\r', '\n']));
        line.push_str("}\n");
        line
    }
}

/// How many rows each condition dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// By the condition's place, rows without a score among them.
    pub dropped: Vec<u64>,
    /// Rows that had no score to test.
    pub unrated: u64,
}

impl Counts {
    /// Counts a dropped row.
    pub fn drop(&mut self, dropped: &Dropped) {
        if self.dropped.len() <= dropped.condition {
            self.dropped.resize(dropped.condition + 1, 0);
        }
        self.dropped[dropped.condition] += 1;
    }

    /// The filter's keys and raw values in `--stats`: CLI.md §12. `names` are the filter's.
    pub fn stats(&self, names: &[String]) -> [(&'static str, String); 2] {
        let count = |place: usize| self.dropped.get(place).copied().unwrap_or(0);
        let one = |(place, name): (usize, &String)| {
            format!("{{\"condition\":{},\"dropped\":{}}}", quote(name), count(place))
        };
        let all: Vec<String> = names.iter().enumerate().map(one).collect();
        [("unrated", self.unrated.to_string()), ("conditions", format!("[{}]", all.join(",")))]
    }
}
