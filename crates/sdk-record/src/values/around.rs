//! An object around lists of rows, which stands for these.

use super::{Array, Values};

/// Keys of an object that hold its rows, where a file cannot be mistaken: synthetic-data-kit's.
pub(crate) const ROWS: [&str; 3] = ["qa_pairs", "filtered_pairs", "cot_examples"];

/// Where in an object around a list of rows.
#[derive(PartialEq)]
pub(super) enum Around {
    None,
    /// In the list.
    Rows,
    /// After it.
    Rest,
}

impl Values {
    /// The key of the list that the last found value stands in, if it stands in one.
    pub(crate) fn list(&self) -> Option<&'static str> {
        (self.around != Around::None).then_some(self.list)
    }

    /// From here on an object around a list of rows stands for these.
    pub(crate) fn unfold(&mut self) {
        self.members = self.array == Array::None;
    }

    /// Whether the array that begins holds the rows that the open object stands for, or more of them.
    pub(super) fn begins_rows(&mut self) -> bool {
        let open = self.members && self.array == Array::None && self.open.depth() == 1 && !self.open.string;
        let list = match self.around {
            _ if !open => None,
            Around::Rest => {
                self.open.key().and_then(|key| ROWS.into_iter().find(|name| name.as_bytes() == key))
            }
            _ => holds_rows(&self.open.bytes),
        };
        self.list = list.unwrap_or(self.list);
        list.is_some()
    }
}

/// The key of its rows, if an object ends, so far, with that.
pub(super) fn holds_rows(object: &[u8]) -> Option<&'static str> {
    let key = object.trim_ascii_end().strip_suffix(b":").map(<[u8]>::trim_ascii_end);
    let key = key.and_then(|object| object.strip_suffix(b"\""));
    let named = |object: &[u8], name: &str| {
        object.strip_suffix(name.as_bytes()).is_some_and(|object| object.ends_with(b"\""))
    };
    key.and_then(|object| ROWS.into_iter().find(|name| named(object, name)))
}
