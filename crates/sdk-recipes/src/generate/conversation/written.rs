//! A row that is written anew where something new stands in it, all else as it came.

/// The row as far as it is written.
pub(super) struct Written<'r> {
    row: &'r str,
    text: String,
    /// Where what is not yet written begins.
    from: usize,
}

impl<'r> Written<'r> {
    pub(super) fn new(row: &'r str) -> Written<'r> {
        Written { row, text: String::with_capacity(row.len() * 2), from: 0 }
    }

    /// Writes up to `to` bytes of the row, and this.
    fn up(&mut self, to: usize, more: &[&str]) {
        self.text.push_str(&self.row[self.from..to]);
        self.text.extend(more.iter().copied());
        self.from = to;
    }

    /// Where a part of the row begins.
    fn at(&self, part: &str) -> usize {
        part.as_ptr() as usize - self.row.as_ptr() as usize
    }

    /// This value instead of one of the row.
    pub(super) fn instead(&mut self, value: &str, raw: &str) {
        let start = self.at(value);
        self.up(start, &[raw]);
        self.from = start + value.len();
    }

    /// A key as the last of an object of the row that has others.
    pub(super) fn last(&mut self, object: &str, key: &str, raw: &str) {
        let end = self.at(object) + object.len() - 1;
        self.up(end, &[",\"", key, "\":", raw]);
    }

    /// The row with its rest.
    pub(super) fn end(mut self) -> String {
        self.up(self.row.len(), &[]);
        self.text
    }
}
