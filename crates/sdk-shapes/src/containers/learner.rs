//! Looks at rows one by one, and lets their columns grow with what is seen.

use sdk_record::token::{body, unescape};
use sdk_record::{elements, members};

use super::schema::{COLUMNS, DEEP, Field, KEYS, Kind, Number, find};

/// Looks at rows and what is in them.
pub(super) struct Learner<'a> {
    /// Keys of the objects within, which have columns.
    pub(super) within: &'a mut usize,
}

impl Learner<'_> {
    /// Looks at an object's members; `false` if there are more keys than it may have.
    pub(super) fn object(&mut self, fields: &mut Vec<Field>, raw: &str, depth: usize) -> bool {
        for (index, (key, value)) in members(raw).enumerate() {
            let key = body(key).unwrap_or_default();
            let at = match find(fields, index, key) {
                Some(at) => at,
                None if fields.len() == if depth == 0 { COLUMNS } else { KEYS } => return false,
                None if depth > 0 && *self.within == COLUMNS => return false,
                None => {
                    *self.within += usize::from(depth > 0);
                    let name = unescape(key).unwrap_or_default();
                    fields.push(Field { name, kind: Kind::Nothing, count: 0 });
                    fields.len() - 1
                }
            };
            fields[at].count += u64::from(value != "null");
            self.value(&mut fields[at].kind, value, depth + 1);
        }
        true
    }

    fn value(&mut self, kind: &mut Kind, raw: &str, depth: usize) {
        let new = matches!(kind, Kind::Nothing);
        match (raw.as_bytes().first(), &mut *kind) {
            (Some(b'n') | None, _)
            | (_, Kind::Json)
            | (Some(b'"'), Kind::Text)
            | (Some(b't' | b'f'), Kind::Truth) => {}
            (Some(b'"'), _) if new => *kind = Kind::Text,
            (Some(b't' | b'f'), _) if new => *kind = Kind::Truth,
            (Some(b'{' | b'['), _) if depth > DEEP => self.json(kind),
            (Some(b'['), Kind::List(_) | Kind::Nothing) => {
                if new {
                    *kind = Kind::List(Box::default());
                }
                if let Kind::List(inner) = kind {
                    for element in elements(raw) {
                        self.value(inner, element, depth + 1);
                    }
                }
            }
            (Some(b'{'), Kind::Object(_) | Kind::Nothing) => {
                if new {
                    *kind = Kind::Object(Vec::new());
                }
                if let Kind::Object(fields) = kind
                    && !self.object(fields, raw, depth)
                {
                    self.json(kind);
                }
            }
            (Some(b'-' | b'0'..=b'9'), Kind::Number(seen)) => seen.see(raw),
            (Some(b'-' | b'0'..=b'9'), _) if new => {
                let mut seen = Number::default();
                seen.see(raw);
                *kind = Kind::Number(seen);
            }
            _ => self.json(kind),
        }
    }

    /// Gives up the columns of a place.
    fn json(&mut self, kind: &mut Kind) {
        *self.within -= kind.keys();
        *kind = Kind::Json;
    }
}
