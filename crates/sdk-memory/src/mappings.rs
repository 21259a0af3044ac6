//! What is mapped where: `/proc/PID/smaps`, proc(5).

use std::io::{BufRead, Read};
use std::ops::Range;

/// A longer line is no line of this file: a path has at most 4096 bytes, each of which may be written as four.
const LONGEST: u64 = 32 * 1024;

/// One range of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Where it is.
    pub range: Range<usize>,
    /// It is a private one of a file, may not be written to, and no page of it differs from the file's.
    pub unchanged: bool,
}

/// The mappings that a process has, in the order of their addresses. What cannot be read ends them.
pub fn mappings(mut smaps: impl BufRead) -> impl Iterator<Item = Mapping> {
    let mut next = None;
    let mut line = Vec::new();
    std::iter::from_fn(move || {
        // Said of the present mapping: that none of its pages was changed.
        let (mut present, mut clean, mut dirty) = (next.take(), false, false);
        loop {
            line.clear();
            let read = Read::by_ref(&mut smaps).take(LONGEST).read_until(b'\n', &mut line);
            let text = match read {
                Ok(1..) if line.ends_with(b"\n") => String::from_utf8_lossy(&line),
                _ => {
                    return present
                        .take()
                        .map(|(range, own)| Mapping { range, unchanged: own && clean && !dirty });
                }
            };
            if let Some(header) = header(&text) {
                if let Some((range, own)) = present.replace(header) {
                    next = present;
                    return Some(Mapping { range, unchanged: own && clean && !dirty });
                }
            } else if let Some(size) = text.strip_prefix("Anonymous:") {
                clean = size.trim() == "0 kB";
            } else if let Some(size) = text.strip_prefix("Swap:") {
                dirty |= size.trim() != "0 kB";
            }
        }
    })
}

/// The first line of a mapping: `55f2d14f7000-55f2d1997000 r--p 00000000 fe:00 1234   /usr/bin/sdk-gen`. Its range, and
/// whether it is a private one of a file that may not be written to.
fn header(line: &str) -> Option<(Range<usize>, bool)> {
    let mut words = line.split_ascii_whitespace();
    let (start, end) = words.next()?.split_once('-')?;
    let (start, end) = (usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(end, 16).ok()?);
    let access = words.next()?.as_bytes();
    let file = words.nth(2)? != "0";
    let own = matches!(access, [_, b'-', _, b'p']) && file;
    (start < end && access.len() == 4).then_some((start..end, own))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<(usize, bool)> {
        mappings(text.as_bytes()).map(|mapping| (mapping.range.start, mapping.unchanged)).collect()
    }

    #[test]
    fn only_a_file_s_untouched_pages_are_unchanged() {
        let one = |access: &str, inode: &str, said: &str| {
            all(&format!("1000-3000 {access} 00000000 fe:00 {inode} /a b\nRss: 8 kB\n{said}VmFlags: rd\n"))
        };
        let clean = "Anonymous: 0 kB\nSwap: 0 kB\n";
        assert_eq!(one("r-xp", "7", clean), [(0x1000, true)]);
        assert_eq!(one("r--p", "7", "Anonymous:             0 kB\n"), [(0x1000, true)]);
        let cases = [
            ("rw-p", "7", clean),
            ("r--s", "7", clean),
            ("r--p", "0", clean),
            ("r-xp", "7", "Anonymous: 4 kB\nSwap: 0 kB\n"),
            ("r-xp", "7", "Anonymous: 0 kB\nSwap: 4 kB\n"),
            ("r-xp", "7", "Swap: 0 kB\n"),
            ("r-xp", "7", "AnonymousHuge: 0 kB\n"),
        ];
        for (access, inode, said) in cases {
            assert_eq!(one(access, inode, said), [(0x1000, false)], "{access} {inode} {said}");
        }
    }

    #[test]
    fn each_mapping_has_its_own_figures() {
        let text = "1000-2000 r-xp 0 fe:00 7 /a\nAnonymous: 0 kB\n2000-3000 r-xp 0 fe:00 7 /a\n\
                    3000-4000 r-xp 0 fe:00 7 /a\nAnonymous: 4 kB\n4000-5000 r--p 0 fe:00 7\nAnonymous: 0 kB\n";
        assert_eq!(all(text), [(0x1000, true), (0x2000, false), (0x3000, false), (0x4000, true)]);
        // The last line is not whole, so nobody knows what it says.
        assert_eq!(all(text.strip_suffix('\n').unwrap()).last(), Some(&(0x4000, false)));
        assert_eq!(all("2000-1000 r-xp 0 fe:00 7\nAnonymous: 0 kB\n"), []);
    }

    proptest! {
        #[test]
        fn any_bytes_give_ranges(bytes in proptest::collection::vec(any::<u8>(), 0..400), lines in "([0-9a-f]{0,20}-[0-9a-f]{0,17} [r-][w-][x-][ps] 0 0 [0-9]\n|Anonymous: [0-9] kB\n|.{0,9}\n){0,9}") {
            for mapping in mappings(&bytes[..]).chain(mappings(lines.as_bytes())) {
                prop_assert!(!mapping.range.is_empty());
            }
        }
    }
}
