//! JSON out of prose: every object and array that stands in a text, read as leniently as models write.
//!
//! Lenient means: raw newlines and tabs in strings, trailing, doubled and missing commas, comments, escapes that JSON
//! does not know, an end that is missing. What is damaged or cut is left out, what stands complete beside it is kept.
//! Which of the pieces are items is not decided here (`item.rs`). Linear in the text, and bounded in depth.

use serde_json::{Map, Value};

mod scalar;

/// Deepest nesting that is followed; the same as `serde_json`'s own.
const DEPTH: usize = 127;
/// How often, on average, one byte may be read again before the reader gives up on clever restarts.
const REREAD: usize = 16;

/// One object or array of the text.
#[derive(Debug)]
pub(crate) struct Piece {
    /// First byte.
    pub(crate) start: usize,
    /// The byte after the last.
    pub(crate) end: usize,
    /// The value; of a piece that is not whole, the list of what is complete, in the object that wraps it if one does.
    pub(crate) value: Value,
    /// Nothing of it is missing.
    pub(crate) whole: bool,
    /// The text ends inside it.
    pub(crate) cut: bool,
}

/// Whose spelling is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// JSON, with the slips above.
    Json,
    /// Python's: single quotes, `None`, `True`, `False` besides.
    Python,
}

/// All pieces of `text`, in order; none stands inside another.
pub(crate) fn pieces(text: &str, dialect: Dialect) -> Vec<Piece> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, dialect, damaged: false };
    let (mut found, mut from, mut spent) = (Vec::new(), 0, 0);
    while let Some(start) = reader.next_bracket(from) {
        (reader.at, reader.damaged) = (start, false);
        match reader.value(0, Level::Top) {
            Ok(value) => {
                let whole = !reader.damaged;
                found.push(Piece { start, end: reader.at, value, whole, cut: false });
                from = reader.at;
            }
            Err(stop) if stop.cut => {
                let value = stop.kept.unwrap_or_default();
                found.push(Piece { start, end: text.len(), value, whole: false, cut: true });
                break;
            }
            // A bracket of the prose: what follows it may still be JSON.
            Err(stop) if !stop.begun => {
                spent += reader.at - start;
                from = if spent < REREAD * text.len() { start + 1 } else { reader.at.max(start + 1) };
            }
            // Looking inside a damaged object would find parts of it and take them for items.
            Err(stop) => {
                reader.pass(stop.open);
                from = reader.at.max(start + 1);
                let value = stop.kept.unwrap_or_default();
                found.push(Piece { start, end: from, value, whole: false, cut: false });
            }
        }
    }
    found
}

/// How far out a value stands: lists of items are only looked for at the top or one object below it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Top,
    Wrapped,
    Inner,
}

/// Why a value could not be read to its end.
struct Stop {
    /// The text ended.
    cut: bool,
    /// Brackets of this value that were open.
    open: usize,
    /// It was JSON up to there, not a bracket of the prose.
    begun: bool,
    /// What is complete of it.
    kept: Option<Value>,
}

type Read<T> = Result<T, Stop>;

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    dialect: Dialect,
    damaged: bool,
}

impl Reader<'_> {
    fn next_bracket(&self, from: usize) -> Option<usize> {
        let rest = self.bytes.get(from..)?;
        rest.iter().position(|byte| matches!(byte, b'{' | b'[')).map(|offset| from + offset)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// A stop here: the end of the text, or something that does not belong.
    fn stop(&self) -> Stop {
        Stop { cut: self.at >= self.bytes.len(), open: 0, begun: false, kept: None }
    }

    fn value(&mut self, depth: usize, level: Level) -> Read<Value> {
        match self.peek() {
            Some(b'{' | b'[') if depth >= DEPTH => Err(Stop { begun: true, ..self.stop() }),
            Some(b'{') => self.object(depth, level),
            Some(b'[') => self.array(depth, level),
            Some(byte) if self.quotes(byte) => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn array(&mut self, depth: usize, level: Level) -> Read<Value> {
        self.at += 1;
        let mut list = Vec::new();
        loop {
            self.blank();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(list));
                }
                Some(b',') => self.at += 1,
                _ => {
                    let before = self.at;
                    match self.value(depth + 1, Level::Inner) {
                        Ok(value) => list.push(value),
                        Err(stop) => {
                            let begun = stop.begun || !list.is_empty();
                            if stop.cut || level == Level::Inner || !begun {
                                let kept = Some(Value::Array(list));
                                return Err(Stop { cut: stop.cut, open: stop.open + 1, begun, kept });
                            }
                            self.damaged = true;
                            self.pass(stop.open);
                            if self.at == before {
                                self.at += 1;
                            }
                        }
                    }
                }
            }
        }
    }

    fn object(&mut self, depth: usize, level: Level) -> Read<Value> {
        self.at += 1;
        let mut map = Map::new();
        // Whether the key before is followed by a comma, so that another key was meant to come.
        let mut comma = false;
        loop {
            self.blank();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Object(map));
                }
                Some(b',') => {
                    comma = true;
                    self.at += 1;
                }
                Some(byte) if self.quotes(byte) => {
                    let begun = !map.is_empty();
                    let key = match self.string() {
                        Ok(key) => key,
                        Err(stop) => return Err(within(stop, begun, map, comma)),
                    };
                    self.blank();
                    if self.peek() != Some(b':') {
                        return Err(within(self.stop(), begun, map, comma));
                    }
                    self.at += 1;
                    self.blank();
                    let below = if level == Level::Top { Level::Wrapped } else { Level::Inner };
                    match self.value(depth + 1, below) {
                        Ok(value) => {
                            map.insert(key, value);
                            comma = false;
                        }
                        Err(mut stop) => {
                            if let (Some(list @ Value::Array(_)), true) =
                                (stop.kept.take(), key == "items" || map.is_empty())
                            {
                                map = Map::from_iter([(key, list)]);
                                comma = false;
                            } else {
                                comma = true;
                            }
                            return Err(within(stop, true, map, comma));
                        }
                    }
                }
                _ => return Err(within(self.stop(), !map.is_empty(), map, comma)),
            }
        }
    }

    /// White space and comments.
    fn blank(&mut self) {
        loop {
            match self.bytes.get(self.at..).unwrap_or_default() {
                [byte, ..] if byte.is_ascii_whitespace() => self.at += 1,
                [0xC2, 0xA0, ..] => self.at += 2,
                [b'/', b'/', rest @ ..] => {
                    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                    self.at += 2 + end;
                }
                [b'/', b'*', rest @ ..] => {
                    let end =
                        rest.windows(2).position(|pair| pair == b"*/").map_or(rest.len(), |end| end + 2);
                    self.at += 2 + end;
                }
                _ => return,
            }
        }
    }

    /// Goes on behind damage: past the `open` brackets around it, or to the next bracket where there are none. Quotes
    /// are not looked at; damage is mostly a quote too many.
    fn pass(&mut self, mut open: usize) {
        let bounded = open > 0;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' | b']' if !bounded => return,
                b'{' | b'[' => open += 1,
                b'}' | b']' if bounded => open -= 1,
                _ => {}
            }
            self.at += 1;
            if bounded && open == 0 {
                return;
            }
        }
    }
}

/// The stop of an object inside which `stop` happened. Of the object stays its list of items, if it has one.
fn within(stop: Stop, begun: bool, map: Map<String, Value>, comma: bool) -> Stop {
    let lone = map.len() == 1 && !comma;
    let list = map.into_iter().find(|(key, value)| value.is_array() && (key == "items" || lone));
    Stop {
        cut: stop.cut,
        open: stop.open + 1,
        begun: begun || stop.begun,
        kept: list.map(|pair| Value::Object(Map::from_iter([pair]))),
    }
}
