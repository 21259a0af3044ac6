//! Blocks of a Markdown or plain text: prose is told apart from headings, lists, tables and code.
//!
//! A reading by lines, not a Markdown parser: nesting and inline markup are left alone, and a quotation is what it
//! quotes. Code that lost its fence (a
//! Python session, statements by the line) is recognised by its look.

use std::ops::Range;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Running text.
    Prose,
    /// A title, of either Markdown form.
    Heading,
    /// One item of a list, without its marker.
    Item,
    /// Fenced or indented code, or what looks like code.
    Code,
    /// Table rows.
    Table,
}

/// One block and the bytes it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Where it stands in the text, without the white space around it.
    pub range: Range<usize>,
}

/// The blocks of a text, in order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut cut = Cut { text, done: Vec::new(), open: None };
    let mut fence = begins_in_code(text);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let bare = line.trim();
        if let Some(mark) = fence {
            cut.extend(Kind::Code, start, end);
            if bare.starts_with(mark) {
                fence = None;
                cut.close();
            }
        } else if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark)) {
            cut.close();
            cut.extend(Kind::Code, start, end);
            fence = Some(mark);
        } else {
            cut.line(start, line, bare);
        }
        start = end;
    }
    cut.close();
    cut.done
}

/// A passage may have been cut out of the middle of fenced code: then its first fence closes one.
fn begins_in_code(text: &str) -> Option<&'static str> {
    let fences = || text.lines().map(str::trim).filter(|line| line.starts_with("```"));
    if fences().count() % 2 == 0 || fences().next() != Some("```") {
        return None;
    }
    let mut before = text.lines().map(str::trim).take_while(|line| !line.starts_with("```"));
    let opens_later = fences().nth(1).is_some_and(|line| line.len() > 3);
    let code = !before.any(|line| line.ends_with(['.', ':', '!', '?']) && !line.starts_with("//"));
    (opens_later || code).then_some("```")
}

struct Cut<'a> {
    text: &'a str,
    done: Vec<Block>,
    open: Option<Block>,
}

impl Cut<'_> {
    fn line(&mut self, start: usize, line: &str, bare: &str) {
        let end = start + line.len();
        if bare.starts_with('>') && !bare.starts_with(">>>") {
            // A quotation is read as what it quotes.
            let inner = bare.trim_start_matches(['>', ' ']);
            let skipped = line.len() - line.trim_start().len() + (bare.len() - inner.len());
            return self.line(start + skipped, &line[skipped..], inner);
        }
        if bare.is_empty() {
            return self.close();
        }
        let inside = start + (line.len() - line.trim_start().len());
        if is_rule(bare) {
            if let Some(open) = self.open.as_mut().filter(|open| open.kind == Kind::Prose) {
                open.kind = Kind::Heading;
            }
            self.close();
        } else if is_heading(bare) {
            self.close();
            self.extend(Kind::Heading, inside, end);
            self.close();
        } else if bare.starts_with(">>>") {
            self.extend(Kind::Code, start, end);
        } else if bare.starts_with('|') || bare.matches(" | ").take(2).count() == 2 {
            self.extend(Kind::Table, start, end);
        } else if let Some(marker) = marker(bare) {
            self.close();
            self.extend(Kind::Item, inside + marker, end);
        } else if self.open.is_some() {
            let kind = self.open.as_ref().map_or(Kind::Prose, |open| open.kind);
            self.extend(kind, start, end);
        } else if is_indented(line) && !matches!(self.done.last(), Some(last) if last.kind == Kind::Item) {
            self.extend(Kind::Code, start, end);
        } else {
            self.extend(Kind::Prose, inside, end);
        }
    }

    fn extend(&mut self, kind: Kind, start: usize, end: usize) {
        match &mut self.open {
            Some(open) if open.kind == kind => open.range.end = end,
            _ => {
                self.close();
                self.open = Some(Block { kind, range: start..end });
            }
        }
    }

    fn close(&mut self) {
        let Some(mut block) = self.open.take() else { return };
        let text = &self.text[block.range.clone()];
        let front = text.len() - text.trim_start().len();
        let trimmed = text.trim();
        block.range = block.range.start + front..block.range.start + front + trimmed.len();
        if matches!(block.kind, Kind::Prose | Kind::Item) && looks_like_code(trimmed) {
            block.kind = Kind::Code;
        }
        if !trimmed.is_empty() {
            self.done.push(block);
        }
    }
}

fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    (1..=6).contains(&(line.len() - rest.len())) && (rest.is_empty() || rest.starts_with([' ', '\t']))
}

fn is_rule(line: &str) -> bool {
    line.len() >= 3 && ["=", "-", "*", "_"].iter().any(|mark| line.trim_start_matches(mark).is_empty())
}

fn is_indented(line: &str) -> bool {
    line.starts_with("    ") || line.starts_with('\t')
}

/// Bytes of a list marker, of several where items nest on one line.
fn marker(line: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = &line[at..];
        let digits = rest.bytes().take(9).take_while(u8::is_ascii_digit).count();
        let mark = match rest.as_bytes().get(digits) {
            Some(b'.' | b')') if digits > 0 => digits + 1,
            Some(b'*' | b'-' | b'+' | b':') if digits == 0 => 1,
            _ if rest.starts_with('•') => '•'.len_utf8(),
            _ => 0,
        };
        let inner = &rest[mark..];
        let space = inner.len() - inner.trim_start_matches([' ', '\t']).len();
        if mark == 0 || (space == 0 && !inner.is_empty()) {
            return (at > 0).then_some(at);
        }
        at += mark + space;
    }
}

/// More than half of the lines end or begin as program lines do.
fn looks_like_code(text: &str) -> bool {
    let (mut lines, mut code) = (0, 0);
    for line in text.lines().map(str::trim).take(40) {
        lines += 1;
        let ends = line.ends_with([';', '{', '}']) || (line.ends_with([')', ']']) && !line.contains(' '));
        let begins = [">>>", "...", "$ ", "//", "#!", "import ", "from ", "def ", "fn ", "let ", "</"]
            .iter()
            .any(|mark| line.starts_with(mark));
        code += usize::from(ends || (begins && !ends_in_prose(line)));
    }
    lines > 1 && code * 2 > lines
}

fn ends_in_prose(line: &str) -> bool {
    line.ends_with(['.', '?', '!', ','])
}
