//! The requests of one round, where each stands in their file.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

use sdk_prompt::Key;

use crate::batch::line;
use crate::batch::lines::{BEGIN, BYTES, LINES};
use crate::journal::{Half, half};

/// A request: its key and the bytes of its line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) key: Key,
    pub(super) from: u64,
    pub(super) length: usize,
}

/// All of them.
pub(super) struct Asks {
    pub(super) file: Arc<File>,
    pub(super) places: Vec<Place>,
}

impl Asks {
    /// Looks through a file that was written for this.
    pub(super) fn read(name: &Path) -> Result<Asks, String> {
        let unreadable = |error: std::io::Error| format!("{}: cannot be read: {error}", name.display());
        let file = File::open(name).map_err(unreadable)?;
        let mut lines = BufReader::with_capacity(256 * 1024, &file);
        let (mut line, mut from, mut places) = (Vec::new(), 0, Vec::new());
        loop {
            line.clear();
            let length = lines.read_until(b'\n', &mut line).map_err(unreadable)?;
            if length == 0 {
                break;
            }
            let id = line.get(BEGIN.len() + 1..BEGIN.len() + 65).and_then(|id| std::str::from_utf8(id).ok());
            places.extend(id.and_then(line::key).map(|key| Place { key, from, length }));
            from += length as u64;
        }
        drop(lines);
        Ok(Asks { file: Arc::new(file), places })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Those that `wanted` names, in parts that a service takes.
    pub(super) fn parts(&self, wanted: impl Fn(Half) -> bool) -> Vec<Vec<Place>> {
        let mut parts: Vec<Vec<Place>> = Vec::new();
        let mut bytes = 0;
        for place in self.places.iter().filter(|place| wanted(half(place.key))) {
            bytes += place.length as u64;
            match parts.last_mut() {
                Some(part) if (part.len() as u64) < LINES && bytes <= BYTES => part.push(*place),
                _ => {
                    parts.push(vec![*place]);
                    bytes = place.length as u64;
                }
            }
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(lengths: impl IntoIterator<Item = usize>) -> Asks {
        let place = |(number, length): (usize, usize)| {
            let mut key = Key([0; 32]);
            key.0[8..16].copy_from_slice(&number.to_be_bytes());
            Place { key, from: 0, length }
        };
        let places = lengths.into_iter().enumerate().map(place).collect();
        Asks { file: Arc::new(tempfile::tempfile().unwrap()), places }
    }

    #[test]
    fn parts_are_what_a_service_takes() {
        let sizes = |asks: &Asks| asks.parts(|_| true).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes(&asks(std::iter::repeat_n(100, 120_001))), [50_000, 50_000, 20_001]);
        assert_eq!(sizes(&asks([90_000_000; 5])), [2, 2, 1]);
        // One that nobody takes goes alone, so that it spoils no other.
        assert_eq!(sizes(&asks([10, 300_000_000, 10, 10])), [1, 1, 2]);
        assert!(sizes(&asks([])).is_empty());
        let some = asks([10; 10]).parts(|half| half % 2 == 1);
        assert_eq!(some.iter().map(Vec::len).sum::<usize>(), 5);
    }
}
