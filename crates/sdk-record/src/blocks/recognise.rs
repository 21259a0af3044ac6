//! One value a line, or several lines a value? The first line that is not blank tells.

use super::{Blocks, Shape};
use crate::values::Values;

/// Blank bytes that are looked at in one piece; whole blank lines beyond are counted and forgotten.
const BLANK: usize = 64 * 1024;

impl Blocks {
    pub(super) fn recognise(&mut self) -> Shape {
        while self.kept.len() < 3 && b"\xef\xbb\xbf".starts_with(&self.kept) && self.more() {}
        if self.kept.starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
        }
        let mut seen = self.at;
        let (mut first, mut second) = (None, None);
        'bytes: loop {
            while seen < self.kept.len() {
                match (first, self.kept[seen]) {
                    (None, b'\n') if seen - self.at > BLANK => {
                        let lines = memchr::memchr_iter(b'\n', &self.kept[self.at..=seen]).count();
                        self.begins = self.begins.map(|before| before + lines as u64);
                        self.at = seen + 1;
                    }
                    (_, b' ' | b'\t' | b'\r') | (None, b'\n') => {}
                    (None, byte) => first = Some(byte),
                    (Some(_), byte) => {
                        second = Some(byte);
                        break 'bytes;
                    }
                }
                seen += 1;
            }
            if first.is_some_and(|b| b != b'{' && b != b'[') {
                break;
            }
            let dropped = self.at;
            if !self.more() {
                break;
            }
            seen -= dropped;
        }
        match (first, second) {
            (Some(b'{'), Some(b'\n')) => Shape::Values(Box::new(Values::objects())),
            (Some(b'['), Some(b'\n' | b'{' | b']') | None) => Shape::Values(Box::new(Values::array())),
            _ => Shape::Lines,
        }
    }
}
