//! An input that is one object around a list of rows: it stands for these.

use super::{Blocks, Shape};
use crate::values::{ROWS, Values};
use crate::{Block, Fault, Record, elements, member, turns};

/// Keys of an object that may hold rows, looked at where none of those stands that surely do: beside these,
/// `conversations` are the same rows once more.
const LISTS: [&str; 3] = ["examples", "data", CONVERSATIONS];
const CONVERSATIONS: &str = "conversations";

impl Blocks {
    /// The first block, or the rows of the only object in the input.
    pub(super) fn first(&mut self, block: Block) -> Option<Block> {
        if matches!(self.shape, Shape::Unknown) {
            self.shape = self.recognise();
            self.whole = true;
            if let Shape::Values(values) = &mut self.shape {
                values.unfold();
            }
        }
        let mut first = self.read_on(block)?;
        let Some(rows) = only(&first).and_then(rows) else { return Some(first) };
        let line = first.place(first.begins.unwrap_or(0), 0);
        // Only now, so that no other input waits for its second row.
        self.held = self.read_on(Block::default());
        if self.held.is_some() {
            return Some(first);
        }
        first.end = 0;
        first.members = Some(rows.iter().map(|row| (row.list, row.index)).collect());
        for row in rows {
            match row.text {
                Ok(text) => first.push(text.as_bytes()),
                Err(fault) => first.fault = Some(fault.at(line.clone())),
            }
        }
        Some(first)
    }
}

/// A row of a list, or what is in its place.
struct Member {
    list: &'static str,
    index: usize,
    text: Result<String, Fault>,
}

/// The only line of a block.
fn only(block: &Block) -> Option<&str> {
    let line = block.bytes().trim_ascii();
    let one = block.fault.is_none() && line.starts_with(b"{") && memchr::memchr(b'\n', line).is_none();
    std::str::from_utf8(line).ok().filter(|_| one)
}

/// The rows that an object stands for; `None` if it is a row itself.
fn rows(text: &str) -> Option<Vec<Member>> {
    let named = |key: &&str| memchr::memmem::find(text.as_bytes(), format!("\"{key}\"").as_bytes()).is_some();
    // Most inputs of one row name none of them, and are not looked at twice.
    ROWS.iter().chain(&LISTS).find(|key| named(key))?;
    let Ok(object) = Record::parse(text) else { return broken(text) };
    if matches!(turns(object.row()), Ok(Some(_))) {
        return None;
    }
    let lists = |keys: &[&'static str]| -> Vec<(&'static str, &str)> {
        let known = |name: &str| keys.iter().find(|key| **key == name).copied();
        let lists = object.row().iter().filter(|(_, raw)| raw.starts_with('['));
        lists.filter_map(|(key, raw)| Some((known(&key)?, raw))).collect()
    };
    let mut found = lists(&ROWS);
    if found.is_empty() {
        found = lists(&LISTS);
        found.retain(|(key, raw)| holds(key, raw));
    }
    let of_list = |(list, raw): (&'static str, &str)| -> Vec<Member> {
        let members = elements(raw).enumerate();
        let text = |raw: &str| match list == CONVERSATIONS && raw.starts_with('[') {
            true => format!("{{\"messages\":{raw}}}"),
            false => raw.to_owned(),
        };
        members.map(|(index, raw)| Member { list, index, text: Ok(text(raw)) }).collect()
    };
    (!found.is_empty()).then(|| found.into_iter().flat_map(of_list).collect())
}

/// Whether a list that may be a row's own value holds rows, all or some of them.
fn holds(key: &str, list: &str) -> bool {
    // One message tells that all are: a row with a broken one is one row.
    let spoken =
        |raw: &str| raw.starts_with('{') && ["role", "from"].iter().any(|key| member(raw, key).is_some());
    // Conversations are lists of messages themselves.
    let is_conversation = |raw: &str| elements(raw).next().is_some_and(|first| first.starts_with('{'));
    let mut members = elements(list).peekable();
    match members.peek() {
        None => key == "examples",
        Some(_) if elements(list).any(spoken) => false,
        Some(_) => members.any(|raw| raw.starts_with('{') || key == CONVERSATIONS && is_conversation(raw)),
    }
}

/// The members of an object that is no JSON, but surely a list of rows: those that are none are told apart from the
/// others.
fn broken(text: &str) -> Option<Vec<Member>> {
    let mut values = Values::objects();
    values.unfold();
    let (mut rows, mut at) = (Vec::<Member>::new(), 0);
    let mut counts = [0; ROWS.len()];
    loop {
        let (used, found) = values.feed(&text.as_bytes()[at..], usize::MAX);
        at += used;
        // Without a find all of the text is read.
        let Some((_, value)) = found.or_else(|| values.end()) else { break };
        let list = values.list().or_else(|| rows.last().map(|row| row.list))?;
        let count = &mut counts[ROWS.iter().position(|row| *row == list)?];
        let index = std::mem::replace(count, *count + 1);
        let text = match value {
            Ok(bytes) => Ok(bytes),
            // What is left of a row is refused again where all rows are, with what is wrong in it.
            Err(mut fault) => fault.line.take().filter(|line| !line.is_empty()).ok_or(fault),
        };
        let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        rows.push(Member { list, index, text });
    }
    (!rows.is_empty()).then_some(rows)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use crate::{Block, Blocks, Scan};

    /// Gives a byte a time, as a slow producer may.
    struct Slow(&'static [u8]);

    impl Read for Slow {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.len().min(1);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    /// Each row and the line it begins on, or `!` for what could not be read.
    fn read(mut blocks: Blocks) -> String {
        let (mut scan, mut out, mut block, mut before) =
            (Scan::default(), String::new(), Block::default(), 0);
        while let Some(mut next) = blocks.next(block) {
            before = next.begins().unwrap_or(before);
            let lines = scan.lines(&next, |line| {
                let said = line.row.map_or("!".to_owned(), |row| row.text().to_owned());
                let place = next.place(before, line.number).to_string();
                out += &format!(
                    "{} {said}\n",
                    place.strip_prefix("t:").filter(|_| !place.contains('[')).unwrap_or(&place)
                );
            });
            out += if next.fault(before, lines).is_some() { "!\n" } else { "" };
            before += lines;
            block = next;
        }
        out
    }

    #[test]
    fn an_object_around_rows_stands_for_them() {
        let table: [(&str, &str); 21] = [
            (
                "{\n \"summary\":\"\\\"qa_pairs\\\": [\",\n \"qa_pairs\": [\n  {\n \"a\":[{}]},\n{\"a\":2}\n ],\n \"x\":[\"]}\"]\n}\n",
                "4 {\"a\":[{}]}\n6 {\"a\":2}\n",
            ),
            ("{\"qa_pairs\":[{\"a\":1},{\"a\":2}]}", "t:qa_pairs[0] {\"a\":1}\nt:qa_pairs[1] {\"a\":2}\n"),
            (
                "{\"qa_pairs\":[{\"a\":1},7,{\"a\":2}],\"conversations\":[[{}]],\"cot_examples\":[{}]}",
                "t:qa_pairs[0] {\"a\":1}\nt:qa_pairs[1] !\nt:qa_pairs[2] {\"a\":2}\nt:cot_examples[0] {}\n",
            ),
            (
                "{\"qa_pairs\":[{\"a\":1},{\"a\":oops},{\"a\":2}],\"qa_pairs\":[{\"a\":3}]}",
                "t:qa_pairs[0] {\"a\":1}\nt:qa_pairs[1] !\nt:qa_pairs[2] {\"a\":2}\nt:qa_pairs[3] {\"a\":3}\n",
            ),
            (
                "{\"qa_pairs\":[{\"a\":1},{\"a\":[2}]}",
                "t:qa_pairs[0] {\"a\":1}\nt:qa_pairs[1] !\nt:qa_pairs[2] !\n",
            ),
            ("{\"qa_pairs\":[{\"a\":1}", "t:qa_pairs[0] {\"a\":1}\n!\n"),
            (
                "{\"data\":[{\"a\":1}],\"data\":[[]],\"examples\":[{}]}",
                "t:data[0] {\"a\":1}\nt:examples[0] {}\n",
            ),
            ("{\"data\":[{\"a\":1},[]]}", "t:data[0] {\"a\":1}\nt:data[1] !\n"),
            (
                "{\n\"qa_pairs\":[\n{\"a\":1}\n],\"x\":{\"qa_pairs\":[0]},\"y\":\"qa_pairs\",\"cot_examples\" : [\n{\"a\":2}\n]\n}{\n\"a\":3}",
                "3 {\"a\":1}\n5 {\"a\":2}\n7 {\"a\":3}\n",
            ),
            ("{\n\"qa_pairs\":[]\n}{\n\"a\":1}", "3 {\"a\":1}\n"),
            ("{\n\"examples\":[{\"a\":1}]}", "t:examples[0] {\"a\":1}\n"),
            ("{\"examples\":[]}", ""),
            ("{\"data\":[]}", "1 {\"data\":[]}\n"),
            ("{\"data\":[7]}", "1 {\"data\":[7]}\n"),
            ("{\"conversations\":[[{\"role\":1}]]}", "t:conversations[0] {\"messages\":[{\"role\":1}]}\n"),
            ("{\"data\":[{\"role\":1},{\"a\":1}]}", "1 {\"data\":[{\"role\":1},{\"a\":1}]}\n"),
            (
                "{\"conversations\":[{\"from\":1,\"value\":1},{\"value\":1}]}",
                "1 {\"conversations\":[{\"from\":1,\"value\":1},{\"value\":1}]}\n",
            ),
            ("{\"conversations\":[{\"from\":1}]}", "1 {\"conversations\":[{\"from\":1}]}\n"),
            ("{\"examples\":[{\"a\":1}]}\n{\"b\":1}", "1 {\"examples\":[{\"a\":1}]}\n2 {\"b\":1}\n"),
            (
                "{\"question\":\"Q\",\"answer\":\"A\",\"data\":[{}]}",
                "1 {\"question\":\"Q\",\"answer\":\"A\",\"data\":[{}]}\n",
            ),
            ("{\n\"qa_pairs\":[\n{\"a\":1}", "3 {\"a\":1}\n!\n"),
        ];
        for (text, wanted) in table {
            let fast = Blocks::new("t", Box::new(text.as_bytes()), 1 << 20).members();
            assert_eq!(read(fast), wanted, "{text}");
            let slow = Blocks::new("t", Box::new(Slow(text.as_bytes())), 1 << 20).members();
            assert_eq!(read(slow), wanted, "slowly: {text}");
        }
        let row = "{\n\"qa_pairs\":[{}]}";
        let plain = Blocks::new("t", Box::new(row.as_bytes()), 1 << 20);
        assert_eq!(read(plain), "1 {\"qa_pairs\":[{}]}\n");
    }
}
