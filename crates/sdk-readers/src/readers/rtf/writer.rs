//! What RTF's control words make: paragraphs, headings, items, tables and notes, out of the groups that are text.

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};
use sdk_record::{Fault, Kind};

use super::destination::Target;
use super::tokens::Token;
use crate::blocks::{Block, link, note};

/// Groups inside each other; real documents stay below 100.
const DEEPEST: usize = 1000;

/// What holds in a group.
#[derive(Clone, Copy)]
pub(super) struct Group {
    pub(super) target: Target,
    pub(super) encoding: &'static Encoding,
    /// Characters that stand for one of Unicode in readers without it.
    pub(super) stand_in: usize,
    pub(super) hidden: bool,
    /// The font or style that is described, or the place where a field's result begins.
    pub(super) number: i32,
    pub(super) field: Option<usize>,
    pub(super) note: bool,
}

/// What a paragraph is.
#[derive(Default, Clone)]
pub(super) struct Shape {
    pub(super) outline: Option<usize>,
    pub(super) style: i32,
    pub(super) level: usize,
    pub(super) in_table: bool,
}

/// What is known while reading.
pub(super) struct Writer {
    pub(super) groups: Vec<Group>,
    pub(super) encoding: &'static Encoding,
    pub(super) fonts: HashMap<i32, &'static Encoding>,
    pub(super) styles: HashMap<i32, String>,
    /// Bytes that are not decoded yet, as a character may have two.
    bytes: Vec<u8>,
    /// Characters still to be passed over.
    pub(super) skip: usize,
    pub(super) surrogate: Option<u16>,
    pub(super) text: String,
    pub(super) marker: String,
    pub(super) instruction: String,
    title: String,
    author: String,
    pub(super) shape: Shape,
    pub(super) cell: Vec<Block>,
    pub(super) row: Vec<Vec<Block>>,
    pub(super) rows: Vec<Vec<Vec<Block>>>,
    pub(super) blocks: Vec<Block>,
    /// Paragraphs around the note that is being read.
    pub(super) around: Vec<String>,
    notes: usize,
    pub(super) pending: Vec<Block>,
    /// A `\*` was read: what comes next may be passed over by who doesn't know it.
    starred: bool,
}

/// All that was read.
pub(super) struct Finished {
    pub(super) blocks: Vec<Block>,
    pub(super) title: Option<String>,
    pub(super) metadata: Vec<(&'static str, String)>,
    /// Groups were still open.
    pub(super) cut: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Writer {
            groups: Vec::new(),
            encoding: WINDOWS_1252,
            fonts: HashMap::new(),
            styles: HashMap::new(),
            bytes: Vec::new(),
            skip: 0,
            surrogate: None,
            text: String::new(),
            marker: String::new(),
            instruction: String::new(),
            title: String::new(),
            author: String::new(),
            shape: Shape::default(),
            cell: Vec::new(),
            row: Vec::new(),
            rows: Vec::new(),
            blocks: Vec::new(),
            around: Vec::new(),
            notes: 0,
            pending: Vec::new(),
            starred: false,
        }
    }
}

impl Writer {
    /// Takes the next part of the document.
    ///
    /// # Errors
    /// `damaged` where groups nest deeper than [`DEEPEST`].
    pub(super) fn token(&mut self, token: Token) -> Result<(), Fault> {
        if !matches!(token, Token::Byte(_)) {
            self.decode();
        }
        let starred = std::mem::take(&mut self.starred);
        match token {
            Token::Open => {
                if self.groups.len() >= DEEPEST {
                    let message = format!(
                        "expected an RTF document with at most {DEEPEST} groups inside each other, found more; \
                         it is broken or hostile; leave it out"
                    );
                    return Err(Fault::new(Kind::Damaged, message));
                }
                self.skip = 0;
                self.groups.push(Group { field: None, note: false, ..self.group() });
            }
            Token::Close => {
                self.skip = 0;
                self.close();
            }
            Token::Byte(_) | Token::Symbol(b'\'') if self.skip > 0 => self.skip -= 1,
            Token::Byte(byte) => self.bytes.push(byte),
            Token::Symbol(b'*') => self.starred = true,
            Token::Symbol(symbol) => match symbol {
                b'~' => self.say("\u{A0}"),
                b'_' => self.say("-"),
                b'{' | b'}' | b'\\' => self.say(char::from(symbol).encode_utf8(&mut [0; 4])),
                b'\r' | b'\n' => self.paragraph(),
                _ => {}
            },
            Token::Word(name, number) => self.word(name, number, starred),
        }
        Ok(())
    }

    /// Ends the document.
    pub(super) fn finish(mut self) -> Finished {
        self.decode();
        let cut = !self.groups.is_empty();
        self.shape.in_table = false;
        self.paragraph();
        self.end_table();
        self.blocks.append(&mut self.pending);
        let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let first = self.blocks.iter().find_map(|block| match block {
            Block::Heading(1, words) => Some(words.clone()),
            _ => None,
        });
        let title = Some(line(&self.title)).filter(|title| !title.is_empty()).or(first);
        let author = Some(line(&self.author)).filter(|author| !author.is_empty());
        let metadata = author.into_iter().map(|author| ("author", author)).collect();
        Finished { blocks: self.blocks, title, metadata, cut }
    }

    pub(super) fn group(&self) -> Group {
        self.groups.last().copied().unwrap_or(Group {
            target: Target::Text,
            encoding: self.encoding,
            stand_in: 1,
            hidden: false,
            number: 0,
            field: None,
            note: false,
        })
    }

    fn close(&mut self) {
        let Some(group) = self.groups.pop() else { return };
        if let Some(begins) = group.field
            && let Some(shown) = self.text.get(begins..)
        {
            let linked = link(shown, &address(&std::mem::take(&mut self.instruction)));
            self.text.truncate(begins);
            self.text.push_str(&linked);
        }
        if group.note {
            let words = std::mem::replace(&mut self.text, self.around.pop().unwrap_or_default());
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            if !words.is_empty() {
                self.notes += 1;
                self.pending.push(note((self.notes, words)));
                self.text.push_str(&format!("[^{}]", self.notes));
            }
        }
    }

    fn decode(&mut self) {
        if !self.bytes.is_empty() {
            let bytes = std::mem::take(&mut self.bytes);
            let text = self.group().encoding.decode_without_bom_handling(&bytes).0.into_owned();
            self.say(&text);
        }
    }

    pub(super) fn say(&mut self, text: &str) {
        self.surrogate = None;
        let group = self.group();
        let to = match group.target {
            Target::Text if !group.hidden => &mut self.text,
            Target::Style => self.styles.entry(group.number).or_default(),
            Target::Marker => &mut self.marker,
            Target::Instruction => &mut self.instruction,
            Target::Title => &mut self.title,
            Target::Author => &mut self.author,
            Target::Text | Target::Nothing | Target::Fonts => return,
        };
        to.push_str(text);
    }
}

/// Where a field leads.
fn address(instruction: &str) -> String {
    let after = instruction.trim().strip_prefix("HYPERLINK").unwrap_or_default().trim_start();
    match after.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default().to_owned(),
        None => {
            after.split_whitespace().next().filter(|to| !to.starts_with('\\')).unwrap_or_default().to_owned()
        }
    }
}
