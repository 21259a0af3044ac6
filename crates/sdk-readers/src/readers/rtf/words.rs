//! RTF's control words: signs that have names, and what changes how the text behind them is read.

use super::charset::{by_code_page, by_font};
use super::destination::{SEEN_THROUGH, Target, target};
use super::writer::{Shape, Writer};

impl Writer {
    /// Does what a control word says; `starred` where readers that don't know it are to pass over its group.
    pub(super) fn word(&mut self, name: &str, number: Option<i32>, starred: bool) {
        let count = number.and_then(|number| usize::try_from(number).ok());
        let mut group = self.group();
        match name {
            "par" | "sect" | "page" => return self.paragraph(),
            "line" => return self.say("\n"),
            "tab" => return self.say("\t"),
            "cell" | "nestcell" => return self.end_cell(name == "cell"),
            "row" => return self.end_row(),
            "u" => return self.unicode(number.unwrap_or(0)),
            "emdash" => return self.say("—"),
            "endash" => return self.say("–"),
            "lquote" => return self.say("‘"),
            "rquote" => return self.say("’"),
            "ldblquote" => return self.say("“"),
            "rdblquote" => return self.say("”"),
            "bullet" => return self.say("•"),
            "emspace" | "enspace" | "qmspace" => return self.say(" "),
            "pard" => self.shape = Shape::default(),
            "field" => self.instruction.clear(),
            "intbl" => self.shape.in_table = true,
            "outlinelevel" => self.shape.outline = count.filter(|level| *level < 9),
            "s" if group.target == Target::Style => group.number = number.unwrap_or(0),
            "s" if group.target == Target::Text => self.shape.style = number.unwrap_or(0),
            "ilvl" => self.shape.level = count.unwrap_or(0).min(8),
            "ansicpg" => {
                self.encoding = number.and_then(by_code_page).unwrap_or(self.encoding);
                group.encoding = self.encoding;
            }
            "mac" => (self.encoding, group.encoding) = (encoding_rs::MACINTOSH, encoding_rs::MACINTOSH),
            "f" if group.target == Target::Fonts => group.number = number.unwrap_or(0),
            "f" => group.encoding = self.fonts.get(&number.unwrap_or(0)).copied().unwrap_or(self.encoding),
            "fcharset" => {
                if let Some(encoding) = number.and_then(by_font) {
                    self.fonts.insert(group.number, encoding);
                }
            }
            "plain" => (group.encoding, group.hidden) = (self.encoding, false),
            "uc" => group.stand_in = count.unwrap_or(1).min(8),
            "v" | "deleted" => group.hidden = number != Some(0),
            "footnote" => {
                if group.target == Target::Text && !group.hidden {
                    group.note = true;
                    self.around.push(std::mem::take(&mut self.text));
                }
            }
            "fldrslt" => group.field = Some(self.text.len()),
            name => match target(name) {
                Some(target) if group.target != Target::Nothing => group.target = target,
                None if starred && !SEEN_THROUGH.contains(&name) => group.target = Target::Nothing,
                _ => {}
            },
        }
        if let Some(last) = self.groups.last_mut() {
            *last = group;
        }
    }

    /// A character by its number, of which a great one comes in two halves.
    fn unicode(&mut self, number: i32) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "numbers from 32768 on are written negative"
        )]
        let unit = number as u16;
        let first = self.surrogate.take();
        let character = match first {
            Some(first) => char::decode_utf16([first, unit]).next().and_then(Result::ok),
            None => char::from_u32(u32::from(unit)),
        };
        match character {
            // A sign of a font of signs is no word.
            Some('\u{F000}'..='\u{F0FF}') => {}
            Some(character) => self.say(character.encode_utf8(&mut [0; 4])),
            None => self.surrogate = Some(unit),
        }
        self.skip = self.group().stand_in;
    }
}
